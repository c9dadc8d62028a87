"""Signatures made here: with a key that the organisation keeps on this server; or refused."""

from __future__ import annotations

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput
from drafting.domain.signing import Means, SignatoryState
from drafting.extensions import db, transaction
from drafting.models import FileRevision, Signatory
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.audit import record
from exports import signing_keys, turns
from exports.credentials import Credentials
from exports.file_states import Overtaken, newest_state
from exports.signature_steps import (
    checked_turn,
    complete,
    confirming,
    keep,
    lines_of,
    reason_of,
    require_certificate,
    spend,
)
from exports.signing import sign
from exports.signings import find_signatory, hold_signing, require_turn
from exports.timestamps import timestamper

ATTEMPTS = 20
REASON_MAX = 2_000


def sign_with_kept_key(actor: Actor, signatory_key: str, *, key: str, passphrase: str, code: str) -> FileRevision:
    """Sign with a key that the organisation keeps here, confirmed by a one-time code.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany.
    """
    checked_turn(actor, signatory_key)
    credentials = signing_keys.open_key(actor, key, passphrase)
    require_certificate(find_signatory(actor, signatory_key, to_sign=True), credentials.fingerprint)
    spend(actor, code)
    for _attempt in range(ATTEMPTS):
        try:
            return _sign_once(actor, signatory_key, credentials)
        except Overtaken:
            db.session.rollback()
    raise Conflict(_("Beaucoup signent en ce moment. Réessayez dans une minute."))


def _sign_once(actor: Actor, signatory_key: str, credentials: Credentials) -> FileRevision:
    signatory, file = checked_turn(actor, signatory_key)
    require_certificate(signatory, credentials.fingerprint)
    state, at = newest_state(file), now().replace(microsecond=0)
    field, said, shown = signatory.field, reason_of(file), lines_of(signatory, at)
    db.session.rollback()  # Nothing is held while it is signed.
    with confirming():
        content = sign(
            state.read(), credentials, field=field, at=at, reason=said, shown=shown, timestamper=timestamper())
    return keep(actor, signatory_key, state, content, at=at, means=Means.KEPT_KEY,
                 certificate=credentials.certificate)


def refuse(actor: Actor, signatory_key: str, *, reason: str, code: str) -> Signatory:
    """Refuse to sign, saying why. Raise NotFound, Forbidden, InvalidInput, InvalidTransition, Conflict, TooMany."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi, en %(max)d caractères au plus.", max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    require_turn(find_signatory(actor, signatory_key, to_sign=True), now())
    second_factors.count_code(actor)
    with transaction():
        signatory = find_signatory(actor, signatory_key, to_sign=True)
        hold_signing(signatory.signing)
        file = require_turn(signatory, now())  # Whoever has taken the file away: nothing is added to it.
        second_factors.use_code(actor, code)
        signatory.state, signatory.reason = SignatoryState.REFUSED, reason
        signatory.changed_at, signatory.changed_by_id = now(), actor.person_id
        turns.give_up(signatory, file)
        complete(signatory, now())
        record(actor, "signature.refuse", f"file:{file.key}", signatory=signatory.key, reason=reason)
        return signatory
