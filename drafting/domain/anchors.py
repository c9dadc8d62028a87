"""Anchors: where a passage that somebody comments on lies, as the text goes on.

An anchor is a range of UTF-16 units of a section's text. Along the log its passage keeps its edges: what is typed
inside belongs to it, what is typed at an edge does not, what is deleted is taken out. Where a row replaces some of
the passage's own words, the new ones belong. When nothing is left the anchor is a place, and knows which rows took
its text away: if one of them is undone, the passage is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from drafting.domain.rows import Row

MOST_LOST = 100
"""Rows remembered that took something from a passage; the oldest are forgotten."""


class Lost(NamedTuple):
    """What a row took from the passage: a range of that row's removed text."""

    revision: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage lies at some revision. It is gone when nothing lies between `start` and `end`."""

    start: int
    end: int
    lost: tuple[Lost, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Nothing of the passage is left in the text."""
        return self.start == self.end


def follow(anchors: Sequence[Anchor], rows: Iterable[Row]) -> list[Anchor]:
    """Return where the passages lie after some rows of the log, which begin where the anchors are.

    A passage that a row does not touch costs two comparisons: hundreds of them follow thousands of rows.
    """
    now = list(anchors)
    for row in rows:
        changes = list(row.changes.changes())
        if not changes:
            continue
        first, last = changes[0][0], changes[-1][1]
        grown = sum([len(text) - (end - start) for start, end, _, text in changes])
        for i, one in enumerate(now):
            if row.of is not None and any(lost.revision == row.of for lost in one.lost):
                now[i] = _given_back(one, row, row.of)
            elif one.end <= first:
                continue
            elif one.start >= last:
                now[i] = Anchor(one.start + grown, one.end + grown, one.lost)
            else:
                now[i] = _changed(one, row)
    return now


def _moved(anchor: Anchor, row: Row) -> tuple[int, int]:
    start = row.changes.map_position(anchor.start, 1)
    end = row.changes.map_position(anchor.end, -1)
    return (start, end) if start < end and not anchor.is_gone else (end, end)


def _changed(anchor: Anchor, row: Row) -> Anchor:
    start, end = _moved(anchor, row)
    lost = anchor.lost
    taken: list[int] = []
    at = 0
    for first, last, _, _ in row.changes.changes():
        begin, stop = max(first, anchor.start), min(last, anchor.end)
        if begin < stop:
            taken += [at + begin - first, at + stop - first]
        at += last - first
    if taken:
        lost = (*lost, Lost(row.revision, taken[0], taken[-1]))[-MOST_LOST:]
    return Anchor(start, end, lost)


def _given_back(anchor: Anchor, row: Row, of: int) -> Anchor:
    """Take back what the undone row took: from the first to the last of its words, wherever they are."""
    changed = _changed(anchor, row)
    piece = next(lost for lost in anchor.lost if lost.revision == of)
    edges = [] if changed.is_gone else [changed.start, changed.end]
    at = 0
    for _, _, after, text in row.changes.changes():
        begin, stop = max(at, piece.start), min(at + len(text), piece.end)
        if begin < stop:
            edges += [after + begin - at, after + stop - at]
        at += len(text)
    lost = tuple([one for one in changed.lost if one.revision != of])
    return Anchor(min(edges), max(edges), lost) if edges else Anchor(changed.start, changed.end, lost)
