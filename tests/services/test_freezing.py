"""Freezing: what becomes of open suggestions, and the text of one instant however many people type."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.changes import text_of, units
from drafting.domain.tracking import base_view
from drafting.domain.version import OpenSuggestions
from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from drafting.models import Version
from drafting.services import versions
from drafting.services.versions import SuggestionsOpen
from tests import amending, factories
from tests.amending import Paper


@pytest.fixture
def paper(app: Flask) -> Paper:
    return amending.paper()


def test_open_suggestions_are_left_out_counted_and_go_on_in_the_live_text(paper: Paper) -> None:
    paper.replace(paper.member, "salariés|", "·ées 🙂", "s1")
    paper.replace(paper.member, "trente-cinq", "trente-deux", "s2")
    paper.replace(paper.contributor, "été|", " « chaud »", "s3")
    paper.decide(paper.lead, "accept", "s3")

    version = versions.freeze(paper.coordinator, paper.contribution.key, label="")

    assert version.open_suggestions == 2
    assert "L’été « chaud » des salariés « compte »" in version.sections[1].text
    assert "trente-cinq heures" in version.sections[1].text
    assert versions.is_intact(version)
    assert [id for id, one in paper.state.suggestions.items() if one.is_open] == ["s1", "s2"]
    paper.decide(paper.lead, "accept", "s1", "s2")
    assert "salariés·ées 🙂" in text_of(paper.state.text)


def test_where_the_coordination_wants_all_decided_nothing_is_frozen_before(paper: Paper) -> None:
    key = paper.contribution.key
    paper.replace(paper.member, "salariés|", "·ées 🙂", "s1")
    paper.replace(paper.member, "trente-cinq", "trente-deux", "s2")

    with pytest.raises(SuggestionsOpen) as refused:
        versions.freeze(paper.coordinator, key, label="", open_suggestions=OpenSuggestions.REFUSED)

    assert [(section.key, count) for section, count in refused.value.waiting.items()] == [(paper.section_key, 2)]
    assert "2 suggestions" in str(refused.value.message)
    assert db.session.scalars(select(Version)).all() == []
    paper.decide(paper.lead, "accept", "s1")
    paper.decide(paper.lead, "reject", "s2", reason="Non")
    version = versions.freeze(paper.coordinator, key, label="", open_suggestions=OpenSuggestions.REFUSED)
    assert (version.number, version.open_suggestions) == (1, 0)


class Writer:
    """Types a number at the end of one section, waits until it is saved, then in the next section, and again."""

    def __init__(self, app: Flask, section_ids: list[int], actor: Actor, name: str) -> None:
        self.app, self.section_ids, self.actor, self.name = app, section_ids, actor, name
        self.fault: Exception | None = None
        self.rounds = 0

    def write_until(self, ended: threading.Event) -> None:
        try:
            with self.app.app_context():
                while not ended.is_set():
                    for section_id in self.section_ids:
                        self.append(section_id, f"{self.name}{self.rounds}·é🙂;")
                    self.rounds += 1
        except Exception as fault:
            self.fault = fault

    def append(self, section_id: int, words: str) -> None:
        with db.engine.connect() as connection:
            state = log.state_at(connection, section_id)
        length = len(state.text)
        change = {"changes": [part for part in (length, [0, words]) if part]}
        if self.rounds % 3 == 2:  # Now and then as a suggestion that nobody decides.
            change["suggestion"] = f"{self.name}-{self.rounds}"
        batch = Batch(self.actor, section_id, f"{self.name}-{section_id}-{self.rounds}", 1, state.revision, (change,))
        outcome = house_of(db.engine).authority.run([batch])
        assert isinstance(outcome[0], Applied), outcome


def test_a_version_frozen_while_people_type_is_the_text_of_one_instant(app: Flask, paper: Paper) -> None:
    more = [factories.section(paper.contribution, title=f"Suite · {n}", lead_id=None).id for n in range(2)]
    section_ids, key = [paper.section_id, *more], paper.contribution.key
    # The coordination may write everywhere: four of its people do, each in every section in turn.
    home = db.session.get_one(versions.Contribution, paper.contribution.id).participations[0].organisation
    writers = [Writer(app, section_ids, factories.member(home), f"w{n}x") for n in range(4)]
    db.session.rollback()
    ended = threading.Event()
    threads = [threading.Thread(target=one.write_until, args=(ended,)) for one in writers]
    for thread in threads:
        thread.start()
    made: list[int] = []
    try:
        while len(made) < 8 or (len(made) < 60 and min(one.rounds for one in writers) < 4):
            made.append(versions.freeze(paper.coordinator, key, label=f"É{len(made)}").id)
            db.session.rollback()
            time.sleep(0.02)
    finally:
        ended.set()
        for thread in threads:
            thread.join()

    db.session.rollback()
    assert [one.fault for one in writers] == [None] * 4
    frozen = [db.session.get_one(Version, id) for id in made]
    assert len({one.digest for one in frozen}) == len(made)
    for version in frozen:
        assert versions.is_intact(version)
        states = {one.section_id: log.state_at(db.session(), one.section_id, one.revision) for one in version.sections}
        assert all(one.text == base_view(states[one.section_id]) for one in version.sections)
        assert version.open_suggestions == sum(
            one.is_open for state in states.values() for one in state.suggestions.values())
        for writer in writers:
            # Who writes in the second section has seen the same saved in the first: no version has only the later one.
            counts = [states[id].text.count(units(writer.name)) for id in section_ids]
            assert counts[0] - 1 <= counts[-1] <= counts[0]
            assert sorted(counts, reverse=True) == counts
    revisions = [[one.revision for one in version.sections] for version in frozen]
    assert all(a <= b for earlier, later in pairwise(revisions) for a, b in zip(earlier, later, strict=True))
    assert revisions[0] != revisions[-1]
