"""Runs: who wrote each stretch of a section's text, and what is proposed for it.

A run is (length in UTF-16 units, author, organisation, id of the pending insertion or None, strike ids).
Neighbouring runs that are alike count as one: that form is canonical, and is the one that leaves this module.

`Runs` is a value: every operation returns another one and shares what did not change. Inside, the runs lie
in chunks, so that an edit of a text of a thousand runs touches some fifty of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from drafting.domain.changes import ChangeSet, InvalidChange

CHUNK = 48
NO_STRIKES: frozenset[str] = frozenset()

Range = tuple[int, int]


class Run(NamedTuple):
    """A stretch of text with one origin and one fate."""

    length: int
    author: int
    """The person who wrote it."""
    organisation: int
    """The organisation that the person acted for."""
    insertion: str | None = None
    """The suggestion that would insert it; None for base text."""
    strikes: frozenset[str] = NO_STRIKES
    """The suggestions that would delete it."""


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs in canonical form: none empty, and neighbours that are alike as one."""
    out: list[Run] = []
    for run in runs:
        if not run[0]:
            continue
        if out and out[-1][1:] == run[1:]:
            out[-1] = out[-1]._replace(length=out[-1][0] + run[0])
        else:
            out.append(run)
    return out


def cut(runs: Iterable[Run], start: int, end: int) -> list[Run]:
    """Return the part of a list of runs between two positions."""
    out: list[Run] = []
    at = 0
    for run in runs:
        if at >= end:
            break
        behind = at + run[0]
        if behind > start:
            length = min(behind, end) - max(at, start)
            out.append(run if length == run[0] else run._replace(length=length))
        at = behind
    return out


class Runs:
    """The runs of a whole text, as an immutable value."""

    __slots__ = ("_chunks", "_lengths")

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._set(_chunked(joined(runs)))

    def _set(self, chunks: list[tuple[Run, ...]], lengths: list[int] | None = None) -> None:
        self._chunks = chunks
        self._lengths = [sum([run[0] for run in chunk]) for chunk in chunks] if lengths is None else lengths

    def __iter__(self) -> Iterator[Run]:
        return iter(joined([run for chunk in self._chunks for run in chunk]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Runs) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Runs({list(self)!r})"

    @property
    def length(self) -> int:
        """How many units of text the runs cover."""
        return sum(self._lengths)

    def slice(self, start: int, end: int) -> list[Run]:
        """Return the runs between two positions, canonical."""
        first, last, offset = self._window(start, end)
        inside = [run for chunk in self._chunks[first:last] for run in chunk]
        return joined(cut(inside, start - offset, end - offset))

    def edit(self, changes: ChangeSet, new: Sequence[Run]) -> Runs:
        """Return the runs after a change of the text.

        `new` are the runs of all inserted text, in order; together they are as long as it.
        """
        edits = list(changes.changes())
        if not edits:
            return self
        start, end = edits[0][0], edits[-1][1]
        first, last, offset = self._window(start, end)
        inside = [run for chunk in self._chunks[first:last] for run in chunk]
        out: list[Run] = []
        at = given = 0
        for edit_start, edit_end, _, text in edits:
            out += cut(inside, at, edit_start - offset)
            at = edit_end - offset
            if text:
                out += cut(new, given, given + len(text)) if len(new) > 1 else (new[0]._replace(length=len(text)),)
                given += len(text)
        out += cut(inside, at, sum(self._lengths[first:last]))
        if given != sum([run[0] for run in new]):
            raise InvalidChange("the runs of the new text are not as long as the text")
        return self._with(first, last, out)

    def mark(self, ranges: Sequence[Range], change: Callable[[Run], Run]) -> Runs:
        """Return the runs with `change` applied to those in each of the sorted, separate ranges."""
        if not ranges:
            return self
        first, last, offset = self._window(ranges[0][0], ranges[-1][1])
        inside = [run for chunk in self._chunks[first:last] for run in chunk]
        out: list[Run] = []
        at = 0
        for start, end in ranges:
            out += cut(inside, at, start - offset)
            out += map(change, cut(inside, start - offset, end - offset))
            at = end - offset
        out += cut(inside, at, sum(self._lengths[first:last]))
        return self._with(first, last, out)

    def _window(self, start: int, end: int) -> tuple[int, int, int]:
        """Return which chunks touch the positions (first, behind the last), and where the first one starts."""
        first = offset = 0
        lengths = self._lengths
        count = len(lengths)
        while first < count and offset + lengths[first] < start:
            offset += lengths[first]
            first += 1
        last, behind = first, offset
        while last < count and behind <= end:
            behind += lengths[last]
            last += 1
        if end > behind or start < 0:
            raise InvalidChange("a range lies outside the text")
        return first, last, offset

    def _with(self, first: int, last: int, runs: list[Run]) -> Runs:
        """Return these runs with the chunks of a window replaced."""
        chunks = _chunked(joined(runs))
        new = Runs.__new__(Runs)
        new._set(
            self._chunks[:first] + chunks + self._chunks[last:],
            self._lengths[:first] + [sum([run[0] for run in chunk]) for chunk in chunks] + self._lengths[last:],
        )
        return new

    def to_json(self) -> list[list[object]]:
        """Return the compact JSON form: see `run_to_json`."""
        return [run_to_json(run) for run in self]

    @classmethod
    def from_json(cls, value: Iterable[Sequence[Any]]) -> Runs:
        """Read what `to_json` wrote (trusted: from our own log)."""
        return cls([run_from_json(run) for run in value])


def run_to_json(run: Run) -> list[object]:
    """Return `[length, author, organisation]`, with the insertion (or null) and the sorted strikes if any."""
    out: list[object] = [run.length, run.author, run.organisation]
    if run.insertion is not None or run.strikes:
        out.append(run.insertion)
    if run.strikes:
        out.append(sorted(run.strikes))
    return out


def run_from_json(value: Sequence[Any]) -> Run:
    """Read what `run_to_json` wrote."""
    run = Run(*value[:4])
    return run._replace(strikes=frozenset(value[4])) if len(value) > 4 else run


def _chunked(runs: list[Run]) -> list[tuple[Run, ...]]:
    """Split a list of runs into chunks; what is a little too long for one stays one."""
    if len(runs) <= 2 * CHUNK:
        return [tuple(runs)] if runs else []
    return [tuple(runs[at : at + CHUNK]) for at in range(0, len(runs), CHUNK)]
