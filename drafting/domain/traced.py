"""What a trace is made of: stretches of text with one history, while it is followed and when it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from drafting.domain.changes import splits_pair
from drafting.domain.rows import Row
from drafting.domain.runs import Run

TYPED_TOGETHER = 50
"""Rows between two keystrokes of one author that still make one passage, if no long time lies between them either."""
BEFORE = 0
"""Stands for the revision of what was done before the rows that are traced."""


AreNear = Callable[[int, int], bool]
"""Whether no long time lies between two revisions, the earlier one first."""


def always(_a: int, _b: int) -> bool:
    """Where no times are known: rows alone tell what was typed together."""
    return True


class Strike(NamedTuple):
    """A suggestion proposed to delete the passage, at a revision, and perhaps took that back."""

    suggestion: str
    revision: int
    lifted: int | None = None


class Removal(NamedTuple):
    """A row took the passage out of the text; perhaps another one gave it back."""

    revision: int
    returned: int | None = None


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


class Segment:
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
    def before(cls, text: str, run: Run) -> Segment:
        """Return a piece that was there, or had been, before the first row."""
        one = cls.__new__(cls)
        one.text, one.author, one.organisation, one.suggestion = text, run.author, run.organisation, run.insertion
        one.first = one.last = BEFORE
        one.strikes, one.removals = tuple([Strike(id, BEFORE) for id in sorted(run.strikes)]), ()
        one.restored = ()
        one.is_there = True
        return one

    def cut(self, at: int) -> Segment:
        """Keep what lies before a place; return the rest, with the same history."""
        rest = Segment.__new__(Segment)
        for name in self.__slots__:
            setattr(rest, name, getattr(self, name))
        self.text, rest.text = self.text[:at], self.text[at:]
        return rest

    def copy(self, start: int, end: int, suggestion: str | None) -> Segment:
        """Return a stretch of this as it was written, brought back beside it."""
        one = Segment.__new__(Segment)
        one.text, one.author, one.organisation = self.text[start:end], self.author, self.organisation
        one.first, one.last, one.suggestion = self.first, self.last, suggestion
        one.strikes, one.removals, one.restored, one.is_there = (), (), (), True
        return one


def goes_on(before: Segment, row: Row, are_near: AreNear) -> bool:
    """Tell whether new text continues what stands before it."""
    return (
        before.is_there and not (before.strikes or before.removals or before.restored)
        and (before.author, before.organisation, before.suggestion) == (row.author, row.organisation, row.suggestion)
        and row.revision - before.last <= TYPED_TOGETHER and are_near(before.last, row.revision)
    )


def are_alike(a: Segment, b: Segment, are_near: AreNear) -> bool:
    """Tell whether two neighbours have one history."""
    if (a.author, a.organisation, a.suggestion, a.strikes, a.is_there) != (
        b.author, b.organisation, b.suggestion, b.strikes, b.is_there
    ) or (a.removals, a.restored) != (b.removals, b.restored):
        return False
    end, start = min(a.last, b.last), max(a.first, b.first)
    return start <= end or (start - end <= TYPED_TOGETHER and are_near(end, start))


def lifted(strike: Strike, row: Row) -> Strike:
    """Return the strike as the row that lifts a suggestion's strikes leaves it."""
    is_it = strike.suggestion == row.suggestion and strike.lifted is None
    return strike._replace(lifted=row.revision) if is_it else strike


def longest_start(text: str, within: str) -> tuple[int, int]:
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
