"""Who wrote what, for reading: the words of a text without its Markdown marks, line by line, with their owners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from drafting.domain.blocks import Block, Kind, blocks

Owner = TypeVar("Owner")

_OUTER = {Kind.BULLETS, Kind.NUMBERS, Kind.ITEM, Kind.QUOTE, Kind.NOTE, Kind.TABLE, Kind.ROW}


@dataclass(frozen=True)
class AuthoredLine(Generic[Owner]):
    """A paragraph, heading, list item, note or row, as stretches of one owner each."""

    kind: Kind
    """Of what it is inside: an item's paragraph is an item."""
    depth: int
    """How deep in lists and quotes, from 0."""
    stretches: tuple[tuple[str, Owner | None], ...]
    """Text and owner; None for what separates cells."""


def authored_lines(source: str, stretches: Sequence[tuple[str, Owner]]) -> list[AuthoredLine[Owner]]:
    """Return the lines of a text with the owner of every word.

    `stretches` are the source cut by owner: their texts joined are the source. A span whose words are
    not found as typed (a character reference such as &amp;) goes to the owner of where it stands.
    """
    reader = _Reader(source, stretches)
    return [line for block in blocks(source) for line in reader.lines(block, block.kind, 0)]


class _Reader(Generic[Owner]):
    """Walks through the source once, finding each span after the one before."""

    def __init__(self, source: str, stretches: Sequence[tuple[str, Owner]]) -> None:
        self.source = source
        self.stretches = stretches
        self.ends = list(accumulate(len(text) for text, _ in stretches))
        self.line_starts = [0, *(at + 1 for at, sign in enumerate(source) if sign == "\n")]
        self.at = 0

    def lines(self, block: Block, kind: Kind, depth: int) -> Iterator[AuthoredLine[Owner]]:
        """Yield the lines of a block, in reading order."""
        if block.lines != (0, 0) or not self.at:
            self.at = self.line_starts[min(block.lines[0], len(self.line_starts) - 1)]
        if block.kind is Kind.ROW:
            yield AuthoredLine(Kind.ROW, depth, tuple(self._row(block)))
        elif block.blocks:
            deeper = depth + (block.kind in (Kind.ITEM, Kind.QUOTE))
            for inner in block.blocks:
                yield from self.lines(inner, self._kind(inner, kind), deeper)
        elif block.spans:
            yield AuthoredLine(kind, max(depth - 1, 0), tuple(self._spans(block)))

    @staticmethod
    def _kind(inner: Block, outer: Kind) -> Kind:
        return outer if inner.kind is Kind.PARAGRAPH and outer in _OUTER else inner.kind

    def _row(self, row: Block) -> Iterator[tuple[str, Owner | None]]:
        for number, cell in enumerate(row.blocks):
            if number:
                yield " | ", None
            yield from self._spans(cell)

    def _spans(self, block: Block) -> Iterator[tuple[str, Owner | None]]:
        for span in block.spans:
            if span.note:
                yield f"[{span.note}]", self._owner(self.at)
                continue
            found = self.source.find(span.text, self.at)
            if found < 0:
                yield span.text, self._owner(self.at)
                continue
            yield from self._cut(found, found + len(span.text))
            self.at = found + len(span.text)

    def _cut(self, start: int, end: int) -> Iterator[tuple[str, Owner | None]]:
        began = 0
        for (_, owner), ended in zip(self.stretches, self.ends, strict=True):
            low, high = max(began, start), min(ended, end)
            if low < high:
                yield self.source[low:high], owner
            began = ended

    def _owner(self, at: int) -> Owner | None:
        for (_, owner), ended in zip(self.stretches, self.ends, strict=True):
            if at < ended:
                return owner
        return self.stretches[-1][1] if self.stretches else None
