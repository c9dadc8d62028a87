"""One-time codes for the story's secretaries, who have no telephone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import delete, select

from drafting.demonstration.story import WRITERS
from drafting.domain.actor import Actor
from drafting.domain.errors import NotFound
from drafting.domain.one_time_code import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    SECRET_BYTES,
    recovery_digest,
)
from drafting.extensions import db, transaction
from drafting.models import Authenticator, Person, RecoveryCode
from drafting.models.columns import now
from drafting.services.confidential import encrypt
from drafting.services.second_factors import present_code, secret_name


@contextmanager
def codes_for(actor: Actor) -> Iterator[Iterator[str]]:
    """Switch the actor's second factor on, yield codes, each good once, and switch it off again.

    Who tries the demonstration signs in without a code, and sees for themselves how it is switched on.
    """
    codes = ["".join(secrets.choice(RECOVERY_ALPHABET) for _each in range(RECOVERY_LENGTH))
             for _each in range(RECOVERY_CODES)]  # fmt: skip
    secret = encrypt(secrets.token_bytes(SECRET_BYTES), of=secret_name(actor.person_id))
    with transaction() as session:
        session.add(Authenticator(person_id=actor.person_id, secret=secret, confirmed_at=now()))
        session.add_all(RecoveryCode(person_id=actor.person_id, digest=recovery_digest(code)) for code in codes)
    try:
        yield iter(codes)
    finally:
        db.session.rollback()
        with transaction() as session:
            for table in (RecoveryCode, Authenticator):
                session.execute(delete(table).where(table.person_id == actor.person_id))


def code_of(email: str) -> str:
    """Return the code that an example account's telephone would show now. Raise NotFound: not one, or switched off."""
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None or person.email not in {writer.email for writer in WRITERS}:
        raise NotFound(_("Ce n’est pas un compte de la démonstration."))
    code = present_code(person.id)
    if code is None:
        raise NotFound(_("Ce compte n’a pas de vérification en deux étapes. Ouvrez « Mon compte » et demandez-la."))
    return code
