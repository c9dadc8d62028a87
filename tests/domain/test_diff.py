"""Comparisons cut no words and lose nothing."""

import random
from time import perf_counter

import pytest

from drafting.domain.diff import Kind, compare, new_text, old_text

CASES = [
    # old, new, what is shown: [-deleted-] {+inserted+}
    ("Le marché décide.", "Le dialogue décide.", "Le [-marché-]{+dialogue+} décide."),
    ("les travailleurs", "les travailleurs·ses", "les [-travailleurs-]{+travailleurs·ses+}"),
    ("l'Europe", "l’Europe", "l’Europe"),
    ("10 000 emplois", "12 000 emplois", "[-10 000-]{+12 000+} emplois"),
    ("l’accord d’entreprise", "l’accord de branche", "l’accord [-d’entreprise-]{+de branche+}"),
    ("- un\n- deux\n", "- un\n- œuvre 😀\n- deux\n", "- un\n{+- œuvre 😀\n+}- deux\n"),
    ("Un.\n\nDeux.", "Un. Deux.", "Un.[-\n\n-]{+ +}Deux."),
    ("", "Neuf", "{+Neuf+}"),
    ("Ancien", "", "[-Ancien-]"),
    ("« pareil »", "« pareil »", "« pareil »"),
]


def shown(a: str, b: str) -> str:
    forms = {Kind.SAME: "{}", Kind.DELETED: "[-{}-]", Kind.INSERTED: "{{+{}+}}"}
    return "".join(forms[piece.kind].format(piece.text) for piece in compare(a, b))


@pytest.mark.parametrize(("a", "b", "expected"), CASES)
def test_a_change_is_shown_by_whole_words(a: str, b: str, expected: str) -> None:
    assert shown(a, b) == expected


def test_both_texts_are_rebuilt_exactly_from_any_comparison() -> None:
    chance = random.Random(20250210)
    words = ["l’", "l'", "œuvre", "😀", "\n", "\n\n", "travailleurs·ses", " ", "\u00a0", "\u202f", "!", "12,5", "é"]
    for _ in range(1500):
        a = "".join(chance.choices(words, k=chance.randint(0, 40)))
        b = "".join(chance.choices(words, k=chance.randint(0, 40)))

        pieces = compare(a, b)

        assert (old_text(pieces), new_text(pieces)) == (a, b)


def test_unrelated_long_texts_are_compared_within_the_time_limit() -> None:
    chance = random.Random(1)
    a, b = (" ".join(str(chance.randint(0, 5000)) for _ in range(20_000)) for _ in range(2))

    pieces = compare(a, b)

    assert (old_text(pieces), new_text(pieces)) == (a, b)


def test_long_texts_of_lines_alike_are_compared_in_no_time() -> None:
    a = "| é | 🙂 |\n" * 20_000
    b = "| é | 🙂 |\n" * 9_000 + "| l’œuvre | 🙂 |\n" + "| é | 🙂 |\n" * 10_999

    started = perf_counter()
    pieces = compare(a, b)

    assert perf_counter() - started < 5
    assert (old_text(pieces), new_text(pieces)) == (a, b)
    assert "l’œuvre" in "".join(piece.text for piece in pieces if piece.kind is Kind.INSERTED)
