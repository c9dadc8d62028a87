"""What an actor may do, read from the database at the moment it is asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from drafting.domain.actor import Actor
from drafting.domain.permissions import Standing
from drafting.models import Membership, Participation, Person, Section


def standing_of(
    session: Session, actor: Actor | None, contribution_id: int | None = None, section: Section | None = None
) -> Standing:
    """Return the actor's standing towards a contribution (and a section), from the database's truth.

    A person disabled, or removed from the organisation, since the actor was built has no standing left.
    """
    if actor is None:
        return Standing()
    person = session.get(Person, actor.person_id)
    if person is None or person.disabled_at is not None:
        return Standing()
    membership = session.scalar(
        select(Membership.role).where(
            Membership.person_id == actor.person_id, Membership.organisation_id == actor.organisation_id
        )
    )
    participation = None
    if membership is not None and contribution_id is not None:
        participation = session.scalar(
            select(Participation.role).where(
                Participation.contribution_id == contribution_id,
                Participation.organisation_id == actor.organisation_id,
            )
        )
    return Standing(
        signed_in=True,
        administrator=person.administrator,
        membership=membership,
        participation=participation,
        leads=section is not None
        and section.lead_id is not None
        and section.lead_id == actor.organisation_id,
    )
