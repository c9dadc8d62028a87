"""A full disk under SQLite: what was acknowledged is kept, and writing goes on when there is room again."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import event

from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch, Failed
from tests import factories


def test_a_full_file_loses_nothing_that_was_acknowledged(app: Flask) -> None:
    organisation = factories.organisation()
    actor, contribution = factories.member(organisation), factories.contribution()
    factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
    section_id = factories.section(contribution).id
    with db.engine.connect() as connection:
        most_pages = connection.exec_driver_sql("PRAGMA page_count").scalar() + 30

    @event.listens_for(db.engine, "connect")
    def limit(raw: Any, record: object) -> None:
        raw.execute(f"PRAGMA max_page_count={most_pages}")

    db.session.rollback()
    db.engine.dispose()
    authority = Authority(db.engine)
    kept, outcome = 0, [Applied(0)]
    while outcome != [Failed()]:
        length = len(authority.current(section_id).text)
        update = {"changes": [*([length] if length else []), [0, "é" * 5_000]]}
        outcome = authority.run([Batch(actor, section_id, "klient-01", kept + 1, kept, (update,))])
        kept += outcome != [Failed()]

    assert 1 < kept < 100
    db.session.rollback()
    assert log.text_at(db.session(), section_id) == "é" * 5_000 * kept

    most_pages = 1_000_000
    db.session.rollback()
    db.engine.dispose()
    again = {"changes": [5_000 * kept, [0, " fin"]]}
    assert authority.run([Batch(actor, section_id, "klient-01", kept + 1, kept, (again,))]) == [Applied(kept + 1)]
