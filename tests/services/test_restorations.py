"""Restorations from a page: earlier text comes back with its authors, as an edit or a suggestion, or not at all."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, Stale
from drafting.domain.permissions import Stage
from drafting.domain.tracking import base_view, proposed_view
from drafting.extensions import db
from drafting.live import log
from drafting.models import Section, Update
from drafting.services import histories, restorations, sections, traces
from tests.live.conftest import Paper, make_paper
from tests.suggesting import insert, send, state, write

TEXT = "L’œuvre commune des salarié·es.\n\nUn été « très » indien 😀.\n\nLa fin."


@pytest.fixture
def paper(app: Flask) -> Paper:
    """A text of the lead's, of which the coordination rewrote the first and the last paragraph."""
    paper = make_paper()
    write(paper, TEXT)
    replace(paper, "commune", "partagée")
    replace(paper, "La fin", "Voilà")
    return paper


def replace(paper: Paper, old: str, new: str) -> None:
    text = state(paper).text
    at = text.index(old)
    parts = [part for part in (at, [len(old), new], len(text) - at - len(old)) if part]
    send(paper, paper.coordinator, {"changes": parts})


def keys(paper: Paper, revision: int = 1) -> list[str]:
    return [line.key for line in restorations.restorable(paper.lead, paper.section_key, revision).lines]


def test_what_differs_is_shown_in_its_place(paper: Paper) -> None:
    view = restorations.restorable(paper.author, paper.section_key, 1)

    assert [(one.before, one.goes, one.comes, one.after) for line in view.lines for one in line.excerpts] == [
        ("L’œuvre ", "partagée", "commune", " des salarié·es."), ("", "Voilà", "La fin", "."),
    ]
    assert (view.may_write, view.may_suggest, view.head) == (False, True, 3)
    assert not restorations.restorable(paper.observer, paper.section_key, 1).may_suggest
    with pytest.raises(NotFound):
        restorations.restorable(paper.lead, paper.section_key, 4)
    with pytest.raises(NotFound):
        restorations.restorable(paper.stranger, paper.section_key, 1)


def test_a_chosen_passage_comes_back_with_its_author_and_says_from_where(paper: Paper) -> None:
    row = restorations.restore(
        paper.coordinator, paper.section_key, 1, keys(paper)[:1], base=3, as_suggestion=False)

    assert base_view(state(paper)) == TEXT.replace("La fin", "Voilà")
    assert (row.row.author, row.restored) == (paper.coordinator.person_id, 1)
    assert db.session.get(Update, (paper.section_id, 4)).restored == 1
    authors = {run.author for run in state(paper).runs}
    assert authors == {paper.lead.person_id, paper.coordinator.person_id}
    by = {line.text.strip(): line for line in traces.traced(paper.lead, paper.section_key).lines if line.is_there}
    [line] = [line for text, line in by.items() if "commune" in text]
    assert line.by.person == paper.lead.name
    assert [(event.kind, event.by.person) for event in line.events] == [("restore", paper.coordinator.name)]


def test_all_of_it_gives_the_earlier_text_and_can_be_taken_back(paper: Paper) -> None:
    before = base_view(state(paper))

    row = restorations.restore(paper.lead, paper.section_key, 1, keys(paper), base=3, as_suggestion=False)
    assert base_view(state(paper)) == TEXT
    section, found = restorations.restoration_at(paper.observer, paper.section_key, row.row.revision)
    assert (section.id, found.restored) == (paper.section_id, 1)
    restorations.restore(paper.lead, paper.section_key, 3, keys(paper, 3), base=4, as_suggestion=False)

    assert base_view(state(paper)) == before
    assert log.head_of(db.session(), paper.section_id) == 5, "nothing of the log went away"


def test_who_may_only_suggest_proposes_it(paper: Paper) -> None:
    with pytest.raises(Forbidden):
        restorations.restore(paper.contributor, paper.section_key, 1, keys(paper), base=3, as_suggestion=False)
    before = base_view(state(paper))

    row = restorations.restore(paper.contributor, paper.section_key, 1, keys(paper), base=3, as_suggestion=True)

    assert base_view(state(paper)) == before
    assert proposed_view(state(paper)) == TEXT
    assert state(paper).suggestions[row.row.suggestion or ""].author == paper.contributor.person_id


def test_observers_and_strangers_bring_nothing_back(paper: Paper) -> None:
    for as_suggestion in (False, True):
        with pytest.raises(Forbidden):
            restorations.restore(
                paper.observer, paper.section_key, 1, keys(paper), base=3, as_suggestion=as_suggestion)
        with pytest.raises(NotFound):
            restorations.restore(
                paper.stranger, paper.section_key, 1, keys(paper), base=3, as_suggestion=as_suggestion)


def test_what_changed_meanwhile_is_not_overwritten(paper: Paper) -> None:
    chosen = keys(paper)
    replace(paper, "partagée", "à tous")

    with pytest.raises(Stale):
        restorations.restore(paper.lead, paper.section_key, 1, chosen, base=3, as_suggestion=False)
    restorations.restore(paper.lead, paper.section_key, 1, chosen[1:], base=3, as_suggestion=False)

    assert base_view(state(paper)) == TEXT.replace("commune", "à tous")


def test_nothing_chosen_something_else_or_no_such_moment_is_refused(paper: Paper) -> None:
    with pytest.raises(InvalidInput):
        restorations.restore(paper.lead, paper.section_key, 1, [], base=3, as_suggestion=False)
    for chosen, base in ((["inconnu"], 3), (keys(paper), 99), (keys(paper), -1)):
        with pytest.raises(Stale):
            restorations.restore(paper.lead, paper.section_key, 1, chosen, base=base, as_suggestion=False)
    with pytest.raises(NotFound):
        restorations.restoration_at(paper.lead, paper.section_key, 2)


def test_pending_suggestions_stay(paper: Paper) -> None:
    insert(paper, paper.author, "été", " 👍", "s1")

    restorations.restore(paper.lead, paper.section_key, 1, keys(paper), base=4, as_suggestion=False)

    assert base_view(state(paper)) == TEXT
    assert state(paper).suggestions["s1"].is_open


def test_an_agreed_section_stays_as_it_is(paper: Paper) -> None:
    chosen = keys(paper)
    section = db.session.get_one(Section, paper.section_id)
    sections.set_stage(paper.coordinator, section.key, Stage.AGREED)

    assert restorations.restorable(paper.lead, paper.section_key, 1).is_frozen
    with pytest.raises(Conflict):
        restorations.restore(paper.lead, paper.section_key, 1, chosen, base=3, as_suggestion=False)


def test_the_time_line_says_what_was_restored(paper: Paper) -> None:
    restorations.restore(paper.lead, paper.section_key, 1, keys(paper), base=3, as_suggestion=False)

    page = histories.of_section(paper.author, paper.section_key, histories.Filters())

    latest = page.days[0].lines[0]
    assert latest.by.person == paper.lead.name
    assert latest.happening.session is not None
    assert latest.happening.session.restored == ((1, False),)
