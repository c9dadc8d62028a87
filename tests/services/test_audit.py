"""The audit log: appended by many at once, chained, and verified."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import text

from drafting.extensions import db, transaction, writing
from drafting.models import AuditEntry
from drafting.services.audit import first_bad_entry, record
from tests import factories


def test_many_at_once_make_one_chain(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    failures: list[BaseException] = []

    def act(n: int) -> None:
        try:
            with app.app_context(), transaction():
                record(actor, "décision", f"œuvre:{n}", texte="« été » · 🙂")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=act, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    db.session.rollback()
    assert db.session.query(AuditEntry).count() == 40
    assert first_bad_entry() is None


def test_the_first_changed_entry_is_named(app: Flask) -> None:
    with transaction():
        ids = [record(None, "décision", f"œuvre:{n}").id for n in range(5)]

    with writing():
        db.session.rollback()
        db.session.execute(text("UPDATE audit_entry SET action = 'autre' WHERE id = :id"), {"id": ids[2]})
        db.session.commit()

    assert first_bad_entry() == ids[2]
