"""Threads: who may begin, read, settle and reopen them, and where they are in the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.changes import ChangeSet, units
from drafting.domain.comment import Visibility
from drafting.domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from drafting.domain.permissions import Stage
from drafting.domain.rows import Row
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.log import LogRow
from drafting.models import AuditEntry, Contribution, Section, Thread
from drafting.models.columns import now
from drafting.services import comments, discussion, mentions, sections, threads, versions
from drafting.services.threads import Passage
from tests import factories
from tests.services.discussions import TEXT, Table, table
from tests.services.test_races import DONE, at_once
from tests.writing import propose, write


@pytest.fixture
def paper(app: Flask) -> Table:
    return table()


def outcome(what: Any) -> str:
    """Return what became of it, in a word."""
    try:
        what()
    except DomainError as refused:
        return type(refused).__name__
    return DONE


# --- Who may read: visibility × everybody × every way to read ---

E, O, A = Visibility.EVERYBODY, Visibility.ORGANISATION, Visibility.AUTHOR  # noqa: E741
#           began by AUT:  AUT  AUT2  CEX  LEA  CON  OBS  OUT
READERS = {
    E: dict(zip(("AUT", "AUT2", "CEX", "LEA", "CON", "OBS", "OUT"), (1, 1, 1, 1, 1, 1, 0), strict=True)),
    O: dict(zip(("AUT", "AUT2", "CEX", "LEA", "CON", "OBS", "OUT"), (1, 1, 0, 0, 0, 0, 0), strict=True)),
    A: dict(zip(("AUT", "AUT2", "CEX", "LEA", "CON", "OBS", "OUT"), (1, 0, 0, 0, 0, 0, 0), strict=True)),
}


@pytest.mark.parametrize("visibility", [E, O, A])
def test_a_thread_is_read_by_those_it_is_for_and_by_nobody_else(paper: Table, visibility: Visibility) -> None:
    everybody = "@AUT @CEX @LEA @CON @OBS @OUT · à lire"
    thread = paper.begin("AUT", everybody, visibility=visibility)
    comment = thread.comments[0].key
    for who, reads in READERS[visibility].items():
        actor = paper.people[who]

        def in_section(who: str = who) -> bool:
            return bool(paper.seen_by(who))

        ways = {
            "section": reads if who != "OUT" else "NotFound",
            "list": reads,
            "mentioned": reads and who != "AUT",
            "one": DONE if reads else "NotFound",
            "reply": {"OBS": "Forbidden"}.get(who, DONE) if reads else "NotFound",
            "resolve": {"OBS": "Forbidden", "CON": "Forbidden"}.get(who, DONE) if reads else "NotFound",
            "reopen": {"OBS": "Forbidden"}.get(who, DONE) if reads else "NotFound",
            "edit": ({"AUT": DONE}.get(who, "Forbidden")) if reads else "NotFound",
        }
        got: dict[str, Any] = {
            "section": outcome(in_section) if who == "OUT" else in_section(),
            "list": bool(paper.listed_for(who, state="all")) if who != "OUT" else False,
            "mentioned": bool(mentions.unread(actor)),
            "one": outcome(lambda actor=actor: discussion.one(actor, thread.key)),
            "reply": outcome(lambda actor=actor: comments.reply(actor, thread.key, "Réponse")),
            "resolve": outcome(lambda actor=actor: threads.resolve(actor, thread.key)),
            "reopen": outcome(lambda actor=actor: threads.reopen(actor, thread.key)),
            "edit": outcome(lambda actor=actor: comments.edit(actor, comment, everybody)),
        }
        assert got == ways, who


def test_who_acts_for_another_organisation_sees_nothing_of_what_is_for_the_first(paper: Table) -> None:
    paper.begin("AUT", visibility=Visibility.ORGANISATION)
    double = paper.people["AUT2"]
    with transaction():
        other = paper.organisations["CEX"]
    factories.membership(type("P", (), {"id": double.person_id})(), other)  # type: ignore[arg-type]
    elsewhere = Actor(**{**double.__dict__, "organisation_id": other.id, "acronym": "CEX"})

    assert len(discussion.of_section(double, paper.section.key).threads) == 1
    assert discussion.of_section(elsewhere, paper.section.key).threads == []


# --- Who may comment ---


@pytest.mark.parametrize(("who", "when_open", "when_closed"), [
    ("CEX", DONE, DONE), ("LEA", DONE, "Forbidden"), ("AUT", DONE, "Forbidden"), ("CON", DONE, "Forbidden"),
    ("OBS", "Forbidden", "Forbidden"), ("OUT", "NotFound", "NotFound"),
])
def test_who_reads_may_comment_but_for_observers_and_closed_comments(
    paper: Table, who: str, when_open: str, when_closed: str
) -> None:
    opened = outcome(lambda: paper.begin(who))
    threads.set_closed(paper.people["CEX"], paper.contribution.key, closed=True)
    closed = outcome(lambda: paper.begin(who))

    assert (opened, closed) == (when_open, when_closed)


def test_an_agreed_section_is_still_commented_a_retired_one_is_not(paper: Table) -> None:
    sections.set_stage(paper.people["CEX"], paper.section.key, Stage.AGREED)
    assert outcome(lambda: paper.begin("CON")) == DONE
    sections.retire(paper.people["CEX"], paper.section.key)

    assert outcome(lambda: paper.begin("CON")) == "InvalidTransition"


def test_only_a_coordinator_closes_comments_and_it_is_in_the_audit_log(paper: Table) -> None:
    for who in ("LEA", "OBS"):
        with pytest.raises(Forbidden):
            threads.set_closed(paper.people[who], paper.contribution.key, closed=True)
    threads.set_closed(paper.people["CEX"], paper.contribution.key, closed=True)
    threads.set_closed(paper.people["CEX"], paper.contribution.key, closed=True)

    assert db.session.get(Contribution, paper.contribution.id).comments_closed_at is not None
    actions = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("%comments"))))
    assert actions == ["close_comments"]


# --- Settling ---


def test_a_thread_is_settled_by_who_began_it_their_organisation_the_lead_and_the_coordination(paper: Table) -> None:
    by = {}
    for who in ("CON", "OBS", "AUT", "AUT2", "LEA", "CEX"):
        thread = paper.begin("AUT")
        by[who] = outcome(lambda who=who, key=thread.key: threads.resolve(paper.people[who], key))

    assert by == {"CON": "Forbidden", "OBS": "Forbidden", "AUT": DONE, "AUT2": DONE, "LEA": DONE, "CEX": DONE}


def test_a_hundred_who_settle_at_once_settle_once_and_all_succeed(app: Flask, paper: Table) -> None:
    key = paper.begin("AUT").key
    people = [paper.people[who] for who in ("CEX", "LEA", "AUT", "AUT2")]

    outcomes = at_once(app, 100, lambda n: threads.resolve(people[n % 4], key))

    thread = db.session.scalars(select(Thread).where(Thread.key == key)).one()
    assert outcomes == {DONE: 100}
    first = (thread.resolved_at, thread.resolved_by_id)
    threads.resolve(next(one for one in people if one.person_id != thread.resolved_by_id), key)
    db.session.refresh(thread)
    assert (thread.resolved_at, thread.resolved_by_id) == first


def test_a_reply_takes_a_settled_thread_up_again(paper: Table) -> None:
    key = paper.begin("AUT").key
    threads.resolve(paper.people["CEX"], key)
    assert (len(paper.listed_for("CON")), len(paper.listed_for("CON", state="resolved"))) == (0, 1)

    comments.reply(paper.people["CON"], key, "Pas d’accord.")

    assert len(paper.listed_for("CON")) == 1


# --- Where they are ---


def passage_now(paper: Table) -> str | None:
    """Return what the only thread's passage says now."""
    view = paper.seen_by("CEX")[0]
    if view.anchor is None or view.anchor.is_gone:
        return None
    state = log.state_at(db.session(), paper.section.id)
    return state.text[view.anchor.start : view.anchor.end]


@pytest.mark.parametrize(("selected", "before", "said"), [
    ("commune 🙂 commence", "", "commune** 🙂 commence"),
    ("L’œuvre", "", "L’œuvre"),
    ("L’œuvre dure", "", "L’œuvre [dure"),
    ("dure l’été.", "", "dure](https://exemple.example/long) l’été"),
    ("Nos constats\n\nL’œuvre commune", "", "Nos constats\n\nL’œuvre **commune"),
])
def test_a_passage_is_found_by_the_words_that_a_reader_selected(
    paper: Table, selected: str, before: str, said: str
) -> None:
    thread = paper.begin("CON", passage=Passage(selected=selected, before=before))

    assert passage_now(paper) == units(said)
    assert "*" not in thread.quotation
    assert "](" not in thread.quotation


def test_of_two_passages_alike_the_one_behind_the_same_words_is_meant(paper: Table) -> None:
    paper.begin("CON", passage=Passage(selected="L’œuvre", before="commence. "))

    assert paper.seen_by("CON")[0].anchor.start == units(TEXT).rindex("L’œuvre")
    view = paper.seen_by("CON")[0]
    assert (view.words, view.before) == ("Lœuvre", "NosconstatsLœuvrecommunecommence")


def test_a_thread_about_a_suggestion_quotes_what_it_would_delete_or_else_insert(paper: Table) -> None:
    propose(paper.section, paper.people["CON"], "s1", "commune", "partagée 🙂")
    propose(paper.section, paper.people["CON"], "s2", "", "toute ", before="L’œuvre **")

    quotations = [paper.begin("AUT", passage=Passage(suggestion=id)).quotation for id in ("s1", "s2")]

    assert quotations == ["commune", "toute"]


def test_words_that_are_not_there_any_more_are_refused_with_what_to_do(paper: Table) -> None:
    with pytest.raises(InvalidInput, match="Sélectionnez à nouveau"):
        paper.begin("CON", passage=Passage(selected="des mots d’hier"))


@pytest.mark.parametrize("passage", [
    Passage(revision=1, start=5, end=5), Passage(revision=1, start=-1, end=5), Passage(revision=1, start=3, end=9_999),
    Passage(revision=7, start=1, end=3), Passage(suggestion="s1"),
])
def test_a_passage_outside_the_text_is_refused(paper: Table, passage: Passage) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        paper.begin("CON", passage=passage)


def test_a_passage_told_at_an_older_revision_is_where_it_is_now(paper: Table) -> None:
    type_rows(paper.section, paper.people["CEX"], 5)
    start = units(TEXT).index("commune")
    paper.begin("CON", passage=Passage(revision=1, start=start, end=start + 7))

    assert passage_now(paper) == "commune"


def test_a_thread_outlives_its_passage_with_the_words_that_it_had(paper: Table) -> None:
    paper.begin("CON", passage=Passage(selected="œuvre commune 🙂"))
    write(paper.section, paper.people["CEX"], "Tout autre chose.")

    view = paper.seen_by("CON")[0]

    assert view.is_gone
    assert view.thread.quotation == "œuvre commune"


def test_anchors_are_written_down_further_on_now_and_then_and_lose_nothing(paper: Table) -> None:
    thread = paper.begin("CON", passage=Passage(selected="commune"))
    quotation = thread.quotation
    actor = paper.people["CEX"]
    type_rows(paper.section, actor, threads.MOVE_AFTER + 50)
    before = passage_now(paper)

    paper.begin("LEA")  # Another thread of the section.

    moved = db.session.scalars(select(Thread).where(Thread.key == thread.key)).one()
    assert moved.revision == threads.MOVE_AFTER + 51
    assert moved.quotation == quotation
    assert passage_now(paper) == before == "commune"


def test_many_who_settle_threads_from_long_ago_at_once_do_not_wait_in_a_circle(app: Flask, paper: Table) -> None:
    keys = [paper.begin("AUT", passage=Passage(selected="commune")).key for _ in range(12)]
    type_rows(paper.section, paper.people["CEX"], threads.MOVE_AFTER + 50)

    assert at_once(app, 12, lambda n: threads.resolve(paper.people["CEX"], keys[n])) == {DONE: 12}

    assert passage_now(paper) == "commune"


def test_threads_begun_one_by_one_while_others_type_are_found_together(paper: Table) -> None:
    thread = paper.begin("AUT", passage=Passage(selected="commune"))
    type_rows(paper.section, paper.people["CEX"], 500)
    with transaction() as session:
        for n in range(1, 300):
            session.add(Thread(
                section_id=thread.section_id, author_id=thread.author_id, organisation_id=thread.organisation_id,
                visibility=thread.visibility, revision=thread.revision + n, quotation="commune",
                start=(thread.start or 0) + n, end=(thread.end or 0) + n))
        session.flush()
        known = list(session.scalars(select(Thread)))

        found = threads.anchors_at(thread.section_id, known, thread.revision + 500)

    assert len(found) == 300
    assert len(set(found.values())) == 1, "they are all about the same words"


def type_rows(section: Section, actor: Actor, count: int) -> None:
    """Type so many letters at the start of a section."""
    assert actor.organisation_id is not None
    state = log.state_at(db.session(), section.id)
    length = len(state.text)
    with transaction():
        for n in range(1, count + 1):
            row = Row(state.revision + n, actor.person_id, actor.organisation_id,
                      ChangeSet.replace(length, [(0, 0, "é")]))
            log.add(db.session.connection(), section.id, [LogRow(row, now(), "typing00", n, 0)])
            length += 1


def test_comments_are_in_no_version(paper: Table) -> None:
    paper.begin("AUT", "Un secret : 🙂 zythum", passage=Passage(selected="commune"))

    version = versions.freeze(paper.people["CEX"], paper.contribution.key, label="projet")

    assert "zythum" not in version.canonical
    assert "zythum" not in json.dumps([each.text for each in version.sections])
