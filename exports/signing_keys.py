"""Signing keys: an organisation's PKCS#12, kept here under its own passphrase, which is kept nowhere.

Encrypted twice: by the passphrase, without which nobody can sign with it, and by the instance's secret, so that a
copy of the database alone cannot even be tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Organisation, Revocation, SigningKey
from drafting.models.columns import now
from drafting.services.audit import record
from drafting.services.confidential import decrypt, encrypt
from drafting.services.throttle import QUARTER_HOUR, Limit, count_attempt, forget_attempts
from exports import explanations, guarded
from exports.credentials import Credentials, Unusable, UnusableCredentials, issuer_name, subject_name

SHORTEST_PASSPHRASE = 12
FORMER_SHOWN = 10


def keys_of(organisation_id: int | None) -> list[SigningKey]:
    """Return the keys that an organisation can sign with, the newest first."""
    return list(db.session.scalars(
        select(SigningKey).where(SigningKey.organisation_id == organisation_id, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.id.desc())))


@dataclass(frozen=True)
class FormerKey:
    """A key that an organisation cannot sign with any more."""

    subject: str
    until: datetime
    """When it was retired, or revoked."""
    is_revoked: bool
    reason: str
    """Why it was revoked; empty for one that the organisation keeps no longer."""


def former_keys_of(organisation_id: int | None) -> list[FormerKey]:
    """Return the keys that were retired or revoked, the newest first."""
    found = db.session.execute(
        select(SigningKey, Revocation)
        .outerjoin(Revocation, and_(
            Revocation.fingerprint == SigningKey.fingerprint, Revocation.revoked_at <= now()))
        .where(SigningKey.organisation_id == organisation_id, SigningKey.retired_at.is_not(None))
        .order_by(SigningKey.retired_at.desc(), SigningKey.id.desc()).limit(FORMER_SHOWN))
    return [
        FormerKey(key.subject, revoked.revoked_at if revoked else key.retired_at or now(), revoked is not None,
                  revoked.reason if revoked else "")
        for key, revoked in found]


def require_secretary(actor: Actor) -> Organisation:
    """Return the actor's organisation, for its secretaries. Raise Forbidden."""
    if standing_of(db.session(), actor).membership is not MembershipRole.SECRETARY:
        raise Forbidden(_("Seul le secrétariat de l’organisation garde ses clés de signature."))
    return db.session.get_one(Organisation, actor.organisation_id)


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may give and retire their organisation's keys."""
    return standing_of(db.session(), actor).membership is MembershipRole.SECRETARY


def upload(actor: Actor, *, pkcs12: bytes, passphrase: str) -> SigningKey:
    """Keep a key of the actor's organisation. Raise Forbidden, InvalidInput, TooMany.

    The file is written anew under the same passphrase, with strong encryption, whatever it had before.
    """
    require_secretary(actor)
    db.session.rollback()
    credentials = _opened(pkcs12, passphrase, now())
    if len(passphrase) < SHORTEST_PASSPHRASE:
        message = _("La phrase de passe est trop courte pour que la clé soit gardée ici : %(min)d caractères au moins. "
                    "Exportez la clé à nouveau avec une phrase plus longue.", min=SHORTEST_PASSPHRASE)
        raise InvalidInput(message, {"passphrase": message})
    kept = credentials.to_pkcs12(passphrase.encode())
    with transaction() as session:
        organisation = require_secretary(actor)
        made = SigningKey(
            organisation_id=organisation.id, subject=subject_name(credentials.certificate)[:300],
            issuer=issuer_name(credentials.certificate)[:300], fingerprint=credentials.fingerprint,
            expires_at=credentials.certificate.not_valid_after_utc, created_by_id=actor.person_id,
            pkcs12=encrypt(kept, of=f"signing_key:{credentials.fingerprint}"),
        )
        session.add(made)
        session.flush()
        record(actor, "signing_key.keep", f"organisation:{organisation.key}", fingerprint=made.fingerprint,
               name=made.subject)
        return made


def retire(actor: Actor, key: str) -> SigningKey:
    """Keep a key no longer: its bytes are forgotten, what it signed stays. Raise NotFound, Forbidden, Conflict."""
    with transaction() as session:
        organisation = require_secretary(actor)
        found: SigningKey | None = session.scalar(
            select(SigningKey).where(SigningKey.key == key).with_for_update())
        if found is None or found.organisation_id != organisation.id:
            raise NotFound
        if found.retired_at is not None:
            raise Conflict(_("Cette clé n’est déjà plus gardée."))
        found.retired_at, found.pkcs12 = now(), b""
        record(actor, "signing_key.retire", f"organisation:{organisation.key}", fingerprint=found.fingerprint)
        return found


def open_key(actor: Actor, key: str, passphrase: str) -> Credentials:
    """Open a key of the actor's organisation for one signature. Raise NotFound, InvalidInput, TooMany."""
    found = db.session.scalar(select(SigningKey).where(SigningKey.key == key, SigningKey.retired_at.is_(None)))
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound
    kept = decrypt(found.pkcs12, of=f"signing_key:{found.fingerprint}")
    db.session.rollback()
    limit = Limit("passphrase of a key", key, 8, QUARTER_HOUR)
    count_attempt(limit)
    opened = _opened(kept, passphrase, now())
    with transaction():
        forget_attempts(limit)
    return opened


def _opened(pkcs12: bytes, passphrase: str, at: datetime) -> Credentials:
    try:
        return guarded.open_seal(pkcs12, passphrase, at=at)
    except UnusableCredentials as error:
        field = "passphrase" if error.reason is Unusable.WRONG_PASSPHRASE else "pkcs12"
        message = explanations.unusable(error.reason)
        raise InvalidInput(message, {field: message}) from error
