"""Restoring while others restore, type and freeze, on both databases: each row is whole, and nothing is done twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.changes import text_of
from drafting.domain.errors import Conflict, Stale
from drafting.domain.permissions import Stage
from drafting.domain.tracking import base_view
from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from drafting.models import Version
from drafting.services import restorations, sections, versions
from tests.live.conftest import Paper, make_paper
from tests.suggesting import send, state, write

TEXT = "L’œuvre commune des salarié·es.\n\nUn été « très » indien 😀.\n\nLa fin."


@pytest.fixture
def paper(app: Flask) -> Paper:
    """A text of the lead's, of which the coordination rewrote a word."""
    paper = make_paper()
    write(paper, TEXT)
    at = TEXT.index("commune")
    send(paper, paper.coordinator, {"changes": [at, [7, "partagée"], len(state(paper).text) - at - 7]})
    return paper


def at_once(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all of these at the same moment; count what came of them."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            gate.wait()
            try:
                act()
            except (Conflict, Stale) as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def restoring(paper: Paper, actor: Actor) -> Callable[[], object]:
    chosen = [one.key for one in restorations.restorable(actor, paper.section_key, 1).lines]
    base = state(paper).revision
    return lambda: restorations.restore(actor, paper.section_key, 1, chosen, base=base, as_suggestion=False)


def typing(paper: Paper, n: int) -> Callable[[], object]:
    def run() -> None:
        with db.engine.connect() as connection:
            seen = log.state_at(connection, paper.section_id)
        batch = Batch(paper.lead, paper.section_id, f"w{n}x", 1, seen.revision,
                      ({"changes": [len(seen.text), [0, f" œ{n}"]]},))
        [outcome] = house_of(db.engine).authority.run([batch])
        assert isinstance(outcome, Applied)

    return run


def test_of_two_people_who_bring_the_same_back_one_does_while_others_type_and_freeze(app: Flask, paper: Paper) -> None:
    both = [restoring(paper, paper.lead), restoring(paper, paper.coordinator)]
    key = paper.contribution.key
    freezing = [lambda n=n: versions.freeze(paper.coordinator, key, label=f"É{n}") for n in range(2)]

    outcomes = at_once(app, [*both, *both, *(typing(paper, n) for n in range(2)), *freezing])

    text = text_of(state(paper).text)
    assert outcomes["done"] == 6, "the other's two presses found the place changed"
    assert (text.count("commune"), text.count("partagée"), text.count(" œ0"), text.count(" œ1")) == (1, 0, 1, 1)
    for version in db.session.query(Version):
        [frozen] = version.sections
        assert frozen.text == base_view(log.state_at(db.session(), paper.section_id, frozen.revision))
        assert versions.is_intact(version)


def test_a_section_agreed_in_that_moment_is_restored_before_or_not_at_all(app: Flask, paper: Paper) -> None:
    acts = [restoring(paper, paper.lead),
            lambda: sections.set_stage(paper.coordinator, paper.section_key, Stage.AGREED)]

    outcomes = at_once(app, acts)

    assert ("commune" in text_of(state(paper).text)) == (outcomes["done"] == 2)
    assert outcomes["done"] + outcomes["Conflict"] == 2
