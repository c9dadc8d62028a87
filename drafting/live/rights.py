"""What an actor may do, read from the database at the moment it is asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from drafting.domain.actor import Actor
from drafting.domain.permissions import Standing
from drafting.domain.sign_in import is_live
from drafting.models import Membership, Participation, Person, Section, SignIn
from drafting.models.columns import now


def is_signed_in(session: Session, actor: Actor) -> bool:
    """Tell whether the actor's sign-in still holds and still acts for the same organisation.

    For what outlives a request: an open socket is cut when this no longer holds. What was read before
    must not be believed: ask in a new session or after a rollback.
    """
    found = session.execute(
        select(SignIn.created_at, SignIn.seen_at, SignIn.ended_at, SignIn.organisation_id)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.id == actor.sign_in_id, Person.disabled_at.is_(None))
    ).first()
    return (
        found is not None
        and is_live(created_at=found.created_at, seen_at=found.seen_at, ended_at=found.ended_at, now=now())
        and (found.organisation_id is None or found.organisation_id == actor.organisation_id)
    )


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
