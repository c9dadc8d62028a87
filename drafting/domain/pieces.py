"""What a comparison consists of: pieces of text that stayed, went or came, with what more is known of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What happened to a piece of text between a (old) and b (new)."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


class Break(StrEnum):
    """What a change does that touches nothing but the end of a paragraph, an item, a row or a heading."""

    SPLIT = "split"  # One has become two.
    JOINED = "joined"  # Two have become one.


@dataclass(frozen=True)
class Piece:
    """A stretch of text. Where `same` texts differ in apostrophes or spaces only, `text` is b's."""

    kind: Kind
    text: str
    old: str | None = None
    """a's text, where a piece counts as the same although its apostrophes or spaces differ."""
    move: int | None = None
    """A number that a deleted and an inserted piece share: the passage has changed places. Counted from 1."""
    breaks: Break | None = None
    """Said of both pieces, where what goes and what comes are breaks and spaces only."""


def old_text(pieces: Iterable[Piece]) -> str:
    """Rebuild a."""
    return "".join(
        piece.text if piece.old is None else piece.old for piece in pieces if piece.kind is not Kind.INSERTED
    )


def new_text(pieces: Iterable[Piece]) -> str:
    """Rebuild b."""
    return "".join(piece.text for piece in pieces if piece.kind is not Kind.DELETED)


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of one kind and one move made one, and empty ones left out."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last is None or (last.kind, last.move) != (piece.kind, piece.move):
            result.append(piece)
            continue
        old = None
        if last.old is not None or piece.old is not None:
            old = (last.text if last.old is None else last.old) + (piece.text if piece.old is None else piece.old)
        result[-1] = Piece(piece.kind, last.text + piece.text, old, piece.move)
    return result


def changes(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Yield from where to where in the list neighbours lie that changed: what goes, and what comes in its stead."""
    start = None
    for place, piece in enumerate(pieces):
        if piece.kind is not Kind.SAME:
            start = place if start is None else start
        elif start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(pieces)


def with_breaks(pieces: list[Piece]) -> list[Piece]:
    """Say of changes that only split or join paragraphs, items, rows or headings that they do."""
    result = list(pieces)
    for start, end in changes(pieces):
        if start == 0 or end == len(pieces) or pieces[start - 1].text.endswith("\n"):
            continue
        begins = _BEGINS.match(pieces[end].text) is not None
        a, b = (_breaks_in("".join(piece.text for piece in pieces[start:end] if piece.kind is kind), begins=begins)
                for kind in (Kind.DELETED, Kind.INSERTED))
        if a is not None and b is not None and a != b:
            found = Break.SPLIT if b else Break.JOINED
            result[start:end] = [replace(piece, breaks=found) for piece in pieces[start:end]]
    return result


_LONG = 40
"""Characters from which on no break is looked for: nobody indents as far."""
_MARK = r"(?:[-*+]|\d{1,9}[.)]|\#{1,6})"
_BEGINS = re.compile(rf"[^\S\n]{{0,20}}(?:{_MARK}\s|[|>])")
"""How a block begins whatever stands before, as soon as it has a line of its own."""
_SPACES = re.compile(r"[^\S\n]*\n?[^\S\n]*")
_BREAK = re.compile(
    # The end of a table row, the line end or ends, quotation, then the mark of an item or heading, a row's first bar.
    rf"\s*\|?[^\S\n]*(?:\n[^\S\n]*){{1,10}}[\s>]*(?:{_MARK}[^\S\n]*)?(?:\|\s*)?"
)


def _breaks_in(text: str, *, begins: bool) -> bool | None:
    """Tell whether a text ends a block, so that another begins; None if it says anything else besides spaces."""
    if len(text) > _LONG:
        return None
    if _SPACES.fullmatch(text):
        return begins and "\n" in text
    return True if _BREAK.fullmatch(text) else None
