"""Validations: an organisation decides on the exact text of a version, and may change that until the round closes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.ballot import Rule, Stance
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition, NotFound, Stale
from drafting.domain.permissions import may_validate
from drafting.domain.validation import Decision, ReservationDraft, takes_dissent, takes_reservations
from drafting.extensions import db, transaction
from drafting.models import Call, Contribution, Delegation, Dissent, Reservation, Round, Validation
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.access import standing_in
from drafting.services.audit import record
from drafting.services.delegations import delegation_to
from drafting.services.places import find_place
from drafting.services.rounds import call_of, find_round, hold_round, require_open

REASON_MAX = 4_000
TEXT_MAX = 8_000
RESERVATIONS_MAX = 20


@dataclass(frozen=True)
class Seat:
    """By what right the actor decides in a round."""

    call: Call
    delegation: Delegation | None
    """None for a secretary."""


def seat_of(actor: Actor, asked: Round) -> Seat:
    """Return by what right the actor decides in a round that they can see. Raise Forbidden, saying who may."""
    standing, call = standing_in(actor, asked.contribution), call_of(actor, asked)
    delegation = delegation_to(actor, asked.contribution_id)
    if call is None:
        raise Forbidden(_("Ce tour de validation ne consulte pas %(acronym)s.", acronym=actor.acronym))
    if not may_validate(standing, is_asked=True, is_delegate=delegation is not None):
        raise Forbidden(_("Seul le secrétariat de %(acronym)s décide en son nom, ou un membre à qui il l’a délégué.",
                          acronym=actor.acronym))
    is_secretary = may_validate(standing, is_asked=True, is_delegate=False)
    return Seat(call, None if is_secretary else delegation)


def may_decide_in(actor: Actor, asked: Round) -> bool:
    """Tell whether the actor may decide in this round, if it is open."""
    try:
        seat_of(actor, asked)
    except Forbidden:
        return False
    return True


def history_of(call: Call) -> list[Validation]:
    """Return all decisions of an organisation in a round, the one that holds first."""
    return list(db.session.scalars(
        select(Validation).where(Validation.call_id == call.id).order_by(Validation.number.desc())))


def last_decided(
    organisation_id: int | None, contribution: Contribution, *, before: Round | None = None
) -> Validation | None:
    """Return the organisation's last decision in this contribution, in a round before another if one is given."""
    chosen = (
        select(Validation).join(Call, Call.id == Validation.call_id).join(Round, Round.id == Call.round_id)
        .where(Round.contribution_id == contribution.id, Call.organisation_id == organisation_id)
        .order_by(Round.number.desc(), Validation.number.desc()).limit(1)
    )
    if before is not None:
        chosen = chosen.where(Round.number < before.number)
    return db.session.scalar(chosen)


def decide(
    actor: Actor, round_key: str, decision: Decision, *, digest: str, seen: int, code: str
) -> Validation:
    """Decide for the actor's organisation, confirmed by a one-time code.

    `digest` is the text's that the person had before them, `seen` the number of the decision that the screen showed
    (0 for none): nobody overwrites what a colleague decided meanwhile without having seen it.
    Raise NotFound, Forbidden, InvalidInput, InvalidTransition (late, closed), Stale, TooMany.
    """
    seat_of(actor, find_round(actor, round_key))
    db.session.rollback()
    second_factors.count_code(actor)
    with transaction() as session:
        asked = hold_round(find_round(actor, round_key))
        seat = seat_of(actor, asked)
        at = now()
        require_open(asked, at)
        if digest != asked.digest:
            raise Stale(_("Cette page montrait un autre texte que celui qui est soumis. Relisez-le, puis décidez."))
        before = history_of(seat.call)
        if seen != (before[0].number if before else 0):
            raise Stale(_("%(name)s vient de décider pour %(acronym)s. Relisez cette décision avant de la changer.",
                          name=before[0].person.name if before else "", acronym=actor.acronym))
        reservations = _checked(asked, decision)
        second_factors.use_code(actor, code)
        made = Validation(
            call_id=seat.call.id, number=seen + 1, stance=decision.stance, reason=decision.reason.strip(),
            digest=asked.digest, accepts_editorial=decision.accepts_editorial, at=at, person_id=actor.person_id,
            delegation_id=seat.delegation.id if seat.delegation else None, reservations=reservations,
            dissent=_dissent(actor, seat.call, decision, before[0] if before else None),
        )
        session.add(made)
        session.flush()
        record(
            actor, "validation.decide", f"round:{asked.key}", call=seat.call.key, number=made.number,
            stance=made.stance.value, digest=made.digest, reservations=len(reservations),
            dissent=made.dissent.key if made.dissent else None,
            delegation=seat.delegation.key if seat.delegation else None,
        )
        return made


def _checked(asked: Round, decision: Decision) -> list[Reservation]:
    """Return the reservations at their places. Raise InvalidInput with what is wrong beside each field."""
    wrong: dict[str, object] = {}
    if len(decision.reason) > REASON_MAX:
        wrong["reason"] = _("Le motif est trop long : %(max)d caractères au plus.", max=REASON_MAX)
    if decision.stance is Stance.OPPOSED and asked.rule is Rule.REASONED_VETO and not decision.reason.strip():
        wrong["reason"] = _("Dans ce tour, une opposition compte comme veto si elle dit pourquoi : donnez le motif.")
    reservations = decision.reservations if takes_reservations(decision.stance) else ()
    if takes_reservations(decision.stance) and not reservations:
        wrong["reservation-1-text"] = _("Écrivez votre réserve, ou choisissez « Approuvé ».")
    if len(reservations) > RESERVATIONS_MAX:
        wrong["reservation-1-text"] = _("%(max)d réserves au plus : réunissez-en.", max=RESERVATIONS_MAX)
    placed = [_reservation(asked, number, one, wrong) for number, one in enumerate(reservations, start=1)]
    if takes_dissent(decision.stance) and len(decision.dissent) > TEXT_MAX:
        wrong["dissent"] = _("L’avis est trop long : %(max)d caractères au plus.", max=TEXT_MAX)
    if wrong:
        raise InvalidInput(_("La décision n’est pas enregistrée : corrigez ce qui est indiqué."), wrong)
    return placed


def _reservation(asked: Round, number: int, draft: ReservationDraft, wrong: dict[str, object]) -> Reservation:
    text = draft.text.strip()
    if not text or len(text) > TEXT_MAX:
        wrong[f"reservation-{number}-text"] = _("Écrivez la réserve, en %(max)d caractères au plus.", max=TEXT_MAX)
    try:
        place = find_place(asked.version, draft.place)
    except InvalidInput as lost:
        wrong[f"reservation-{number}-place"] = lost.message
        place = None
    return Reservation(
        position=number, text=text, printed=draft.printed,
        section_id=place.section.section_id if place else None, start=place.start if place else None,
        stop=place.stop if place else None, quote=place.quote if place else "",
    )


def _dissent(actor: Actor, call: Call, decision: Decision, before: Validation | None) -> Dissent | None:
    """Return the dissent that goes with the decision: the same, with who joined it, where its text is the same."""
    text = decision.dissent.strip()
    if not text or not takes_dissent(decision.stance):
        return None
    if before is not None and before.dissent is not None and before.dissent.text == text:
        return before.dissent
    return Dissent(call_id=call.id, text=text, person_id=actor.person_id)


def find_dissent(actor: Actor, key: str) -> tuple[Round, Dissent]:
    """Return a dissent that holds in a round, for those whom the round asks. Raise NotFound, InvalidTransition."""
    found = db.session.scalar(select(Dissent).where(Dissent.key == key))
    asked = find_round(actor, found.call.round.key) if found else None
    if found is None or asked is None or call_of(actor, asked) is None:
        raise NotFound
    if history_of(found.call)[0].dissent_id != found.id:
        raise InvalidTransition(_("Cet avis divergent a été retiré ou réécrit. Relisez-le d’abord."))
    return asked, found
