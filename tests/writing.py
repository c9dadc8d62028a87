"""Write into a section's log in tests that are not about writing."""

from __future__ import annotations

from datetime import UTC, datetime
from os.path import commonprefix

from drafting.domain.actor import Actor
from drafting.domain.changes import ChangeSet, units
from drafting.domain.rows import Row
from drafting.extensions import db, writing
from drafting.live import log
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
