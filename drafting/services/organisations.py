"""Organisations: their name and colour, their members and secretaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from drafting.domain.palette import PALETTE
from drafting.domain.permissions import Action, MembershipRole, may
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Membership, Organisation, Person
from drafting.models.organisation import OrganisationKind
from drafting.services.audit import record, take_turn
from drafting.services.people import checked_name, require_administrator
from drafting.services.rights import changing_rights

LONGEST_NAME = 200
LONGEST_ACRONYM = 16


@dataclass(frozen=True)
class Details:
    """What an organisation says of itself."""

    name: str
    acronym: str
    kind: str
    colour: str

    def checked(self) -> Details:
        """Return the details, tidy. Raise InvalidInput naming the fields to correct."""
        wrong: dict[str, object] = {}
        tidied: dict[str, str] = {}
        for field, longest in (("name", LONGEST_NAME), ("acronym", LONGEST_ACRONYM)):
            try:
                tidied[field] = checked_name(getattr(self, field), field=field, longest=longest)
            except InvalidInput as error:
                wrong |= error.fields
        if self.kind not in set(OrganisationKind):
            wrong["kind"] = _("Choisissez ce que l’organisation est.")
        if self.colour not in PALETTE:
            wrong["colour"] = _("Choisissez une des couleurs proposées.")
        if wrong:
            raise InvalidInput(_("Corrigez les champs signalés."), wrong)
        return Details(**tidied, kind=self.kind, colour=self.colour)


def organisations(actor: Actor) -> Sequence[tuple[Organisation, int, int]]:
    """Return all organisations with how many members and secretaries they have, by acronym."""
    require_administrator(actor)
    secretaries = func.count(Membership.id).filter(Membership.role == MembershipRole.SECRETARY)
    rows = db.session.execute(
        select(Organisation, func.count(Membership.id), secretaries)
        .outerjoin(Membership, Membership.organisation_id == Organisation.id)
        .group_by(Organisation.id).order_by(Organisation.acronym)
    )
    return [(organisation, members, those) for organisation, members, those in rows]


def create(actor: Actor, details: Details) -> Organisation:
    """Create an organisation. Raise NotFound, InvalidInput."""
    details = details.checked()
    with transaction() as session:
        require_administrator(actor)
        organisation = Organisation()
        _describe(organisation, details)
        session.add(organisation)
        session.flush()
        record(actor, "create_organisation", f"organisation:{organisation.key}", acronym=details.acronym)
        return organisation


def describe(actor: Actor, key: str, details: Details) -> Organisation:
    """Change what an organisation says of itself. Raise NotFound, InvalidInput."""
    details = details.checked()
    with transaction():
        require_administrator(actor)
        organisation = _organisation(key)
        _describe(organisation, details)
        record(actor, "describe_organisation", f"organisation:{organisation.key}", acronym=details.acronym)
        return organisation


def _describe(organisation: Organisation, details: Details) -> None:
    take_turn()  # Two may not take one acronym at the same moment.
    # Compared here: SQLite knows no other capitals than those of ASCII.
    others = db.session.execute(select(Organisation.id, Organisation.acronym)).all()
    if any(row.acronym.casefold() == details.acronym.casefold() and row.id != organisation.id for row in others):
        raise InvalidInput(
            _("Corrigez les champs signalés."), {"acronym": _("Une autre organisation porte déjà ce sigle.")})
    organisation.name, organisation.acronym = details.name, details.acronym
    organisation.kind, organisation.colour = OrganisationKind(details.kind), details.colour


def _organisation(key: str, *, lock: bool = False) -> Organisation:
    wanted = select(Organisation).where(Organisation.key == key)
    # key_share: those who join at the same moment refer to the row and need not wait.
    organisation = db.session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
    if organisation is None:
        raise NotFound
    return organisation


def find_organisation(actor: Actor, key: str, *, manage: bool = False, lock: bool = False) -> Organisation:
    """Return an organisation, for those who act for it and for administrators.

    With `manage`, for its secretaries and for administrators: its other members get Forbidden.
    To everybody else it does not exist.
    """
    organisation = _organisation(key, lock=lock)
    standing = standing_of(db.session(), actor)
    belongs = standing.membership is not None and actor.organisation_id == organisation.id
    if not belongs and not may(Action.ADMINISTER, standing):
        raise NotFound
    if manage and not may(Action.MANAGE_ORGANISATION, standing):
        raise Forbidden(_("Seul le secrétariat de l’organisation peut faire cela. Adressez-vous à lui."))
    return organisation


def may_manage(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor may manage this organisation's members."""
    standing = standing_of(db.session(), actor)
    own = actor.organisation_id == organisation.id and may(Action.MANAGE_ORGANISATION, standing)
    return own or may(Action.ADMINISTER, standing)


def members(organisation: Organisation) -> Sequence[Membership]:
    """Return the organisation's members, secretaries first, then by name."""
    return db.session.scalars(
        select(Membership).join(Membership.person).options(joinedload(Membership.person))
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.role.desc(), Person.name, Person.id)
    ).all()


def set_role(actor: Actor, key: str, person_key: str, role: MembershipRole) -> Membership:
    """Make a member a secretary, or no longer. Raise NotFound, Forbidden, Conflict."""
    with changing_rights():
        organisation = find_organisation(actor, key, manage=True, lock=True)
        membership = _membership(organisation, person_key)
        if role is not MembershipRole.SECRETARY:
            _keep_a_secretary(membership)
        if membership.role is not role:
            membership.role = role
            record(actor, "set_member_role", f"organisation:{key}", person=person_key, role=role.value)
        return membership


def remove_member(actor: Actor, key: str, person_key: str) -> Person:
    """Take a person out of the organisation; what they wrote stays theirs. Raise NotFound, Forbidden, Conflict."""
    with changing_rights() as session:
        organisation = find_organisation(actor, key, manage=True, lock=True)
        membership = _membership(organisation, person_key)
        _keep_a_secretary(membership)
        person = membership.person
        session.delete(membership)
        record(actor, "remove_member", f"organisation:{key}", person=person_key)
        return person


def _membership(organisation: Organisation, person_key: str) -> Membership:
    membership = db.session.scalar(
        select(Membership).join(Membership.person).where(
            Membership.organisation_id == organisation.id, Person.key == person_key)
    )
    if membership is None:
        raise NotFound
    return membership


def _keep_a_secretary(leaving: Membership) -> None:
    """Raise Conflict if nobody else is secretary; the organisation's row is locked by the caller."""
    if leaving.role is not MembershipRole.SECRETARY:
        return
    others = db.session.scalar(
        select(func.count()).select_from(Membership).join(Membership.person).where(
            Membership.organisation_id == leaving.organisation_id, Membership.role == MembershipRole.SECRETARY,
            Membership.id != leaving.id, Person.disabled_at.is_(None),
        )
    )
    if not others:
        raise Conflict(_("C’est la dernière personne au secrétariat de l’organisation. Nommez-en d’abord une autre."))
