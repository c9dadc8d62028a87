"""A text as a row of identities: which unit is which, through any number of changes.

A unit keeps its number wherever it moves; what is typed gets new numbers; what is given back gets its old ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from drafting.domain.runs import Run

CHUNK = 64


class Piece(NamedTuple):
    """Units with numbers that follow one another."""

    first: int
    length: int


class Tape:
    """The numbers of a text's units, in chunks, so that an edit of a long text touches few of them."""

    def __init__(self, length: int) -> None:
        self._chunks: list[list[Piece]] = [[Piece(0, length)] if length else []]
        self._lengths = [length]

    def __iter__(self) -> Iterator[Piece]:
        for chunk in self._chunks:
            yield from chunk

    def replace(self, at: int, length: int, new: Sequence[Piece]) -> list[Piece]:
        """Put `new` in the place of `length` units; return what stood there."""
        first, offset = self._find(at)
        last, behind, end = first, offset, at + length
        while last < len(self._chunks) and (last == first or behind < end):
            behind += self._lengths[last]
            last += 1
        kept: list[Piece] = []
        gone: list[Piece] = []
        rest: list[Piece] = []
        place = offset
        for chunk in self._chunks[first:last]:
            for piece in chunk:
                stop = place + piece.length
                if place < at:
                    kept.append(Piece(piece.first, min(stop, at) - place))
                if place < end and at < stop:
                    start = max(place, at)
                    gone.append(Piece(piece.first + start - place, min(stop, end) - start))
                if stop > end and stop > at:
                    start = max(place, end)
                    rest.append(Piece(piece.first + start - place, stop - start))
                place = stop
        self._put(first, last, joined([*kept, *new, *rest]))
        return joined(gone)

    def _find(self, at: int) -> tuple[int, int]:
        """Return the chunk that a place lies in, or ends, and where that chunk begins."""
        index = offset = 0
        lengths = self._lengths
        while index < len(lengths) - 1 and offset + lengths[index] < at:
            offset += lengths[index]
            index += 1
        return index, offset

    def _put(self, first: int, last: int, pieces: list[Piece]) -> None:
        size = len(pieces) if len(pieces) <= 2 * CHUNK else CHUNK
        chunks = [pieces[at : at + size] for at in range(0, len(pieces), size)] if pieces else [[]]
        self._chunks[first:last] = chunks
        self._lengths[first:last] = [sum([piece.length for piece in chunk]) for chunk in chunks]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with those as one whose numbers go on."""
    out: list[Piece] = []
    for piece in pieces:
        if out and out[-1].first + out[-1].length == piece.first:
            out[-1] = Piece(out[-1].first, out[-1].length + piece.length)
        elif piece.length:
            out.append(piece)
    return out


def take(pieces: list[Piece], length: int) -> list[Piece]:
    """Take at most `length` units off the front of a list of pieces; return them."""
    out: list[Piece] = []
    while length and pieces:
        piece = pieces.pop(0)
        if piece.length > length:
            pieces.insert(0, Piece(piece.first + length, piece.length - length))
            piece = Piece(piece.first, length)
        out.append(piece)
        length -= piece.length
    return out


def split(begins: Sequence[int], piece: Piece) -> Iterator[tuple[int, int]]:
    """Cut a piece where other stretches begin; yield which of them each part is in, and how many units it has."""
    first, end = piece.first, piece.first + piece.length
    index = bisect_right(begins, first) - 1
    while first < end:
        stop = min(end, begins[index + 1]) if index + 1 < len(begins) else end
        yield index, stop - first
        first, index = stop, index + 1


def side_by_side(pieces: Iterable[Piece], runs: Iterable[Run]) -> Iterator[tuple[Piece, Run]]:
    """Yield what pieces and runs of one text have to do with each other, both cut where the other is."""
    rest = iter(runs)
    left = 0
    for first, length in pieces:
        while length:
            while not left:
                run = next(rest)
                left = run.length
            size = min(left, length)
            yield Piece(first, size), run
            first, length, left = first + size, length - size, left - size
