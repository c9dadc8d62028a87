"""Bringing an earlier text back: all of it or passages of it, as an edit or as a suggestion, with its real authors."""

from __future__ import annotations

from collections import Counter

import pytest

from drafting.domain.changes import units
from drafting.domain.restoration import Passage, passages_back
from drafting.domain.tracking import base_view, proposed_view
from tests.domain.histories import History
from tests.domain.sections import LEAD, OTHER, READER, THIRD, WRITER, Section, why_refused

TEXT = "L’œuvre commune des salariés·es.\n\nUn été « très » indien 😀.\n\nLa fin."


def said(section: Section, revision: int, passage: Passage) -> list[tuple[str, str]]:
    """Return what a passage takes away and what it brings."""
    now, then = units(base_view(section.state)), units(base_view(section.states[revision]))
    return [(now[slice(*one.now)], then[slice(*one.then)]) for one in passage.places]


def rewritten() -> Section:
    """A text of which somebody else changed the first and the last paragraph."""
    section = Section(TEXT)
    section.edit(WRITER, "commune", "partagée")
    section.edit(WRITER, "La fin", "Voilà 👍")
    return section


def test_everything_brought_back_gives_the_earlier_text_with_its_authors() -> None:
    section = rewritten()

    row = section.restore(WRITER, 0)

    assert base_view(section.state) == TEXT
    assert section.runs() == section.states[0].runs.to_json(), "not one word is the restorer’s"
    assert row.author == WRITER.author
    assert row.of is None


def test_one_passage_brought_back_leaves_the_others() -> None:
    section = rewritten()
    first, second = passages_back(section.state, section.states[0])
    assert [said(section, 0, one) for one in (first, second)] == [
        [("partagée", "commune")], [(units("Voilà 👍"), "La fin")]]

    section.restore(WRITER, 0, first.key)

    assert base_view(section.state) == TEXT.replace("La fin.", "Voilà 👍.")
    [left] = passages_back(section.state, section.states[0])
    assert said(section, 0, left) == [(units("Voilà 👍"), "La fin")]


def test_a_text_that_moved_comes_back_as_one_passage() -> None:
    long = "Ce paragraphe est assez long pour être reconnu quand on le déplace ailleurs."
    section = Section(f"{long}\n\nAu milieu reste l’été « indien ».\n\nEt puis la fin de tout cela 😀.")
    section.edit(WRITER, f"{long}\n\n", "")
    section.insert(WRITER, "tout cela 😀.", f"\n\n{long}")

    [passage] = passages_back(section.state, section.states[0])

    assert len(passage.places) == 2
    section.restore(LEAD, 0, passage.key)
    assert base_view(section.state) == base_view(section.states[0])


def test_apostrophes_and_spaces_come_back_too_as_one_passage() -> None:
    section = Section("L’été d’hier « oui » et l’autre mot.")
    section.edit(WRITER, "L’été", "L'été")
    section.edit(WRITER, "l’autre", "l'autre")
    section.edit(WRITER, "mot", "terme")

    word, spacing = passages_back(section.state, section.states[0])

    assert (word.is_spacing, spacing.is_spacing, len(spacing.places)) == (False, True, 2)
    section.restore(WRITER, 0, word.key)
    assert base_view(section.state) == "L'été d’hier « oui » et l'autre mot."
    section.restore(WRITER, 0)
    assert base_view(section.state) == base_view(section.states[0])


def test_two_passages_that_say_the_same_are_told_apart() -> None:
    section = Section("un été\n\nsuite œuvre longue\n\nun été")
    section.edit(WRITER, "un été\n\nsuite", "un hiver\n\nsuite")
    section.insert(WRITER, "longue\n\nun ", "bel ")
    section.edit(WRITER, "bel été", "hiver")

    a, b = passages_back(section.state, section.states[0])

    assert a.key != b.key
    section.restore(WRITER, 0, b.key)
    assert base_view(section.state) == "un hiver\n\nsuite œuvre longue\n\nun été"


def test_a_suggestion_changes_no_base_text_and_keeps_the_words_authors_when_accepted() -> None:
    section = rewritten()
    before = base_view(section.state)

    section.restore(OTHER, 0, suggestion="s1")

    assert base_view(section.state) == before
    assert proposed_view(section.state) == TEXT
    assert section.state.suggestions["s1"].author == OTHER.author, "it is the one’s who proposes it"
    section.decide(LEAD, "accept", "s1")
    assert section.runs() == section.states[0].runs.to_json()


def test_a_suggestion_that_is_refused_leaves_everything_as_it_was() -> None:
    section = rewritten()
    before = section.runs()

    section.restore(OTHER, 0, suggestion="s1")
    section.decide(LEAD, "reject", "s1")

    assert section.runs() == before


def test_what_is_pending_elsewhere_and_inside_stays_pending() -> None:
    section = rewritten()
    section.insert(OTHER, "été", " 😀", suggestion="s1")
    section.strike(THIRD, "très", "s2")
    section.insert(OTHER, "part", "·", suggestion="s3")

    section.restore(WRITER, 0)

    assert base_view(section.state) == TEXT
    assert section.state.text == units(TEXT.replace("été", "été 😀").replace("commune", "commune·"))
    assert all(one.is_open for one in section.state.suggestions.values())


@pytest.mark.parametrize(("hand", "suggestion", "why"), [
    (WRITER, None, "taken"), (OTHER, None, "forbidden"), (OTHER, "s1", "taken"), (READER, None, "forbidden"),
    (READER, "s1", "forbidden"), (THIRD, "taken-by-other", "forbidden"),
])
def test_who_may_not_write_may_only_suggest(hand, suggestion, why) -> None:
    section = rewritten()
    section.insert(OTHER, "indien", " 👍", suggestion="taken-by-other")

    assert why_refused(lambda: section.restore(hand, 0, suggestion=suggestion)) == why


def test_typing_elsewhere_meanwhile_does_not_stand_against_it() -> None:
    section = rewritten()
    base = section.state.revision
    section.insert(LEAD, "Un ", "bel ")
    section.edit(LEAD, "L’œuvre", "Œuvre 😀")

    [key] = [one.key for one in passages_back(section.states[base], section.states[0])
             if one.places[0].now[0] > 40]
    section.restore(WRITER, 0, key, base=base)

    assert base_view(section.state) == "Œuvre 😀 partagée des salariés·es.\n\nUn bel été « très » indien 😀.\n\nLa fin."


@pytest.mark.parametrize("meanwhile", [
    lambda section: section.edit(LEAD, "tagé", "d"),
    lambda section: section.insert(LEAD, "partagée", "s"),
    lambda section: section.edit(LEAD, "L’œuvre partagée des", ""),
    lambda section: section.restore(LEAD, 0),
])
def test_a_passage_that_somebody_changed_meanwhile_is_not_overwritten(meanwhile) -> None:
    section = rewritten()
    base = section.state.revision
    meanwhile(section)

    assert why_refused(lambda: section.restore(WRITER, 0, base=base)) == "changed"


def test_a_suggestion_accepted_inside_meanwhile_is_not_torn_apart() -> None:
    section = rewritten()
    section.insert(OTHER, "part", " 😀 ", suggestion="s1")
    base = section.state.revision
    section.decide(LEAD, "accept", "s1")

    assert why_refused(lambda: section.restore(WRITER, 0, base=base)) == "changed"


@pytest.mark.parametrize("seed", range(40))
def test_in_random_histories_it_is_what_it_says(seed: int) -> None:
    history = History(seed, restores=4)
    history.run(60)

    assert history.counts["restoration taken"] > 0


def test_random_histories_try_all_of_it() -> None:
    counts: Counter[str] = Counter()
    for seed in range(40, 60):
        history = History(seed, restores=4)
        history.run(60)
        counts += history.counts

    assert min(counts["restoration taken"], counts["restoration changed"]) > 20, counts
