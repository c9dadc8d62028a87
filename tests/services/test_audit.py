"""The audit log: appended by many at once, chained, and verified."""

from __future__ import annotations

import threading

from flask import Flask
from sqlalchemy import text

from drafting.extensions import db, transaction, writing
from drafting.models import AuditEntry
from drafting.models.columns import now
from drafting.services.audit import FIRST, first_bad_entry, hash_of, record
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


def test_an_entry_cannot_be_guessed_from_its_hash(app: Flask) -> None:
    with transaction():
        entry = record(None, "décision", "œuvre:1", sens="pour")

    salt = entry.salt
    guess = AuditEntry(at=entry.at, action=entry.action, subject=entry.subject, detail=entry.detail,
                       previous_hash=entry.previous_hash)
    assert hash_of(guess) != entry.hash
    guess.salt = salt
    assert (len(str(salt)), hash_of(guess)) == (32, entry.hash)


def test_entries_of_before_without_a_salt_still_verify(app: Flask) -> None:
    with transaction() as session:
        old = AuditEntry(at=now(), action="décision", subject="œuvre:1", detail={"sens": "pour"}, previous_hash=FIRST)
        old.hash = hash_of(old)
        session.add(old)
    with transaction():
        record(None, "décision", "œuvre:2")

    assert first_bad_entry() is None


def test_a_changed_salt_is_found(app: Flask) -> None:
    with transaction():
        entry = record(None, "décision", "œuvre:1").id

    with writing():
        db.session.rollback()
        db.session.execute(text("UPDATE audit_entry SET salt = NULL"))
        db.session.commit()

    assert first_bad_entry() == entry


def test_the_first_changed_entry_is_named(app: Flask) -> None:
    with transaction():
        ids = [record(None, "décision", f"œuvre:{n}").id for n in range(5)]

    with writing():
        db.session.rollback()
        db.session.execute(text("UPDATE audit_entry SET action = 'autre' WHERE id = :id"), {"id": ids[2]})
        db.session.commit()

    assert first_bad_entry() == ids[2]
