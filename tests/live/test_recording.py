"""What two real browsers sent while they wrote (tests/e2e/test_live_recording.py), replayed through the authority."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from drafting.domain.changes import text_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch
from tests.live.conftest import Paper

RECORDING = json.loads(gzip.decompress((Path(__file__).parent / "recording.json.gz").read_bytes()))


@pytest.fixture
def authority(app: Flask) -> Iterator[Authority]:
    authority = Authority(db.engine)
    yield authority
    authority.stop()


def test_a_recording_of_two_browsers_replays_to_the_text_on_their_screens(authority: Authority, paper: Paper) -> None:
    actors = [paper.coordinator, paper.lead]
    start = Batch(actors[0], paper.section_id, "recorded-start", 1, 0, ({"changes": RECORDING["start"]},))
    batches = [
        Batch(actors[one["author"]], paper.section_id, one["client"], one["n"], one["base"], tuple(one["updates"]))
        for one in RECORDING["batches"]
    ]

    outcomes = [authority.run([batch])[0] for batch in (start, *batches)]

    assert all(isinstance(outcome, Applied) and not outcome.is_copy for outcome in outcomes)
    db.session.rollback()
    state = log.state_at(db.session(), paper.section_id)
    assert text_of(state.text) == RECORDING["text"]
    people = [actor.person_id for actor in actors]
    assert [[run.length, people.index(run.author)] for run in state.runs] == RECORDING["runs"]
    assert state.revision == RECORDING["rows"] + 1
    assert len(RECORDING["batches"]) > 50
    assert any(update.get("of") for batch in RECORDING["batches"] for update in batch["updates"])
