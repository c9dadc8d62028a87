"""Words stay whole, count alike whatever their apostrophes and spaces, and are compared in bounded work."""

import random

import pytest

from drafting.domain import token_runs
from drafting.domain.token_runs import Budget
from drafting.domain.words import compare_tokens, folded, tokens

WHOLE = [
    "travailleurs·ses", "travailleur·se·s", "salarié.e.s", "salarié(e)s", "États-Unis", "R&D", "aujourd’hui", "it's",
    "O’Brien", "l’", "jusqu'", "QU’", "12,5", "12:30", "2024/1689", "10 000", "1\u202f234\u00a0567,89", "1er", "C.G.T",
    "https://oit.org/fr/c190?a=b&c=d", "www.oit.org", "nom.prénom@oit.org", "[^12]", "**", "---", "\n \n\n", "\n",
    "👩\u200d🏭", "👍🏽", "🇫🇷", "e\u0301te\u0301", "œuvre", "ß", "COVID-19", "non\u2011salarié",
]  # fmt: skip


@pytest.mark.parametrize("word", WHOLE)
def test_what_a_reader_calls_a_word_is_one_token(word: str) -> None:
    after = "été" if word[-1] in "’'" else " "

    assert tokens(f"«{word}{after}") == ["«", word, after]


def test_an_address_ends_before_the_mark_that_ends_its_sentence() -> None:
    assert tokens("« https://oit.org/é ».")[2:] == ["https://oit.org/é", " ", "»", "."]
    assert tokens("(www.oit.org/a).")[1:] == ["www.oit.org/a", ")", "."]


@pytest.mark.parametrize(("a", "b"), [
    ("l'", "l’"), ("10 000", "10\u202f000"), (" ", "\u00a0"), ("  ", " "), ("\n\n", "\n \n\n"),
    ("non-dit", "non\u2011dit"),
])  # fmt: skip
def test_typography_alone_is_no_other_word(a: str, b: str) -> None:
    assert folded(a) == folded(b)


def test_a_paragraph_break_is_neither_a_line_break_nor_a_space() -> None:
    assert len({folded("\n\n"), folded("\n"), folded(" ")}) == 3


def marked(a: str, b: str) -> str:
    old, new = tokens(a), tokens(b)
    shown, at_a, at_b = [], 0, 0
    for sign, count in compare_tokens([*map(folded, old)], [*map(folded, new)]):
        if sign < 0:
            shown.append(f"[-{''.join(old[at_a : at_a + count])}-]")
        elif sign > 0:
            shown.append(f"{{+{''.join(new[at_b : at_b + count])}+}}")
        else:
            shown.append("".join(new[at_b : at_b + count]))
        at_a, at_b = at_a + count * (sign <= 0), at_b + count * (sign >= 0)
    return "".join(shown)


@pytest.mark.parametrize(("a", "b", "expected"), [
    ("Le chien dort.", "Le chat mange. Le chien dort.", "{+Le chat mange. +}Le chien dort."),
    ("Un. Deux. Trois.", "Un. Trois.", "Un. [-Deux. -]Trois."),
    ("Un. Deux.", "Un.", "Un.[- Deux.-]"),
    ("Le travail, le salaire.", "Le travail, le repos, le salaire.", "Le travail, {+le repos, +}le salaire."),
    ("le marché", "le grand marché", "le {+grand +}marché"),
    ("non non", "non non non", "{+non +}non non"),
    ("a vu b et c d", "a dit b et dit d", "a [-vu-]{+dit+} b et [-c-]{+dit+} d"),
    ("il ne va à là", "il y va à ici", "il [-ne-]{+y+} va à [-là-]{+ici+}"),
    ("oui à là", "non à ici", "[-oui à là-]{+non à ici+}"),
])  # fmt: skip
def test_changes_begin_and_end_where_a_reader_expects(a: str, b: str, expected: str) -> None:
    assert marked(a, b) == expected


def rebuilt(a: list[str], b: list[str], runs: list[tuple[int, int]]) -> bool:
    at_a = at_b = 0
    for sign, count in runs:
        if sign == 0 and a[at_a : at_a + count] != b[at_b : at_b + count]:
            return False
        at_a, at_b = at_a + count * (sign <= 0), at_b + count * (sign >= 0)
    return (at_a, at_b) == (len(a), len(b)) and all(count > 0 for _, count in runs)


@pytest.mark.parametrize("is_fast", [True, False])
def test_runs_lead_from_one_side_to_the_other(is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_fast:
        monkeypatch.setattr(token_runs, "fast_diff_match_patch", None)
    chance = random.Random(20250210)
    for _ in range(400):
        a, b = (chance.choices(["é", " ", "œuvre", ".", "\n\n", "🙂", "l’"], k=chance.randint(0, 30)) for _ in "ab")

        runs = compare_tokens(a, b)

        assert rebuilt(a, b, runs), (a, b, runs)
        signs = "".join("-=+"[sign + 1] for sign, _ in runs)
        assert not any(pair in signs for pair in ("--", "++", "==", "+-")), (a, b, runs)


def test_the_fast_engine_gives_what_the_reference_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20250211)
    pairs = [tuple(chance.choices("abcdef gé.", k=chance.randint(0, 60)) for _ in "ab") for _ in range(400)]
    fast = [compare_tokens(a, b) for a, b in pairs]

    monkeypatch.setattr(token_runs, "fast_diff_match_patch", None)

    assert [compare_tokens(a, b) for a, b in pairs] == fast


def test_more_different_tokens_than_there_are_characters_are_compared_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(token_runs, "_CODES", 10)
    a = [f"é{number}" for number in range(100)]
    b = [*a[:50], "œuvre", *a[51:80], "·", *a[80:]]

    runs = compare_tokens(a, b)

    assert rebuilt(a, b, runs)
    assert (runs[0], runs[-1]) == ((0, 50), (0, 20))


def test_every_code_is_a_character_of_its_own_and_no_surrogate() -> None:
    numbers = [*range(50_000), *range(1_000_000, token_runs._CODES)]

    codes = {token_runs._code(number) for number in numbers}

    assert len(codes) == len(numbers)
    assert not any("\ud800" <= code <= "\udfff" for code in codes)


def test_what_the_budget_does_not_grant_counts_as_changed() -> None:
    chance = random.Random(20250214)
    a, b = (["é", *(f"œ{chance.randint(0, 9)}" for _ in range(999)), "·"] for _ in "ab")

    assert compare_tokens(a, b, Budget(999 * 999 - 1)) == [(0, 1), (-1, 999), (1, 999), (0, 1)]
    assert len(compare_tokens(a, b, Budget(999 * 999))) > 4


def test_few_changes_among_endless_repetitions_are_found() -> None:
    rows = ["|", " ", "é", " ", "|", "\n"] * 10_000
    a, b = [*rows, *rows], ["|", " ", "œ", " ", "|", "\n", *rows, "·", *rows, "|", "🙂", "|", "\n"]

    assert [count for sign, count in compare_tokens(a, b) if sign] == [6, 1, 4]


def test_long_texts_with_little_in_common_cost_no_more_than_is_granted() -> None:
    chance = random.Random(20250212)
    a, b = ([f"é{chance.randint(0, 5000)}" for _ in range(100_000)] for _ in "ab")
    budget = Budget()

    runs = compare_tokens(a, b, budget)

    assert rebuilt(a, b, runs)
    assert budget.left >= 0


def test_two_words_changed_at_the_ends_of_a_very_long_paragraph_are_found() -> None:
    chance = random.Random(20250213)
    middle = [f"é{chance.randint(0, 50_000)}" for _ in range(100_000)]

    runs = compare_tokens(["œuvre", *middle, "l’"], ["·", *middle, "🙂"])

    assert runs == [(-1, 1), (1, 1), (0, 100_000), (-1, 1), (1, 1)]
