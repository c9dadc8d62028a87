"""Signatures made elsewhere, with a card or another program: the file is taken away, and brought back signed."""

from __future__ import annotations

import threading

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, TooMany
from drafting.domain.signing import Means
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.audit import record
from exports import explanations, guarded, turns
from exports.file_states import FileState, Overtaken, newest_state, states_of
from exports.next_revision import NotTheNext
from exports.signature_steps import checked_turn, held_turn, keep, require_not_revoked

AT_ONCE, PATIENCE_S = threading.BoundedSemaphore(2), 20
"""Files brought back that are read at once; the others wait."""


def take_away(actor: Actor, signatory_key: str) -> tuple[File, FileState]:
    """Take the file to sign it elsewhere: the others wait a while. Raise NotFound, Forbidden, InvalidTransition,
    Conflict.
    """
    with transaction():
        signatory, file = held_turn(actor, signatory_key)
        state = newest_state(file)
        turns.reserve(actor, signatory, file, number=state.number)
        record(actor, "signature.take_away", f"file:{file.key}", signatory=signatory.key, number=state.number)
        return file, state


def bring_back(actor: Actor, signatory_key: str, content: bytes, *, code: str, anyway: bool = False) -> FileRevision:
    """Take a file signed elsewhere, if it is the one we know and one signature more, in the right field.

    One whose drawing brings not all of its fonts is taken where the signatory wants it `anyway`.
    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    signatory, file = checked_turn(actor, signatory_key)
    states, at = states_of(file), now().replace(microsecond=0)
    field, expected = signatory.field, signatory.fingerprint
    db.session.rollback()
    known = states[-1]
    second_factors.count_code(actor)  # Before any work: whoever brings files back by the dozen is stopped.
    if not AT_ONCE.acquire(timeout=PATIENCE_S):
        raise TooMany(_("Beaucoup de fichiers sont en cours de vérification. Réessayez dans une minute."))
    try:
        found = guarded.accept_next(
            known.read(), content, field=field, fingerprint=expected, at=at,
            earlier=tuple(one.size for one in states[:-1]))
    except NotTheNext as error:
        message = explanations.unfit(error.reason)
        raise InvalidInput(message, {"file": message}) from error
    finally:
        AT_ONCE.release()
    require_not_revoked(found.signature.fingerprint)
    if not (found.brings_its_fonts or anyway):
        message = _("Le dessin de votre signature emploie une police qui n’est pas dans le fichier : gardé ainsi, il "
                    "ne serait plus conforme aux normes d’archivage (PDF/A) et d’accessibilité (PDF/UA). Signez avec "
                    "un dessin sans texte ou d’une autre façon, ou gardez-le quand même.")
        raise InvalidInput(message, {"anyway": message})
    with transaction():
        second_factors.use_code(actor, code)
    try:
        return keep(actor, signatory_key, known, content, at=at, means=Means.UPLOAD, of=found.signature.fingerprint,
                     subject=found.signature.name)
    except Overtaken as error:
        message = _("Quelqu’un a signé pendant ce temps. Téléchargez à nouveau le fichier et signez-le.")
        raise Overtaken(message) from error
