"""Turns: who has taken a file away to sign it elsewhere, and how long the other signatories wait for it."""

from __future__ import annotations

from datetime import timedelta

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden
from drafting.domain.permissions import Action
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import File, Signatory, Turn, Version
from drafting.models.columns import now
from drafting.services.access import require
from drafting.services.audit import record
from exports.signings import file_of, find_signing, hold_signing, may_plan, may_sign_as

TURN = timedelta(minutes=45)
"""How long the others wait for who took the file away."""
REST = timedelta(minutes=15)
"""How long they need not wait again, when the same signatory takes the same file once more."""


def turn_of(file: File) -> Turn | None:
    """Return for whom the others wait now, if for anybody."""
    turn = db.session.get(Turn, file.id)
    return turn if turn is not None and turn.until > now() else None


def reserve(actor: Actor, signatory: Signatory, file: File, *, number: int) -> None:
    """Let the others wait while a signatory has this state of the file; not again and again. In a transaction."""
    turn = db.session.get(Turn, file.id)
    is_again = turn is not None and (turn.signatory_id, turn.number) == (signatory.id, number)
    if turn is None or not is_again or now() > turn.until + REST:
        db.session.merge(Turn(file_id=file.id, signatory_id=signatory.id, person_id=actor.person_id, number=number,
                              until=now() + TURN))


def may_release(actor: Actor, turn: Turn) -> bool:
    """Tell whether the actor may end a turn: the coordination may, and whoever may sign in that place."""
    standing = standing_of(db.session(), actor, turn.signatory.signing.version.contribution_id)
    return may_plan(standing) or may_sign_as(actor, turn.signatory)


def release(actor: Actor, signing_key: str) -> Version:
    """Let nobody wait any longer for who took the file away. It may still come back, until somebody else has signed.

    Raise NotFound, Forbidden. Where nobody waits, nothing happens.
    """
    with transaction():
        signing = hold_signing(find_signing(actor, signing_key, Action.READ))
        file = file_of(signing)
        turn = turn_of(file) if file else None
        if file is None or turn is None:
            require(actor, standing_of(db.session(), actor, signing.version.contribution_id), Action.PLAN_SIGNING)
        elif not may_release(actor, turn):
            raise Forbidden()
        else:
            turn.until = now()  # Kept, so that to take the file again does not make the others wait again at once.
            record(actor, "signature.release", f"file:{file.key}", signatory=turn.signatory.key)
        return signing.version
