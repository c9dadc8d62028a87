"""Closings: how a round ends, by its deadline or by the coordination, and what is recorded of it."""

from __future__ import annotations

from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, InvalidTransition
from drafting.domain.permissions import Action
from drafting.domain.round import Outcome, is_late
from drafting.extensions import db, transaction
from drafting.models import Round
from drafting.models.columns import now
from drafting.services import ballots, calls
from drafting.services.audit import record
from drafting.services.parts import each
from drafting.services.rounds import find_round, hold_round

REASON_MAX = 2_000


def may_close_early(asked: Round) -> bool:
    """Tell whether the coordination may close before the deadline: only once everybody asked has decided."""
    return asked.is_open and all(ballots.standings(asked).values())


def close(actor: Actor, key: str) -> Round:
    """Close a round in which everybody has decided. Raise NotFound, Forbidden, InvalidTransition."""
    with transaction():
        asked = hold_round(find_round(actor, key, Action.ASK))
        if not asked.is_open:
            raise InvalidTransition(_("Ce tour de validation est déjà clos."))
        if not is_late(asked.closes_at, now()) and not may_close_early(asked):
            raise InvalidTransition(_("Des organisations n’ont pas encore décidé : elles ont jusqu’à l’échéance. "
                                      "Attendez-la, ou annulez ce tour en disant pourquoi."))
        _close(actor, asked)
    calls.mail_soon()
    return asked


def cancel(actor: Actor, key: str, reason: str) -> Round:
    """Take the question back, saying why; what was decided is kept. Raise NotFound, Forbidden, InvalidInput,
    InvalidTransition.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi, en %(max)d caractères au plus : les organisations consultées le lisent.",
                    max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    with transaction():
        asked = hold_round(find_round(actor, key, Action.ASK))
        if not asked.is_open:
            raise InvalidTransition(_("Ce tour de validation est déjà clos."))
        asked.closed_at, asked.closed_by_id = now(), actor.person_id
        asked.outcome, asked.outcome_reason = Outcome.CANCELLED, reason
        calls.write_down_outcome(asked)
        record(actor, "round.cancel", f"round:{asked.key}", number=asked.number, reason=reason)
    calls.mail_soon()
    return asked


def close_due() -> int:
    """Close every round whose deadline is past; return how many. Of two processes at once, one closes each.

    Raise ExceptionGroup where one could not be closed, after the others are.
    """
    due = db.session.scalars(select(Round.id).where(Round.closed_at.is_(None), Round.closes_at < now())).all()
    db.session.rollback()
    try:
        return sum(each(partial(_close_by_deadline, round_id) for round_id in due))
    finally:
        if due:
            calls.mail_soon()


def _close_by_deadline(round_id: int) -> int:
    with transaction() as session:
        asked = hold_round(session.get_one(Round, round_id))
        if not asked.is_open:
            return 0
        _close(None, asked)
    return 1


def _close(actor: Actor | None, asked: Round) -> None:
    counted = ballots.count_now(asked)
    asked.closed_at, asked.closed_by_id = now(), actor.person_id if actor else None
    asked.outcome = Outcome.ADOPTED if counted.is_adopted else Outcome.NOT_ADOPTED
    asked.tally = counted.to_json()
    calls.write_down_outcome(asked)
    record(
        actor, "round.close", f"round:{asked.key}", number=asked.number, digest=asked.digest,
        outcome=asked.outcome.value, tally=asked.tally,
        decisions={
            call.organisation.acronym: [validation.stance.value, validation.number] if validation else None
            for call, validation in ballots.standings(asked).items()
        },
    )
