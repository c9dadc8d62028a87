"""Since my last visit: what others changed and suggested, section by section."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Batch
from drafting.live.house import house_of
from drafting.models import Contribution, Visit
from drafting.models.columns import recorded_at
from drafting.services import suggestions, visits
from drafting.services.visits import SinceVisit
from tests.live.conftest import Paper, make_paper
from tests.suggesting import insert, seen, send, state, strike, write

MONDAY = datetime(2025, 2, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = make_paper()
    write(paper, "L’œuvre des salariés compte 👍.\n\nLe reste aussi.")
    return paper


def arrive(paper: Paper, actor, after: timedelta) -> list[SinceVisit]:
    db.session.rollback()
    contribution = db.session.get(Contribution, paper.contribution.id)
    with recorded_at(MONDAY + after):
        return visits.arrive(actor, contribution)


def told(since: list[SinceVisit]) -> list[tuple[int, int, int]]:
    return [(one.revision, one.passages, one.suggestions) for one in since]


def test_a_first_visit_has_nothing_to_compare_with(paper: Paper) -> None:
    assert arrive(paper, paper.coordinator, timedelta()) == []


def test_what_others_did_since_is_counted(paper: Paper) -> None:
    arrive(paper, paper.coordinator, timedelta())
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    insert(paper, paper.contributor, "reste", " de l’été", "s2")
    strike(paper, paper.contributor, " aussi", "s3")
    suggestions.decide(paper.lead, paper.section_key, "accept", ["s1"], seen(paper, "s1"))
    length = len(state(paper).text)
    send(paper, paper.lead, {"changes": [length, [0, " Fin."]]})

    since = arrive(paper, paper.coordinator, timedelta(days=1))

    assert told(since) == [(1, 2, 2)]
    assert since[0].at == MONDAY
    assert since[0].point == "d2025-02-10T09:00:00Z"


def test_it_stays_for_the_whole_visit_and_goes_with_the_next(paper: Paper) -> None:
    arrive(paper, paper.coordinator, timedelta())
    insert(paper, paper.author, "L’œuvre", " commune", "s1")

    assert told(arrive(paper, paper.coordinator, timedelta(hours=1))) == [(1, 0, 1)]
    assert told(arrive(paper, paper.coordinator, timedelta(hours=1, minutes=20))) == [(1, 0, 1)]
    assert told(arrive(paper, paper.coordinator, timedelta(hours=1, minutes=45))) == [(1, 0, 1)]
    assert told(arrive(paper, paper.coordinator, timedelta(hours=3))) == []


def test_ones_own_work_is_no_news(paper: Paper) -> None:
    arrive(paper, paper.author, timedelta())
    insert(paper, paper.author, "L’œuvre", " commune", "s1")

    assert arrive(paper, paper.author, timedelta(days=1)) == []
    assert db.session.query(Visit).filter_by(person_id=paper.author.person_id).one().revision == 2


def test_what_is_suggested_while_the_page_is_made_is_told_the_next_time(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(paper, paper.coordinator, timedelta())
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    real, late = log.state_at, []

    def then_somebody_suggests(reader, section_id, revision=None):
        found = real(reader, section_id, revision)
        if found.revision == 2:
            late.append(f"late-{len(late)}")
            head = house_of(db.engine).authority.current(section_id)
            house_of(db.engine).authority.run([Batch(
                paper.author, section_id, f"author-client-{len(late)}", 1, head.revision,
                ({"changes": [len(head.text), [0, " Été 🙂"]], "suggestion": late[-1]},))])
        return found

    monkeypatch.setattr(log, "state_at", then_somebody_suggests)
    since = arrive(paper, paper.coordinator, timedelta(days=1))

    assert late
    assert told(since) == [(1, 0, 1)]
