"""Build what tests need, committed, with sensible defaults."""

from __future__ import annotations

from itertools import count
from typing import Any

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.extensions import db, writing
from drafting.models import Contribution, Membership, Organisation, Participation, Person, Section
from drafting.models.organisation import OrganisationKind

_number = count(1)


def _save(thing: Any) -> Any:
    with writing():
        db.session.rollback()
        db.session.add(thing)
        db.session.commit()
    return thing


def person(**values: Any) -> Person:
    """A person without password."""
    n = next(_number)
    return _save(Person(**{"email": f"personne{n}@exemple.example", "name": f"Rédaction {n}", **values}))


def organisation(**values: Any) -> Organisation:
    """A federation."""
    n = next(_number)
    defaults = {
        "name": f"Fédération exemple n° {n}", "acronym": f"FEX{n}", "kind": OrganisationKind.FEDERATION,
        "colour": "teal",
    }
    return _save(Organisation(**{**defaults, **values}))


def membership(
    person: Person, organisation: Organisation, role: MembershipRole = MembershipRole.MEMBER
) -> Membership:
    """The person belongs to the organisation (too)."""
    return _save(Membership(person_id=person.id, organisation_id=organisation.id, role=role))


def member(of: Organisation, role: MembershipRole = MembershipRole.MEMBER, **values: Any) -> Actor:
    """A new person of this organisation, as the actor that they are."""
    someone = person(**values)
    _save(Membership(person_id=someone.id, organisation_id=of.id, role=role))
    return Actor(
        person_id=someone.id, name=someone.name, email=someone.email, language="fr",
        administrator=someone.administrator, organisation_id=of.id, acronym=of.acronym, membership=role,
    )


def contribution(**values: Any) -> Contribution:
    """A contribution without sections or participations."""
    n = next(_number)
    defaults = {"slug": f"contribution-{n}", "title": f"Contribution n° {n} : l’œuvre commune", "outline": "summit"}
    if "created_by_id" not in values:
        defaults["created_by_id"] = person().id
    return _save(Contribution(**{**defaults, **values}))


def participation(
    contribution: Contribution, organisation: Organisation, role: ParticipationRole = ParticipationRole.AUTHOR
) -> Participation:
    """The organisation takes part in the contribution."""
    return _save(Participation(contribution_id=contribution.id, organisation_id=organisation.id, role=role))


def section(contribution: Contribution, **values: Any) -> Section:
    """A section, last in the contribution, led by nobody unless told."""
    n = next(_number)
    return _save(Section(**{"contribution_id": contribution.id, "position": n, "title": f"Section {n}", **values}))
