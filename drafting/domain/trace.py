"""The trace of a section: of every passage, kept or deleted, who wrote it, who proposed it and what became of it.

Derived from the log alone. Deleted text stays on the tape where it stood; text that an undo gives back is the same
text as before, with the same author. A passage deleted twice says so twice.
What a restoration brings back is a copy of what was deleted, by the same author; what was deleted stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from drafting.domain.changes import splits_pair, text_of
from drafting.domain.rows import UNDO, Row
from drafting.domain.runs import Run
from drafting.domain.tracking import SectionState, stretches

TYPED_TOGETHER = 50
"""Rows between two keystrokes of one author that still make one passage."""


class Strike(NamedTuple):
    """A suggestion proposed to delete the passage, at a revision, and perhaps took that back."""

    suggestion: str
    revision: int
    lifted: int | None = None


class Removal(NamedTuple):
    """A row took the passage out of the text; perhaps another one gave it back."""

    revision: int
    returned: int | None = None


class Verdict(NamedTuple):
    """What somebody decided on a suggestion, or that a decision was undone (`undo`)."""

    revision: int
    outcome: str


@dataclass(frozen=True)
class TracedPassage:
    """A stretch of text with one history."""

    text: str
    """An ordinary string."""
    author: int
    organisation: int
    first: int
    last: int
    """The revisions between which its author typed it."""
    suggestion: str | None
    """The suggestion that brought it, whether decided by now or not."""
    strikes: tuple[Strike, ...]
    removals: tuple[Removal, ...]
    restored: tuple[int, ...] = ()
    """The restorations that brought it back, or would."""

    @property
    def is_there(self) -> bool:
        """Whether it stands in the text now, pending or not."""
        return not self.removals or self.removals[-1].returned is not None

    @property
    def suggestions(self) -> list[str]:
        """Every suggestion that has to do with it, each once, in the order of time."""
        named = [self.suggestion] if self.suggestion is not None else []
        return list(dict.fromkeys([*named, *(one.suggestion for one in self.strikes)]))


@dataclass(frozen=True)
class Trace:
    """All passages in the order of the text, and what was decided on each suggestion, in the order of time."""

    passages: tuple[TracedPassage, ...]
    verdicts: Mapping[str, tuple[Verdict, ...]]


LONG_ENOUGH = 20
"""Units from which on a text is the same as another, and not only alike, where not all that was written is known."""
BEFORE = 0
"""Stands for the revision of what was done before the rows that are traced."""


def trace(rows: Iterable[Row], *, start: Row | None = None, before: SectionState | None = None) -> Trace:
    """Return the trace after all rows of a log, from revision 1 on; `start` is a row 0 where there was text before.

    With `before`, the rows are those that follow this state: its text, its authors and what is proposed in it are
    known, when each came is not (BEFORE), nor is what had been deleted by then.
    """
    tape = _Tape()
    if before is not None:
        tape.begin(before)
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    for row in [*([start] if start else []), *rows]:
        tape.take(row)
        if row.decide is not None:
            for id in row.ids:
                verdicts[id] = (*verdicts.get(id, ()), Verdict(row.revision, row.decide))
    return Trace(tuple(tape.passages()), verdicts)


class _Segment:
    """A piece of the tape; `removals` ends with one that was not returned while it is out of the text."""

    __slots__ = (
        "author", "first", "is_there", "last", "organisation", "removals", "restored", "strikes", "suggestion", "text")

    def __init__(self, text: str, row: Row) -> None:
        self.text = text
        self.author = row.author
        self.organisation = row.organisation
        self.first = self.last = row.revision
        self.suggestion = row.suggestion
        self.strikes: tuple[Strike, ...] = ()
        self.removals: tuple[Removal, ...] = ()
        self.restored: tuple[int, ...] = ()
        self.is_there = True

    @classmethod
    def before(cls, text: str, run: Run) -> _Segment:
        """Return a piece that was there, or had been, before the first row."""
        one = cls.__new__(cls)
        one.text, one.author, one.organisation, one.suggestion = text, run.author, run.organisation, run.insertion
        one.first = one.last = BEFORE
        one.strikes, one.removals = tuple([Strike(id, BEFORE) for id in sorted(run.strikes)]), ()
        one.restored = ()
        one.is_there = True
        return one

    def cut(self, at: int) -> _Segment:
        """Keep what lies before a place; return the rest, with the same history."""
        rest = _Segment.__new__(_Segment)
        for name in self.__slots__:
            setattr(rest, name, getattr(self, name))
        self.text, rest.text = self.text[:at], self.text[at:]
        return rest

    def copy(self, start: int, end: int, suggestion: str | None) -> _Segment:
        """Return a stretch of this as it was written, brought back beside it."""
        one = _Segment.__new__(_Segment)
        one.text, one.author, one.organisation = self.text[start:end], self.author, self.organisation
        one.first, one.last, one.suggestion = self.first, self.last, suggestion
        one.strikes, one.removals, one.restored, one.is_there = (), (), (), True
        return one


def _longest_start(text: str, within: str) -> tuple[int, int]:
    """Return how much of the beginning of a text another one holds, and where; no character is cut in two."""
    length = place = 0
    while length < len(text):
        found = within.find(text[: length + 1], place)
        if found < 0:
            break
        place, length = found, length + 1
        while length < len(text) and place + length < len(within) and within[place + length] == text[length]:
            length += 1
    return length - splits_pair(text, length), place


class _Tape:
    """The whole text and everything deleted from it, read and written near where it was last."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._index = 0
        """The segment at the finger, and where in the present text it begins."""
        self._offset = 0
        self._removed: dict[int, list[_Segment]] = {}
        self._begins_late = False
        """Whether text that was deleted before the first row is not on the tape."""

    def begin(self, state: SectionState) -> None:
        """Start with what was there before the first row."""
        self._segments = [_Segment.before(text, run) for text, run in stretches(state)]
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
                one.strikes = tuple([_lifted(strike, row) for strike in one.strikes])
        if row.decide == UNDO:
            self._mark_from_before(row)

    def _give_back_from_before(self, at: int, text: str, given: list[Run]) -> list[Run]:
        """Put in text that was removed before the first row, by those who wrote it; return the runs that are left."""
        while text:
            run = given[0]
            length = min(run.length, len(text))
            self._segments.insert(self._seek(at), _Segment.before(text[:length], run))
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

    def _run(self, at: int, length: int) -> list[_Segment]:
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

    def _inside(self, ranges: Iterable[tuple[int, int]]) -> Iterable[_Segment]:
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
        if before is not None and _goes_on(before, row):
            before.text += text
            before.last = row.revision
        else:
            self._segments.insert(index, _Segment(text, row))
            self._index += 1
        self._offset += len(text)

    def _give_back(self, at: int, length: int, back: list[_Segment], row: Row) -> None:
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

    def _source(self, text: str, run: Run, near: int, row: Row) -> _Segment:
        """Return a segment, off the tape, with the beginning of a text: as its author wrote it.

        The longest piece by its author that the text begins with, and of these the nearest.
        """
        found = []
        for index, one in enumerate(self._segments):
            if (one.author, one.organisation) == (run.author, run.organisation):
                length, start = _longest_start(text, one.text)
                found.append((length, not one.is_there, -abs(index - near), index, start))
        length, _, _, index, start = max(found, default=(0, False, 0, 0, 0))
        if self._begins_late and length < min(len(text), LONG_ENOUGH):
            # Most likely it was deleted before the first row: what is here only begins like it.
            return _Segment.before(text, run)
        if not length:
            return _Segment(text, replace(row, author=run.author, organisation=run.organisation))
        source = self._segments[index]
        return source.copy(start, start + length, row.suggestion or source.suggestion)

    def passages(self) -> list[TracedPassage]:
        """Return what is on the tape; neighbours of one history are one."""
        joined: list[_Segment] = []
        for one in self._segments:
            last = joined[-1] if joined else None
            if last is not None and _are_alike(last, one):
                last.text += one.text
                last.first, last.last = min(last.first, one.first), max(last.last, one.last)
            elif one.text:
                joined.append(one)
        return [
            TracedPassage(text_of(one.text), one.author, one.organisation, one.first, one.last, one.suggestion,
                          one.strikes, one.removals, one.restored)
            for one in joined
        ]


def _goes_on(before: _Segment, row: Row) -> bool:
    """Tell whether new text continues what stands before it."""
    return (
        before.is_there and not (before.strikes or before.removals or before.restored)
        and row.revision - before.last <= TYPED_TOGETHER
        and (before.author, before.organisation, before.suggestion) == (row.author, row.organisation, row.suggestion)
    )


def _are_alike(a: _Segment, b: _Segment) -> bool:
    """Tell whether two neighbours have one history."""
    if (a.author, a.organisation, a.suggestion, a.strikes, a.is_there) != (
        b.author, b.organisation, b.suggestion, b.strikes, b.is_there
    ) or max(a.first, b.first) - min(a.last, b.last) > TYPED_TOGETHER:
        return False
    return (a.removals, a.restored) == (b.removals, b.restored)


def _lifted(strike: Strike, row: Row) -> Strike:
    is_it = strike.suggestion == row.suggestion and strike.lifted is None
    return strike._replace(lifted=row.revision) if is_it else strike
