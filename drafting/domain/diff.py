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

from diff_match_patch import diff_match_patch

try:
    import fast_diff_match_patch
except ImportError:  # No wheel for this platform: the Python package gives the same results, slower.
    fast_diff_match_patch = None

TIME_LIMIT_S = 1.0
MANY_BLOCKS = 2_000
"""Blocks from which on those that come again and again are no anchors: comparing each with each takes for ever."""

# Words with their inner marks (travailleurs·ses, États-Unis, R&D), elisions (l’), numbers with decimals,
# addresses; then single marks, line breaks and runs of spaces.
TOKEN = re.compile(
    r"https?://\S+"
    r"|\w+(?:[·&\-]\w+)*[’']"
    r"|\d{1,3}(?:[ \u202f\u00a0]\d{3})+(?:,\d+)?(?!\w)|\d+(?:[.,]\d+)*(?!\w)"
    r"|\w+(?:[·&\-]\w+)*"
    r"|\n|[^\S\n]+|[^\w\s]",
    re.UNICODE,
)


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


def _folded(word: str) -> str:
    """Return what a token counts as: typographic apostrophes and no-break spaces are not changes."""
    if word.isspace() and word != "\n":
        return " "
    return word.replace("'", "’").replace("\u00a0", " ").replace("\u202f", " ")


def _compare_words(a: str, b: str) -> list[Piece]:
    if a == b:
        return [Piece(Kind.SAME, a)] if a else []
    old, new = TOKEN.findall(a), TOKEN.findall(b)
    if "".join(old) != a or "".join(new) != b:
        # A character that no pattern covers (there is none known): whole replacement is always right.
        return [Piece(Kind.DELETED, a), Piece(Kind.INSERTED, b)]
    codes: dict[str, str] = {}
    coded = ["".join(codes.setdefault(_folded(token), _code(len(codes))) for token in tokens) for tokens in (old, new)]
    pieces: list[Piece] = []
    at_old = at_new = 0
    for sign, run in _diff_codes(*coded):
        count = len(run)
        if sign < 0:
            pieces.append(Piece(Kind.DELETED, "".join(old[at_old : at_old + count])))
            at_old += count
        elif sign > 0:
            pieces.append(Piece(Kind.INSERTED, "".join(new[at_new : at_new + count])))
            at_new += count
        else:
            was, now = "".join(old[at_old : at_old + count]), "".join(new[at_new : at_new + count])
            pieces.append(Piece(Kind.SAME, now, None if was == now else was))
            at_old, at_new = at_old + count, at_new + count
    return pieces


def _code(number: int) -> str:
    """Return the character that stands for a token; surrogates are no characters."""
    return chr(number + 1 if number + 1 < 0xD800 else number + 1 + 0x800)


def _diff_codes(a: str, b: str) -> list[tuple[int, str]]:
    if fast_diff_match_patch is not None:
        signs = {"-": -1, "+": 1, "=": 0}
        answer = fast_diff_match_patch.diff(
            a, b, timelimit=TIME_LIMIT_S, checklines=False, cleanup="Semantic", counts_only=False
        )
        return [(signs[sign], run) for sign, run in answer]
    engine = diff_match_patch()
    engine.Diff_Timeout = TIME_LIMIT_S
    diffs: list[tuple[int, str]] = engine.diff_main(a, b, False)
    engine.diff_cleanupSemantic(diffs)
    return diffs


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
