"""Signatures with a key that stays in a browser: the server prepares what is signed, and puts the signature in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from cryptography import x509
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, select

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.signing import Means
from drafting.extensions import db, transaction
from drafting.models import FileRevision, PreparedSignature
from drafting.models.columns import now
from drafting.services.confidential import decrypt, encrypt
from exports import explanations, prepared
from exports.credentials import fingerprint, problem_with_certificate, read_whole
from exports.file_states import Overtaken, newest_state, states_of
from exports.issuing import chain_above
from exports.signature_steps import (
    checked_turn,
    confirming,
    keep,
    lines_of,
    reason_of,
    require_certificate,
    spend,
)
from exports.timestamps import timestamper

PREPARED_FOR = timedelta(minutes=10)
CHAIN_MAX = 6
"""Certificates above a signatory's own that are taken into the file."""


def prepare(
    actor: Actor, signatory_key: str, *, certificate: bytes, chain: list[bytes], code: str, ticket: str = ""
) -> tuple[str, bytes]:
    """Return a ticket, and what the browser has to sign. Confirmed by a code, or by the ticket of an attempt before.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    signatory, file = checked_turn(actor, signatory_key)
    try:
        own = read_whole(certificate)
        above = chain_above(own, [read_whole(one) for one in chain[:CHAIN_MAX]])
    except ValueError as error:
        raise InvalidInput(_("Ce certificat ne peut pas être lu.")) from error
    require_certificate(signatory, fingerprint(own))
    state, at = newest_state(file), now().replace(microsecond=0)
    if problem := problem_with_certificate(own, at=at):
        raise InvalidInput(explanations.unusable(problem))
    field, said, shown = signatory.field, reason_of(file), lines_of(signatory, at)
    if not (ticket and _take(actor, signatory.id, ticket)):
        spend(actor, code)
    db.session.rollback()
    with confirming():
        waiting = prepared.prepare(
            state.read(), field=field, certificate=own, chain=above, at=at, reason=said, shown=shown,
            timestamper=timestamper())
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
    signatory, file = checked_turn(actor, signatory_key)
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
    made = keep(actor, signatory_key, state, content, at=at, means=Means.BROWSER,
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
