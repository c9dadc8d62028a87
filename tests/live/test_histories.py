from __future__ import annotations

import pytest

from drafting.extensions import db
from tests.live.histories import History, Person


@pytest.fixture
def history(app, paper):
    """Two who write, one who decides, one who only suggests; made for each seed."""
    made = []

    def make(seed: int) -> History:
        history = History(db.engine, (paper.section_id, paper.section_key), seed)
        history.people = [
            Person(history, paper.lead),
            Person(history, paper.lead),  # The same person in another window.
            Person(history, paper.coordinator, decides=True),
            Person(history, paper.contributor, suggests=True),
        ]
        made.append(history)
        return history

    yield make
    for one in made:
        for person in one.people:
            person.cut()
        for house in one.houses:
            house.stop()


@pytest.mark.parametrize("seed", range(5))
def test_any_interleaving_ends_with_everybody_equal_to_the_log(history, seed):
    played = history(seed)

    played.play(500)
    played.settle()

    assert played.check() > 20
    assert played.restorations > 0
