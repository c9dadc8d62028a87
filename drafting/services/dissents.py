"""Dissents: other organisations join one, each by its own decision, and may leave it until the round closes."""

from __future__ import annotations

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidTransition
from drafting.extensions import transaction
from drafting.models import Cosignature, Dissent
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.audit import record
from drafting.services.rounds import find_round, hold_round, require_open
from drafting.services.validations import find_dissent, seat_of


def join(actor: Actor, key: str, *, code: str) -> Dissent:
    """Join another organisation's dissent in the actor's organisation's name, confirmed by a one-time code.

    Raise NotFound, Forbidden, Conflict, InvalidTransition, InvalidInput, TooMany.
    """
    second_factors.count_code(actor)
    with transaction() as session:
        asked, dissent = find_dissent(actor, key)
        hold_round(asked)
        seat = seat_of(actor, asked)
        require_open(asked, now())
        if seat.call.id == dissent.call_id:
            raise InvalidTransition(_("Cet avis est déjà celui de votre organisation."))
        if any(one.organisation_id == actor.organisation_id for one in dissent.cosignatures):
            raise Conflict(_("Votre organisation s’est déjà jointe à cet avis."))
        second_factors.use_code(actor, code)
        session.add(Cosignature(
            dissent_id=dissent.id, organisation_id=actor.organisation_id, person_id=actor.person_id))
        session.flush()
        record(actor, "dissent.join", f"round:{asked.key}", dissent=dissent.key)
        return dissent


def leave(actor: Actor, round_key: str, key: str) -> Dissent:
    """Take the actor's organisation off a dissent. Raise NotFound, Forbidden, InvalidTransition."""
    with transaction() as session:
        asked = hold_round(find_round(actor, round_key))
        _found, dissent = find_dissent(actor, key)
        seat_of(actor, asked)
        require_open(asked, now())
        mine = session.get(Cosignature, (dissent.id, actor.organisation_id))
        if mine is None:
            raise InvalidTransition(_("Votre organisation ne s’est pas jointe à cet avis."))
        session.delete(mine)
        record(actor, "dissent.leave", f"round:{asked.key}", dissent=dissent.key)
        return dissent
