"""Working sessions: what one person did in a section without a pause, from its log read backwards.

A session ends when somebody else writes, when the same person turns from writing to deciding or back, after five
quiet minutes (10:00, 10:04, 10:09:01 are two sessions), where a version was frozen, and at every five-thousandth
revision, so that nobody has to read a whole log to find where a session began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

GAP_MAX = timedelta(minutes=5)
CUT_EVERY = 5_000
"""Revisions, about an hour and a half of typing without a pause."""


class Step(NamedTuple):
    """What is needed of one row of the log."""

    revision: int
    author_id: int
    organisation_id: int
    at: datetime
    changes_text: bool = True
    """Letters came or went."""
    is_proposal: bool = False
    """It belongs to a suggestion: the base text is as before."""
    decide: str | None = None
    """accept, reject, withdraw or undo."""
    ids: tuple[str, ...] = ()
    """The suggestions that the decision is about."""
    reason: str = ""
    restored: int | None = None
    """The earlier revision whose text it brings back."""


@dataclass(frozen=True)
class WorkingSession:
    """Revisions of one person for one organisation, one after the other."""

    first_revision: int
    last_revision: int
    author_id: int
    organisation_id: int
    began_at: datetime
    ended_at: datetime
    wrote: bool
    """The base text was changed by hand."""
    proposed: bool
    """Something was proposed."""
    decisions: tuple[Step, ...]
    """All steps of a session of decisions, the newest first; empty for a session of writing."""
    restored: tuple[tuple[int, bool], ...]
    """Which earlier revisions were brought back, and whether only proposed; the newest first."""


def goes_on(step: Step, after: Step, splits: Collection[int] = ()) -> bool:
    """Tell whether the next row belongs to the session of this one; `splits` are the revisions of frozen versions."""
    return (
        (step.author_id, step.organisation_id, step.decide is None)
        == (after.author_id, after.organisation_id, after.decide is None)
        and after.at - step.at <= GAP_MAX
        and step.revision not in splits
        and step.revision % CUT_EVERY != 0
    )


def sessions_backwards(steps: Iterable[Step], splits: Collection[int] = ()) -> Iterator[Step | WorkingSession]:
    """Yield the sessions, newest first, of steps that come newest first; before each its last step, which is cheap.

    No step is read before it is needed, so who stops at a session's last step has not read the session.
    """
    together: list[Step] = []
    for step in steps:
        if together and not goes_on(step, together[-1], splits):
            yield _session(together)
            together = []
        if not together:
            yield step
        together.append(step)
    if together:
        yield _session(together)


def _session(steps: list[Step]) -> WorkingSession:
    """Return the session of steps, the newest first."""
    last, first = steps[0], steps[-1]
    return WorkingSession(
        first.revision, last.revision, last.author_id, last.organisation_id, first.at, last.at,
        any(step.changes_text and not step.is_proposal and step.decide is None for step in steps),
        any(step.is_proposal for step in steps), tuple([step for step in steps if step.decide is not None]),
        tuple(dict.fromkeys([(step.restored, step.is_proposal) for step in steps if step.restored is not None])),
    )
