"""Group a section's revisions into working sessions: one person, gaps under five minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP_MAX = timedelta(minutes=5)


@dataclass(frozen=True)
class Step:
    """What is needed of one update."""

    revision: int
    author_id: int
    organisation_id: int
    at: datetime
    inserted: int
    """UTF-16 units."""
    deleted: int
    is_proposal: bool = False
    """It belongs to a suggestion: the base text is as before."""
    is_decision: bool = False
    """Somebody accepted, rejected or withdrew suggestions, or undid that."""


@dataclass(frozen=True)
class WorkingSession:
    """Revisions of one person for one organisation, one after the other."""

    first_revision: int
    last_revision: int
    author_id: int
    organisation_id: int
    began_at: datetime
    ended_at: datetime
    inserted: int
    deleted: int
    proposed: int
    """How many updates were proposals."""
    decided: int
    """How many were decisions on proposals."""


def working_sessions(steps: Iterable[Step], splits: frozenset[int] = frozenset()) -> list[WorkingSession]:
    """Return the sessions, oldest first; a revision in `splits` (a frozen version) ends its session.

    Steps come in order of revision. A session ends when another person writes, or after five quiet
    minutes: 10:00, 10:04, 10:09:01 are two sessions.
    """
    sessions: list[WorkingSession] = []
    for step in steps:
        last = sessions[-1] if sessions else None
        is_plain = not (step.is_proposal or step.is_decision)
        inserted, deleted = (step.inserted, step.deleted) if is_plain else (0, 0)
        if (
            last is not None
            and (last.author_id, last.organisation_id) == (step.author_id, step.organisation_id)
            and step.at - last.ended_at <= GAP_MAX
            and last.last_revision not in splits
        ):
            sessions[-1] = WorkingSession(
                last.first_revision, step.revision, last.author_id, last.organisation_id,
                last.began_at, step.at, last.inserted + inserted, last.deleted + deleted,
                last.proposed + step.is_proposal, last.decided + step.is_decision,
            )
        else:
            sessions.append(
                WorkingSession(
                    step.revision, step.revision, step.author_id, step.organisation_id,
                    step.at, step.at, inserted, deleted, int(step.is_proposal), int(step.is_decision),
                )
            )
    return sessions
