"""Second factors: switch one on, ask for a code, and what helps when the telephone is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput
from drafting.domain.one_time_code import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    SECRET_BYTES,
    address_of,
    code_at,
    recovery_digest,
    step_of,
    typed,
)
from drafting.extensions import db, transaction
from drafting.models import Authenticator, Person, RecoveryCode
from drafting.models.columns import now
from drafting.services import people, sign_ins
from drafting.services.audit import record
from drafting.services.confidential import decrypt, encrypt
from drafting.services.rights import changing_rights
from drafting.services.throttle import HOUR, QUARTER_HOUR, Limit, count_attempt, forget_attempts


@dataclass(frozen=True)
class SecondFactor:
    """What the person's own page says of it."""

    confirmed_at: datetime | None
    """None while it is off."""
    recovery_codes: int
    """How many are left."""

    @property
    def is_on(self) -> bool:
        """Signing in asks for a code."""
        return self.confirmed_at is not None


@dataclass(frozen=True)
class Beginning:
    """What the application is given."""

    secret: str
    """As one types it."""
    address: str
    """As its QR code says it."""


def second_factor_of(actor: Actor) -> SecondFactor:
    """Return the actor's own second factor."""
    confirmed_at = db.session.scalar(
        select(Authenticator.confirmed_at).where(Authenticator.person_id == actor.person_id))
    left = db.session.scalar(
        select(func.count()).select_from(RecoveryCode)
        .where(RecoveryCode.person_id == actor.person_id, RecoveryCode.used_at.is_(None)))
    return SecondFactor(confirmed_at, left or 0)


def is_on(person_id: int) -> bool:
    """Tell whether this person's sign-in asks for a code."""
    return db.session.scalar(
        select(Authenticator.confirmed_at).where(Authenticator.person_id == person_id)) is not None


def present_code(person_id: int) -> str | None:
    """Return the code that this person's application shows now, confirmed or not; None where there is none.

    For the server's console alone: whoever stands there reads the secret too.
    """
    mine = db.session.get(Authenticator, person_id)
    return None if mine is None else code_at(decrypt(mine.secret, of=secret_name(person_id)), now().timestamp())


def sign_in(ticket: str, code: str, *, replaces: str | None = None) -> str:
    """Return the secret of a new sign-in to who typed their password and now a code.

    Raise NotFound when the password has to be typed again, InvalidInput for a wrong code, TooMany.
    """
    person_id = sign_ins.half_signed_in(ticket).id
    db.session.rollback()
    count_attempt(*_limits(person_id))
    with transaction():
        person = sign_ins.half_signed_in(ticket)
        if is_on(person_id):  # An administrator may just have switched it off.
            _use(person_id, code)
        return sign_ins.start(person, replaces=replaces, second_factor_at=now())


def begin(actor: Actor, *, issuer: str) -> Beginning:
    """Make a secret for the actor's application; it asks for nothing before it is confirmed. Raise Conflict."""
    with transaction() as session:
        session.get(Person, actor.person_id, with_for_update=sign_ins.HELD)  # Of two at once, one makes the row.
        mine = session.get(Authenticator, actor.person_id, with_for_update=True)
        if mine is not None and mine.confirmed_at is not None:
            raise Conflict(_("La vérification en deux étapes est déjà active. Désactivez-la d’abord pour en changer."))
        secret = secrets.token_bytes(SECRET_BYTES)
        if mine is None:
            mine = Authenticator(person_id=actor.person_id)
            session.add(mine)
        mine.secret, mine.created_at = encrypt(secret, of=secret_name(actor.person_id)), now()
    return _beginning(actor, secret, issuer)


def beginning(actor: Actor, *, issuer: str) -> Beginning | None:
    """Return what the actor's application was last given and has not confirmed, if anything."""
    mine = db.session.get(Authenticator, actor.person_id)
    if mine is None or mine.confirmed_at is not None:
        return None
    return _beginning(actor, decrypt(mine.secret, of=secret_name(actor.person_id)), issuer)


def _beginning(actor: Actor, secret: bytes, issuer: str) -> Beginning:
    return Beginning(typed(secret), address_of(secret, account=actor.email, issuer=issuer))


def confirm(actor: Actor, code: str) -> list[str]:
    """Switch it on with a first code, and return the recovery codes. Raise InvalidInput, Conflict, TooMany.

    The actor's sign-ins in other browsers end: they were made without a code.
    """
    count_attempt(*_limits(actor.person_id))
    with changing_rights() as session:
        mine = session.get(Authenticator, actor.person_id, with_for_update=True)
        if mine is None or mine.confirmed_at is not None:
            raise Conflict(_("Recommencez depuis « Mon compte » : cette étape n’est plus à faire."))
        _use_step(mine, code)
        mine.confirmed_at = now()
        sign_ins.own_sign_in(actor).second_factor_at = mine.confirmed_at
        sign_ins.end_all(actor.person_id, except_id=actor.sign_in_id)
        forget_attempts(*_limits(actor.person_id))
        record(actor, "turn_on_second_factor", f"person:{_key(actor.person_id)}")
        return _new_codes(actor.person_id)


def count_code(actor: Actor) -> None:
    """Count an attempt to confirm something by a code, before the transaction that uses it. Raise TooMany."""
    count_attempt(*_limits(actor.person_id))


def use_code(actor: Actor, code: str) -> None:
    """Use up a code, in the caller's transaction: what it confirms and the code go together. Raise InvalidInput."""
    _use(actor.person_id, code)


def renew_codes(actor: Actor, code: str) -> list[str]:
    """Return new recovery codes; the old ones are good no longer. Raise InvalidInput, TooMany."""
    count_attempt(*_limits(actor.person_id))
    with transaction():
        _use(actor.person_id, code)
        record(actor, "renew_recovery_codes", f"person:{_key(actor.person_id)}")
        return _new_codes(actor.person_id)


def turn_off(actor: Actor, code: str) -> None:
    """Switch it off. Raise InvalidInput, TooMany."""
    count_attempt(*_limits(actor.person_id))
    with changing_rights():
        _use(actor.person_id, code)
        _forget(actor.person_id)
        record(actor, "turn_off_second_factor", f"person:{_key(actor.person_id)}")


def turn_off_for(actor: Actor, person_key: str) -> Person:
    """Switch it off for somebody who lost everything, by an administrator: they are signed out. Raise NotFound."""
    with changing_rights():
        person = people.find_person(actor, person_key)
        _forget(person.id)
        sign_ins.end_all(person.id)
        record(actor, "turn_off_second_factor", f"person:{person.key}")
        return person


def _use(person_id: int, code: str) -> None:
    """Use up a code of the application or a recovery code, in the caller's transaction. Raise InvalidInput."""
    mine = db.session.get(Authenticator, person_id, with_for_update=True, populate_existing=True)
    digest = recovery_digest(code)
    if mine is None or mine.confirmed_at is None:
        raise _wrong()
    if digest is None:
        _use_step(mine, code)
    else:
        used = db.session.execute(
            update(RecoveryCode).where(
                RecoveryCode.person_id == person_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
            ).values(used_at=now())
        )
        if not isinstance(used, CursorResult) or used.rowcount != 1:
            raise _wrong()
    forget_attempts(*_limits(person_id))


def _use_step(mine: Authenticator, code: str) -> None:
    secret = decrypt(mine.secret, of=secret_name(mine.person_id))
    step = step_of(secret, code, at_s=now().timestamp(), last_step=mine.last_step)
    if step is None:
        raise _wrong()
    mine.last_step = step


def _wrong() -> InvalidInput:
    message = _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis réessayez.")
    return InvalidInput(message, {"code": message})


def _new_codes(person_id: int) -> list[str]:
    codes = [_random_code() for _each in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.add_all(RecoveryCode(person_id=person_id, digest=recovery_digest(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def _random_code() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _each in range(RECOVERY_LENGTH))


def _forget(person_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.execute(delete(Authenticator).where(Authenticator.person_id == person_id))


def _limits(person_id: int) -> tuple[Limit, ...]:
    return (
        Limit("code", str(person_id), 8, QUARTER_HOUR),
        Limit("code in an hour", str(person_id), 20, HOUR),
    )


def secret_name(person_id: int) -> str:
    """Return the name under which a person's secret is encrypted."""
    return f"authenticator:{person_id}"


def _key(person_id: int) -> str:
    return db.session.execute(select(Person.key).where(Person.id == person_id)).scalar_one()
