"""Signatures made elsewhere, with a card or another program: the file is taken away, and brought back signed."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput
from drafting.domain.signing import Means
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision, Turn
from drafting.models.columns import now
from drafting.services.audit import record
from exports import explanations, guarded
from exports.file_states import FileState, Overtaken, newest_state, states_of
from exports.next_revision import NotTheNext
from exports.signature_steps import checked_turn, held_turn, keep, spend

TURN = timedelta(minutes=45)


def take_away(actor: Actor, signatory_key: str) -> tuple[File, FileState]:
    """Take the file to sign it elsewhere: the others wait a while. Raise NotFound, Forbidden, InvalidTransition,
    Conflict.
    """
    with transaction() as session:
        signatory, file = held_turn(actor, signatory_key)
        state = newest_state(file)
        session.merge(Turn(file_id=file.id, signatory_id=signatory.id, person_id=actor.person_id, number=state.number,
                           until=now() + TURN))
        record(actor, "signature.take_away", f"file:{file.key}", signatory=signatory.key, number=state.number)
        return file, state


def bring_back(actor: Actor, signatory_key: str, content: bytes, *, code: str) -> FileRevision:
    """Take a file signed elsewhere, if it is the one we know and one signature more, in the right field.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    signatory, file = checked_turn(actor, signatory_key)
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
    spend(actor, code)
    try:
        return keep(actor, signatory_key, known, content, at=at, means=Means.UPLOAD, of=found.signature.fingerprint,
                     subject=found.signature.name)
    except Overtaken as error:
        message = _("Quelqu’un a signé pendant ce temps. Téléchargez à nouveau le fichier et signez-le.")
        raise Overtaken(message) from error
