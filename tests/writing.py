"""Write into a section's log in tests that are not about writing."""

from __future__ import annotations

from datetime import UTC, datetime
from os.path import commonprefix

from drafting.domain.actor import Actor
from drafting.domain.changes import ChangeSet, units
from drafting.domain.rows import Row
from drafting.extensions import db, writing
from drafting.live import log
from drafting.live.commands import Applied, Batch
from drafting.live.house import house_of
from drafting.live.log import LogRow
from drafting.models import Section

START = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


def write(section: Section, actor: Actor, text: str, *, at: datetime = START) -> None:
    """Replace the section's text by this one, as one update of this actor."""
    assert actor.organisation_id is not None
    db.session.rollback()
    with writing():
        state = log.state_at(db.session(), section.id)
        old, new = len(state.text), units(text)
        start = len(commonprefix([state.text, new]))  # noqa: RUF071 - by characters is what is wanted
        parts = [start] * (start > 0) + [[old - start, *new[start:].split("\n")] if new[start:] else [old - start]]
        changes = ChangeSet.parse(parts, old)
        assert changes.apply(state.text) == new
        row = Row(state.revision + 1, actor.person_id, actor.organisation_id, changes)
        log.add(db.session.connection(), section.id, [LogRow(row, at, f"test{actor.person_id}", row.revision, 0)])
        db.session.commit()


def propose(section: Section, actor: Actor, id: str, old: str, new: str = "", *, before: str = "") -> None:
    """Propose to replace `old` (behind `before`) by `new`, as the actor's browser would, through the authority.

    With old and new text: strikes and inserts; `old` without `new`: strikes; `before` and `new` alone: inserts.
    """
    db.session.rollback()
    section_id = section.id
    state = log.state_at(db.session(), section_id)
    start = state.text.index(units(before + old)) + len(units(before))
    end = start + len(units(old))
    parts = [part for part in (end, [0, *new.split("\n")], len(state.text) - end) if part]
    update: dict[str, object] = {"changes": parts if new else [len(state.text)], "suggestion": id}
    if old:
        update["strike"] = [[start, end]]
    batch = Batch(actor, section_id, f"test-{actor.person_id}-{state.revision}", 1, state.revision, (update,))
    outcome = house_of(db.engine).authority.run([batch])
    assert outcome == [Applied(state.revision + 1)], outcome
    db.session.rollback()
