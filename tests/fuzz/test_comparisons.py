"""Comparisons of random texts: both rebuilt exactly, words never cut; 600 pairs in make test, 20,000 in make fuzz."""

from __future__ import annotations

import os
import random
from itertools import pairwise

from drafting.domain.diff import compare, new_text, old_text
from drafting.domain.pieces import Kind, Piece

PAIRS = 20_000 if os.environ.get("FUZZ") == "long" else 600
SEED = int(os.environ.get("SEED", "20250211"))

WORDS = (
    "la", "négociation", "collective", "protège", "les", "travailleurs·ses", "l’œuvre", "l'œuvre", "d’été", "12,5", "%",
    "1 200 000", "https://exemple.example/à", "États-Unis", "R&D", "👍🏽", "e\u0301te\u0301", "[^1]", "**", "_", "`x`",
    "à",
)
SPACES = (" ", " ", " ", "\u00a0", "\u202f", "  ", "\n")
ENDS = (".\n\n", ".\n", " ;\n- ", "\n\n## ", "\n> ", " | ", "\n| --- |\n", "\r\n", "\n\n\n", "…", "\t")
ANYTHING = "aé·'’ \u00a0\n\r\t😀\u200d\u0301-&|*[]()^#0,.\x00\x85\u2028\ud83d"


def text(chance: random.Random) -> str:
    """Make a text: mostly prose of the kind people write, sometimes any characters at all."""
    if chance.random() < 0.15:
        return "".join(chance.choices(ANYTHING, k=chance.randint(0, 80)))
    return "".join(
        chance.choice(WORDS) + (chance.choice(ENDS) if chance.random() < 0.15 else chance.choice(SPACES))
        for _ in range(chance.randint(0, 120))
    )


def revised(before: str, chance: random.Random) -> str:
    """Change a text as people do: words replaced, passages removed, moved, repeated, split and joined."""
    after = before
    for _ in range(chance.randint(0, 6)):
        start = chance.randint(0, len(after))
        end = min(len(after), start + chance.choice([0, 1, 3, 12, 60]))
        gone = after[start:end]
        after = after[:start] + chance.choice(["", "", text(chance)[:40], gone * 2]) + after[end:]
        if chance.random() < 0.3:
            place = chance.randint(0, len(after))
            after = after[:place] + gone + after[place:]
    if chance.random() < 0.2:
        after = after.replace(*chance.choice([("'", "’"), (" ", "\u202f"), (".\n\n", ". "), (". ", ".\n\n")]))
    return after


def cuts(pieces: list[Piece], other: Kind) -> list[str]:
    """Return the places of one of the two texts where a word is cut, with what is around them."""
    kept = [piece for piece in pieces if piece.kind is not other]
    texts = [piece.old if other is Kind.INSERTED and piece.old is not None else piece.text for piece in kept]
    return [
        f"{a[-8:]}·{b[:8]}" for a, b in pairwise(texts)
        if a and b and a[-1].isalpha() and b[0].isalpha() and a[-1].isascii() and b[0].isascii()
    ]


def test_both_texts_are_rebuilt_exactly_and_no_word_is_cut() -> None:
    for number in range(PAIRS):
        chance = random.Random(SEED * 100_000 + number)
        a = text(chance)
        b = revised(a, chance) if chance.random() < 0.85 else text(chance)

        pieces = compare(a, b)

        assert old_text(pieces) == a, f"pair {number}: {a!r} {b!r}"
        assert new_text(pieces) == b, f"pair {number}: {a!r} {b!r}"
        assert all(piece.text for piece in pieces), f"pair {number}"
        assert not cuts(pieces, Kind.INSERTED), f"pair {number}: {cuts(pieces, Kind.INSERTED)}"
        assert not cuts(pieces, Kind.DELETED), f"pair {number}: {cuts(pieces, Kind.DELETED)}"
        moves = [(piece.move, piece.kind) for piece in pieces if piece.move is not None]
        numbers = {move for move, _ in moves}
        assert all({kind for move, kind in moves if move == one} == {Kind.DELETED, Kind.INSERTED} for one in numbers)
