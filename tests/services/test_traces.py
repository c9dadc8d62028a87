"""The trace with names and times: who wrote, proposed, decided and deleted each passage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from drafting.domain.changes import units
from drafting.domain.errors import NotFound
from drafting.models.columns import now, recorded_at
from drafting.services import suggestions, traces
from tests.live.conftest import Paper, make_paper
from tests.suggesting import insert, seen, send, state, strike, write


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = make_paper()
    write(paper, "L’œuvre des salariés compte 👍.")
    return paper


def erase(paper: Paper, actor, what: str) -> None:
    text = state(paper).text
    at = text.index(units(what))
    behind = len(text) - at - len(units(what))
    send(paper, actor, {"changes": [part for part in (at, [len(units(what))], behind) if part]})


def add(paper: Paper, actor, behind: str, new: str) -> None:
    text = state(paper).text
    at = text.index(units(behind)) + len(units(behind))
    send(paper, actor, {"changes": [part for part in (at, [0, new], len(text) - at) if part]})


def told(paper: Paper, **options) -> list[tuple[str, str, bool, list[str]]]:
    view = traces.traced(paper.observer, paper.section_key, **options)
    return [(line.text, line.by.person, line.is_there, [f"{one.kind} {one.by.person}" for one in line.events])
            for line in view.lines]


def test_deleting_a_colleagues_pending_insertion_leaves_a_trace(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    erase(paper, paper.coordinator, " commune")

    assert told(paper)[1] == (" commune", paper.author.name, False, [f"delete {paper.coordinator.name}"])


def test_what_one_person_wrote_on_two_days_keeps_its_two_dates(paper: Paper) -> None:
    monday = now() - timedelta(days=14)
    with recorded_at(monday):
        add(paper, paper.lead, "compte 👍.", " Depuis lundi.")
    with recorded_at(monday + timedelta(minutes=4)):
        add(paper, paper.lead, "lundi.", " Toujours.")
    add(paper, paper.lead, "compte 👍.", " Depuis aujourd’hui.")

    lines = traces.traced(paper.observer, paper.section_key).lines

    dated = {line.text.strip(): line.at for line in lines}
    assert dated["Depuis lundi. Toujours."] == monday + timedelta(minutes=4)
    assert dated["Depuis aujourd’hui."] > monday + timedelta(days=13)


def test_a_whole_life_is_told_in_its_order(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], seen(paper, "s1"), "Juste · é")
    strike(paper, paper.contributor, " commune", "s2")
    suggestions.decide(paper.coordinator, paper.section_key, "accept", ["s2"], seen(paper, "s2"))
    suggestions.undo(paper.lead, paper.section_key, state(paper).revision)

    passage = traces.traced(paper.observer, paper.section_key).lines[1]

    assert (passage.text, passage.by.person, passage.is_there) == (" commune", paper.author.name, True)
    assert [(one.kind, one.by.person, one.reason) for one in passage.events] == [
        ("accept", paper.lead.name, "Juste · é"), ("strike", paper.contributor.name, ""),
        ("strike_accept", paper.coordinator.name, ""), ("strike_undo", paper.lead.name, ""),
    ]
    assert passage.is_proposed
    assert not passage.is_pending


def test_rejected_text_stays_readable_where_it_stood(paper: Paper) -> None:
    insert(paper, paper.author, "compte", " beaucoup", "s1")
    suggestions.decide(paper.lead, paper.section_key, "reject", ["s1"], seen(paper, "s1"), "Trop.")

    assert told(paper)[1] == (" beaucoup", paper.author.name, False, [f"reject {paper.lead.name}"])


def test_ones_own_corrections_are_shown_when_asked_for(paper: Paper) -> None:
    erase(paper, paper.lead, " 👍")

    assert [line[0] for line in told(paper)] == ["L’œuvre des salariés compte."]
    assert [line[0] for line in told(paper, with_corrections=True)] == ["L’œuvre des salariés compte", " 👍", "."]
    assert traces.traced(paper.lead, paper.section_key).corrections == 1


def test_who_may_not_read_the_section_may_not_read_its_trace(paper: Paper) -> None:
    with pytest.raises(NotFound):
        traces.traced(paper.stranger, paper.section_key)


def test_a_long_history_is_told_in_parts_each_of_which_knows_who_wrote_before(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "ROWS_AT_ONCE", 2)
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    strike(paper, paper.contributor, "salariés", "s2")
    suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], seen(paper, "s1"), "Juste · é")
    suggestions.decide(paper.coordinator, paper.section_key, "accept", ["s2"], seen(paper, "s2"))
    suggestions.undo(paper.lead, paper.section_key, 5)

    last = traces.traced(paper.observer, paper.section_key)
    middle = traces.traced(paper.observer, paper.section_key, until=last.after)

    assert (last.after, last.until, last.later) == (4, 6, None)
    assert (middle.after, middle.until, middle.later) == (2, 4, 6)
    struck = next(line for line in last.lines if line.text == "salariés")
    assert (struck.by.person, struck.at, struck.is_there) == (paper.lead.name, None, True)
    assert [(one.kind, one.by.person) for one in struck.events] == [
        ("strike", paper.contributor.name), ("strike_accept", paper.coordinator.name),
        ("strike_undo", paper.lead.name)]
    accepted = next(line for line in middle.lines if line.text == " commune")
    assert [(one.kind, one.reason) for one in accepted.events] == [("accept", "Juste · é")]
    assert accepted.by.person == paper.author.name
