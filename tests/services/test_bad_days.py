"""Bad days of the database: locked for too long, or its disk full. Nothing is half done, and all goes on afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text

from drafting import extensions
from drafting.domain.actor import Actor
from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch, Failed
from drafting.models import Contribution, Organisation, Section
from tests import factories
from tests.signing_in import csrf_token, sign_in

TYPED = "L’œuvre « commune » · été 🙂"


@pytest.fixture
def actor(app: Flask) -> Actor:
    return factories.member(factories.organisation())


@pytest.fixture
def section(actor: Actor) -> Section:
    contribution = factories.contribution()
    organisation = db.session.get_one(Organisation, actor.organisation_id)
    factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
    return factories.section(contribution)


@contextmanager
def locked(database: str, url: str) -> Iterator[None]:
    """Somebody else holds what every writer needs, and does not let go."""
    other = create_engine(url)
    with other.connect() as connection:
        if database == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text('LOCK TABLE contribution, section, "update" IN ACCESS EXCLUSIVE MODE'))
        yield
        connection.rollback()
    other.dispose()


@contextmanager
def impatient() -> Iterator[None]:
    """Locks are waited for a moment only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extensions, "LOCK_TIMEOUT_MS", 200)
        db.session.rollback()
        db.engine.dispose()
        yield
    db.session.rollback()
    db.engine.dispose()


@contextmanager
def full() -> Iterator[None]:
    """The disk of the database takes nothing more."""

    def refuse(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")) and "attempt" not in statement:
            raise db.engine.dialect.loaded_dbapi.OperationalError("database or disk is full")

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


TROUBLES = ["locked", "full"]


@contextmanager
def trouble(kind: str, database: str, url: str) -> Iterator[None]:
    if kind == "full":
        with full():
            yield
    else:
        with impatient(), locked(database, url):
            yield


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_form_sent_while_the_database_would_not_is_shown_again(
    app: Flask, client: FlaskClient, actor: Actor, database: str, database_url: str, kind: str
) -> None:
    sign_in(client, actor)
    token = csrf_token(client, "/profile")
    data = {"csrf_token": token, "title": TYPED, "language": "fr", "limit_unit": "words",
            "deadline_zone": "Europe/Paris"}

    with trouble(kind, database, database_url):
        answer = client.post("/contributions/new/summit", data=data)

    assert answer.status_code == 503
    assert TYPED in answer.get_data(as_text=True)
    db.session.rollback()
    assert db.session.query(Contribution).count() == 0
    assert client.post("/contributions/new/summit", data=data).status_code == 303
    db.session.rollback()
    assert db.session.query(Contribution).count() == 1


@pytest.mark.parametrize("kind", TROUBLES)
def test_an_edit_that_could_not_be_kept_is_not_acknowledged_and_is_taken_when_sent_again(
    app: Flask, actor: Actor, section: Section, database: str, database_url: str, kind: str
) -> None:
    authority = Authority(db.engine)
    section_id = section.id
    first = Batch(actor, section_id, "klient-01", 1, 0, ({"changes": [[0, TYPED]]},))
    assert authority.run([first]) == [Applied(1)]
    length = len(authority.current(section_id).text)
    second = Batch(actor, section_id, "klient-01", 2, 1, ({"changes": [length, [0, " fin"]]},))

    third = Batch(actor, section_id, "klient-02", 1, 1, ({"changes": [length, [0, " !"]]},))
    authority.stop()

    with trouble(kind, database, database_url):
        begun = time.monotonic()
        authority = Authority(db.engine)
        refused = authority.run([second, third])
        authority.stop()

    assert refused == [Failed(), Failed()]
    assert time.monotonic() - begun < 10
    authority = Authority(db.engine)
    db.session.rollback()
    assert log.text_at(db.session(), section_id) == TYPED
    assert authority.run([second]) == [Applied(2)]
    assert authority.run([second]) == [Applied(2, is_copy=True)]
    db.session.rollback()
    assert log.text_at(db.session(), section_id) == TYPED + " fin"
    authority.stop()
