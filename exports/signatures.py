"""Signatures: with a key kept here, with one that stays in a browser, or made elsewhere and brought back; or refused.

Two who sign at the same moment both succeed, one after the other: the second signs the file that the first has
signed. Who takes the file away has it to themselves for a while.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography import x509
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from drafting.domain.signing import FileStep, Means, SignatoryState
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision, PreparedSignature, Signatory, Turn
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.audit import record
from drafting.services.confidential import decrypt, encrypt
from exports import explanations, guarded, prepared, signing_keys, words
from exports.archives import archive_file
from exports.credentials import Credentials, UnusableCredentials, fingerprint, subject_name
from exports.file_states import FileState, Overtaken, append, newest_state, states_of
from exports.next_revision import NotTheNext
from exports.signing import sign
from exports.signings import find_signatory, hold_signing, require_turn, signatories_of
from exports.timestamps import AuthorityAway, timestamper

TURN = timedelta(minutes=45)
PREPARED_FOR = timedelta(minutes=10)
ATTEMPTS = 20
REASON_MAX = 2_000


def sign_with_kept_key(actor: Actor, signatory_key: str, *, key: str, passphrase: str, code: str) -> FileRevision:
    """Sign with a key that the organisation keeps here, confirmed by a one-time code.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    _checked_turn(actor, signatory_key)
    credentials = signing_keys.open_key(actor, key, passphrase)
    _spend(actor, code)
    for _attempt in range(ATTEMPTS):
        try:
            return _sign_once(actor, signatory_key, credentials)
        except Overtaken:
            db.session.rollback()
    raise Conflict(_("Beaucoup signent en ce moment. Réessayez dans une minute."))


def _sign_once(actor: Actor, signatory_key: str, credentials: Credentials) -> FileRevision:
    signatory, file = _checked_turn(actor, signatory_key)
    _require_certificate(signatory, credentials.fingerprint)
    state, at = newest_state(file), now().replace(microsecond=0)
    field, said, shown = signatory.field, reason_of(file), lines_of(signatory, at)
    db.session.rollback()  # Nothing is held while it is signed.
    with confirming():
        content = sign(
            state.read(), credentials, field=field, at=at, reason=said, shown=shown, timestamper=timestamper())
    return _keep(actor, signatory_key, state, content, at=at, means=Means.KEPT_KEY,
                 certificate=credentials.certificate)


def _checked_turn(actor: Actor, signatory_key: str) -> tuple[Signatory, File]:
    """Return who signs and what, once nothing is in the way."""
    signatory = find_signatory(actor, signatory_key, to_sign=True)
    file = require_turn(signatory, now())
    turn = db.session.get(Turn, file.id)
    if turn is not None and turn.signatory_id != signatory.id and turn.until > now():
        raise Conflict(_(
            "%(name)s a pris le fichier pour le signer ailleurs et peut le rendre jusqu’à %(time)s. Réessayez ensuite.",
            name=turn.signatory.name or turn.signatory.capacity, time=_clock(turn.until, file)))
    return signatory, file


def _held_turn(actor: Actor, signatory_key: str) -> tuple[Signatory, File]:
    """Do what `_checked_turn` does, and let nobody else change the signing until the caller's transaction ends."""
    hold_signing(find_signatory(actor, signatory_key, to_sign=True).signing)
    return _checked_turn(actor, signatory_key)


def _clock(at: datetime, file: File) -> str:
    return at.astimezone(ZoneInfo(file.contribution.deadline_zone)).strftime("%H:%M")


def _spend(actor: Actor, code: str) -> None:
    """Use up a one-time code; the signature that follows is the actor's own act."""
    second_factors.count_code(actor)
    with transaction():
        second_factors.use_code(actor, code)


def _require_certificate(signatory: Signatory, of: str) -> None:
    if signatory.fingerprint is not None and signatory.fingerprint != of:
        raise InvalidTransition(_("Cette place est réservée à un autre certificat. Signez avec celui qui a été "
                                  "déclaré, ou adressez-vous à la coordination."))


def _keep(
    actor: Actor, signatory_key: str, state: FileState, content: bytes, *, at: datetime, means: Means,
    certificate: x509.Certificate | None = None, of: str = "", subject: str = "",
) -> FileRevision:
    """Add a signature to the file, if nobody was faster. Raises Overtaken and what stands in the way by now.

    The last one is followed by the archive timestamp, where a time-stamping authority is set.
    """
    made = _keep_alone(actor, signatory_key, state, content, at=at, means=means, certificate=certificate, of=of,
                       subject=subject)
    if made.signatory is not None and made.signatory.signing.completed_at is not None:
        archive_file(made.file_id)
    return made


def _keep_alone(
    actor: Actor, signatory_key: str, state: FileState, content: bytes, *, at: datetime, means: Means,
    certificate: x509.Certificate | None, of: str, subject: str,
) -> FileRevision:
    with transaction() as session:
        signatory, file = _held_turn(actor, signatory_key)
        used = fingerprint(certificate) if certificate else of
        made = append(
            state, content, step=FileStep.SIGNATURE, at=at, signatory_id=signatory.id, means=means, fingerprint=used,
            subject=subject_name(certificate) if certificate else subject, person_id=actor.person_id)
        signatory.state, signatory.fingerprint = SignatoryState.SIGNED, used
        signatory.changed_at, signatory.changed_by_id = at, actor.person_id
        session.execute(delete(Turn).where(Turn.file_id == file.id))
        _complete(signatory, at)
        record(actor, "signature.made", f"file:{file.key}", signatory=signatory.key, field=signatory.field,
               means=means.value, fingerprint=used, sha256=made.sha256, number=made.number)
        return made


def _complete(signatory: Signatory, at: datetime) -> None:
    """Note that nobody is waited for any more, where that is so."""
    signing = signatory.signing
    db.session.flush()
    if all(one.state is not SignatoryState.EXPECTED for one in signatories_of(signing)):
        signing.completed_at = at


@contextmanager
def confirming() -> Iterator[None]:
    """Say kindly that the time-stamping authority does not answer: nothing was signed."""
    try:
        yield
    except AuthorityAway as error:
        raise Conflict(_("L’autorité qui confirme l’heure ne répond pas. Rien n’est signé ; réessayez dans quelques "
                         "minutes.")) from error


# --- With a key that stays in a browser ---


def prepare(
    actor: Actor, signatory_key: str, *, certificate: bytes, chain: list[bytes], code: str, ticket: str = ""
) -> tuple[str, bytes]:
    """Return a ticket, and what the browser has to sign. Confirmed by a code, or by the ticket of an attempt before.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    signatory, file = _checked_turn(actor, signatory_key)
    try:
        own, above = x509.load_der_x509_certificate(certificate), [x509.load_der_x509_certificate(d) for d in chain[:6]]
    except ValueError as error:
        raise InvalidInput(_("Ce certificat ne peut pas être lu.")) from error
    _require_certificate(signatory, fingerprint(own))
    state, at = newest_state(file), now().replace(microsecond=0)
    field, said, shown = signatory.field, reason_of(file), lines_of(signatory, at)
    if not (ticket and _take(actor, signatory.id, ticket)):
        _spend(actor, code)
    db.session.rollback()
    try:
        with confirming():
            waiting = prepared.prepare(
                state.read(), field=field, certificate=own, chain=tuple(above), at=at, reason=said, shown=shown,
                timestamper=timestamper())
    except UnusableCredentials as error:
        raise InvalidInput(explanations.unusable(error.reason)) from error
    new = secrets.token_urlsafe(32)
    with transaction() as session:
        session.execute(delete(PreparedSignature).where(PreparedSignature.expires_at < now()))
        session.add(PreparedSignature(
            ticket=_digest(new), signatory_id=signatory.id, person_id=actor.person_id, number=state.number,
            state=encrypt(waiting.to_bytes(), of=_digest(new)), expires_at=now() + PREPARED_FOR))
    return new, waiting.attributes


def finish(actor: Actor, signatory_key: str, *, ticket: str, signature: bytes) -> FileRevision:
    """Put the browser's signature into the file.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict; Overtaken: prepare again with this ticket.
    """
    signatory, file = _checked_turn(actor, signatory_key)
    kept = _waiting(actor, signatory.id, ticket)
    waiting = prepared.Prepared.from_bytes(decrypt(kept.state, of=_digest(ticket)))
    number, at = kept.number, kept.created_at.replace(microsecond=0)
    state = next((one for one in states_of(file) if one.number == number), None)
    if state is None or newest_state(file).number != number:
        raise Overtaken(_("Quelqu’un vient de signer. Votre signature est préparée à nouveau."))
    db.session.rollback()
    try:
        with confirming():
            content = prepared.finish(waiting, signature, timestamper=timestamper())
    except prepared.NotItsSignature as error:
        raise InvalidInput(_("La signature reçue n’est pas celle de ce certificat. Recommencez.")) from error
    made = _keep(actor, signatory_key, state, content, at=at, means=Means.BROWSER,
                 certificate=x509.load_der_x509_certificate(waiting.certificate))
    _take(actor, signatory.id, ticket)
    return made


def _waiting(actor: Actor, signatory_id: int, ticket: str) -> PreparedSignature:
    found = db.session.scalar(select(PreparedSignature).where(_is_ticket(actor, signatory_id, ticket)))
    if found is None:
        raise NotFound(_("Trop de temps a passé. Recommencez la signature."))
    return found


def _is_ticket(actor: Actor, signatory_id: int, ticket: str) -> ColumnElement[bool]:
    return and_(
        PreparedSignature.ticket == _digest(ticket), PreparedSignature.signatory_id == signatory_id,
        PreparedSignature.person_id == actor.person_id, PreparedSignature.expires_at > now())


def _take(actor: Actor, signatory_id: int, ticket: str) -> bool:
    """Use up a ticket of the actor's; tell whether there was one. Of two presses at once, one uses it up."""
    with transaction() as session:
        taken = session.execute(delete(PreparedSignature).where(_is_ticket(actor, signatory_id, ticket)))
        return bool(taken.rowcount)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


# --- Elsewhere ---


def take_away(actor: Actor, signatory_key: str) -> tuple[File, FileState]:
    """Take the file to sign it elsewhere: the others wait a while. Raise NotFound, Forbidden, InvalidTransition,
    Conflict.
    """
    with transaction() as session:
        signatory, file = _held_turn(actor, signatory_key)
        state = newest_state(file)
        session.merge(Turn(file_id=file.id, signatory_id=signatory.id, person_id=actor.person_id, number=state.number,
                           until=now() + TURN))
        record(actor, "signature.take_away", f"file:{file.key}", signatory=signatory.key, number=state.number)
        return file, state


def bring_back(actor: Actor, signatory_key: str, content: bytes, *, code: str) -> FileRevision:
    """Take a file signed elsewhere, if it is the one we know and one signature more, in the right field.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    signatory, file = _checked_turn(actor, signatory_key)
    states, at = states_of(file), now().replace(microsecond=0)
    field, expected = signatory.field, signatory.fingerprint
    db.session.rollback()
    known = states[-1]
    try:
        found = guarded.accept_next(
            known.read(), content, field=field, fingerprint=expected, at=at,
            earlier=tuple(one.size for one in states[:-1]))
    except NotTheNext as error:
        message = explanations.unfit(error.reason)
        raise InvalidInput(message, {"file": message}) from error
    _spend(actor, code)
    try:
        return _keep(actor, signatory_key, known, content, at=at, means=Means.UPLOAD, of=found.signature.fingerprint,
                     subject=found.signature.name)
    except Overtaken as error:
        message = _("Quelqu’un a signé pendant ce temps. Téléchargez à nouveau le fichier et signez-le.")
        raise Overtaken(message) from error


def refuse(actor: Actor, signatory_key: str, *, reason: str, code: str) -> Signatory:
    """Refuse to sign, saying why. Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi, en %(max)d caractères au plus.", max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    _checked_turn(actor, signatory_key)
    second_factors.count_code(actor)
    with transaction():
        signatory, file = _held_turn(actor, signatory_key)
        second_factors.use_code(actor, code)
        signatory.state, signatory.reason = SignatoryState.REFUSED, reason
        signatory.changed_at, signatory.changed_by_id = now(), actor.person_id
        _complete(signatory, now())
        record(actor, "signature.refuse", f"file:{file.key}", signatory=signatory.key, reason=reason)
        return signatory


# --- What a signature says ---


def reason_of(file: File) -> str:
    """Return the reason that is signed: which text."""
    assert file.version is not None  # noqa: S101 - a sealed file has one (ck_file_sealed_is_complete)
    return f"Version {file.version.number} · {file.version.digest}"


def lines_of(signatory: Signatory, at: datetime) -> tuple[str, ...]:
    """Return what is seen in the field: who, in which capacity, and when in the recipient's time zone."""
    version = signatory.signing.version
    local = at.astimezone(ZoneInfo(version.contribution.deadline_zone))
    on = words.word(version.language, "signed_on", moment=words.moment(version.language, local))
    return tuple(one for one in (signatory.name, signatory.capacity, on) if one)
