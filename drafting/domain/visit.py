"""Visits: what "since my last visit" means. A visit lasts until half an hour of absence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

ABSENCE = timedelta(minutes=30)


@dataclass(frozen=True)
class Visited:
    """A person's present visit to a section, and the one before it."""

    at: datetime
    """When they were last here."""
    revision: int
    """What they saw then."""
    previous_at: datetime | None = None
    previous_revision: int | None = None


def arriving(last: Visited | None, at: datetime, revision: int) -> Visited:
    """Return the visits of somebody who opens the section now and sees this revision.

    Somebody who comes back soon goes on with the present visit: what they compare with stays the same.
    """
    if last is None:
        return Visited(at, revision)
    if at - last.at > ABSENCE:
        return Visited(at, revision, last.at, last.revision)
    return replace(last, at=max(at, last.at), revision=max(revision, last.revision))
