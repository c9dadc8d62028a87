"""Many more of the histories of tests/live/test_histories.py: 400 with FUZZ=long, 3 otherwise."""

from __future__ import annotations

import os

from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from tests import factories
from tests.live.histories import History, Person

HISTORIES = 400 if os.environ.get("FUZZ") == "long" else 3
FIRST = 1_000


def test_no_interleaving_parts_a_page_from_the_log(app):
    contribution = factories.contribution()
    roles = [ParticipationRole.COORDINATOR, ParticipationRole.COORDINATOR, ParticipationRole.CONTRIBUTOR]
    actors = []
    for role in roles:
        organisation = factories.organisation()
        factories.participation(contribution, organisation, role)
        actors.append(factories.member(organisation))

    rows = 0
    for seed in range(FIRST, FIRST + HISTORIES):
        section = factories.section(contribution)
        history = History(db.engine, (section.id, section.key), seed, servers=1 + seed % 3)
        history.people = [
            Person(history, actors[0]),
            Person(history, actors[1], decides=True),
            Person(history, actors[2], suggests=True),
            Person(history, actors[2], suggests=True),  # The same person in another window.
        ]
        history.play(400)
        history.settle()
        rows += history.check()
    assert rows > 20 * HISTORIES
