"""Passages by their words: which of several alike is meant, and that no text, however strange, takes long to read."""

from __future__ import annotations

import time

import pytest

from drafting.domain.changes import units
from drafting.domain.passages import MOST_ALIKE, Words, find, letters_of, only_place, quoted, words_of
from drafting.domain.tracking import SectionState


def words(text: str) -> Words:
    return words_of(SectionState.start(text, 1, 1))


@pytest.mark.parametrize(("before", "which"), [
    ("", 0), ("Un été ", 1), ("Deux étés ", 2), ("trois étés ", 2), ("rien de tel", 0),
])
def test_of_passages_alike_the_one_behind_the_same_letters_is_meant(before: str, which: int) -> None:
    text = units("œuvre. Un été œuvre 🙂. Deux étés œuvre.")
    starts = [at for at in range(len(text)) if text.startswith("œuvre", at)]

    found = find(words("œuvre. Un été œuvre 🙂. Deux étés œuvre."), "œuvre", letters_of(before))

    assert found == (starts[which], starts[which] + 5)


def test_the_last_of_very_many_alike_is_found_by_the_letters_before_it() -> None:
    text = "été " * (3 * MOST_ALIKE) + "· dès l’été"

    assert find(words(text), "été", letters_of("dès l’")) == (len(text) - 3, len(text))


@pytest.mark.parametrize("selected", ["é", "é" * 200_000])
def test_half_a_million_passages_alike_take_no_time(selected: str) -> None:
    known = words("é" * 500_000)

    started = time.perf_counter()
    assert find(known, selected, "rien") == (0, len(selected))

    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("piece", ["[^", "[^]", "](", "](é", "](()", "](()](", "]()", "> ", "**", " ", "1"])
def test_the_strangest_texts_are_read_in_no_time(piece: str) -> None:
    text = piece * (600_000 // len(piece))
    state = SectionState.start(text, 1, 1)

    started = time.perf_counter()
    words_of(state)
    quoted(text, 300)

    assert time.perf_counter() - started < 5


def test_addresses_and_labels_are_no_words_also_with_brackets_in_them() -> None:
    text = "L’[œuvre](https://exemple.example/page_(suite)/fin) de l’été[^note], 🙂"

    assert words(text).letters == "Lœuvredelété"
    assert quoted(text, 300) == "L’œuvre de l’été, 🙂"


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("l’œuvre commune", "Dire *l’œuvre commune* 🙂 ici.", "l’œuvre commune"),
        ("travailleurs·ses et élu·es", "Les **travailleurs·ses** et [élu·es](https://exemple.fr/a).",
         "travailleurs·ses** et [élu·es"),
        ("deux fois", "deux fois, puis deux fois", None),
        ("absente", "Rien de cela.", None),
        ("…", "Rien que des signes : …", None),
    ],
)
def test_a_quotation_is_found_in_a_frozen_text_where_it_stands_once(quote: str, text: str, found: str | None) -> None:
    place = only_place(quote, text)

    assert (text[place[0] : place[1]] if place else None) == found
