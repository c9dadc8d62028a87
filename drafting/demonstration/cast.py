"""The cast: the example organisations and their people, as rows and as actors."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from drafting.demonstration.story import BODIES, LOGO_DESCRIPTION, WRITERS, Writer
from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.models import Contribution, Membership, Organisation, Participation, Person
from drafting.models.columns import KEY_ALPHABET
from drafting.models.organisation import OrganisationKind
from drafting.services.audit import record
from drafting.services.passwords import check_new_password, hash_password

LOGO = Path(__file__).parent / "logo.png"
PASSWORD_FILE, PASSPHRASE_FILE = "demonstration-password", "demonstration-passphrase"


def new_password() -> str:
    """Return a password for the example accounts: random, since the demonstration may stand on a public server."""
    return "-".join("".join(secrets.choice(KEY_ALPHABET) for _ in range(4)) for _ in range(4))


def keep_password(password: str) -> None:
    """Keep the example accounts' password beside the keys, so that it can be shown again."""
    _keep(PASSWORD_FILE, password)


def password_kept() -> str | None:
    """Return the example accounts' password, if this instance still knows it."""
    return _kept(PASSWORD_FILE)


def passphrase() -> str:
    """Return the passphrase of the example signing keys, made the first time; it stays when the password changes."""
    known = _kept(PASSPHRASE_FILE)
    if known is None:
        known = new_password()
        _keep(PASSPHRASE_FILE, known)
    return known


def _keep(name: str, secret: str) -> None:
    path = current_app.config["SETTINGS"].instance / "keys" / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)


def _kept(name: str) -> str | None:
    path = current_app.config["SETTINGS"].instance / "keys" / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def hire(password: str) -> dict[str, Actor]:
    """Make the organisations and people of the story, or find them again; return each person as an actor.

    All of them get this password. Raise InvalidInput if it is too short.
    """
    check_new_password(password, "", "password")
    hashed = hash_password(password)  # Before the transaction: hashing takes long on purpose.
    with transaction() as session:
        organisations = {body.acronym: _organisation(body.acronym) for body in BODIES}
        session.flush()
        people = [_person(writer, organisations, hashed) for writer in WRITERS]
        session.flush()
        record(None, "hire_demonstration", "demonstration:people", people=len(people))
        pairs = zip(WRITERS, people, strict=True)
        return {writer.name: _actor(person, writer, organisations) for writer, person in pairs}


def actors() -> dict[str, Actor]:
    """Return each person of the story as an actor."""
    organisations = {one.acronym: one for one in db.session.scalars(select(Organisation))}
    people = {one.email: one for one in db.session.scalars(select(Person))}
    return {writer.name: _actor(people[writer.email], writer, organisations) for writer in WRITERS}


def organisation_key(acronym: str) -> str:
    """Return the key of one of the story's organisations."""
    return db.session.scalars(select(Organisation.key).where(Organisation.acronym == acronym)).one()


def participation_key(contribution_key: str, acronym: str) -> str:
    """Return the key of an organisation's participation."""
    wanted = (
        select(Participation.key)
        .join(Participation.contribution)
        .join(Participation.organisation)
        .where(Contribution.key == contribution_key, Organisation.acronym == acronym)
    )
    return db.session.scalars(wanted).one()


def _organisation(acronym: str) -> Organisation:
    known = db.session.scalar(select(Organisation).where(Organisation.acronym == acronym))
    if known:
        return known
    body = next(body for body in BODIES if body.acronym == acronym)
    made = Organisation(
        acronym=acronym,
        name=body.name,
        kind=OrganisationKind(body.kind),
        colour=body.colour,
    )
    if body.acronym == BODIES[0].acronym:
        made.logo = LOGO.read_bytes()
        made.logo_description = LOGO_DESCRIPTION
    db.session.add(made)
    return made


def _person(writer: Writer, organisations: dict[str, Organisation], hashed: str) -> Person:
    person = db.session.scalar(select(Person).where(Person.email == writer.email))
    if person is None:
        person = Person(email=writer.email, name=writer.name, language="fr", administrator=writer.administrator)
        db.session.add(person)
    person.password_hash = hashed
    person.disabled_at = None
    db.session.flush()
    members_of = set(db.session.scalars(select(Membership.organisation_id).where(Membership.person_id == person.id)))
    for acronym in writer.member_of:
        organisation = organisations[acronym]
        if organisation.id not in members_of:
            role = MembershipRole.SECRETARY if writer.secretary else MembershipRole.MEMBER
            db.session.add(Membership(person_id=person.id, organisation_id=organisation.id, role=role))
    return person


def _actor(person: Person, writer: Writer, organisations: dict[str, Organisation]) -> Actor:
    organisation = organisations[writer.member_of[0]]
    return Actor(
        person_id=person.id, name=person.name, email=person.email, language="fr",
        administrator=person.administrator, organisation_id=organisation.id, acronym=organisation.acronym,
        membership=MembershipRole.SECRETARY if writer.secretary else MembershipRole.MEMBER,
    )
