"""Where the blocks and words of a redline stand in the two source texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from drafting.domain.redline_leaf import Atom, Words
from drafting.domain.redline_pairs import Pair
from drafting.domain.redline_tree import Node, Side

Range = tuple[int, int]
"""Start and end in ordinary characters of a source text."""

_BLANK = re.compile(r"[ \t\u00a0\u202f]*\n?[ \t>]*")
_LINK_END = re.compile(r"[*_`\\]*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])?|>")
_CALL = re.compile(r"\[\^[^\]\n]*\]|\^\[")


class Places:
    """Finds places when they are asked for, and keeps them."""

    def __init__(self, a: Side, b: Side, words: Mapping[Side, Words]) -> None:
        self.a, self.b = a, b
        self.words = words
        self._found: dict[tuple[bool, int], list[Range]] = {}
        self._cells: dict[tuple[bool, int], int] = {}

    def blocks(self, olds: Sequence[Node], news: Sequence[Node]) -> tuple[list[Range], list[Range]]:
        """Return the places of whole blocks; of cells, of their words."""
        return [r for n in olds for r in self._block(self.a, n)], [r for n in news for r in self._block(self.b, n)]

    def atoms(
        self, pair: Pair, old: Sequence[Range], new: Sequence[Range]
    ) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
        """Return the places of atoms, given by their numbers on each side of a pair."""
        return self._atoms(self.a, pair.olds, old), self._atoms(self.b, pair.news, new)

    def _block(self, side: Side, node: Node) -> list[Range]:
        if node.kind in ("td", "th"):
            words = self._words(side, node)
            return [(words[0][0], words[-1][1]) if words else (self._start(side, node),) * 2]
        lines = side.lines(node)
        if lines is None:
            words = [place for leaf in node.leaves() for place in self._words(side, leaf)]
            return [(words[0][0], words[-1][1]) if words else (len(side.source),) * 2]
        return [lines]

    def _atoms(self, side: Side, nodes: Sequence[Node], ranges: Sequence[Range]) -> tuple[Range, ...]:
        places: list[Range] = []
        for number, node in enumerate(nodes):
            words = self._words(side, next(node.leaves()))
            if number:  # The border between two blocks is what lies between their words.
                places.append((places[-1][1] if places else 0, words[0][0] if words else places[-1][1]))
            places += words
        return tuple((places[start][0], max(places[start][0], places[end - 1][1])) for start, end in ranges)

    def _words(self, side: Side, leaf: Node) -> list[Range]:
        known = self._found.get((side is self.a, leaf.first))
        if known is None:
            known = self._found[side is self.a, leaf.first] = self._find(side, leaf)
        return known

    def _find(self, side: Side, leaf: Node) -> list[Range]:
        start, end = self._span(side, leaf)
        return _find_words(side.source, self.words[side].of(leaf), start, end)

    def _start(self, side: Side, leaf: Node) -> int:
        return self._span(side, leaf)[0]

    def _span(self, side: Side, leaf: Node) -> Range:
        span = side.lines(leaf)
        if span is None and leaf.inline is not None and leaf.inline.map:
            span = side.line_range(leaf.inline.map)
        start, end = span or (0, len(side.source))
        if leaf.kind not in ("td", "th"):
            return start, end
        key = side is self.a, leaf.first
        if key not in self._cells:
            self._row(side, side.row_of(leaf), start, end)
        return self._cells[key], end

    def _row(self, side: Side, row: Node, start: int, end: int) -> None:
        """Find the cells of a row, each after the one before."""
        for number, cell in enumerate(row.children):
            bar = side.source.find("|", start, end)
            if bar >= 0 and (number or not side.source[start:bar].strip()):
                start = bar + 1
            self._cells[side is self.a, cell.first] = start
            words = _find_words(side.source, self.words[side].of(cell), start, end)
            start = words[-1][1] if words else start


def _find_words(source: str, words: Sequence[Atom], at: int, end: int) -> list[Range]:
    """Return the place of each word, each looked for after the one before; one not found as typed has no width."""
    out: list[Range] = []
    in_link = False
    for word in words:
        was_in_link, in_link = in_link, bool(word.marks) and any(mark.name == "link" for mark in word.marks)
        if was_in_link and not in_link and (closing := _LINK_END.match(source, at, end)):
            at = closing.end()
        if word.note >= 0:
            found = _CALL.search(source, at, end)
            out.append(found.span() if found else (at, at))
        elif not word.text.strip():
            blank = _BLANK.match(source, at, end)
            out.append(blank.span() if blank else (at, at))
        else:
            out.append(_find_word(source, word.text, at, end))
        at = out[-1][1]
    return out


def _find_word(source: str, word: str, at: int, end: int) -> Range:
    for form in (word, word.replace("’", "'"), word.replace("\u202f", " "), word.replace("\u202f", "\u00a0")):
        found = source.find(form, at, end)
        if found >= 0:
            return found, found + len(form)
    return at, at
