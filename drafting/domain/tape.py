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
        pieces = self._chunks[first]
        if last > first + 1:
            pieces = [piece for chunk in self._chunks[first:last] for piece in chunk]
        index, place = 0, offset
        while index < len(pieces) and place + pieces[index].length <= at:
            place += pieces[index].length
            index += 1
        gone, after, rest = _cut(pieces, index, at - place, length)
        # The neighbours are looked at too: what goes on with them is one with them.
        low, high = max(index - 1, 0), after + 1
        before = [Piece(pieces[index].first, at - place)] if place < at else []
        pieces[low:high] = joined([*pieces[low:index], *before, *new, *rest, *pieces[after:high]])
        self._put(first, last, pieces)
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
        if last == first + 1 and len(pieces) <= 2 * CHUNK:
            self._chunks[first] = pieces
            self._lengths[first] = sum([piece.length for piece in pieces])
            return
        size = len(pieces) if len(pieces) <= 2 * CHUNK else CHUNK
        chunks = [pieces[at : at + size] for at in range(0, len(pieces), size)] if pieces else [[]]
        self._chunks[first:last] = chunks
        self._lengths[first:last] = [sum([piece.length for piece in chunk]) for chunk in chunks]


def _cut(pieces: Sequence[Piece], index: int, skip: int, length: int) -> tuple[list[Piece], int, list[Piece]]:
    """Take units from a place on, `skip` units into a piece.

    Return them, the index behind the last piece that is touched, and what is left of that one.
    """
    gone: list[Piece] = []
    if not length:
        if not skip:
            return gone, index, []
        first, size = pieces[index]
        return gone, index + 1, [Piece(first + skip, size - skip)]
    while length:
        first, size = pieces[index]
        index += 1
        gone.append(Piece(first + skip, min(size - skip, length)))
        length -= gone[-1].length
        skip += gone[-1].length
        if not length and skip < size:
            return gone, index, [Piece(first + skip, size - skip)]
        skip = 0
    return gone, index, []


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
