"""Rounds: how one ends, who may see how each decided, and which mails are due when. Pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from drafting.domain.permissions import ParticipationRole, Standing


class Outcome(StrEnum):
    """How a round ended."""

    ADOPTED = "adopted"
    """The contribution moves to signature."""
    NOT_ADOPTED = "not_adopted"
    """Back to drafting, with what stands against it."""
    CANCELLED = "cancelled"
    """The coordination took the question back, and said why."""


class RollCall(StrEnum):
    """Who may see how each organisation decided; the sums are everybody's who takes part."""

    COORDINATION = "coordination"
    ASKED = "asked"
    """The organisations that the round asks, too."""
    PARTICIPANTS = "participants"
    """Everybody who takes part in the contribution."""
    PUBLIC = "public"
    """And whoever reads the published contribution."""


class MailKind(StrEnum):
    """What a mail about a round is for."""

    CALL = "call"
    REMINDER = "reminder"
    OUTCOME = "outcome"


def may_see_roll_call(roll_call: RollCall, standing: Standing, *, is_asked: bool) -> bool:
    """Tell whether someone may see how each organisation decided; `is_asked` is of the organisation acted for."""
    if standing.membership is None or standing.participation is None:
        return False
    if standing.participation is ParticipationRole.COORDINATOR:
        return True
    if roll_call is RollCall.ASKED:
        return is_asked
    return roll_call in (RollCall.PARTICIPANTS, RollCall.PUBLIC)


def is_late(closes_at: datetime, at: datetime) -> bool:
    """Tell whether a decision at this instant comes too late: the deadline itself still belongs to the round."""
    return at > closes_at


def reminder_at(opened_at: datetime, closes_at: datetime) -> datetime | None:
    """Return when those who have not decided are reminded, or None where there is no time for it.

    Two days before the deadline; in a shorter round, at half time: 30 days => day 28, 3 days => day 1.5. A round
    of less than 12 hours reminds nobody.
    """
    length = closes_at - opened_at
    if length < timedelta(hours=12):
        return None
    return closes_at - min(timedelta(days=2), length / 2)
