"""Compare two texts as a reader would. Both texts can always be rebuilt exactly from the comparison.

Blocks first (paragraphs, list items and rows that stand once in both are the anchors), then words inside the gaps
between them, where the end of a paragraph is a word too: so one that is split or joined reads as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from drafting.domain.alignment import Part, align
from drafting.domain.moves import SHORTEST, Passage, blocks_of, labelled, numbered, pairs
from drafting.domain.pieces import Break, Kind, Piece, joined, new_text, old_text, with_breaks
from drafting.domain.source_words import SourceWords, has_fence, words_of
from drafting.domain.token_runs import Budget
from drafting.domain.words import compare_tokens, fold_text

__all__ = ["Break", "Kind", "Piece", "compare", "new_text", "old_text"]

FOR_WORDS, FOR_MOVES = 40_000_000, 8_000_000
"""What one comparison may spend (see token_runs.Budget)."""

_LETTER = re.compile(r"[^\W_]")


@dataclass
class _Gap:
    """What lies between two anchors, or an anchor itself."""

    is_same: bool
    old: str
    new: str
    moved_old: dict[int, int] = field(default_factory=dict)
    moved_new: dict[int, int] = field(default_factory=dict)
    """Of its blocks, by place: those that went to another gap or came from one, with the number of the move."""


def compare(a: str, b: str) -> list[Piece]:
    """Return the pieces that lead from a (old) to b (new), neighbours of one kind joined.

    Of what changed, the deleted comes before the inserted. The work is bounded whatever the texts are.
    """
    if a == b:
        return [Piece(Kind.SAME, a)] if a else []
    gaps = list(_gaps(a, b))
    moves, words = Budget(FOR_MOVES), Budget(FOR_WORDS)
    _find_moves(gaps, moves)
    is_wrapped = not (has_fence(a) or has_fence(b))
    # Small gaps first: what is too long for the budget must not take it from the others.
    by_size = sorted(range(len(gaps)), key=lambda place: len(gaps[place].old) * len(gaps[place].new))
    compared = {place: _compare_gap(gaps[place], words, is_wrapped=is_wrapped) for place in by_size}
    pieces = joined(piece for place in range(len(gaps)) for piece in compared[place])
    return with_breaks(labelled(pieces, moves))


def _gaps(a: str, b: str) -> Iterator[_Gap]:
    """Yield blocks that correspond: the same ones together, and what lies between them."""
    counts_as_a, counts_as_b = _lines(fold_text(a)), _lines(fold_text(b))  # As long as they were.
    old, new = _starts(counts_as_a), _starts(counts_as_b)
    parts = align(counts_as_a, counts_as_b, _weight)
    for is_same, a_from, a_end, b_from, b_end in _from_block_to_block(parts, counts_as_a, counts_as_b):
        yield _Gap(is_same, a[old[a_from] : old[a_end]], b[new[b_from] : new[b_end]])


def _lines(text: str) -> list[str]:
    """Return the lines, each with its line feed."""
    *lines, last = text.split("\n")
    return [*[line + "\n" for line in lines], *([last] if last else [])]


def _starts(lines: list[str]) -> list[int]:
    """Return where each line starts, and where the last one ends."""
    return list(accumulate(map(len, lines), initial=0))


def _from_block_to_block(parts: list[Part], a: list[str], b: list[str]) -> list[Part]:
    """Let blocks that only came or only went begin with themselves, not with the blank line before them."""
    moved = list(parts)
    for place, (is_same, a_from, a_end, b_from, b_end) in enumerate(parts[:-1]):
        if is_same or place == 0 or (a_from < a_end and b_from < b_end):
            continue
        lines, start, end = (a, a_from, a_end) if a_from < a_end else (b, b_from, b_end)
        most, by = parts[place + 1].a_end - parts[place + 1].a - 1, 0
        while by < most and not lines[start + by].strip() and lines[start + by] == lines[end + by]:
            by += 1
        before, after = moved[place - 1], moved[place + 1]
        moved[place - 1] = before._replace(a_end=before.a_end + by, b_end=before.b_end + by)
        moved[place] = Part(False, a_from + by, a_end + by, b_from + by, b_end + by)
        moved[place + 1] = after._replace(a=after.a + by, b=after.b + by)
    return moved


def _weight(line: str) -> int:
    """Tell how much a line says: blank ones, rules and the like are no anchors."""
    return len(line) if line[0].isalnum() or _LETTER.search(line) else 0


def _find_moves(gaps: list[_Gap], budget: Budget) -> None:
    """Mark the blocks that went from one gap to another: no words are looked for in them where they were."""
    sides: list[list[Passage]] = [[], []]
    owners: list[list[tuple[dict[int, int], int]]] = [[], []]
    for place, gap in enumerate(gaps):
        if not gap.is_same:
            for side, (text, moved) in enumerate(((gap.old, gap.moved_old), (gap.new, gap.moved_new))):
                for number, block in enumerate(blocks_of(text)):
                    if len(block) >= SHORTEST:
                        sides[side].append(Passage(place, block))
                        owners[side].append((moved, number))
    found_pairs = pairs(sides[0], sides[1], budget)
    for pair, number in zip(found_pairs, numbered(found_pairs, sides[0], sides[1], 1), strict=True):
        for moved, at in (owners[0][pair.old], owners[1][pair.new]):
            moved[at] = number


def _compare_gap(gap: _Gap, budget: Budget, *, is_wrapped: bool) -> list[Piece]:
    if gap.is_same:
        return [Piece(Kind.SAME, gap.new, None if gap.old == gap.new else gap.old)]
    old = words_of(gap.old, gap.moved_old, is_new=False, is_wrapped=is_wrapped)
    new = words_of(gap.new, gap.moved_new, is_new=True, is_wrapped=is_wrapped)
    pieces: list[Piece] = []
    at_old = at_new = 0
    for sign, count in compare_tokens(old.counts_as, new.counts_as, budget):
        if sign < 0:
            pieces += _changed(Kind.DELETED, old, at_old, at_old + count)
        elif sign > 0:
            pieces += _changed(Kind.INSERTED, new, at_new, at_new + count)
        else:
            was, now = "".join(old.texts[at_old : at_old + count]), "".join(new.texts[at_new : at_new + count])
            pieces.append(Piece(Kind.SAME, now, None if was == now else was))
        at_old += count * (sign <= 0)
        at_new += count * (sign >= 0)
    return pieces


def _changed(kind: Kind, words: SourceWords, start: int, end: int) -> Iterator[Piece]:
    """Yield what went or came, blocks that moved apart."""
    for place in sorted(place for place in words.moves if start <= place < end):
        if start < place:
            yield Piece(kind, "".join(words.texts[start:place]))
        yield Piece(kind, words.texts[place], None, words.moves[place])
        start = place + 1
    if start < end:
        yield Piece(kind, "".join(words.texts[start:end]))
