"""Accounts: one's own, and what administrators may do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, NotFound, TooMany
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.models import AuditEntry, Organisation, Person
from drafting.services import organisations, people
from drafting.services.organisations import Details
from drafting.services.passwords import hash_password
from drafting.services.sign_ins import actor_of, sign_in
from tests import factories
from tests.signing_in import token_for

PASSWORD = "l’œuvre « commune » · 🙂"
NEW = "une autre phrase d’été"


@pytest.fixture
def administrator(app: Flask) -> Actor:
    return factories.member(factories.organisation(), administrator=True)


def key_of(actor: Actor) -> str:
    person = db.session.get(Person, actor.person_id)
    assert person is not None
    return person.key


def at_once(app: Flask, *works: Callable[[], object]) -> list[BaseException | None]:
    """Do these at the same moment, each in its thread, and return what each raised."""
    outcomes: list[BaseException | None] = [None] * len(works)
    ready = threading.Barrier(len(works))

    def run(n: int, work: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                work()
            except Exception as error:
                outcomes[n] = error

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return outcomes


def test_the_first_administrator_is_created_and_signs_in(app: Flask) -> None:
    made = people.create_administrator(" Admin@Exemple.example", "Secrétariat · œuvre", PASSWORD)

    assert (made.email, made.name, made.administrator) == ("admin@exemple.example", "Secrétariat · œuvre", True)
    actor = actor_of(sign_in("admin@exemple.example", PASSWORD))
    assert actor is not None
    assert actor.administrator


def test_creating_an_administrator_again_gives_back_a_lost_account(app: Flask) -> None:
    people.create_administrator("admin@exemple.example", "Secrétariat", PASSWORD)
    people.create_administrator("autre@exemple.example", "Autre", PASSWORD)
    actor = actor_of(sign_in("autre@exemple.example", PASSWORD))
    assert actor is not None
    people.disable(actor, db.session.scalars(select(Person.key).where(Person.name == "Secrétariat")).one())

    people.create_administrator("admin@exemple.example", "Secrétariat", NEW)

    assert actor_of(sign_in("admin@exemple.example", NEW)) is not None
    assert db.session.query(Person).count() == 2


@pytest.mark.parametrize(
    ("email", "name", "password", "field"),
    [
        ("pas une adresse", "Secrétariat", PASSWORD, "email"),
        ("admin@exemple.example", "\u202e", PASSWORD, "name"),
        ("admin@exemple.example", "Secrétariat", "trop court", "password"),
    ],
)
def test_a_wrong_administrator_is_refused(app: Flask, email: str, name: str, password: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        people.create_administrator(email, name, password)

    assert list(refused.value.fields) == [field]
    assert db.session.query(Person).count() == 0


def test_a_changed_password_ends_the_other_sign_ins_and_renews_this_one(app: Flask) -> None:
    person = factories.person(password_hash=hash_password(PASSWORD))
    here, there = sign_in(person.email, PASSWORD), sign_in(person.email, PASSWORD)
    actor = actor_of(here)
    assert actor is not None

    renewed = people.change_password(actor, PASSWORD, NEW)

    assert actor_of(here) is None
    assert actor_of(there) is None
    assert actor_of(renewed) is not None
    with pytest.raises(InvalidInput):
        sign_in(person.email, PASSWORD)
    assert sign_in(person.email, NEW)


def test_the_present_password_cannot_be_guessed_at_for_ever(app: Flask) -> None:
    person = factories.person(password_hash=hash_password(PASSWORD))
    actor = actor_of(sign_in(person.email, PASSWORD))
    assert actor is not None

    for _ in range(10):
        with pytest.raises(InvalidInput) as refused:
            people.change_password(actor, "ce n’est pas le bon", NEW)
        assert list(refused.value.fields) == ["password"]

    with pytest.raises(TooMany):
        people.change_password(actor, PASSWORD, NEW)


def test_somebody_disabled_is_out_at_once_and_can_come_back(app: Flask, administrator: Actor) -> None:
    person = factories.person(password_hash=hash_password(PASSWORD))
    token = sign_in(person.email, PASSWORD)

    people.disable(administrator, person.key)

    assert actor_of(token) is None
    with pytest.raises(InvalidInput):
        sign_in(person.email, PASSWORD)
    people.enable(administrator, person.key)
    assert actor_of(token) is None
    assert sign_in(person.email, PASSWORD)


def test_a_new_administrator_has_to_sign_in_again(app: Flask, administrator: Actor) -> None:
    person = factories.person(password_hash=hash_password(PASSWORD))
    token = sign_in(person.email, PASSWORD)

    people.set_administrator(administrator, person.key, administrator=True)

    assert actor_of(token) is None
    again = actor_of(sign_in(person.email, PASSWORD))
    assert again is not None
    assert again.administrator


def test_the_last_administrator_stays(app: Flask, administrator: Actor) -> None:
    factories.person(administrator=True, disabled_at=people.now())  # Does not count: cannot sign in.

    with pytest.raises(Conflict, match="dernière personne qui administre"):
        people.set_administrator(administrator, key_of(administrator), administrator=False)
    with pytest.raises(Conflict, match="dernière personne qui administre"):
        people.disable(administrator, key_of(administrator))


def test_two_administrators_cannot_remove_each_other_at_once(app: Flask) -> None:
    for _ in range(5):
        with transaction() as session:
            session.query(Person).update({"administrator": False})
        a, b = (factories.member(factories.organisation(), administrator=True) for _ in range(2))
        keys = key_of(a), key_of(b)
        db.session.rollback()

        at_once(
            app,
            lambda a=a, key=keys[1]: people.set_administrator(a, key, administrator=False),
            lambda b=b, key=keys[0]: people.set_administrator(b, key, administrator=False),
        )

        left = db.session.scalars(select(Person).where(Person.administrator)).all()
        assert len(left) == 1


def test_nobody_else_administers(app: Flask, administrator: Actor) -> None:
    secretary = factories.member(factories.organisation(), MembershipRole.SECRETARY)
    key = key_of(administrator)

    for act in (
        lambda: people.people(secretary),
        lambda: people.find_person(secretary, key),
        lambda: people.disable(secretary, key),
        lambda: people.enable(secretary, key),
        lambda: people.end_sign_ins(secretary, key),
        lambda: people.set_administrator(secretary, key_of(secretary), administrator=True),
        lambda: organisations.organisations(secretary),
        lambda: organisations.create(secretary, Details("Une œuvre", "UNE", "federation", "teal")),
    ):
        with pytest.raises(NotFound):
            act()


def test_people_are_found_by_parts_of_name_and_address(app: Flask, administrator: Actor) -> None:
    factories.person(name="Camille Œuvre", email="c.oeuvre@exemple.example")
    factories.person(name="Cent % sûr", email="autre@exemple.example")

    def names(search: str) -> list[str]:
        return [person.name for person in people.people(administrator, search=search)]

    assert names("camille œuvre") == names("CAMILLE OEUVRE@") == ["Camille Œuvre"]
    assert names("sur") == ["Cent % sûr"]
    assert names("%") == ["Cent % sûr"]
    assert names("personne du tout") == []


# --- Organisations ---


def test_an_organisation_is_described_and_its_acronym_is_its_own(app: Flask, administrator: Actor) -> None:
    made = organisations.create(
        administrator, Details(" Fédération  de l’« œuvre » ", "FŒU", "federation", "plum"))

    assert (made.name, made.acronym) == ("Fédération de l’« œuvre »", "FŒU")
    with pytest.raises(InvalidInput) as refused:
        organisations.create(administrator, Details("Autre", "fŒu", "federation", "plum"))
    assert list(refused.value.fields) == ["acronym"]
    organisations.describe(administrator, made.key, Details("Fédération", "FŒU", "confederation", "blue"))
    assert db.session.get(Organisation, made.id).colour == "blue"


def test_wrong_details_are_all_named(app: Flask, administrator: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        organisations.create(administrator, Details("\u202e", "A" * 17, "parti", "#ff0000"))

    assert sorted(refused.value.fields) == ["acronym", "colour", "kind", "name"]


def test_the_last_secretary_stays(app: Flask) -> None:
    body = factories.organisation()
    secretary = factories.member(body, MembershipRole.SECRETARY)
    factories.member(body, MembershipRole.SECRETARY, disabled_at=people.now())  # Does not count: cannot sign in.
    key = key_of(secretary)

    with pytest.raises(Conflict, match="secrétariat"):
        organisations.remove_member(secretary, body.key, key)
    with pytest.raises(Conflict, match="secrétariat"):
        organisations.set_role(secretary, body.key, key, MembershipRole.MEMBER)


def test_two_secretaries_cannot_remove_each_other_at_once(app: Flask) -> None:
    for _ in range(5):
        body = factories.organisation()
        a, b = (factories.member(body, MembershipRole.SECRETARY) for _ in range(2))
        body_key, keys = body.key, (key_of(a), key_of(b))
        db.session.rollback()

        at_once(
            app,
            lambda a=a, body=body_key, key=keys[1]: organisations.remove_member(a, body, key),
            lambda b=b, body=body_key, key=keys[0]: organisations.remove_member(b, body, key),
        )

        body = db.session.scalars(select(Organisation).where(Organisation.key == body_key)).one()
        assert [one.role for one in organisations.members(body)] == [MembershipRole.SECRETARY]


def test_somebody_removed_loses_the_organisation_at_once(app: Flask) -> None:
    body = factories.organisation()
    secretary, member = factories.member(body, MembershipRole.SECRETARY), factories.member(body)
    token = token_for(member)

    organisations.remove_member(secretary, body.key, key_of(member))

    after = actor_of(token)
    assert after is not None
    assert after.organisation_id is None
    with pytest.raises(NotFound):
        organisations.find_organisation(after, body.key)
    with pytest.raises(NotFound):
        organisations.find_organisation(member, body.key)  # An actor built before counts for nothing.


def test_what_is_done_to_people_is_in_the_audit_log(app: Flask, administrator: Actor) -> None:
    person = factories.person()

    people.disable(administrator, person.key)

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.person_id) == (
        "disable_person", f"person:{person.key}", administrator.person_id)
