"""The trace of a section: of every passage, kept or deleted, who wrote it, who proposed it and what became of it.

Derived from the log alone. Deleted text stays on the tape where it stood; text that an undo gives back is the same
text as before, with the same author. A passage deleted twice says so twice.
What a restoration brings back is a copy of what was deleted, by the same author; what was deleted stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from drafting.domain.rows import Row
from drafting.domain.trace_tape import TraceTape
from drafting.domain.traced import AreNear, TracedPassage, always
from drafting.domain.tracking import SectionState


class Verdict(NamedTuple):
    """What somebody decided on a suggestion, or that a decision was undone (`undo`)."""

    revision: int
    outcome: str


@dataclass(frozen=True)
class Trace:
    """All passages in the order of the text, and what was decided on each suggestion, in the order of time."""

    passages: tuple[TracedPassage, ...]
    verdicts: Mapping[str, tuple[Verdict, ...]]


def trace(
    rows: Iterable[Row], *, start: Row | None = None, before: SectionState | None = None, are_near: AreNear = always
) -> Trace:
    """Return the trace after all rows of a log, from revision 1 on; `start` is a row 0 where there was text before.

    With `before`, the rows are those that follow this state: its text, its authors and what is proposed in it are
    known, when each came is not (BEFORE), nor is what had been deleted by then.
    `are_near` tells whether the times of two revisions let what was typed in them be one passage.
    """
    tape = TraceTape(are_near)
    if before is not None:
        tape.begin(before)
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    for row in [*([start] if start else []), *rows]:
        tape.take(row)
        if row.decide is not None:
            for id in row.ids:
                verdicts[id] = (*verdicts.get(id, ()), Verdict(row.revision, row.decide))
    return Trace(tuple(tape.passages()), verdicts)
