"""Services: the seals of organisations, and the certificates that the administrator trusts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, NotFound
from drafting.domain.permissions import Action, may
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Certificate, Organisation, Revocation, Seal
from drafting.models.columns import now
from drafting.services.audit import record
from exports import demonstration, explanations, guarded
from exports.credentials import (
    Credentials,
    Unusable,
    UnusableCredentials,
    der,
    fingerprint,
    issuer_name,
    problem_with,
    read_certificate,
    subject_name,
)
from exports.instance import key_store
from exports.keys import KeyMissing

MAX_CERTIFICATE_BYTES = 50_000
MAX_NOTE = 200


def may_manage(actor: Actor | None, organisation: Organisation) -> bool:
    """True for the organisation's secretaries and for administrators."""
    standing = standing_of(db.session(), actor)
    if may(Action.ADMINISTER, standing):
        return True
    return (
        actor is not None
        and actor.organisation_id == organisation.id
        and may(Action.MANAGE_ORGANISATION, standing)
    )


def find_organisation(actor: Actor | None, key: str) -> Organisation:
    """The organisation with that key, for somebody who may manage it; raises NotFound."""
    organisation = db.session.scalar(select(Organisation).where(Organisation.key == key))
    if organisation is None or not may_manage(actor, organisation):
        raise NotFound()
    return organisation


def seal_in_use(organisation_id: int, *, demonstration: bool = False) -> Seal | None:
    """The seal that an organisation has now."""
    return db.session.scalar(
        select(Seal).where(
            Seal.organisation_id == organisation_id,
            Seal.demonstration.is_(demonstration),
            Seal.retired_at.is_(None),
        )
    )


def upload(actor: Actor, organisation_key: str, *, pkcs12: bytes, passphrase: str) -> Seal:
    """Give an organisation its seal, in place of the one it had; raises NotFound, InvalidInput.

    The passphrase opens the file and is forgotten; the seal is kept encrypted with the instance's secret.
    """
    at = now()
    find_organisation(actor, organisation_key)
    db.session.rollback()  # Opening a file may take a second: nobody waits for it.
    try:
        credentials = guarded.open_seal(pkcs12, passphrase, at=at)
    except UnusableCredentials as error:
        field = "passphrase" if error.reason is Unusable.WRONG_PASSPHRASE else "pkcs12"
        message = explanations.unusable(error.reason)
        raise InvalidInput(message, {field: message}) from error
    with transaction():
        organisation = find_organisation(actor, organisation_key)
        db.session.refresh(organisation, with_for_update=True)  # One after the other: one seal is in use.
        _retire_present(organisation.id, at)
        seal = _row(organisation.id, credentials, actor_id=actor.person_id, demonstration=False)
        record(
            actor, "seal.upload", f"organisation:{organisation.key}",
            name=seal.subject, fingerprint=seal.fingerprint,
        )
        return seal


def retire(actor: Actor, seal_key: str) -> Organisation:
    """Stop using an organisation's seal; what it sealed stays sealed. Raises NotFound, Conflict."""
    with transaction():
        seal = db.session.scalar(
            select(Seal).where(Seal.key == seal_key, Seal.demonstration.is_(False)).with_for_update())
        if seal is None or not may_manage(actor, seal.organisation):
            raise NotFound()
        if seal.retired_at is not None:
            raise Conflict(_("Ce cachet n’est déjà plus utilisé."))
        seal.retired_at = now()
        record(actor, "seal.retire", f"organisation:{seal.organisation.key}", fingerprint=seal.fingerprint)
        return seal.organisation


def credentials_of(organisation_id: int, *, at: datetime) -> tuple[Credentials, bool]:
    """An organisation's credentials and whether they are a demonstration.

    The uploaded seal if there is one, even expired: a real seal is never silently replaced by a demonstration.
    Raises UnusableCredentials or KeyMissing when it cannot serve.
    """
    real = seal_in_use(organisation_id)
    if real is None:
        return _demonstration_credentials(organisation_id, at), True
    data = real.pkcs12
    db.session.rollback()
    credentials = key_store().decrypt(data)
    problem = problem_with(credentials, at=at)
    if problem:
        raise UnusableCredentials(problem)
    return credentials, False


def _demonstration_credentials(organisation_id: int, at: datetime) -> Credentials:
    """The organisation's demonstration seal, made or made anew. Nobody waits while its key is drawn."""
    root = demonstration.authority(key_store(), at=at)
    kept = _kept_demonstration(organisation_id, root, at)
    name = db.session.get_one(Organisation, organisation_id).name
    db.session.rollback()
    if kept is not None:
        return kept
    made = demonstration.make_seal(root, name=name, at=at)
    with transaction():
        db.session.get_one(Organisation, organisation_id, with_for_update=True)
        kept = _kept_demonstration(organisation_id, root, at)
        if kept is not None:
            return kept  # Somebody else was faster: one demonstration seal is in use.
        old = seal_in_use(organisation_id, demonstration=True)
        if old is not None:
            old.retired_at = at
            db.session.flush()
        _row(organisation_id, made, actor_id=None, demonstration=True)
    return made


def _kept_demonstration(organisation_id: int, root: Credentials, at: datetime) -> Credentials | None:
    """The demonstration seal that the organisation has, if it still serves."""
    row = seal_in_use(organisation_id, demonstration=True)
    if row is None:
        return None
    try:
        credentials = key_store().decrypt(row.pkcs12)
    except KeyMissing:
        return None  # The keys folder is another than the database's; a demonstration can be made anew.
    serves = demonstration.serves(credentials, root, name=row.organisation.name, at=at)
    return credentials if serves else None


def _retire_present(organisation_id: int, at: datetime) -> None:
    present = seal_in_use(organisation_id)
    if present is not None:
        present.retired_at = at
        db.session.flush()


def _row(organisation_id: int, credentials: Credentials, *, actor_id: int | None, demonstration: bool) -> Seal:
    certificate = credentials.certificate
    seal = Seal(
        organisation_id=organisation_id,
        pkcs12=key_store().encrypt(credentials),
        subject=subject_name(certificate)[:300],
        issuer=issuer_name(certificate)[:300],
        fingerprint=credentials.fingerprint,
        expires_at=certificate.not_valid_after_utc,
        demonstration=demonstration,
        created_by_id=actor_id,
    )
    db.session.add(seal)
    db.session.flush()
    return seal


# --- What the administrator trusts ---


def require_administrator(actor: Actor | None) -> None:
    """Raise NotFound for everybody else: to them the list does not exist."""
    if not may(Action.ADMINISTER, standing_of(db.session(), actor)):
        raise NotFound


def certificates(actor: Actor | None) -> Sequence[Certificate]:
    """The list of trusted certificates, newest first; raises NotFound."""
    require_administrator(actor)
    return db.session.scalars(select(Certificate).order_by(Certificate.id.desc())).all()


def trust(actor: Actor, data: bytes, *, note: str = "", only_time: bool = False) -> Certificate:
    """Trust a certificate, an authority's or a seal's own; with `only_time` a time-stamping authority's, about time.

    Raises NotFound, InvalidInput, Conflict.
    """
    with transaction():
        require_administrator(actor)
        try:
            if len(data) > MAX_CERTIFICATE_BYTES:
                raise ValueError("too large")
            certificate = read_certificate(data)
            row = Certificate(
                der=der(certificate),
                fingerprint=fingerprint(certificate),
                subject=subject_name(certificate)[:300],
                expires_at=certificate.not_valid_after_utc,
                note=note.strip()[:MAX_NOTE],
                only_time=only_time,
                created_by_id=actor.person_id,
            )
        except ValueError as error:
            message = _("Ce fichier n’est pas un certificat (.pem, .crt ou .cer). Demandez-le à l’autorité.")
            raise InvalidInput(message, {"certificate": message}) from error
        db.session.add(row)
        try:
            db.session.flush()
        except IntegrityError as error:
            raise Conflict(_("Ce certificat est déjà dans la liste.")) from error
        record(actor, "certificate.trust", f"certificate:{row.fingerprint}", name=row.subject, only_time=only_time)
        return row


def distrust(actor: Actor, key: str) -> None:
    """Take a certificate off the list; raises NotFound."""
    with transaction():
        require_administrator(actor)
        row = db.session.scalar(select(Certificate).where(Certificate.key == key))
        if row is None:
            raise NotFound()
        record(actor, "certificate.distrust", f"certificate:{row.fingerprint}", name=row.subject)
        db.session.delete(row)


def trusted_certificates() -> list[bytes]:
    """The certificates, in DER, that may vouch for who seals and signs, and for time."""
    return _certificates(only_time=False)


def time_certificates() -> list[bytes]:
    """The certificates, in DER, that are believed about time only."""
    return _certificates(only_time=True)


def _certificates(*, only_time: bool) -> list[bytes]:
    chosen = select(Certificate.der).where(Certificate.only_time.is_(only_time)).order_by(Certificate.id)
    return list(db.session.scalars(chosen))


def revocations() -> dict[str, datetime]:
    """When certificates were revoked, by their SHA-256 in hexadecimal."""
    return dict(db.session.execute(select(Revocation.fingerprint, Revocation.revoked_at)).all())


def relied_on() -> dict[str, Any]:
    """Return what every verification of this installation compares with, as options of `inspect` and `verify`."""
    return {
        "trusted": trusted_certificates(), "demonstration": demonstration_certificates(),
        "timestamp_authorities": time_certificates(), "revoked": revocations(),
    }


def demonstration_certificates() -> list[bytes]:
    """The demonstration authority's certificate, in DER, if it was ever needed."""
    store = key_store()
    if not store.has(demonstration.ROOT):
        return []
    return [der(store.load(demonstration.ROOT).certificate)]
