"""Propose in tests that are not about proposing: as a browser would, through the authority of this process."""

from __future__ import annotations

from drafting.domain.actor import Actor
from drafting.domain.changes import units
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from tests.live.conftest import Paper


def state(paper: Paper) -> SectionState:
    """Return the section as it stands."""
    db.session.rollback()
    return log.state_at(db.session(), paper.section_id)


def send(paper: Paper, actor: Actor, *updates: object) -> None:
    """Send a batch as the actor's browser would."""
    head = state(paper).revision
    one = Batch(actor, paper.section_id, f"test-{actor.person_id}-{head}", 1, head, updates)
    assert house_of(db.engine).authority.run([one]) == [Applied(head + len(updates))]
    db.session.rollback()  # What is read next is what was just written.


def write(paper: Paper, text: str) -> None:
    """Write the beginning, by the lead."""
    send(paper, paper.lead, {"changes": [[0, *text.split("\n")]]})


def insert(paper: Paper, actor: Actor, behind: str, new: str, id: str) -> None:
    """Propose to insert `new` behind the first `behind`."""
    text = state(paper).text
    at = text.index(units(behind)) + len(units(behind))
    parts = [part for part in (at, [0, *new.split("\n")], len(text) - at) if part]
    send(paper, actor, {"changes": parts, "suggestion": id})


def strike(paper: Paper, actor: Actor, what: str, id: str) -> None:
    """Propose to delete the first `what`."""
    text = state(paper).text
    at = text.index(units(what))
    send(paper, actor, {"changes": [len(text)], "suggestion": id, "strike": [[at, at + len(units(what))]]})


def seen(paper: Paper, *ids: str) -> dict[str, str]:
    """Return what a decision about these suggestions quotes now."""
    return seen_of(state(paper), ids)
