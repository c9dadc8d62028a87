"""Working sessions read from the log: backwards in windows for the time line, and around a revision for its slider."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from sqlalchemy import select

from drafting.domain.working_session import CUT_EVERY, Step, goes_on
from drafting.extensions import db
from drafting.models import Section, Update, Version, VersionSection

WINDOW = 500
"""Rows of the log read at once."""
STOPS = 10
"""Ends of sessions that a slider knows on either side of where it is."""
MOST_ROWS = CUT_EVERY + WINDOW
"""Read in either direction to find them: at least one session ends within."""

_COLUMNS = (Update.revision, Update.author_id, Update.organisation_id, Update.at, Update.changes, Update.suggestion,
            Update.decide, Update.ids, Update.reason, Update.restored)


@dataclass
class Budget:
    """How many rows may be read for one page: over it no further session is begun."""

    rows: int

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.rows <= 0


def frozen_places(section_id: int) -> dict[int, int]:
    """Return the numbers of the versions that were frozen, by the section's revision in them."""
    found = db.session.execute(
        select(VersionSection.revision, Version.number).join(Version)
        .where(VersionSection.section_id == section_id).order_by(Version.number)
    )
    return {revision: number for revision, number in found}  # noqa: C416 - a result is no mapping


def steps_backwards(section_id: int, revision: int, budget: Budget) -> Iterator[Step]:
    """Yield the rows from a revision down to the first, reading some at a time; the budget is only counted down."""
    upto = revision
    while upto > 0:
        after = max(0, upto - WINDOW)
        steps = _steps(section_id, after, upto)
        budget.rows -= len(steps)
        yield from reversed(steps)
        upto = after


def steps_forwards(section_id: int, revision: int, head: int) -> Iterator[Step]:
    """Yield the rows from a revision up to the head, reading some at a time."""
    after = revision - 1
    while after < head:
        yield from _steps(section_id, after, min(head, after + WINDOW))
        after += WINDOW


def step_at(section_id: int, revision: int) -> Step | None:
    """Return one row; None for a revision that does not exist."""
    return next(iter(_steps(section_id, revision - 1, revision)), None)


@dataclass(frozen=True)
class Stops:
    """Rows with which working sessions end, around a revision."""

    before: list[Step]
    """The nearest first; at most STOPS."""
    here: Step | None
    """The row of the revision itself; None for revision 0."""
    after: list[Step]
    is_end: bool
    """The revision is itself the end of a session, or the beginning of everything."""


def stops_around(section: Section, revision: int, head: int) -> Stops:
    """Return where a slider stops before and after a revision."""
    splits = frozen_places(section.id)
    down = islice(steps_backwards(section.id, revision, Budget(0)), MOST_ROWS)
    before = islice((step for after, step in pairwise(down) if not goes_on(step, after, splits)), STOPS)
    ends = _ends(islice(steps_forwards(section.id, max(revision, 1), head), MOST_ROWS), splits, head)
    up = list(islice(ends, STOPS + 1))
    here = step_at(section.id, revision) if revision else None
    return Stops(list(before), here, [step for step in up if step.revision > revision][:STOPS],
                 here is None or here in up)


def _ends(steps: Iterator[Step], splits: Collection[int], head: int) -> Iterator[Step]:
    """Yield the rows with which sessions end, of rows that come oldest first; with the head's one does."""
    last: Step | None = None
    for step in steps:
        if last is not None and not goes_on(last, step, splits):
            yield last
        last = step
    if last is not None and last.revision == head:
        yield last


def _steps(section_id: int, after: int, upto: int) -> list[Step]:
    rows = db.session.execute(
        select(*_COLUMNS)
        .where(Update.section_id == section_id, Update.revision > after, Update.revision <= upto)
        .order_by(Update.revision)
    )
    return [_step(row) for row in rows]


def _step(row: Any) -> Step:
    revision, author, organisation, at, changes, suggestion, decide, ids, reason, restored = row
    # [5, [3, "abc"], 10] changes something, [15] does not.
    return Step(revision, author, organisation, at, "[" in changes[1:], suggestion is not None and decide is None,
                decide, tuple(ids or ()), reason or "", restored)
