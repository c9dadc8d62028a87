"""Comments that change while pages are open: who may see them is told at once, who may not hears nothing."""

from __future__ import annotations

import time

import pytest

from drafting.domain.comment import Visibility
from drafting.extensions import db
from drafting.live.house import House
from drafting.services import comments, threads
from tests import factories
from tests.live.test_house import Line


@pytest.fixture
def second_house(app):
    """Another process's live part, on the same database."""
    house = House(db.engine)
    yield house
    house.stop()


@pytest.mark.parametrize(("visibility", "told"), [
    (Visibility.EVERYBODY, {"author", "colleague", "lead", "observer"}),
    (Visibility.ORGANISATION, {"author", "colleague"}),
    (Visibility.AUTHOR, {"author"}),
])
def test_open_pages_are_told_of_threads_that_they_may_see_and_of_no_other(house, paper, visibility, told):
    body = type("Body", (), {"id": paper.author.organisation_id, "acronym": paper.author.acronym})()
    people = {"author": paper.author, "colleague": factories.member(body), "lead": paper.lead,
              "observer": paper.observer, "stranger": paper.stranger}
    lines = {name: Line(house, actor, paper.section_key) for name, actor in people.items()}

    thread = threads.begin(paper.author, paper.section_key, "Un secret · œuvre 🙂", visibility=visibility)
    comments.reply(paper.author, thread.key, "Encore")
    threads.resolve(paper.author, thread.key)
    comments.delete(paper.author, thread.comments[0].key)

    frame = {"type": "comments", "section": paper.section_key}
    for name, line in lines.items():
        assert line.of_type("comments") == [frame] * (4 if name in told else 0), name


def test_another_process_tells_its_pages_too(house, second_house, paper, database):
    Line(house, paper.lead)  # So that it listens.
    there = Line(second_house, paper.coordinator, paper.section_key)
    not_there = Line(second_house, paper.coordinator)
    time.sleep(0.5)

    threads.begin(paper.author, paper.section_key, "Pour la FEX seule", visibility=Visibility.ORGANISATION)
    threads.begin(paper.author, paper.section_key, "Pour tous", visibility=Visibility.EVERYBODY)

    if database == "postgresql":
        there.wait(lambda: there.of_type("comments"))
        time.sleep(0.3)
    # On SQLite one process serves: there is no other to be told.
    assert len(there.of_type("comments")) == (1 if database == "postgresql" else 0)
    assert not_there.of_type("comments") == []
