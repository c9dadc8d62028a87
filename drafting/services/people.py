"""People: their profile, and what an administrator may do to accounts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from drafting.domain.actor import Actor
from drafting.domain.addresses import normalised_address
from drafting.domain.errors import Conflict, InvalidInput, NotFound
from drafting.domain.names import NameProblem, problem_with, searchable, tidy
from drafting.domain.permissions import Action, may
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Membership, Organisation, PasswordReset, Person, SignIn
from drafting.models.columns import now
from drafting.services import sign_ins
from drafting.services.audit import record
from drafting.services.passwords import check_new_password, hash_password, is_right
from drafting.services.rights import changing_rights
from drafting.services.throttle import HOUR, Limit, count_attempt, forget_attempts

LONGEST_NAME = 100


def checked_name(name: str, *, field: str = "name", longest: int = LONGEST_NAME) -> str:
    """Return the name, tidy; raise InvalidInput if it is not one."""
    name = tidy(name)
    problem = problem_with(name, longest=longest)
    if problem is None:
        return name
    message = {
        NameProblem.EMPTY: _("Saisissez un nom."),
        NameProblem.TOO_LONG: _("Choisissez un nom d’au plus %(count)s caractères.", count=longest),
        NameProblem.INVISIBLE: _("Ce nom contient un caractère invisible. Saisissez-le à nouveau au clavier."),
    }[problem]
    raise InvalidInput(_("Corrigez les champs signalés."), {field: message})


def checked_address(email: str, *, field: str = "email") -> str:
    """Return the address in the form in which it is kept; raise InvalidInput if it is not one."""
    address = normalised_address(email)
    if address is None:
        raise InvalidInput(
            _("Corrigez les champs signalés."),
            {field: _("Saisissez une adresse complète, par exemple prenom.nom@federation.example.")},
        )
    return address


def create_administrator(email: str, name: str, password: str) -> Person:
    """Create an administrator, or make one of the person with this address, with this password.

    For the command line: whoever can run it owns the installation. Raise InvalidInput.
    """
    address, name = checked_address(email), checked_name(name)
    check_new_password(password, address, "password")
    hashed = hash_password(password)
    with transaction() as session:
        person = session.scalar(select(Person).where(Person.email == address))
        if person is None:
            person = Person(email=address, name=name)
            session.add(person)
        person.name, person.password_hash, person.administrator, person.disabled_at = name, hashed, True, None
        session.flush()
        sign_ins.end_all(person.id)
        record(None, "create_administrator", f"person:{person.key}")
        return person


def rename(actor: Actor, name: str, *, language: str) -> None:
    """Change the actor's own name and language. Raise InvalidInput."""
    name = checked_name(name)
    with transaction():
        person = _self(actor)
        person.name, person.language = name, language


def choose_language(actor: Actor, language: str) -> None:
    """Change the actor's own language."""
    with transaction():
        _self(actor).language = language


def change_password(actor: Actor, password: str, new_password: str) -> str:
    """Change the actor's own password; end all other sign-ins; return this browser's new secret.

    Raise InvalidInput, or TooMany when the present password was guessed at too often.
    """
    check_new_password(new_password, actor.email)
    limit = Limit("change password", str(actor.person_id), 10, HOUR)
    count_attempt(limit)
    stored = _self(actor).password_hash
    db.session.rollback()  # No transaction stays open while hashing.
    if not is_right(password, stored):
        raise InvalidInput(
            _("Corrigez les champs signalés."), {"password": _("Ce n’est pas votre mot de passe actuel.")})
    hashed = hash_password(new_password)
    with changing_rights() as session:
        person, sign_in = _self(actor), session.get(SignIn, actor.sign_in_id)
        if person.password_hash != stored or sign_in is None or sign_in.ended_at is not None:
            raise Conflict(_("Votre compte vient de changer. Essayez à nouveau."))
        set_password(person, hashed, keep_sign_in=sign_in.id)
        forget_attempts(limit)
        token = sign_ins.rotate(sign_in)
        record(actor, "change_password", f"person:{person.key}")
        return token


def set_password(person: Person, hashed: str, *, keep_sign_in: int | None = None) -> None:
    """Set a password in the caller's transaction: sign-ins and links to choose one end."""
    person.password_hash = hashed
    sign_ins.end_all(person.id, except_id=keep_sign_in)
    unused = select(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    for reset in db.session.scalars(unused):
        reset.used_at = now()


def end_my_other_sign_ins(actor: Actor) -> None:
    """End the actor's sign-ins in all other browsers."""
    with changing_rights():
        sign_ins.end_all(actor.person_id, except_id=actor.sign_in_id)
        record(actor, "end_sign_ins", f"person:{_self(actor).key}")


def _self(actor: Actor) -> Person:
    person = db.session.get(Person, actor.person_id)
    if person is None or person.disabled_at is not None:
        raise NotFound
    return person


def organisations_of(actor: Actor) -> Sequence[Organisation]:
    """Return the organisations that the actor may act for, by acronym."""
    return db.session.scalars(
        select(Organisation).join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == actor.person_id, Organisation.retired_at.is_(None))
        .order_by(Organisation.acronym)
    ).all()


# --- What an administrator may do ---


def require_administrator(actor: Actor | None) -> None:
    """Raise NotFound for everybody else: to them these pages do not exist."""
    if not may(Action.ADMINISTER, standing_of(db.session(), actor)):
        raise NotFound


def people(actor: Actor, *, search: str = "") -> Sequence[Person]:
    """Return the people whose name or address holds these words, accents and capitals aside, by name."""
    require_administrator(actor)
    everybody = db.session.scalars(select(Person).options(
        selectinload(Person.memberships).joinedload(Membership.organisation))).all()
    words = [searchable(word) for word in search.split()]
    found = [person for person in everybody
             if all(word in searchable(f"{person.name} {person.email}") for word in words)]
    return sorted(found, key=lambda person: (searchable(person.name), person.id))


def find_person(actor: Actor, key: str) -> Person:
    """Return a person, for an administrator."""
    require_administrator(actor)
    person = db.session.scalar(select(Person).where(Person.key == key))
    if person is None:
        raise NotFound
    return person


def disable(actor: Actor, key: str) -> Person:
    """Close an account: the person is signed out and cannot sign in. Raise NotFound, Conflict."""
    with changing_rights():
        person = find_person(actor, key)
        _keep_an_administrator(person)
        person.disabled_at = person.disabled_at or now()
        sign_ins.end_all(person.id)
        record(actor, "disable_person", f"person:{person.key}")
        return person


def enable(actor: Actor, key: str) -> Person:
    """Open a closed account again."""
    with transaction():
        person = find_person(actor, key)
        person.disabled_at = None
        record(actor, "enable_person", f"person:{person.key}")
        return person


def end_sign_ins(actor: Actor, key: str) -> Person:
    """Sign a person out everywhere."""
    with changing_rights():
        person = find_person(actor, key)
        sign_ins.end_all(person.id)
        record(actor, "end_sign_ins", f"person:{person.key}")
        return person


def set_administrator(actor: Actor, key: str, *, administrator: bool) -> Person:
    """Make a person an administrator, or no longer; they have to sign in again. Raise NotFound, Conflict."""
    with changing_rights():
        person = find_person(actor, key)
        if person.disabled_at is not None and administrator:
            raise Conflict(_("Ce compte est fermé. Rouvrez-le d’abord."))
        if not administrator:
            _keep_an_administrator(person)
        if person.administrator != administrator:
            person.administrator = administrator
            sign_ins.end_all(person.id)  # Another power, another secret.
            record(actor, "make_administrator" if administrator else "unmake_administrator", f"person:{person.key}")
        return person


def _keep_an_administrator(leaving: Person) -> None:
    """Raise Conflict if nobody else administers; the rows are locked, so that two cannot leave at once."""
    if not leaving.administrator:
        return
    active = db.session.scalars(
        select(Person.id).where(Person.administrator, Person.disabled_at.is_(None)).order_by(Person.id)
        .with_for_update()
    ).all()
    if set(active) <= {leaving.id}:
        raise Conflict(_("C’est la dernière personne qui administre. Nommez-en d’abord une autre."))
