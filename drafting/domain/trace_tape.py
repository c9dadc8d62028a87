"""The tape of a trace: a section's whole text and everything deleted from it, followed row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from drafting.domain.changes import text_of
from drafting.domain.rows import UNDO, Row
from drafting.domain.runs import Run
from drafting.domain.traced import (
    BEFORE,
    AreNear,
    Removal,
    Segment,
    Strike,
    TracedPassage,
    always,
    are_alike,
    goes_on,
    lifted,
    longest_start,
)
from drafting.domain.tracking import SectionState, stretches

LONG_ENOUGH = 20
"""Units from which on a text is the same as another, and not only alike, where not all that was written is known."""


class TraceTape:
    """The whole text and everything deleted from it, read and written near where it was last."""

    def __init__(self, are_near: AreNear = always) -> None:
        self._are_near = are_near
        self._segments: list[Segment] = []
        self._index = 0
        """The segment at the finger, and where in the present text it begins."""
        self._offset = 0
        self._removed: dict[int, list[Segment]] = {}
        self._begins_late = False
        """Whether text that was deleted before the first row is not on the tape."""

    def begin(self, state: SectionState) -> None:
        """Start with what was there before the first row."""
        self._segments = [Segment.before(text, run) for text, run in stretches(state)]
        self._begins_late = True

    def take(self, row: Row) -> None:
        """Follow a row."""
        back = self._removed.pop(row.of, []) if row.of is not None else []
        given = list(row.given) if row.of is None else []
        from_before = list(row.given) if row.of is not None and not back else []
        for start, end, after, text in row.changes.changes():
            self._delete(after, end - start, row)
            if text and given:
                self._restore(after, text, given, row)
            elif text and from_before:
                from_before = self._give_back_from_before(after, text, from_before)
            elif text and back:
                self._give_back(after, len(text), back, row)
            elif text:
                self._insert(after, text, row)
        if row.suggestion is not None and row.decide is None:
            for one in self._inside(row.strike):
                one.strikes = (*one.strikes, Strike(row.suggestion, row.revision))
            for one in self._inside(row.restore):
                one.strikes = tuple([lifted(strike, row) for strike in one.strikes])
        if row.decide == UNDO:
            self._mark_from_before(row)

    def _give_back_from_before(self, at: int, text: str, given: list[Run]) -> list[Run]:
        """Put in text that was removed before the first row, by those who wrote it; return the runs that are left."""
        while text:
            run = given[0]
            length = min(run.length, len(text))
            self._segments.insert(self._seek(at), Segment.before(text[:length], run))
            self._index += 1
            self._offset += length
            at, text = at + length, text[length:]
            given = ([run._replace(length=run.length - length)] if length < run.length else []) + given[1:]
        return given

    def _mark_from_before(self, row: Row) -> None:
        """Open the suggestions again that were decided before the first row."""
        for mark in row.marks:
            for one in self._inside([(mark.start, mark.end)]):
                if mark.kind == "+":
                    one.suggestion = one.suggestion or mark.id
                elif all(strike.suggestion != mark.id for strike in one.strikes):
                    one.strikes = (*one.strikes, Strike(mark.id, BEFORE))

    def _seek(self, at: int) -> int:
        """Move the finger to a place of the text, between two segments; return which one begins there."""
        segments, index, offset = self._segments, self._index, self._offset
        while offset > at:
            index -= 1
            if segments[index].is_there:
                offset -= len(segments[index].text)
        while index < len(segments):
            length = len(segments[index].text) if segments[index].is_there else 0
            if offset + length > at:
                break
            offset += length
            index += 1
        if offset < at:
            segments.insert(index + 1, segments[index].cut(at - offset))
            index, offset = index + 1, at
        self._index, self._offset = index, offset
        return index

    def _run(self, at: int, length: int) -> list[Segment]:
        """Return the segments of a range of the text, cut to it. The finger's index is behind them, its offset before:
        the caller sets that, as they stay or go."""
        index, found = self._seek(at), []
        while length:
            one = self._segments[index]
            if one.is_there:
                if len(one.text) > length:
                    self._segments.insert(index + 1, one.cut(length))
                found.append(one)
                length -= len(one.text)
            index += 1
        self._index = index
        return found

    def _inside(self, ranges: Iterable[tuple[int, int]]) -> Iterable[Segment]:
        for start, end in ranges:
            found = self._run(start, end - start)
            self._offset = end
            yield from found

    def _delete(self, at: int, length: int, row: Row) -> None:
        if not length:
            return
        gone = self._run(at, length)
        for one in gone:
            one.is_there = False
            one.removals = (*one.removals, Removal(row.revision))
        self._removed.setdefault(row.revision, []).extend(gone)
        self._offset = at

    def _insert(self, at: int, text: str, row: Row) -> None:
        """Put in new text; what goes on with what the same person has just typed is one with it."""
        index = self._seek(at)
        before = self._segments[index - 1] if index else None
        if before is not None and goes_on(before, row, self._are_near):
            before.text += text
            before.last = row.revision
        else:
            self._segments.insert(index, Segment(text, row))
            self._index += 1
        self._offset += len(text)

    def _give_back(self, at: int, length: int, back: list[Segment], row: Row) -> None:
        """Put the next so many units of removed text where the row gives them back."""
        while length:
            one = back.pop(0)
            place = next(index for index, each in enumerate(self._segments) if each is one)
            if len(one.text) > length:
                rest = one.cut(length)
                self._segments.insert(place + 1, rest)
                back.insert(0, rest)
            del self._segments[place]
            self._index = self._offset = 0
            self._segments.insert(self._seek(at), one)
            one.is_there = True
            one.removals = (*one.removals[:-1], one.removals[-1]._replace(returned=row.revision))
            at += len(one.text)
            length -= len(one.text)
            self._index = self._offset = 0

    def _restore(self, at: int, text: str, given: list[Run], row: Row) -> None:
        """Put in text of an earlier revision, as copies of what was once written."""
        while text:
            run = given.pop(0)
            part, text = text[: run.length], text[run.length :]
            if run.length > len(part):
                given.insert(0, run._replace(length=run.length - len(part)))
            while part:
                one = self._source(part, run, self._seek(at), row)
                one.restored = (*one.restored, row.revision)
                self._segments.insert(self._seek(at), one)
                self._index += 1
                self._offset = at = at + len(one.text)
                part = part[len(one.text) :]

    def _source(self, text: str, run: Run, near: int, row: Row) -> Segment:
        """Return a segment, off the tape, with the beginning of a text: as its author wrote it.

        The longest piece by its author that the text begins with, and of these the nearest.
        """
        found = []
        for index, one in enumerate(self._segments):
            if (one.author, one.organisation) == (run.author, run.organisation):
                length, start = longest_start(text, one.text)
                found.append((length, not one.is_there, -abs(index - near), index, start))
        length, _, _, index, start = max(found, default=(0, False, 0, 0, 0))
        if self._begins_late and length < min(len(text), LONG_ENOUGH):
            # Most likely it was deleted before the first row: what is here only begins like it.
            return Segment.before(text, run)
        if not length:
            return Segment(text, replace(row, author=run.author, organisation=run.organisation))
        source = self._segments[index]
        return source.copy(start, start + length, row.suggestion or source.suggestion)

    def passages(self) -> list[TracedPassage]:
        """Return what is on the tape; neighbours of one history are one."""
        joined: list[Segment] = []
        for one in self._segments:
            last = joined[-1] if joined else None
            if last is not None and are_alike(last, one, self._are_near):
                last.text += one.text
                last.first, last.last = min(last.first, one.first), max(last.last, one.last)
            elif one.text:
                joined.append(one)
        return [
            TracedPassage(text_of(one.text), one.author, one.organisation, one.first, one.last, one.suggestion,
                          one.strikes, one.removals, one.restored)
            for one in joined
        ]
