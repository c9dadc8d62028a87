"""Deciding on suggestions from a page: once, on what was seen, with a reason, by who may."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from flask import Flask

from drafting.domain.changes import text_of, units
from drafting.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, Stale
from drafting.domain.permissions import ParticipationRole, Stage
from drafting.domain.tracking import base_view, seen_of
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.commands import Applied, Batch, Decision
from drafting.live.house import house_of
from drafting.models import AuditEntry, Contribution, Section
from drafting.services import suggestions
from drafting.services.audit import record
from drafting.services.suggestion_reader import Filters, SuggestionReader
from drafting.services.suggestions import Changed
from tests.live.conftest import Paper, make_paper
from tests.suggesting import insert, seen, send, state, strike, write

TEXT = "L’œuvre des salariés·es « compte » 👍."


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = make_paper()
    write(paper, TEXT)
    return paper


def rows(paper: Paper):
    found = state(paper).revision
    return log.rows_between(db.session(), paper.section_id, 0, found)


def test_several_suggestions_are_accepted_in_one_row_with_the_reason(paper: Paper) -> None:
    insert(paper, paper.author, "salariés", "·ées", "s1")
    strike(paper, paper.contributor, "« compte » ", "s2")

    row = suggestions.decide(paper.coordinator, paper.section_key, "accept", ["s1", "s2"], seen(paper, "s1", "s2"),
                             "  Plus juste ; d’accord 👍.\r\nMerci ")

    assert base_view(state(paper)) == "L’œuvre des salariés·ées·es 👍."
    assert (row.row.decide, row.row.ids, row.reason) == ("accept", ("s1", "s2"), "Plus juste ; d’accord 👍.\nMerci")
    assert rows(paper)[-1].to_json()["reason"] == "Plus juste ; d’accord 👍.\nMerci", "what browsers receive"


def test_what_was_not_seen_is_not_decided(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    before = seen(paper, "s1")
    insert(paper, paper.author, "commune", " d’été", "s1")

    with pytest.raises(Changed) as refused:
        suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], before)

    assert refused.value.ids == ("s1",)
    assert base_view(state(paper)) == TEXT
    assert state(paper).revision == 3


def test_a_second_click_decides_nothing_anew(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    quoted, called = seen(paper, "s1"), []

    def note(*_):
        called.append(1)

    first = suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], quoted, within=note)
    again = suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], quoted, within=note)

    assert again.row.revision == first.row.revision
    assert called == [1]
    with pytest.raises(Changed):
        suggestions.decide(paper.coordinator, paper.section_key, "accept", ["s1"], quoted)
    with pytest.raises(Changed):
        suggestions.decide(paper.lead, paper.section_key, "reject", ["s1"], quoted)


def test_what_belongs_to_a_decision_is_written_with_it_or_not_at_all(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")

    def fail(session, section, row):
        record(paper.lead, "test", f"section:{section.key}", revision=row.row.revision)
        raise Conflict("non")

    with pytest.raises(Conflict):
        suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], seen(paper, "s1"), within=fail)
    assert state(paper).revision == 2
    assert db.session.query(AuditEntry).count() == 0

    suggestions.decide(
        paper.lead, paper.section_key, "accept", ["s1"], seen(paper, "s1"),
        within=lambda session, section, row: record(paper.lead, "test", "é", revision=row.row.revision))
    assert db.session.query(AuditEntry).one().detail == {"revision": 3}


def test_undo_brings_back_text_and_suggestion_by_a_new_row(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    row = suggestions.decide(paper.lead, paper.section_key, "reject", ["s1"], seen(paper, "s1"), "Hors sujet.")
    assert state(paper).text == units(TEXT)

    back = suggestions.undo(paper.coordinator, paper.section_key, row.row.revision)

    assert state(paper).suggestions["s1"].is_open
    assert text_of(state(paper).text) == "L’œuvre commune" + TEXT[7:]
    assert (back.row.decide, back.row.of) == ("undo", row.row.revision)
    with pytest.raises(Stale):
        suggestions.undo(paper.coordinator, paper.section_key, row.row.revision)


def test_who_may_not_decide_is_told_who_may(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    quoted = seen(paper, "s1")

    for actor in (paper.author, paper.contributor, paper.observer):
        with pytest.raises(Forbidden):
            suggestions.decide(actor, paper.section_key, "accept", ["s1"], quoted)
    with pytest.raises(NotFound):
        suggestions.decide(paper.stranger, paper.section_key, "accept", ["s1"], quoted)
    with pytest.raises(Forbidden):
        suggestions.decide(paper.lead, paper.section_key, "withdraw", ["s1"], quoted)
    assert state(paper).revision == 2

    row = suggestions.decide(paper.author, paper.section_key, "withdraw", ["s1"], quoted)
    with pytest.raises(Forbidden):
        suggestions.undo(paper.contributor, paper.section_key, row.row.revision)
    suggestions.undo(paper.author, paper.section_key, row.row.revision)


def test_bad_values_are_named(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    quoted = seen(paper, "s1")

    for command, ids, reason in (
        ("approve", ["s1"], ""), ("accept", [], ""), ("accept", ["«"], ""), ("accept", ["unknown"], ""),
        ("accept", ["s1"], "é" * 2_001), ("accept", [f"s{n}" for n in range(10_001)], ""),
    ):
        with pytest.raises(InvalidInput):
            suggestions.decide(paper.lead, paper.section_key, command, ids, quoted, reason)
    for revision in (0, -1, 1, 99):
        with pytest.raises(NotFound):
            suggestions.undo(paper.lead, paper.section_key, revision)
    assert state(paper).revision == 2


def test_nothing_is_decided_in_an_agreed_section(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    quoted = seen(paper, "s1")
    with transaction() as session:
        session.get(Section, paper.section_id).stage = Stage.AGREED

    with pytest.raises(Conflict):
        suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], quoted)
    with pytest.raises(Conflict):
        suggestions.decide(paper.author, paper.section_key, "withdraw", ["s1"], quoted)


def test_a_hundred_who_accept_at_once_apply_it_once(app: Flask, paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    quoted = seen(paper, "s1")
    outcomes: list[str] = []
    start = threading.Barrier(100)

    def accept(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                actor = (paper.lead, paper.coordinator)[number % 2]
                row = suggestions.decide(actor, paper.section_key, "accept", ["s1"], quoted, f"n° {number}")
                outcomes.append(f"row {row.row.revision}")
            except DomainError as refused:
                outcomes.append(type(refused).__name__)
            except Exception as error:
                outcomes.append(repr(error)[:300])
            finally:
                db.session.remove()

    threads = [threading.Thread(target=accept, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(outcomes) == {"row 3": 50, "Changed": 50}, "done for who was first, the other is told"
    assert [one.row.decide for one in rows(paper)] == [None, None, "accept"]
    assert base_view(state(paper)) == "L’œuvre commune" + TEXT[7:]


def test_more_than_a_thousand_are_decided_in_one_act(paper: Paper) -> None:
    send(paper, paper.lead, {"changes": [[len(units(TEXT)), "mot " * 1_200]]})
    length = 4 * 1_200
    for part in range(0, 1_200, 400):
        actor = (paper.author, paper.contributor, paper.coordinator)[part // 400]
        updates = [
            {"changes": [length], "suggestion": f"s{n}", "strike": [[4 * n, 4 * n + 4]]}
            for n in range(part, part + 400)
        ]
        send(paper, actor, *updates)
    ids = [f"s{n}" for n in range(1_200)]

    suggestions.decide(paper.lead, paper.section_key, "accept", ids, seen(paper, *ids))

    assert state(paper).text == ""
    suggestions.undo(paper.lead, paper.section_key, state(paper).revision)
    assert sum(one.is_open for one in state(paper).suggestions.values()) == 1_200


def test_who_may_not_propose_any_more_withdraws_nothing(paper: Paper) -> None:
    insert(paper, paper.contributor, "L’œuvre", " commune", "s1")
    quoted = seen(paper, "s1")
    with transaction() as session:
        for one in session.get(Contribution, paper.contribution.id).participations:
            if one.organisation_id == paper.contributor.organisation_id:
                one.role = ParticipationRole.OBSERVER

    with pytest.raises(Forbidden):
        suggestions.decide(paper.contributor, paper.section_key, "withdraw", ["s1"], quoted)

    assert state(paper).suggestions["s1"].is_open


def test_a_list_is_of_one_moment_whatever_is_decided_while_it_is_made(paper: Paper) -> None:
    section = db.session.get(Section, paper.section_id)
    reader = SuggestionReader(paper.lead, section, 1)
    length = len(reader.state.text)

    [made] = house_of(db.engine).authority.run([Batch(
        paper.author, paper.section_id, "author-client", 1, reader.state.revision,
        ({"changes": [length, [0, " Été 🙂"]], "suggestion": "s1"},))])
    after = house_of(db.engine).authority.current(paper.section_id)
    [decided] = house_of(db.engine).authority.run([Decision(
        paper.lead, paper.section_id, "lead-client", 1, "reject", ("s1",), seen_of(after, ["s1"]))])

    assert isinstance(made, Applied)
    assert isinstance(decided, Applied)
    assert [reader.still_decided(row, Filters()) for row in reader.decisions()] == []
