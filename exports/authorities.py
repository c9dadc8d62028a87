"""Services: the house authority, revoking, and all certificates of the installation by how soon they expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from drafting.extensions import db, transaction
from drafting.models import Certificate, Organisation, Revocation, Seal, SigningKey
from drafting.models.columns import now
from drafting.services.audit import record, take_turn
from drafting.services.confidential import encrypt
from exports import house_authority, revocation_lists
from exports.credentials import Credentials, der, issuer_name, subject_name
from exports.house_authority import ROOT, Holder
from exports.instance import key_store
from exports.seals import require_administrator
from exports.signing_keys import SHORTEST_PASSPHRASE, require_secretary

WARNED = timedelta(days=60)
REASON_MAX = 200
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Since when a certificate is revoked that is not: its row keeps the serial by which the list would name it."""
NAME_MAX = 64


def has_house_authority() -> bool:
    """Tell whether this installation has an authority of its own."""
    return key_store().has(ROOT)


def house_root() -> Credentials:
    """Return the house authority's credentials. Raise NotFound."""
    if not has_house_authority():
        raise NotFound(_("Cette installation n’a pas d’autorité interne."))
    return key_store().load(ROOT)


def create_house_authority(actor: Actor) -> Certificate:
    """Make the installation's own authority, and trust it; an administrator may cease to. Raise NotFound, Conflict."""
    require_administrator(actor)
    if has_house_authority():
        raise Conflict(_("L’autorité interne existe déjà."))
    db.session.rollback()
    host = urlsplit(current_app.config["SETTINGS"].base_url).hostname or "localhost"
    made = house_authority.make_root(host, at=now())
    key_store().save(ROOT, made, replace=False)
    root = key_store().load(ROOT)  # Of two administrators, the first wins.
    with transaction() as session:
        take_turn()
        if session.scalar(select(Certificate.id).where(Certificate.fingerprint == root.fingerprint)) is not None:
            raise Conflict(_("L’autorité interne existe déjà."))
        row = Certificate(
            der=der(root.certificate), fingerprint=root.fingerprint, subject=subject_name(root.certificate)[:300],
            expires_at=root.certificate.not_valid_after_utc, created_by_id=actor.person_id,
            note=_("Autorité interne : délivrée par cette installation à elle-même."))
        session.add(row)
        session.flush()
        record(actor, "authority.create", f"certificate:{row.fingerprint}", name=row.subject)
        return row


def issue(actor: Actor, *, name: str, capacity: str, passphrase: str) -> SigningKey:
    """Issue a key and certificate to somebody of the actor's organisation, kept under the passphrase they choose.

    Raise Forbidden, NotFound, InvalidInput.
    """
    organisation = require_secretary(actor)
    wrong: dict[str, object] = {}
    if not name.strip() or len(name) > NAME_MAX:
        wrong["name"] = _("Écrivez le nom de la personne, en %(max)d caractères au plus.", max=NAME_MAX)
    if not capacity.strip() or len(capacity) > NAME_MAX:
        wrong["capacity"] = _("Écrivez sa qualité, en %(max)d caractères au plus.", max=NAME_MAX)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        wrong["new_passphrase"] = _("%(min)d caractères au moins.", min=SHORTEST_PASSPHRASE)
    if wrong:
        raise InvalidInput(_("Le certificat n’est pas délivré : corrigez ce qui est indiqué."), wrong)
    root, at = house_root(), now()
    holder = Holder(name, capacity, organisation.name)
    db.session.rollback()  # Drawing a key takes a moment: nobody waits for it.
    list_url = f"{current_app.config['SETTINGS'].base_url}/authority/crl"
    made = house_authority.issue(root, holder, list_url=list_url, at=at)
    kept = encrypt(made.to_pkcs12(passphrase.encode()), of=f"signing_key:{made.fingerprint}")
    with transaction() as session:
        organisation = require_secretary(actor)
        key = SigningKey(
            organisation_id=organisation.id, pkcs12=kept, subject=subject_name(made.certificate)[:300],
            issuer=issuer_name(made.certificate)[:300], fingerprint=made.fingerprint,
            expires_at=made.certificate.not_valid_after_utc, is_house=True, created_by_id=actor.person_id)
        session.add(key)
        session.flush()
        record(actor, "authority.issue", f"organisation:{organisation.key}", fingerprint=key.fingerprint,
               serial=f"{made.certificate.serial_number:x}", name=key.subject, capacity=capacity.strip())
        # What is revoked later is found by its serial: kept beside, as nothing secret.
        session.merge(Revocation(
            fingerprint=key.fingerprint, serial=f"{made.certificate.serial_number:x}", subject=key.subject,
            is_house=True, revoked_at=NEVER, reason="", created_by_id=None))
        return key


@dataclass(frozen=True)
class Expiry:
    """A certificate that the installation relies on, and how long it serves."""

    kind: str
    """seal, signing_key, trusted, time."""
    subject: str
    issuer: str
    fingerprint: str
    expires_at: datetime
    organisation: Organisation | None
    revoked_at: datetime | None
    is_kept: bool = True
    """Whether its key is still kept here; one that is not may be somewhere else, and is revoked all the same."""

    def left(self, at: datetime) -> int:
        """Return how many days are left; below nought once it has expired."""
        return (self.expires_at - at).days

    def is_urgent(self, at: datetime) -> bool:
        """Tell whether somebody should see to it."""
        return self.is_kept and self.revoked_at is None and self.expires_at < at + WARNED


def expiries(actor: Actor) -> list[Expiry]:
    """Return all certificates in use, and those of keys kept no longer that have not expired, the most urgent first.

    Raise NotFound for others than administrators.
    """
    require_administrator(actor)
    used = certificates_in_use()
    known = {one.fingerprint for one in used}
    return sorted([*used, *(one for one in _kept_no_longer() if one.fingerprint not in known)],
                  key=lambda one: one.expires_at)


def own_expiries(actor: Actor) -> list[Expiry]:
    """Return what of the actor's organisation expires soon, for its secretaries' first page."""
    at = now()
    return [one for one in certificates_in_use(actor.organisation_id) if one.is_urgent(at)]


def _kept_no_longer() -> list[Expiry]:
    found = db.session.execute(
        select(SigningKey, Revocation.revoked_at)
        .outerjoin(Revocation, Revocation.fingerprint == SigningKey.fingerprint)
        .where(SigningKey.retired_at.is_not(None), SigningKey.expires_at > now()).order_by(SigningKey.id))
    return list({
        one.fingerprint: Expiry(
            "signing_key", one.subject, one.issuer, one.fingerprint, one.expires_at, one.organisation,
            revoked_at if revoked_at is not None and revoked_at <= now() else None, is_kept=False)
        for one, revoked_at in found}.values())


def certificates_in_use(organisation_id: int | None = None) -> list[Expiry]:
    """Return all certificates in use, or an organisation's, those that end first first; for whoever may know them."""
    revoked = dict(db.session.execute(select(Revocation.fingerprint, Revocation.revoked_at)).all())
    at = now()

    def since(of: str) -> datetime | None:
        known = revoked.get(of)
        return known if known is not None and known <= at else None

    seals = select(Seal).where(Seal.retired_at.is_(None), Seal.demonstration.is_(False))
    keys = select(SigningKey).where(SigningKey.retired_at.is_(None))
    if organisation_id is not None:
        seals = seals.where(Seal.organisation_id == organisation_id)
        keys = keys.where(SigningKey.organisation_id == organisation_id)
    found = [Expiry("seal", one.subject, one.issuer, one.fingerprint, one.expires_at, one.organisation,
                    since(one.fingerprint)) for one in db.session.scalars(seals)]
    found += [Expiry("signing_key", one.subject, one.issuer, one.fingerprint, one.expires_at, one.organisation,
                     since(one.fingerprint)) for one in db.session.scalars(keys)]
    if organisation_id is None:
        found += [Expiry("time" if one.only_time else "trusted", one.subject, "", one.fingerprint, one.expires_at, None,
                         since(one.fingerprint)) for one in db.session.scalars(select(Certificate))]
    return sorted(found, key=lambda one: one.expires_at)


def revoke(actor: Actor, of: str, reason: str) -> Revocation:
    """Rely no longer on a certificate from now on. Raise NotFound, InvalidInput, InvalidTransition."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi, en %(max)d caractères au plus.", max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    known = {one.fingerprint: one for one in expiries(actor)}
    if of not in known:
        raise NotFound
    with transaction() as session:
        take_turn()  # Of two who revoke what nobody revoked before, there is no row yet that one could hold.
        row: Revocation | None = session.get(Revocation, of, populate_existing=True)
        at = now()
        if row is not None and row.revoked_at <= at:
            raise InvalidTransition(_("Ce certificat est déjà révoqué."))
        if row is None:
            row = Revocation(fingerprint=of, subject=known[of].subject)
            session.add(row)
        row.revoked_at, row.reason, row.created_by_id = at, reason, actor.person_id
        for kind in (Seal, SigningKey):
            for one in session.scalars(select(kind).where(kind.fingerprint == of, kind.retired_at.is_(None))):
                one.retired_at = at
        record(actor, "certificate.revoke", f"certificate:{of}", reason=reason)
        return row


def revocation_list() -> bytes:
    """Return the house authority's list of revoked certificates, in DER. Raise NotFound."""
    root, at = house_root(), now()
    rows = db.session.scalars(select(Revocation).where(Revocation.is_house, Revocation.revoked_at <= at))
    return revocation_lists.revocation_list(
        root, [(int(one.serial, 16), one.revoked_at) for one in rows if one.serial], at=at)
