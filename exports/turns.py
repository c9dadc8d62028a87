"""Turns: who has taken a file away to sign it elsewhere, and how long the other signatories wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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
"""After a turn, how long nobody can be made to wait again for the same state of the file, whoever takes it."""
TIMES_MAX = 4
"""How often the others wait for the same state, in all: several who agree keep it from the others no longer."""


class Hold(StrEnum):
    """Whether the others wait for a signatory who takes the file away now."""

    MINE = "mine"
    """They wait for this signatory already."""
    THEIRS = "theirs"
    """This signatory waits: another has the file."""
    FREE = "free"
    """They will wait."""
    RESTING = "resting"
    """They will not: they have just waited."""
    USED_UP = "used_up"
    """They will not: they have waited often enough, until somebody signs."""


@dataclass(frozen=True)
class Outlook:
    """What taking the file away means for a signatory now."""

    hold: Hold
    until: datetime | None = None
    """When that changes by itself, if it does."""


def turn_of(file: File) -> Turn | None:
    """Return for whom the others wait now, if for anybody."""
    turn = db.session.get(Turn, file.id)
    return turn if turn is not None and turn.until > now() else None


def outlook(signatory: Signatory, file: File, *, number: int) -> Outlook:
    """Return whether the others wait for this signatory, with this state of the file, if they take it now."""
    turn = db.session.get(Turn, file.id)
    if turn is None or turn.number != number:
        return Outlook(Hold.FREE)
    if turn.until > now():
        return Outlook(Hold.MINE if turn.signatory_id == signatory.id else Hold.THEIRS, turn.until)
    if turn.times >= TIMES_MAX:
        return Outlook(Hold.USED_UP)
    rested = turn.until + REST
    return Outlook(Hold.RESTING, rested) if now() <= rested else Outlook(Hold.FREE)


def reserve(actor: Actor, signatory: Signatory, file: File, *, number: int) -> None:
    """Let the others wait while a signatory has this state of the file; not again and again. In a transaction."""
    if outlook(signatory, file, number=number).hold is not Hold.FREE:
        return
    turn = db.session.get(Turn, file.id)
    times = turn.times + 1 if turn is not None and turn.number == number else 1
    db.session.merge(Turn(file_id=file.id, signatory_id=signatory.id, person_id=actor.person_id, number=number,
                          until=now() + TURN, times=times))


def give_up(signatory: Signatory, file: File) -> None:
    """Let nobody wait for this signatory any longer. In a transaction.

    The turn is kept, so that to take the file again does not make the others wait again at once.
    """
    turn = turn_of(file)
    if turn is not None and turn.signatory_id == signatory.id:
        turn.until = now()


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
            give_up(turn.signatory, file)
            record(actor, "signature.release", f"file:{file.key}", signatory=turn.signatory.key)
        return signing.version
