"""A suggestion's places in words, with the words around them."""

from __future__ import annotations

import time

import pytest

from drafting.domain.proposals import changes_of, paragraph_starts
from drafting.domain.quotations import BaseText, Quotation
from tests.domain.sections import OTHER, THIRD, Section

TEXT = "# Nos constats\n\nLes salariés·es de **l’œuvre** demandent « vite » une vraie négociation 👍 partout."


def quoted(section: Section, id: str) -> list[Quotation]:
    base = BaseText(section.state)
    return [base.quote(change) for change in changes_of(section.state, [id])[id]]


BEFORE = "… de l’œuvre demandent « vite » une "
AFTER = "négociation 👍 partout."


@pytest.mark.parametrize(("act", "expected"), [
    (lambda s: s.insert(OTHER, "une ", "véritable ", suggestion="s1"),
     Quotation(BEFORE, "", "véritable ", "vraie " + AFTER)),
    (lambda s: s.strike(OTHER, "« vite » ", "s1"),
     Quotation("Les salariés·es de l’œuvre demandent ", "« vite » ", "", "une vraie " + AFTER)),
    (lambda s: s.insert(OTHER, "salariés", "·ées", suggestion="s1"),
     Quotation("Les salariés", "", "·ées", "·es de l’œuvre demandent « vite » …")),
    (lambda s: s.strike(OTHER, "Nos constats", "s1"), Quotation("", "Nos constats", "", "")),
    (lambda s: s.insert(OTHER, "constats", " d’été", suggestion="s1"), Quotation("Nos constats", "", " d’été", "")),
])
def test_a_place_is_quoted_with_the_words_around_it(act, expected: Quotation) -> None:
    section = Section(TEXT)
    act(section)

    assert quoted(section, "s1") == [expected]


def test_what_others_propose_beside_it_is_not_quoted() -> None:
    section = Section(TEXT)
    section.insert(THIRD, "une ", "plus ", suggestion="s2")
    section.strike(OTHER, "vraie", "s1")

    assert quoted(section, "s1") == [Quotation(BEFORE, "vraie", "", " " + AFTER)]


def test_a_long_passage_is_cut_and_says_so() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "partout.", "\n\n" + "œuvre 👍 " * 400, suggestion="s1")

    [place] = quoted(section, "s1")
    assert place.new.endswith(" … ")
    assert len(place.new) < 1_100


def test_a_desert_of_spaces_is_quoted_in_no_time() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "partout.", " " * 100_000, suggestion="s1")

    started = time.perf_counter()
    [place] = quoted(section, "s1")

    assert time.perf_counter() - started < 2
    assert place.new == " … "


def test_a_place_is_in_the_paragraph_that_a_citation_names() -> None:
    section = Section("Un.\n\nDeux 👍.\n\n- trois\n- quatre\n\nCinq é.")
    section.insert(OTHER, "Un.", "\n\nUn bis.", suggestion="s1")
    section.strike(OTHER, "Deux", "s2")
    base = BaseText(section.state)
    starts = paragraph_starts(base.text)
    is_base = [run.insertion is None for run in section.state.runs for _ in range(run.length)]

    for at in range(len(is_base) + 1):
        assert base.place(at) == sum(is_base[:at])
        assert base.paragraph(at) == max(1, sum(start <= sum(is_base[:at]) for start in starts))
