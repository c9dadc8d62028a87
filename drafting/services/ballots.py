"""Ballots: what each organisation that a round asks has decided, and the count as it stands."""

from __future__ import annotations

from sqlalchemy import func, select

from drafting.domain.ballot import Ballot, Count, count
from drafting.extensions import db
from drafting.models import Call, Round, Validation


def standings(asked: Round) -> dict[Call, Validation | None]:
    """Return the decision that holds for each organisation that the round asks, in the order of the calls."""
    last = (
        select(Validation.call_id, func.max(Validation.number).label("number"))
        .join(Call, Call.id == Validation.call_id).where(Call.round_id == asked.id)
        .group_by(Validation.call_id).subquery()
    )
    holding = {
        one.call_id: one for one in db.session.scalars(
            select(Validation).join(last, (Validation.call_id == last.c.call_id) & (Validation.number == last.c.number))
        )
    }
    return {call: holding.get(call.id) for call in asked.calls}


def count_of(asked: Round) -> Count:
    """Return the count: as it was recorded when the round closed, or as it stands."""
    if asked.tally is not None:
        return Count.from_json(asked.tally)
    return count_now(asked)


def count_now(asked: Round) -> Count:
    """Count the round as it stands."""
    return count(asked.terms, [_ballot(call, validation) for call, validation in standings(asked).items()])


def _ballot(call: Call, validation: Validation | None) -> Ballot:
    return Ballot(
        organisation=call.organisation.acronym, stance=validation.stance if validation else None,
        mandates=call.mandates, has_reason=validation is not None and bool(validation.reason.strip()),
        was_called=call.sent_at is not None,
    )
