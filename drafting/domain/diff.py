"""Compare two texts by words. Both texts can always be rebuilt exactly from the comparison.

Blocks first (paragraphs, list items and rows that are the same anchor the comparison), then words inside
the gaps between anchors, with diff-match-patch on token codes and its semantic cleanup (notes on
measurements: cleanup after decoding would cut words).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from drafting.domain.words import compare_tokens, folded, tokens

MANY_BLOCKS = 2_000
"""Blocks from which on those that come again and again are no anchors: comparing each with each takes for ever."""


class Kind(StrEnum):
    """What happened to a piece of text between a (old) and b (new)."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Piece:
    """A stretch of text. Where `same` texts differ in apostrophes or spaces only, `text` is b's."""

    kind: Kind
    text: str
    old: str | None = None
    """a's text, where a piece counts as the same although its apostrophes or spaces differ."""


def compare(a: str, b: str) -> list[Piece]:
    """Return the pieces that lead from a (old) to b (new), neighbours of one kind joined."""
    pieces: list[Piece] = []
    for old_blocks, new_blocks in _gaps(_blocks(a), _blocks(b)):
        pieces.extend(_compare_words("".join(old_blocks), "".join(new_blocks)))
    return _joined(pieces)


def old_text(pieces: list[Piece]) -> str:
    """Rebuild a."""
    return "".join(
        piece.text if piece.old is None else piece.old for piece in pieces if piece.kind is not Kind.INSERTED
    )


def new_text(pieces: list[Piece]) -> str:
    """Rebuild b."""
    return "".join(piece.text for piece in pieces if piece.kind is not Kind.DELETED)


def _blocks(text: str) -> list[str]:
    """Split into lines, each with its line feed."""
    return text.splitlines(keepends=True) if "\r" not in text else re.split(r"(?<=\n)", text)


def _gaps(a: list[str], b: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield runs of blocks that correspond: the same ones alone, and what lies between them."""
    matcher = SequenceMatcher(None, a, b, autojunk=len(b) > MANY_BLOCKS)
    for _operation, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        yield a[a_from:a_to], b[b_from:b_to]


def _compare_words(a: str, b: str) -> list[Piece]:
    if a == b:
        return [Piece(Kind.SAME, a)] if a else []
    old, new = tokens(a), tokens(b)
    pieces: list[Piece] = []
    at_old = at_new = 0
    for sign, count in compare_tokens(list(map(folded, old)), list(map(folded, new))):
        was, now = "".join(old[at_old : at_old + count]), "".join(new[at_new : at_new + count])
        if sign < 0:
            pieces.append(Piece(Kind.DELETED, was))
        elif sign > 0:
            pieces.append(Piece(Kind.INSERTED, now))
        else:
            pieces.append(Piece(Kind.SAME, now, None if was == now else was))
        at_old += count * (sign <= 0)
        at_new += count * (sign >= 0)
    return pieces


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is None or last.kind is not piece.kind:
            joined.append(piece)
            continue
        old = None
        if last.old is not None or piece.old is not None:
            old = (last.text if last.old is None else last.old) + (piece.text if piece.old is None else piece.old)
        joined[-1] = Piece(piece.kind, last.text + piece.text, old)
    return joined
