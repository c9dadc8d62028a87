"""The live part of a process, without sockets: conversations, presence, flushes, crowded rooms, several processes."""

from __future__ import annotations

import json
import threading
import time

import pytest

from drafting.domain.sign_in import IDLE
from drafting.extensions import db, transaction
from drafting.live.commands import Batch
from drafting.live.house import House, house_of
from drafting.live.hub import CROWDED
from drafting.models import Person, SignIn
from drafting.models.columns import now
from drafting.services import sign_ins
from tests import factories


class Line:
    """A conversation whose frames are kept in a list."""

    def __init__(self, house, actor, section=None):
        self.frames: list[dict] = []
        self.ended = False
        self.conversation = house.welcome(actor, self._take, self._end)
        self.house = house
        self.say(type="hello", protocol=1)
        if section:
            self.say(type="open", section=section, revision=None)

    def _take(self, frame):
        self.frames.append(json.loads(frame.text))

    def _end(self):
        self.ended = True

    def say(self, **message):
        self.conversation.receive(json.dumps(message))

    def of_type(self, kind):
        return [one for one in self.frames if one["type"] == kind]

    def wait(self, condition, timeout_s=10):
        until = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < until, self.frames[-4:]
            time.sleep(0.005)

    def leave(self):
        self.house.part(self.conversation)


@pytest.fixture
def second_house(app):
    """Another process's live part, on the same database."""
    house = House(db.engine)
    yield house
    house.stop()


def test_the_first_frame_is_hello(house, paper):
    line = Line(house, paper.lead)
    early = Line.__new__(Line)
    early.frames, early.ended = [], False
    early.conversation = house.welcome(paper.lead, early._take, early._end)
    early.say(type="open", section=paper.section_key, revision=None)

    hello = line.frames[0]
    assert hello["you"] == {"person": paper.lead.person_id, "organisation": paper.lead.organisation_id}
    assert hello["people"] == {str(paper.lead.person_id): paper.lead.name}
    assert hello["organisations"][str(paper.lead.organisation_id)]["acronym"] == paper.lead.acronym
    assert early.frames == [{"type": "goodbye", "why": "protocol"}]
    assert early.ended


def test_another_protocol_loads_the_page_again(house, paper):
    line = Line(house, paper.lead)
    line.say(type="hello", protocol=2)

    assert line.frames[-1] == {"type": "goodbye", "why": "protocol"}


def test_who_opens_hears_what_he_may_do_and_who_wrote(house, paper):
    house.authority.run([
        Batch(paper.lead, paper.section_id, "klient-01", 1, 0, ({"changes": [[0, "« L’été » 👍"]]},))
    ])

    state = Line(house, paper.observer, paper.section_key).of_type("state")[0]

    assert state["text"] == "« L’été » 👍"
    assert state["runs"] == [[12, paper.lead.person_id, paper.lead.organisation_id]]
    assert (state["may"], state["decides"], state["stage"], state["revision"]) == ("read", False, "open", 1)
    assert state["people"] == {str(paper.lead.person_id): paper.lead.name}


def test_an_impossible_revision_gets_the_whole_state(house, paper):
    line = Line(house, paper.lead)
    line.say(type="open", section=paper.section_key, revision=7)

    assert line.of_type("state")[0]["revision"] == 0


def test_a_closed_section_is_silent(house, paper):
    line = Line(house, paper.lead, paper.section_key)
    line.say(type="close", section=paper.section_key)
    count = len(line.frames)
    house.authority.run([Batch(paper.lead, paper.section_id, "klient-01", 1, 0, ({"changes": [[0, "é"]]},))])

    assert len(line.frames) == count
    assert house.hub.rooms() == []


def test_a_malformed_batch_is_refused_by_its_number_and_the_page_goes_on(house, paper):
    line = Line(house, paper.lead, paper.section_key)
    base = {"type": "updates", "section": paper.section_key, "base": 0, "client": "klient-01"}
    line.say(**base, n=1, updates=[{"changes": [[0, "é"]]}], author=paper.coordinator.person_id)
    line.say(**base, n=2, updates=[{"changes": [[0, "é"]]}])

    line.wait(lambda: line.of_type("rows"))
    assert line.of_type("refused")[0] == {
        "type": "refused", "section": paper.section_key, "client": "klient-01", "refused": 1, "why": "malformed",
    }  # fmt: skip
    assert line.of_type("rows")[0]["rows"][0]["author"] == paper.lead.person_id
    assert not line.ended


def test_before_a_freeze_pages_are_asked_and_those_who_do_not_answer_are_named(house, paper):
    quick = Line(house, paper.lead, paper.section_key)
    slow = Line(house, paper.coordinator, paper.section_key)
    reader = Line(house, paper.observer, paper.section_key)
    late: list[set[int]] = []
    asking = threading.Thread(target=lambda: late.append(house.flushes.ask([paper.section_id])))

    begun = time.monotonic()
    asking.start()
    quick.wait(lambda: quick.of_type("flush"))
    quick.say(type="flushed", section=paper.section_key, ask=quick.of_type("flush")[0]["ask"])
    asking.join()

    assert late == [{paper.coordinator.person_id}]
    assert 1.5 < time.monotonic() - begun < 4
    assert slow.of_type("flush")
    assert not reader.of_type("flush")


def test_a_freeze_waits_for_nobody_who_has_sent_everything_or_left(house, paper):
    quick = Line(house, paper.lead, paper.section_key)
    leaving = Line(house, paper.coordinator, paper.section_key)
    late: list[set[int]] = []
    asking = threading.Thread(target=lambda: late.append(house.flushes.ask([paper.section_id])))

    begun = time.monotonic()
    asking.start()
    quick.wait(lambda: quick.of_type("flush"))
    quick.say(type="flushed", section=paper.section_key, ask=quick.of_type("flush")[0]["ask"])
    leaving.leave()
    asking.join()

    assert late == [set()]
    assert time.monotonic() - begun < 1.5


def test_another_process_is_asked_too(house, second_house, paper, database):
    Line(house, paper.lead)  # So that it listens.
    there = Line(second_house, paper.coordinator, paper.section_key)
    time.sleep(0.5)

    late = house.flushes.ask([paper.section_id])

    # On SQLite, where one process serves, nobody else is asked.
    assert late == ({paper.coordinator.person_id} if database == "postgresql" else set())
    assert bool(there.of_type("flush")) is (database == "postgresql")


def test_in_a_crowded_room_rows_committed_one_after_another_come_in_one_frame(app, paper, monkeypatch):
    monkeypatch.setattr("drafting.live.hub.HOLD_S", 60)
    monkeypatch.setattr("drafting.live.authority.MOST_AT_ONCE", 1)
    house = House(db.engine, threaded=False)
    lines = [Line(house, actor, paper.section_key) for actor in crowd(paper) for _ in range(8)]
    assert len(lines) >= CROWDED
    house.authority.serve_waiting()
    for number in range(3):
        lines[number].say(type="updates", section=paper.section_key, base=0, client=f"klient-{number:03}", n=1,
                          updates=[{"changes": [[0, f"é{number} "]]}])  # fmt: skip

    house.authority.serve_waiting()
    house.authority.serve_waiting()
    assert [line.of_type("rows") for line in lines] == [[]] * 40  # Committed, and more is about to be.
    house.authority.serve_waiting()

    for line in lines:
        assert [[row["revision"] for row in one["rows"]] for one in line.of_type("rows")] == [[1, 2, 3]]
    house.stop()


def crowd(paper):
    """Five people who may write."""
    body = db.session.get(Person, paper.coordinator.person_id).memberships[0].organisation
    return [factories.member(body) for _ in range(5)]


def test_writing_keeps_a_sign_in_alive_and_an_idle_one_ends(house, paper):
    with transaction() as session:
        token = sign_ins.start(session.get(Person, paper.lead.person_id))
    actor = sign_ins.actor_of(token)
    sign_in_id = actor.sign_in_id

    def seen_at(age):
        with transaction() as session:
            session.get(SignIn, sign_in_id).seen_at = now() - age

    seen_at(IDLE * 0.9)
    line = Line(house, actor, paper.section_key)
    line.say(type="updates", section=paper.section_key, base=0, client="klient-01", n=1,
             updates=[{"changes": [[0, "é"]]}])  # fmt: skip
    line.wait(lambda: line.of_type("rows"))
    house._touch_at = 0.0
    house.check_soon()

    def is_touched():
        db.session.rollback()
        return now() - db.session.get(SignIn, sign_in_id).seen_at < IDLE * 0.1

    line.wait(is_touched)
    assert not line.ended

    seen_at(IDLE * 1.1)
    house.check_soon()
    line.wait(lambda: line.frames[-1] == {"type": "goodbye", "why": "signed_out"})


def test_a_full_house_keeps_threads_for_pages(app, house, paper):
    Line(house, paper.lead)
    house.most = 2
    assert not house.is_full

    Line(house, paper.coordinator)
    assert house.is_full
    assert house_of(db.engine) is house
