"""Carrying: decisions that hold on for a version which differs in form alone, of organisations that agreed to it."""

from __future__ import annotations

from collections.abc import Mapping

from drafting.domain.actor import Actor
from drafting.domain.passages import only_place
from drafting.domain.validation import holds_on
from drafting.extensions import db
from drafting.models import Reservation, Round, Validation
from drafting.services.audit import record
from drafting.services.ballots import standings


def carry(actor: Actor, made: Round) -> list[Validation]:
    """Let decisions of the round before hold on in a round just made, in the caller's transaction.

    Nobody is bound by it: an organisation may change its decision as any other until the round closes.
    """
    if made.editorial_of is None:
        return []
    calls = {call.organisation_id: call for call in made.calls}
    carried = []
    for call, before in standings(made.editorial_of).items():
        now_asked = calls.get(call.organisation_id)
        if now_asked is None or before is None:
            continue
        if not holds_on(before.stance, accepts_editorial=before.accepts_editorial):
            continue
        carried.append(Validation(
            call_id=now_asked.id, number=1, stance=before.stance, reason=before.reason, digest=made.digest,
            accepts_editorial=True, carried_from_id=before.id, delegation_id=before.delegation_id,
            person_id=before.person_id, reservations=_placed(before.reservations, made),
        ))
        record(actor, "validation.carry", f"round:{made.key}", organisation=call.organisation.acronym,
               stance=before.stance.value, digest=made.digest, from_digest=before.digest)
    db.session.add_all(carried)
    db.session.flush()
    return carried


def _placed(reservations: list[Reservation], made: Round) -> list[Reservation]:
    """Return the same reservations at their passages in the new text; about the whole where a passage is gone."""
    texts = {one.section_id: one.text for one in made.version.sections}
    return [_place(one, texts) for one in reservations]


def _place(one: Reservation, texts: Mapping[int, str]) -> Reservation:
    """Return one reservation at its passage; its quotation stays in any case."""
    text = texts.get(one.section_id, "") if one.section_id is not None else ""
    there = only_place(one.quote, text)
    return Reservation(
        position=one.position, quote=one.quote, text=one.text, printed=one.printed,
        section_id=one.section_id if there else None,
        start=there[0] if there else None, stop=there[1] if there else None,
    )
