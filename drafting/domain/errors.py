"""The vocabulary of what can go wrong. Services raise these; only `web/errors.py` maps them to HTTP.

`message` is a sentence for the person, already in (or lazily translated to) their language, and says
what to do next.
"""

from __future__ import annotations


class DomainError(Exception):
    """Something a person can be told about."""

    def __init__(self, message: object = "") -> None:
        super().__init__(str(message))
        self.message = message


class NotFound(DomainError):
    """It does not exist, or this person may not know that it does: the two answer alike."""


class Forbidden(DomainError):
    """The person may know that it exists but may not do this."""


class Conflict(DomainError):
    """Somebody else did something that excludes this."""


class Stale(DomainError):
    """The person decided from a screen that is out of date."""


class InvalidTransition(DomainError):
    """The thing is not in a state in which this can be done."""


class InvalidInput(DomainError):
    """A value is not acceptable; `fields` names which, with a message each."""

    def __init__(self, message: object = "", fields: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class TooMany(DomainError):
    """It was tried too often; it may be tried again later."""
