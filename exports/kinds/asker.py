"""Who asked for a job, as the actor that they are now: what they may no longer read is not made for them."""

from __future__ import annotations

from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.extensions import db
from drafting.models import Job, Membership, Organisation, Person


def asker_of(job: Job) -> Actor:
    """Return who began a job, acting for the organisation that they acted for then, if they still belong to it."""
    person = db.session.get_one(Person, job.created_by_id)
    role = db.session.scalar(
        select(Membership.role)
        .join(Membership.organisation)
        .where(
            Membership.person_id == person.id, Membership.organisation_id == job.created_for_id,
            Organisation.retired_at.is_(None),
        )
    )
    is_member = role is not None and person.disabled_at is None
    return Actor(
        person_id=person.id, name=person.name, email=person.email, language=person.language or "",
        administrator=False, organisation_id=job.created_for_id if is_member else None, acronym="",
        membership=role if is_member else None,
    )
