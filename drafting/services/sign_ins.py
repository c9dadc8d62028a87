"""Sign-ins: who is signed in in which browser, and for which organisation they act.

The browser holds a random secret, the database its hash: reading the database signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.sign_in import TOUCH_EVERY, is_live
from drafting.extensions import db, transaction
from drafting.models import Authenticator, Membership, Organisation, Person, SignIn
from drafting.models.columns import now
from drafting.services.audit import record
from drafting.services.passwords import hash_password, is_outdated, is_right
from drafting.services.rights import changing_rights
from drafting.services.throttle import HOUR, QUARTER_HOUR, Limit, count_attempt, forget_attempts, network_of

CODE_WITHIN_S = 600
"""After the password, the code."""
HELD = {"key_share": True}
"""How a person's row is locked: rows that only name the person need not wait for it (PostgreSQL), and so whoever
holds such a row and whoever holds the person never wait for each other in a circle."""


@dataclass(frozen=True)
class HalfSignedIn:
    """The password was right; a code of the second factor is asked for."""

    ticket: str
    """Signed by us: whose password it was, which one, and when. The browser keeps it until the code is typed."""


def digest_of(token: str) -> str:
    """Return what is stored of a browser's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a new secret: 256 random bits."""
    return secrets.token_urlsafe(32)


def sign_in(
    email: str, password: str, *, address: str | None = None, replaces: str | None = None
) -> str | HalfSignedIn:
    """Return the secret of a new sign-in, or what leads to one with a code; the browser's sign-in before is ended.

    Unknown addresses, wrong passwords and disabled people get the same answer after the same time.
    Raise InvalidInput, or TooMany after too many attempts.
    """
    email = email.strip().lower()
    limits = _limits(email, address)
    count_attempt(*limits)
    known = db.session.execute(
        select(Person.id, Person.password_hash).where(Person.email == email, Person.disabled_at.is_(None))
    ).first()
    db.session.rollback()  # No transaction stays open while hashing.
    if not is_right(password, known.password_hash if known else None) or known is None:
        raise InvalidInput(
            _("L’adresse ou le mot de passe n’est pas le bon. Vérifiez-les, ou choisissez un nouveau mot de passe.")
        )
    stronger = hash_password(password) if is_outdated(known.password_hash) else None
    with transaction() as session:
        person = session.get(Person, known.id, with_for_update=HELD)
        if person is None or person.disabled_at is not None or person.password_hash != known.password_hash:
            raise InvalidInput(_("Votre compte vient de changer. Essayez à nouveau."))
        if stronger:
            person.password_hash = stronger
        forget_attempts(*limits[:2])
        factor = session.get(Authenticator, person.id)
        if factor is not None and factor.confirmed_at is not None:
            return HalfSignedIn(_tickets().dumps([person.id, _fingerprint(person)]))
        return start(person, replaces=replaces)


def half_signed_in(ticket: str) -> Person:
    """Return who typed their password; in a transaction that signs them in, the row is locked. Raise NotFound."""
    try:
        person_id, fingerprint = _tickets().loads(ticket, max_age=CODE_WITHIN_S)
    except BadData:
        person = None
    else:
        person = db.session.get(Person, person_id, with_for_update=HELD)
    if person is None or person.disabled_at is not None or _fingerprint(person) != fingerprint:
        raise NotFound(_("Trop de temps a passé. Saisissez à nouveau votre adresse et votre mot de passe."))
    return person


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="half signed in")


def _fingerprint(person: Person) -> str:
    """Return what changes with the password."""
    return digest_of(person.password_hash or "")[:16]


def _limits(email: str, address: str | None) -> tuple[Limit, ...]:
    network = network_of(address)
    return (
        Limit("sign-in here", f"{email} {network}", 8, QUARTER_HOUR),
        Limit("sign-in", email, 40, HOUR),  # From many addresses at once.
        Limit("sign-in from", network, 200, QUARTER_HOUR),  # A whole office may share one address.
    )


def start(
    person: Person, *, replaces: str | None = None, organisation_id: int | None = None,
    second_factor_at: datetime | None = None,
) -> str:
    """Sign this person in, in the caller's transaction, and return the browser's secret.

    They act for the organisation given, else the one that they acted for last.
    """
    session = db.session()
    if replaces:
        _end(session, SignIn.token_hash == digest_of(replaces))
    token = new_token()
    moment = now()
    sign_in = SignIn(
        token_hash=digest_of(token), person_id=person.id, created_at=moment, seen_at=moment,
        organisation_id=organisation_id or _last_organisation(session, person.id),
        second_factor_at=second_factor_at,
    )
    session.add(sign_in)
    session.flush()
    record(_actor(sign_in, person, None), "sign_in", f"person:{person.key}")
    return token


def _last_organisation(session: Session, person_id: int) -> int | None:
    last = session.scalar(
        select(SignIn.organisation_id).where(SignIn.person_id == person_id).order_by(SignIn.id.desc()).limit(1)
    )
    membership = _membership(session, person_id, last)
    return membership.organisation_id if membership else None


def _membership(session: Session, person_id: int, organisation_id: int | None) -> Membership | None:
    """Return the membership to act with: in that organisation, else the person's oldest."""
    memberships = session.scalars(
        select(Membership).join(Membership.organisation)
        .where(Membership.person_id == person_id, Organisation.retired_at.is_(None)).order_by(Membership.id)
    ).all()
    there = [membership for membership in memberships if membership.organisation_id == organisation_id]
    return next(iter([*there, *memberships]), None)


def _actor(sign_in: SignIn, person: Person, membership: Membership | None) -> Actor:
    return Actor(
        person_id=person.id, name=person.name, email=person.email, language=person.language or "",
        administrator=person.administrator,
        organisation_id=membership.organisation_id if membership else None,
        acronym=membership.organisation.acronym if membership else "",
        membership=membership.role if membership else None,
        sign_in_id=sign_in.id,
    )


def actor_of(token: str | None) -> Actor | None:
    """Return who holds this secret, or None if it signs nobody in (any more)."""
    if not token or len(token) > 100:
        return None
    session = db.session()
    sign_in = session.scalar(select(SignIn).where(SignIn.token_hash == digest_of(token)))
    moment = now()
    if sign_in is None or not is_live(
        created_at=sign_in.created_at, seen_at=sign_in.seen_at, ended_at=sign_in.ended_at, now=moment
    ):
        return None
    if sign_in.person.disabled_at is not None:
        return None
    if moment - sign_in.seen_at > TOUCH_EVERY:
        with transaction():
            session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(seen_at=moment))
    return _actor(sign_in, sign_in.person, _membership(session, sign_in.person_id, sign_in.organisation_id))


def sign_out(actor: Actor) -> None:
    """End the actor's sign-in in this browser."""
    with changing_rights() as session:
        _end(session, SignIn.id == actor.sign_in_id)
        record(actor, "sign_out", f"sign_in:{actor.sign_in_id}")


def act_for(actor: Actor, organisation_key: str) -> str:
    """Let the actor act for another of their organisations in this browser; return the browser's new secret."""
    with changing_rights() as session:
        organisation_id = session.scalar(
            select(Organisation.id).join(Membership, Membership.organisation_id == Organisation.id).where(
                Organisation.key == organisation_key, Membership.person_id == actor.person_id,
                Organisation.retired_at.is_(None),
            )
        )
        if organisation_id is None:
            raise NotFound(_("Vous n’appartenez pas à cette organisation."))
        sign_in = own_sign_in(actor)
        sign_in.organisation_id = organisation_id
        return rotate(sign_in)


def rotate(sign_in: SignIn) -> str:
    """Give a sign-in a new secret, in the caller's transaction, and return it."""
    token = new_token()
    sign_in.token_hash = digest_of(token)
    return token


def own_sign_in(actor: Actor) -> SignIn:
    """Return the sign-in of the actor's browser. Raise NotFound once it has ended."""
    sign_in = db.session.get(SignIn, actor.sign_in_id) if actor.sign_in_id else None
    if sign_in is None or sign_in.ended_at is not None:
        raise NotFound(_("Votre connexion a pris fin. Connectez-vous à nouveau."))
    return sign_in


def _end(session: Session, *which: object) -> None:
    session.execute(
        update(SignIn).where(SignIn.ended_at.is_(None), *which).values(ended_at=now())  # type: ignore[arg-type]
    )


def end_all(person_id: int, *, except_id: int | None = None) -> None:
    """End all of a person's sign-ins, but perhaps one, in the caller's transaction."""
    which = [SignIn.person_id == person_id]
    if except_id is not None:
        which.append(SignIn.id != except_id)
    _end(db.session(), *which)


def sign_ins_of(actor: Actor) -> list[SignIn]:
    """Return the actor's sign-ins that still hold, the latest seen first."""
    moment = now()
    found = db.session.scalars(
        select(SignIn).where(SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc())
    )
    return [
        one for one in found
        if is_live(created_at=one.created_at, seen_at=one.seen_at, ended_at=one.ended_at, now=moment)
    ]
