"""Decisions and their undo: who may, on what they saw, and what comes back."""

import itertools

import pytest

from drafting.domain import decisions
from drafting.domain.changes import MAX_INSERTED, InvalidChange
from drafting.domain.rows import Row
from drafting.domain.tracking import base_view, fold, proposed_view, seen_of
from tests.domain.sections import LEAD, OTHER, READER, THIRD, WRITER, Section, why_refused

TEXT = "Les salariés 😀 demandent « l’œuvre »."


@pytest.fixture
def section() -> Section:
    """One suggestion that inserts and strikes, and a second one that strikes some of the same and some of it."""
    section = Section(TEXT)
    section.insert(OTHER, "Les", " anciens", suggestion="x")
    section.strike(OTHER, "😀 ", "x")
    section.strike(THIRD, "anciens salariés 😀", "y")
    return section


ALLOWED = {
    "accept": {"LEAD"},
    "reject": {"LEAD"},
    "withdraw": {"OTHER"},
}
HANDS = {"LEAD": LEAD, "WRITER": WRITER, "OTHER": OTHER, "THIRD": THIRD, "READER": READER}


@pytest.mark.parametrize(("command", "name"), list(itertools.product(ALLOWED, HANDS)))
def test_only_who_may_decides_and_only_they_undo(section: Section, command: str, name: str) -> None:
    expected = "taken" if name in ALLOWED[command] else "forbidden"

    assert why_refused(lambda: section.decide(HANDS[name], command, "x")) == expected
    if expected == "forbidden":
        (decider,) = ALLOWED[command]
        section.decide(HANDS[decider], command, "x")
    assert why_refused(lambda: section.undo(HANDS[name], section.rows[-1])) == expected


@pytest.mark.parametrize(("first", "second"), list(itertools.product(["accept", "reject"], repeat=2)))
def test_the_order_of_decisions_does_not_matter(section: Section, first: str, second: str) -> None:
    other = Section(TEXT)
    for row in section.rows:
        other.take(row)

    section.decide(LEAD, first, "x")
    section.decide(LEAD, second, "y")
    other.decide(LEAD, second, "y")
    other.decide(LEAD, first, "x")

    assert (section.state.text, section.state.runs) == (other.state.text, other.state.runs)


def test_accepting_all_gives_the_proposed_text_and_rejecting_all_the_base_text(section: Section) -> None:
    proposed, base = proposed_view(section.state), base_view(section.state)

    decision = section.decide(LEAD, "accept", "x", "y")
    assert base_view(section.state) == proposed == "Les demandent « l’œuvre »."
    section.undo(LEAD, decision)
    section.decide(LEAD, "reject", "x", "y")
    assert base_view(section.state) == base == TEXT


@pytest.mark.parametrize("happening", ["more typed", "a strike moved", "a word deleted by an editor", "decided"])
def test_a_decision_about_something_else_than_stands_there_is_refused(section: Section, happening: str) -> None:
    seen = seen_of(section.state, ["x"])
    if happening == "more typed":
        section.insert(OTHER, "anciens", " et anciennes", suggestion="x")
    elif happening == "a strike moved":
        section.strike(OTHER, "😀 ", "x", kind="restore")
        section.strike(OTHER, "😀 ", "x")
    elif happening == "a word deleted by an editor":
        section.edit(WRITER, " anciens", "")
    else:
        section.decide(LEAD, "reject", "x")

    assert why_refused(lambda: section.decide(LEAD, "accept", "x", seen=seen)) == "changed"


def test_what_others_write_elsewhere_does_not_hinder_a_decision(section: Section) -> None:
    seen = seen_of(section.state, ["x"])
    section.insert(WRITER, "demandent", " toujours")

    assert why_refused(lambda: section.decide(LEAD, "accept", "x", seen=seen)) == "taken"


@pytest.mark.parametrize("ids", [[], ["x", "x"], ["nobody’s"], ["x", "z"]])
def test_a_decision_on_nothing_twice_or_unknown_is_refused(section: Section, ids: list[str]) -> None:
    seen = seen_of(section.state, ["x"])

    assert why_refused(lambda: decisions.decide(section.state, LEAD, "accept", ids, seen)) == "forbidden"
    assert why_refused(lambda: decisions.decide(section.state, LEAD, "burn", ["x"], seen)) == "forbidden"


def test_a_decision_is_undone_once(section: Section) -> None:
    decision = section.decide(LEAD, "accept", "x")
    section.undo(LEAD, decision)

    assert why_refused(lambda: section.undo(LEAD, decision)) == "stale"


def test_a_decision_made_again_is_not_undone_by_the_undo_of_the_first(section: Section) -> None:
    first = section.decide(LEAD, "accept", "x")
    section.undo(LEAD, first)
    section.decide(LEAD, "accept", "x")

    assert why_refused(lambda: section.undo(LEAD, first)) == "stale"


def test_text_that_belongs_to_another_suggestion_decided_since_does_not_come_back(section: Section) -> None:
    rejected = section.decide(LEAD, "reject", "x")  # "anciens" goes, which y strikes too
    section.decide(LEAD, "accept", "y")

    assert why_refused(lambda: section.undo(LEAD, rejected)) == "stale"


def test_only_a_decision_can_be_undone_as_one(section: Section) -> None:
    for of in (0, 1, 99):
        assert why_refused(lambda of=of: decisions.undo(section.state, LEAD, of, section.log)) == "forbidden"


def test_a_closed_suggestion_takes_more_only_after_the_undo(section: Section) -> None:
    decision = section.decide(LEAD, "reject", "x")

    assert why_refused(lambda: section.insert(OTHER, "Les", " vieux", suggestion="x")) == "forbidden"
    section.undo(LEAD, decision)
    assert why_refused(lambda: section.insert(OTHER, "Les", " vieux", suggestion="x")) == "taken"


def test_an_undo_may_bring_back_more_text_than_one_edit_may() -> None:
    section = Section("é" * (MAX_INSERTED + 10))
    length = len(section.state.text)
    section.send(OTHER, {"changes": [length], "suggestion": "x", "strike": [[0, length]]})
    section.undo(LEAD, section.decide(LEAD, "accept", "x"))

    replayed = section.states[0]
    for row in section.rows:
        replayed = fold(replayed, Row.from_json(row.to_json(), len(replayed.text)))
    assert replayed == section.state


def test_a_row_of_another_text_is_not_read() -> None:
    row = Section(TEXT).insert(LEAD, "Les", " é").to_json()

    with pytest.raises(InvalidChange):
        Row.from_json(row, 39)
