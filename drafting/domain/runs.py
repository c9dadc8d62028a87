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


class _Reader:
    """Reads a list of runs from left to right, any number of units at a time."""

    __slots__ = ("_index", "_runs", "_used")

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = runs
        self._index = 0
        self._used = 0

    def take(self, length: int) -> list[Run]:
        """Return the runs of the next `length` units. Raises InvalidChange where there are not so many."""
        out: list[Run] = []
        runs, index, used = self._runs, self._index, self._used
        while length:
            if index == len(runs):
                raise InvalidChange("a range lies outside the runs")
            run = runs[index]
            left = run[0] - used
            if left > length:
                out.append(run._replace(length=length))
                used += length
                break
            out.append(run._replace(length=left) if used else run)
            length -= left
            index += 1
            used = 0
        self._index, self._used = index, used
        return out

    def rest(self) -> list[Run]:
        """Return what has not been read."""
        if not self._used:
            return list(self._runs[self._index :])
        run = self._runs[self._index]
        return [run._replace(length=run[0] - self._used), *self._runs[self._index + 1 :]]


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

    def inside(self, ranges: Sequence[Range]) -> list[Run]:
        """Return the runs in sorted, separate ranges, one range after the other, canonical."""
        if not ranges:
            return []
        reader, at, _, _ = self._read(ranges[0][0], ranges[-1][1])
        out: list[Run] = []
        for start, end in ranges:
            reader.take(start - at)
            out += reader.take(end - start)
            at = end
        return joined(out)

    def edit(self, changes: ChangeSet, new: Sequence[Run]) -> Runs:
        """Return the runs after a change of the text.

        `new` are the runs of all inserted text, in order; together they are as long as it.
        """
        edits = list(changes.changes())
        if not edits:
            return self
        reader, at, first, last = self._read(edits[0][0], edits[-1][1])
        new_reader = _Reader(new)
        out: list[Run] = []
        for start, end, _, text in edits:
            out += reader.take(start - at)
            reader.take(end - start)
            out += new_reader.take(len(text))
            at = end
        if new_reader.rest():
            raise InvalidChange("the runs of the new text are longer than the text")
        return self._with(first, last, out + reader.rest())

    def mark(self, ranges: Sequence[Range], change: Callable[[Run], Run]) -> Runs:
        """Return the runs with `change` applied to those in each of the sorted, separate ranges."""
        return self.mark_each([(one, change) for one in ranges])

    def mark_each(self, changes: Sequence[tuple[Range, Callable[[Run], Run]]]) -> Runs:
        """Return the runs with each change applied to those in its range; the ranges are sorted and separate."""
        if not changes:
            return self
        reader, at, first, last = self._read(changes[0][0][0], changes[-1][0][1])
        out: list[Run] = []
        for (start, end), change in changes:
            out += reader.take(start - at)
            out += map(change, reader.take(end - start))
            at = end
        return self._with(first, last, out + reader.rest())

    def _read(self, start: int, end: int) -> tuple[_Reader, int, int, int]:
        """Return a reader of the chunks that touch two positions, where it starts, and which chunks these are."""
        first, last, offset = self._window(start, end)
        return _Reader([run for chunk in self._chunks[first:last] for run in chunk]), offset, first, last

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
