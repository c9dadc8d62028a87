"""Tracked changes, case by case: what a row does to text, runs and suggestions."""

from drafting.domain.tracking import SectionState, base_view, digest_of, proposed_view
from tests.domain.sections import LEAD, OTHER, THIRD, WRITER, Section

TEXT = "Les salariés 😀 demandent « l’œuvre »."


def test_a_plain_edit_is_base_text_of_its_author() -> None:
    section = Section(TEXT)

    section.insert(WRITER, "salariés", "·es")

    assert base_view(section.state) == "Les salariés·es 😀 demandent « l’œuvre »."
    assert section.runs() == [[12, 1, 10], [3, 2, 10], [26, 1, 10]]


def test_a_suggestion_leaves_the_base_text_as_it_is() -> None:
    section = Section(TEXT)

    section.insert(OTHER, "Les", " anciens", suggestion="x")
    section.strike(OTHER, "😀 ", "x")

    assert base_view(section.state) == TEXT
    assert proposed_view(section.state) == "Les anciens salariés demandent « l’œuvre »."


def test_accepting_keeps_who_wrote_and_rejecting_restores_the_text() -> None:
    accepted, rejected = Section(TEXT), Section(TEXT)
    for section in (accepted, rejected):
        section.insert(OTHER, "Les", " anciens", suggestion="x")
        section.strike(OTHER, "😀 ", "x")

    accepted.decide(LEAD, "accept", "x")
    rejected.decide(LEAD, "reject", "x")

    assert base_view(accepted.state) == "Les anciens salariés demandent « l’œuvre »."
    assert accepted.runs() == [[3, 1, 10], [8, 3, 20], [32, 1, 10]]
    assert (base_view(rejected.state), rejected.runs()) == (TEXT, [[38, 1, 10]])


def test_undoing_a_decision_gives_back_what_others_wrote_and_proposed() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "Les", " anciens", suggestion="x")
    section.strike(THIRD, "anciens", "y")
    before = section.state
    decision = section.decide(LEAD, "reject", "x")

    section.undo(LEAD, decision)

    assert (section.state.text, section.state.runs) == (before.text, before.runs)
    assert section.state.suggestions == before.suggestions
    assert digest_of(section.state) == digest_of(before)


def test_the_state_comes_back_from_its_snapshot() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "Les", " anciens", suggestion="x")
    section.strike(THIRD, "salariés 😀", "y")
    section.undo(LEAD, section.decide(LEAD, "accept", "x", "y"))

    assert SectionState.from_json(section.state.to_json()) == section.state
