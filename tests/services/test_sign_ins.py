"""Signing in, staying signed in, and being signed out."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.errors import InvalidInput, NotFound, TooMany
from drafting.domain.sign_in import ABSOLUTE, IDLE
from drafting.extensions import db, transaction
from drafting.models import AuditEntry, Membership, Person, SignIn
from drafting.models.columns import now, recorded_at
from drafting.services import passwords, sign_ins
from drafting.services.passwords import hash_password
from tests import factories
from tests.signing_in import token_for

PASSWORD = "l’œuvre « commune » · 🙂"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def someone(app: Flask, hashed: str) -> Person:
    return factories.person(email="camille@exemple.example", password_hash=hashed)


def test_the_right_password_signs_in(someone: Person) -> None:
    organisation = factories.organisation()
    factories.membership(someone, organisation)

    actor = sign_ins.actor_of(sign_ins.sign_in(" Camille@exemple.example ", PASSWORD))

    assert actor is not None
    assert (actor.person_id, actor.acronym) == (someone.id, organisation.acronym)


def test_an_accent_typed_in_two_strokes_is_the_same_password(someone: Person) -> None:
    with transaction():
        db.session.get(Person, someone.id).password_hash = hash_password("une phrase décidée")

    assert sign_ins.sign_in(someone.email, "une phrase de\u0301cide\u0301e")


@pytest.mark.parametrize("email", ["camille@exemple.example", "inconnue@exemple.example", "", "é" * 5000])
def test_wrong_and_unknown_get_the_same_answer(someone: Person, email: str) -> None:
    with pytest.raises(InvalidInput, match="L’adresse ou le mot de passe n’est pas le bon"):
        sign_ins.sign_in(email, "ce n’est pas le bon")

    assert db.session.scalars(select(SignIn)).all() == []


def test_wrong_unknown_and_disabled_are_hashed_alike(
    someone: Person, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    disabled = factories.person(password_hash=hashed, disabled_at=now())
    asked: list[str | None] = []
    real = passwords._hasher.verify
    parameters = passwords._nobody().rpartition("$")[0].rpartition("$")[0]

    class Hasher:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored.rpartition("$")[0].rpartition("$")[0])
            return real(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    for email, password in [
        (someone.email, "ce n’est pas le bon"), ("inconnue@exemple.example", PASSWORD), (disabled.email, PASSWORD)
    ]:
        with pytest.raises(InvalidInput):
            sign_ins.sign_in(email, password)

    assert asked == [parameters] * 3  # The same work, with the same parameters, once each.


def test_too_many_attempts_are_refused_even_with_the_right_password(someone: Person) -> None:
    for _ in range(8):
        with pytest.raises(InvalidInput):
            sign_ins.sign_in(someone.email, "ce n’est pas le bon", address="192.0.2.1")

    with pytest.raises(TooMany, match="quart d’heure"):
        sign_ins.sign_in(someone.email, PASSWORD, address="192.0.2.1")

    assert sign_ins.sign_in(someone.email, PASSWORD, address="192.0.2.2")
    with recorded_at(now() + timedelta(minutes=16)):
        assert sign_ins.sign_in(someone.email, PASSWORD, address="192.0.2.1")


def test_a_success_forgets_the_failures_before_it(someone: Person) -> None:
    for _ in range(3):
        for _ in range(5):
            with pytest.raises(InvalidInput):
                sign_ins.sign_in(someone.email, "ce n’est pas le bon", address="192.0.2.1")
        assert sign_ins.sign_in(someone.email, PASSWORD, address="192.0.2.1")


def test_a_hundred_attempts_at_once_do_not_pass_the_limit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    hashings: list[str] = []
    monkeypatch.setattr(sign_ins, "is_right", lambda password, stored: hashings.append(password))

    def attempt() -> None:
        with app.app_context(), pytest.raises((InvalidInput, TooMany)):
            sign_ins.sign_in("camille@exemple.example", "essai", address="192.0.2.1")

    threads = [threading.Thread(target=attempt) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(hashings) == 8


def test_the_secret_is_not_in_the_database(app: Flask) -> None:
    token = token_for(factories.member(factories.organisation()))

    stored = db.session.scalars(select(SignIn.token_hash)).one()

    assert stored != token
    assert sign_ins.actor_of(stored) is None


@pytest.mark.parametrize("token", [None, "", "x", "é🙂", "x" * 100_000])
def test_an_unknown_secret_signs_nobody_in(app: Flask, token: str | None) -> None:
    assert sign_ins.actor_of(token) is None


def test_a_sign_in_ends_when_unused_for_too_long(app: Flask) -> None:
    token = token_for(factories.member(factories.organisation()))

    with recorded_at(now() + IDLE + timedelta(minutes=1)):
        assert sign_ins.actor_of(token) is None


def test_a_sign_in_that_is_used_lasts_until_its_absolute_limit(app: Flask) -> None:
    token = token_for(factories.member(factories.organisation()))
    start = now()

    for day in range(1, 30):
        with recorded_at(start + timedelta(days=day)):
            assert sign_ins.actor_of(token) is not None
    with recorded_at(start + ABSOLUTE + timedelta(minutes=1)):
        assert sign_ins.actor_of(token) is None


def test_signing_out_ends_the_sign_in(app: Flask) -> None:
    token = token_for(factories.member(factories.organisation()))
    actor = sign_ins.actor_of(token)
    assert actor is not None

    sign_ins.sign_out(actor)

    assert sign_ins.actor_of(token) is None


def test_a_disabled_person_is_signed_out(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    token = token_for(actor)

    with transaction():
        db.session.get(Person, actor.person_id).disabled_at = now()

    assert sign_ins.actor_of(token) is None


def test_signing_in_again_ends_what_the_browser_held_before(someone: Person) -> None:
    first = sign_ins.sign_in(someone.email, PASSWORD)

    second = sign_ins.sign_in(someone.email, PASSWORD, replaces=first)

    assert sign_ins.actor_of(first) is None
    assert sign_ins.actor_of(second) is not None


def test_acting_for_another_organisation_changes_the_secret(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    other = factories.organisation(acronym="ŒUV")
    factories.membership(db.session.get(Person, actor.person_id), other)
    token = token_for(actor)
    signed_in = sign_ins.actor_of(token)
    assert signed_in is not None

    rotated = sign_ins.act_for(signed_in, other.key)

    assert sign_ins.actor_of(token) is None
    after = sign_ins.actor_of(rotated)
    assert after is not None
    assert after.acronym == "ŒUV"


def test_nobody_acts_for_an_organisation_that_is_not_theirs(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    other = factories.organisation()
    signed_in = sign_ins.actor_of(token_for(actor))
    assert signed_in is not None

    for key in (other.key, "", "nothing"):
        with pytest.raises(NotFound):
            sign_ins.act_for(signed_in, key)


def test_somebody_removed_from_the_organisation_no_longer_acts_for_it(app: Flask) -> None:
    actor = factories.member(factories.organisation())
    token = token_for(actor)

    with transaction():
        db.session.delete(db.session.scalars(select(Membership)).one())

    after = sign_ins.actor_of(token)
    assert after is not None
    assert (after.organisation_id, after.membership, after.acronym) == (None, None, "")


def test_a_person_acts_again_for_the_organisation_that_they_acted_for_last(someone: Person) -> None:
    first, second = factories.organisation(), factories.organisation()
    factories.membership(someone, first)
    factories.membership(someone, second)
    actor = sign_ins.actor_of(sign_ins.sign_in(someone.email, PASSWORD))
    assert actor is not None
    assert actor.organisation_id == first.id
    sign_ins.act_for(actor, second.key)

    again = sign_ins.actor_of(sign_ins.sign_in(someone.email, PASSWORD))

    assert again is not None
    assert again.organisation_id == second.id


def test_signing_in_is_written_in_the_audit_log_without_the_address(someone: Person) -> None:
    sign_ins.sign_in(someone.email, PASSWORD)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.person_id, entry.detail) == ("sign_in", someone.id, {})
