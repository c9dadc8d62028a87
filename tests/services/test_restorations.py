"""Restorations from a page: earlier text comes back with its authors, as an edit or a suggestion, or not at all."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, Stale
from drafting.domain.permissions import Stage
from drafting.domain.tracking import base_view, proposed_view, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.models import Section, Update
from drafting.services import histories, restorations, sections, suggestions, traces
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


def insert_plain(paper: Paper, behind: str, new: str) -> None:
    text = state(paper).text
    at = text.index(behind) + len(behind)
    send(paper, paper.lead, {"changes": [at, [0, new], len(text) - at]})


def traced(paper: Paper, words: str) -> traces.TraceLine:
    """Return the passage of the present text with these words."""
    [line] = [line for line in traces.traced(paper.lead, paper.section_key).lines
              if line.is_there and words in line.text]
    return line


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


@pytest.mark.parametrize("before", ["", "é"])
def test_a_long_paragraph_of_emoji_around_a_passage_is_cut_between_characters(app: Flask, before: str) -> None:
    paper = make_paper()
    write(paper, before + "😀" * 800 + " commune " + "👍" * 800)
    replace(paper, "commune", "partagée")

    [line] = restorations.restorable(paper.lead, paper.section_key, 1).lines

    [one] = line.excerpts
    assert (one.goes, one.comes) == ("partagée", "commune")
    assert one.before.startswith("…")
    assert one.after.endswith("…")
    assert max(len(one.before), len(one.after)) <= restorations.AROUND + 1


@pytest.mark.parametrize("as_suggestion", [False, True])
def test_a_second_press_of_the_button_does_nothing_more(paper: Paper, as_suggestion: bool) -> None:
    chosen = keys(paper)
    first = restorations.restore(
        paper.lead, paper.section_key, 1, chosen, base=3, as_suggestion=as_suggestion)
    insert(paper, paper.author, "été", " 👍", "s1")

    again = restorations.restore(
        paper.lead, paper.section_key, 1, chosen, base=3, as_suggestion=as_suggestion)

    assert again.row == first.row
    assert state(paper).revision == 5, "the restoration, and what the author proposed since"
    with pytest.raises(Stale):
        restorations.restore(paper.coordinator, paper.section_key, 1, chosen, base=3, as_suggestion=as_suggestion)
    with pytest.raises(Stale):
        restorations.restore(paper.lead, paper.section_key, 1, chosen[:1], base=3, as_suggestion=as_suggestion)


def test_a_passage_that_only_goes_is_not_proposed_twice_by_two_presses(paper: Paper) -> None:
    insert_plain(paper, "indien", " d’Amérique")
    [key] = [one.key for one in restorations.restorable(paper.lead, paper.section_key, 3).lines]

    for _press in range(2):
        restorations.restore(paper.author, paper.section_key, 3, [key], base=4, as_suggestion=True)

    assert len(state(paper).suggestions) == 1


def test_who_proposes_a_restoration_is_not_taken_for_its_author_nor_the_author_for_the_proposer(
    paper: Paper,
) -> None:
    row = restorations.restore(
        paper.contributor, paper.section_key, 1, keys(paper)[:1], base=3, as_suggestion=True)
    ids = [row.row.suggestion or ""]

    line = traced(paper, "commune")
    assert (line.by.person, line.is_proposed, line.is_pending) == (paper.lead.name, False, True)
    assert [(event.kind, event.by.person) for event in line.events] == [("propose_restore", paper.contributor.name)]

    suggestions.decide(paper.coordinator, paper.section_key, "accept", ids, seen_of(state(paper), ids))
    line = traced(paper, "commune")
    assert (line.by.person, line.is_pending) == (paper.lead.name, False)
    assert [(event.kind, event.by.person) for event in line.events] == [
        ("propose_restore", paper.contributor.name), ("accept", paper.coordinator.name)]


def test_a_once_proposed_passage_that_is_restored_waits_for_nobody(paper: Paper) -> None:
    insert(paper, paper.author, "été", " d’œuvre", "s1")
    accepted = suggestions.decide(
        paper.lead, paper.section_key, "accept", ["s1"], seen_of(state(paper), ["s1"]))
    suggestions.undo(paper.lead, paper.section_key, accepted.row.revision)
    replace(paper, " d’œuvre", " bleu")
    revision = accepted.row.revision

    restorations.restore(
        paper.lead, paper.section_key, revision, keys(paper, revision), base=7, as_suggestion=False)

    line = traced(paper, "d’œuvre")
    assert (line.by.person, line.is_proposed, line.is_pending) == (paper.author.name, True, False)


def test_a_trace_in_parts_does_not_guess_when_a_restored_passage_was_written(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_plain(paper, "indien", " com")
    monkeypatch.setattr(traces, "ROWS_AT_ONCE", 2)

    restorations.restore(paper.coordinator, paper.section_key, 1, keys(paper), base=4, as_suggestion=False)

    line = traced(paper, "commune")
    assert (line.text.strip(), line.by.person, line.at) == ("commune", paper.lead.name, None)


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
