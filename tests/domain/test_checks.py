"""The limits of the check; its rules are in tracking_cases.json and in the histories of tests/fuzz."""

import pytest

from drafting.domain import checks
from drafting.domain.changes import InvalidChange
from tests.domain.sections import LEAD, OTHER, THIRD, WRITER, Section, why_refused

TEXT = "Les salariés 😀 demandent « l’œuvre »."


def test_a_batch_is_taken_whole_or_not_at_all() -> None:
    section = Section(TEXT)
    before = section.state
    good, bad = {"changes": [38, [0, "é"]], "suggestion": "x"}, {"changes": [[3], 36], "suggestion": "x"}

    assert why_refused(lambda: section.send(OTHER, good, bad)) == "forbidden"
    assert section.state is before


def test_one_author_cannot_open_endless_suggestions() -> None:
    section = Section(TEXT)
    for number in range(checks.MAX_OPEN):
        section.send(OTHER, {"changes": [38], "suggestion": f"s{number}"})

    assert why_refused(lambda: section.send(OTHER, {"changes": [38], "suggestion": "more"})) == "too_large"
    assert why_refused(lambda: section.send(OTHER, {"changes": [38], "suggestion": "s0"})) == "taken"
    assert why_refused(lambda: section.send(THIRD, {"changes": [38], "suggestion": "more"})) == "taken"


def test_the_same_words_are_not_struck_without_end() -> None:
    section = Section(TEXT)
    for number in range(checks.MAX_STRIKES):
        section.strike(OTHER, "salariés", f"s{number}")

    assert why_refused(lambda: section.strike(THIRD, "salariés", "more")) == "too_large"
    assert why_refused(lambda: section.strike(THIRD, "demandent", "more")) == "taken"


def test_a_suggester_who_was_an_author_cannot_bring_deleted_base_text_back() -> None:
    section = Section(TEXT)
    deletion = section.edit(WRITER, " 😀", "")
    demoted = checks.Hand(WRITER.author, WRITER.organisation, OTHER.right)
    update = {"changes": [12, [0, " 😀"], 23], "of": deletion.revision}

    assert why_refused(lambda: section.send(demoted, update)) == "forbidden"
    assert why_refused(lambda: section.send(demoted, {**update, "suggestion": "x"})) == "forbidden"
    assert why_refused(lambda: section.send(WRITER, update)) == "taken"
    assert section.state.text == section.states[0].text


def test_text_accepted_then_deleted_comes_back_pending_once_the_acceptance_is_undone() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "Les", " anciens", suggestion="x")
    accepted = section.decide(LEAD, "accept", "x")
    deletion = section.edit(WRITER, "Les anc", "")
    section.undo(LEAD, accepted)

    length = len(section.state.text)
    section.send(WRITER, {"changes": [[0, "Les anc"], length], "of": deletion.revision})

    assert section.runs() == [[3, 1, 10], [8, 3, 20, "x"], [35, 1, 10]]


def test_a_change_that_does_not_fit_never_reaches_the_check() -> None:
    section = Section(TEXT)

    with pytest.raises(InvalidChange):
        section.send(OTHER, {"changes": [99], "suggestion": "x"})
    assert section.state.revision == 0
