"""What becomes of marks and of removed text along the log, so that an undo gives back what it really was.

An accepted insertion is base text: if somebody deletes it and the acceptance is then undone, the deleted words
are pending again, wherever they are; when they come back later, they come back as pending. Without this they
would become base text that nobody accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from drafting.domain.changes import ChangeSet
from drafting.domain.rows import Mark, Row, map_ranges
from drafting.domain.runs import Run, Runs
from drafting.domain.tracking import SectionState, give_back

Log = Callable[[int, int], Sequence[Row]]
"""Reads the log of the section: `log(after, upto)` returns the rows with after < revision <= upto, in order.

It must know the rows of the batches that wait to be committed together, too."""


def follow(marks: Iterable[Mark], rows: Iterable[Row]) -> tuple[list[Mark], dict[int, list[Mark]]]:
    """Return where marked text lies after some rows, and which of it lies in the removed text of which row.

    The second is by revision, with positions in that row's removed text.
    """
    here = list(marks)
    lost: dict[int, list[Mark]] = {}
    for row in rows:
        if row.changes.is_empty:
            continue
        if row.removed is not None:
            gone = _crossed(here, [(start, end) for start, end, _, _ in row.changes.changes()])
            if gone:
                lost[row.revision] = gone
        here = map_marks(here, row.changes)
        if row.of is not None and row.of in lost:
            here += _laid_out(lost.pop(row.of), row.changes)
    return sorted(here), lost


def map_marks(marks: Iterable[Mark], over: ChangeSet) -> list[Mark]:
    """Return where marked text lies after a change."""
    return [
        Mark(start, end, mark.kind, mark.id)
        for mark in marks
        for start, end in map_ranges([(mark.start, mark.end)], over)
    ]


def runs_to_give_back(state: SectionState, row: Row, log: Log) -> tuple[Run, ...]:
    """Return the runs of the text that a row removed, as they are to be given back at `state`.

    They are the runs of then, with the marks of every decision that was made before and undone since.
    """
    if row.removed is None:
        return ()
    runs = Runs(row.removed.runs)
    for decision, undo in state.undone.items():
        if decision < row.revision < undo:
            freed = log(decision - 1, decision)[0].marks
            _, lost = follow(freed, log(decision, row.revision))
            for mark in lost.get(row.revision, ()):
                runs = runs.mark([(mark.start, mark.end)], give_back(mark))
    return tuple(runs)


def ids_in(runs: Iterable[Run]) -> set[str]:
    """Return the suggestions that have a mark on some of the runs."""
    return {id for run in runs for id in (run.insertion, *run.strikes) if id is not None}


def _crossed(marks: Iterable[Mark], ranges: Sequence[tuple[int, int]]) -> list[Mark]:
    """Return the parts of marks inside the ranges, with positions in the text of the ranges one after another."""
    out: list[Mark] = []
    for mark in marks:
        at = 0
        for start, end in ranges:
            first, last = max(start, mark.start), min(end, mark.end)
            if first < last:
                out.append(Mark(at + first - start, at + last - start, mark.kind, mark.id))
            at += end - start
    return out


def _laid_out(marks: Iterable[Mark], changes: ChangeSet) -> list[Mark]:
    """Return where the marked parts of a change's inserted text lie after it: the inverse of `_crossed`."""
    out: list[Mark] = []
    at = 0
    for _, _, after, text in changes.changes():
        for mark in marks:
            first, last = max(at, mark.start), min(at + len(text), mark.end)
            if first < last:
                out.append(Mark(after + first - at, after + last - at, mark.kind, mark.id))
        at += len(text)
    return out
