"""Delegations: a secretary lets a member of their organisation decide in their place, between two moments."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Contribution, Delegation, Membership, Participation, Person
from drafting.models.columns import now
from drafting.services.audit import record

LONGEST = timedelta(days=366)


def may_delegate(actor: Actor) -> bool:
    """Tell whether the actor may let others decide: the organisation's secretaries."""
    return standing_of(db.session(), actor).membership is MembershipRole.SECRETARY


def delegate(
    actor: Actor, person_key: str, *, starts_at: datetime, ends_at: datetime, contribution_key: str = ""
) -> Delegation:
    """Let a member of the actor's organisation decide in its name. Raise Forbidden, InvalidInput."""
    wrong: dict[str, object] = {}
    with transaction() as session:
        require_secretary(actor)
        member = session.scalar(
            select(Person).join(Membership, Membership.person_id == Person.id)
            .where(Person.key == person_key, Membership.organisation_id == actor.organisation_id))
        if member is None or member.id == actor.person_id:
            wrong["person"] = _("Choisissez un autre membre de votre organisation.")
        if ends_at <= starts_at:
            wrong["ends_on"] = _("La délégation se termine avant de commencer : vérifiez les dates.")
        elif ends_at <= now() or ends_at > starts_at + LONGEST:
            wrong["ends_on"] = _("Choisissez une fin à venir, dans un an au plus.")
        contribution = _contribution(actor, contribution_key)
        if contribution_key and contribution is None:
            wrong["contribution"] = _("Choisissez une contribution dans la liste.")
        if wrong or member is None:
            raise InvalidInput(_("La délégation n’est pas enregistrée : corrigez ce qui est indiqué."), wrong)
        made = Delegation(
            organisation_id=actor.organisation_id, from_person_id=actor.person_id, to_person_id=member.id,
            contribution_id=contribution.id if contribution else None, starts_at=starts_at, ends_at=ends_at,
        )
        session.add(made)
        session.flush()
        record(actor, "delegation.give", f"delegation:{made.key}", to=member.key, starts_at=starts_at.isoformat(),
               ends_at=ends_at.isoformat(), contribution=contribution.key if contribution else None)
        return made


def _contribution(actor: Actor, key: str) -> Contribution | None:
    return db.session.scalar(
        select(Contribution).join(Participation, Participation.contribution_id == Contribution.id)
        .where(Contribution.key == key, Participation.organisation_id == actor.organisation_id))


def revoke(actor: Actor, key: str) -> Delegation:
    """End a delegation at once; what was decided by it stays. Raise NotFound, Forbidden, InvalidTransition."""
    with transaction() as session:
        require_secretary(actor)
        found = session.scalar(select(Delegation).where(Delegation.key == key).with_for_update())
        if found is None or found.organisation_id != actor.organisation_id:
            raise NotFound
        if found.revoked_at is not None:
            raise InvalidTransition(_("Cette délégation a déjà pris fin."))
        found.revoked_at, found.revoked_by_id = now(), actor.person_id
        record(actor, "delegation.revoke", f"delegation:{found.key}")
        return found


def delegations_of(organisation_id: int | None) -> list[Delegation]:
    """Return an organisation's delegations, the last ones first."""
    return list(db.session.scalars(
        select(Delegation).where(Delegation.organisation_id == organisation_id).order_by(Delegation.id.desc())))


def delegates_for(actor: Actor) -> list[Person]:
    """Return the members to whom the actor may delegate."""
    return list(db.session.scalars(
        select(Person).join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == actor.organisation_id, Person.id != actor.person_id,
               Person.disabled_at.is_(None)).order_by(Person.name)))


def contributions_for(actor: Actor) -> list[Contribution]:
    """Return the contributions for which a delegation may be given alone."""
    return list(db.session.scalars(
        select(Contribution).join(Participation, Participation.contribution_id == Contribution.id)
        .where(Participation.organisation_id == actor.organisation_id, Contribution.archived_at.is_(None))
        .order_by(Contribution.title)))


def delegation_to(actor: Actor, contribution_id: int) -> Delegation | None:
    """Return the delegation by which the actor may decide now in this contribution, if a secretary gave one.

    It ends with the giver's own right: who is no secretary of the organisation any more delegates nothing.
    """
    at = now()
    secretaries = select(Membership.person_id).where(
        Membership.organisation_id == actor.organisation_id, Membership.role == MembershipRole.SECRETARY)
    return db.session.scalar(
        select(Delegation).join(Person, Person.id == Delegation.from_person_id)
        .where(
            Delegation.organisation_id == actor.organisation_id, Delegation.to_person_id == actor.person_id,
            Delegation.revoked_at.is_(None), Delegation.starts_at <= at, Delegation.ends_at > at,
            Delegation.from_person_id.in_(secretaries), Person.disabled_at.is_(None),
            or_(Delegation.contribution_id.is_(None), Delegation.contribution_id == contribution_id),
        ).order_by(Delegation.id).limit(1))


def require_secretary(actor: Actor) -> None:
    """Raise Forbidden for those who cannot delegate, saying who can."""
    if not may_delegate(actor):
        raise Forbidden(_("Seul le secrétariat de l’organisation peut déléguer ses décisions."))
