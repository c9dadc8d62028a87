"""Passages that changed places: a label on what was deleted here and inserted there, not a kind of change."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from drafting.domain.pieces import Kind, Piece, changes, joined
from drafting.domain.token_runs import Budget, compare_runs
from drafting.domain.words import fold_text

WORDS = 8
"""A passage with fewer is not called moved."""
SHORTEST = 2 * WORDS - 1
"""Characters that so many words have at least."""
MOST = 5_000
"""Passages of one side from which on none is looked for."""
SIMILARITY = 0.7
"""How much of it may be the same at least: words that both have, of all words."""
TOGETHER = 3
"""Words in a row by which a passage is known again."""
COMMON = 8
"""Passages that may have the same words in a row; more, and these say nothing of a passage."""
CANDIDATES = 3
"""How many passages are looked at for each."""

_BLOCKS = re.compile(
    # A heading or a row is a line; other blocks go on until a line begins that is an item, a quotation...
    r"(?:[^\S\n]*[#|][^\n]*\n?"
    r"|[^\n]*\S[^\n]*(?:\n(?![^\S\n]*(?:[-+*>#|=`~:\n]|\d{1,9}[.)]|\[\^|\Z))[^\n]+)*\n?)"
    # ... with the blank lines that follow.
    r"(?:[^\S\n]*\n)*"
    r"|(?:[^\S\n]*\n)+|[^\n]+"
)
_SENTENCES = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][»”’)*_])|(?<=[.!?…]\s[»”]))[^\S\n]+|\n\s*")


@dataclass(frozen=True)
class Passage:
    """A stretch of deleted or inserted text, with the place where it is so: one for each gap or change."""

    place: int
    text: str

    @property
    def words(self) -> list[str]:
        """What is compared."""
        return fold_text(self.text).split()


class Pair(NamedTuple):
    """A passage of a and one of b that resemble each other, by their places in the lists."""

    old: int
    new: int


def pairs(old: Sequence[Passage], new: Sequence[Passage], budget: Budget) -> list[Pair]:
    """Return passages that are each other's likeness in another place, in the order of `old`.

    Whose likeness is in its own place has not moved, even if another one resembles it too.
    """
    if not old or not new or max(len(old), len(new)) > MOST:
        return []
    old_words, new_words = ([one.words for one in passages] for passages in (old, new))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    found: list[Pair] = []
    for _, i, j in _candidates(old, new, old_words, new_words):
        if i in taken_old or j in taken_new or not _are_alike(old_words[i], new_words[j], budget):
            continue
        taken_old.add(i)
        taken_new.add(j)
        if old[i].place != new[j].place:
            found.append(Pair(i, j))
    return sorted(found)


def _candidates(
    old: Sequence[Passage], new: Sequence[Passage], old_words: list[list[str]], new_words: list[list[str]]
) -> list[tuple[int, int, int]]:
    """Return (what counts first, old, new), the best first; of equally good ones those in one place."""
    having: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, words in enumerate(new_words):
        for together in _together(words):
            having[together].append(j)
    found = []
    for i, words in enumerate(old_words):
        shared = Counter(j for together in _together(words) for j in having.get(together, ())[:COMMON])
        found += [(-count, old[i].place != new[j].place, i, j) for j, count in shared.most_common(CANDIDATES)]
    return [(count, i, j) for count, _, i, j in sorted(found)]


def _together(words: list[str]) -> set[tuple[str, ...]]:
    if len(words) < WORDS:
        return set()
    return set(zip(*(words[start:] for start in range(TOGETHER)), strict=False))


def _are_alike(a: list[str], b: list[str], budget: Budget) -> bool:
    least = SIMILARITY * (len(a) + len(b)) / 2
    # However they are arranged, no more can be the same than both have.
    if min(len(a), len(b)) < least or (Counter(a) & Counter(b)).total() < least:
        return False
    return a == b or sum(count for sign, count in compare_runs(a, b, budget) if not sign) >= least


def numbered(found: Sequence[Pair], old: Sequence[Passage], new: Sequence[Passage], first: int) -> list[int]:
    """Return a number for each pair, `first` and up. Passages that moved together have the same."""
    numbers: list[int] = []
    for at, pair in enumerate(found):
        last = found[at - 1] if at else None
        is_one = last is not None and (pair.old - last.old, pair.new - last.new) == (1, 1) and (
            (old[pair.old].place, new[pair.new].place) == (old[last.old].place, new[last.new].place))
        numbers.append(numbers[-1] + (not is_one) if numbers else first)
    return numbers


def labelled(pieces: list[Piece], budget: Budget) -> list[Piece]:
    """Give what was deleted in one change and inserted in another a number: blocks first, then sentences.

    Those that have one keep it. Numbers then go from 1, in the order of the text.
    """
    for split in (blocks_of, sentences_of):
        pieces = _labelled(pieces, split, budget)
    numbers: dict[int, int] = {}
    return [
        piece if piece.move is None else replace(piece, move=numbers.setdefault(piece.move, len(numbers) + 1))
        for piece in pieces
    ]


def _labelled(pieces: list[Piece], split: Callable[[str], list[str]], budget: Budget) -> list[Piece]:
    segments: dict[int, list[str]] = {}
    sides: dict[Kind, list[Passage]] = {Kind.DELETED: [], Kind.INSERTED: []}
    owners: dict[Kind, list[tuple[int, int]]] = {Kind.DELETED: [], Kind.INSERTED: []}
    for place, (start, end) in enumerate(changes(pieces)):
        for at in range(start, end):
            if pieces[at].move is None and len(pieces[at].text) >= SHORTEST:
                kind, segments[at] = pieces[at].kind, split(pieces[at].text)
                for number, text in enumerate(segments[at]):
                    if len(text) >= SHORTEST:
                        sides[kind].append(Passage(place, text))
                        owners[kind].append((at, number))
    old, new = sides[Kind.DELETED], sides[Kind.INSERTED]
    found = pairs(old, new, budget)
    if not found:
        return pieces
    moves: dict[tuple[int, int], int] = {}
    first = max((piece.move or 0 for piece in pieces), default=0) + 1
    for pair, number in zip(found, numbered(found, old, new, first), strict=True):
        moves[owners[Kind.DELETED][pair.old]] = moves[owners[Kind.INSERTED][pair.new]] = number
    return joined(
        replace(piece, text=text, move=moves.get((at, number), piece.move))
        for at, piece in enumerate(pieces)
        for number, text in enumerate(segments.get(at, [piece.text]))
    )


def blocks_of(text: str) -> list[str]:
    """Return the blocks of a Markdown text, each with the blank lines that follow it; joined they are the text."""
    return _BLOCKS.findall(text)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, each with what stands before the next; joined they are the text."""
    cuts = [0, *(match.end() for match in _SENTENCES.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if end > start]
