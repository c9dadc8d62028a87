"""The actor: who does something, and for which organisation."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.domain.permissions import MembershipRole


@dataclass(frozen=True)
class Actor:
    """A signed-in person acting for one of their organisations, as plain values usable in any thread.

    Built from the database only; never from what a browser says.
    """

    person_id: int
    name: str
    email: str
    language: str
    administrator: bool
    organisation_id: int | None
    """None for somebody who belongs to no organisation (an administrator, perhaps)."""
    acronym: str
    membership: MembershipRole | None
    sign_in_id: int | None = None
    """The browser's sign-in; None on the command line."""
