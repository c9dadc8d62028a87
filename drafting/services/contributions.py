"""Contributions: create one, change what it says of itself, and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.deadline import zone_of
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from drafting.domain.outlines import SectionOutline, outline
from drafting.domain.permissions import Action, ParticipationRole, may
from drafting.domain.slug import slug_of
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Contribution, Organisation, Participation, Section
from drafting.services.access import find_contribution, hold
from drafting.services.audit import record, take_turn
from drafting.services.rights import changing_rights


@dataclass(frozen=True)
class Details:
    """What a contribution says of itself."""

    title: str
    recipient: str
    event: str
    language: str
    deadline_at: datetime | None
    deadline_zone: str
    text_limit: int | None
    limit_unit: str

    def check(self) -> None:
        """Raise InvalidInput naming the fields to correct."""
        wrong: dict[str, object] = {}
        if not self.title.strip():
            wrong["title"] = _("Donnez un titre à la contribution.")
        if self.language not in ("fr", "en"):
            wrong["language"] = _("Choisissez le français ou l’anglais.")
        if self.limit_unit not in ("words", "characters"):
            wrong["limit_unit"] = _("Choisissez des mots ou des caractères.")
        if self.text_limit is not None and self.text_limit < 1:
            wrong["text_limit"] = _("La limite doit être un nombre positif, ou rester vide.")
        if wrong:
            raise InvalidInput(_("Corrigez les champs signalés."), wrong)
        zone_of(self.deadline_zone)


def create(
    actor: Actor, details: Details, *, kind: str, questions: tuple[str, ...] = (), titles: Sequence[str] | None = None
) -> Contribution:
    """Create a contribution from an outline; the actor's organisation coordinates it.

    For a consultation each of the recipient's questions becomes a section. With `titles` the sections are these, and
    not the outline's. Raise Forbidden, InvalidInput.
    """
    details.check()
    with transaction():
        if not may(Action.CREATE, standing_of(db.session(), actor)):
            raise Forbidden(_("Pour créer une contribution, agissez au nom d’une organisation."))
        take_turn()  # Of two contributions with one title, the second sees the name of the first.
        contribution = Contribution(outline=kind, slug=_free_slug(details.title), created_by_id=actor.person_id)
        _describe(contribution, details)
        contribution.participations = [
            Participation(organisation_id=actor.organisation_id, role=ParticipationRole.COORDINATOR)
        ]
        contribution.sections = [
            Section(position=position, title=section.title, question=section.guide, lead_id=actor.organisation_id)
            for position, section in enumerate(_outlined(kind, details.language, questions, titles), start=1)
        ]
        db.session.add(contribution)
        db.session.flush()
        record(actor, "create_contribution", f"contribution:{contribution.key}", title=details.title)
        return contribution


def _outlined(
    kind: str, language: str, questions: tuple[str, ...], titles: Sequence[str] | None
) -> tuple[SectionOutline, ...]:
    if titles is not None:
        return tuple(SectionOutline(title, "") for title in titles)
    return outline(kind, language).sections(questions)


def describe(actor: Actor, key: str, details: Details) -> Contribution:
    """Change what a contribution says of itself. Raise NotFound, Forbidden, InvalidInput."""
    details.check()
    with transaction():
        contribution = find_contribution(actor, key, Action.MANAGE)
        _describe(contribution, details)
        record(actor, "describe_contribution", f"contribution:{key}", title=details.title)
        return contribution


def take_in(actor: Actor, key: str, organisation_key: str, role: ParticipationRole) -> Participation:
    """Let an organisation take part, or change its role. Raise NotFound, Forbidden, Conflict."""
    with changing_rights():
        contribution = hold(find_contribution(actor, key, Action.MANAGE))
        organisation = db.session.scalar(select(Organisation).where(Organisation.key == organisation_key))
        if organisation is None or organisation.retired_at is not None:
            raise NotFound(_("Cette organisation n’existe pas."))
        participation = _participation(contribution, organisation.id)
        if participation is None:
            participation = Participation(contribution_id=contribution.id, organisation_id=organisation.id, role=role)
            db.session.add(participation)
        else:
            _keep_a_coordinator(contribution, participation, role)
            participation.role = role
        db.session.flush()
        record(actor, "take_in", f"contribution:{key}", organisation=organisation.acronym, role=role.value)
        return participation


def leave_out(actor: Actor, key: str, participation_key: str) -> None:
    """End an organisation's participation; what it wrote stays. Raise NotFound, Forbidden, Conflict."""
    with changing_rights():
        contribution = hold(find_contribution(actor, key, Action.MANAGE))
        participation = next((p for p in contribution.participations if p.key == participation_key), None)
        if participation is None:
            raise NotFound(_("Cette organisation ne participe plus à la contribution."))
        _keep_a_coordinator(contribution, participation, None)
        for section in contribution.sections:
            if section.lead_id == participation.organisation_id:
                section.lead_id = None
        acronym = participation.organisation.acronym
        db.session.delete(participation)
        record(actor, "leave_out", f"contribution:{key}", organisation=acronym)


def _participation(contribution: Contribution, organisation_id: int) -> Participation | None:
    return next((p for p in contribution.participations if p.organisation_id == organisation_id), None)


def _keep_a_coordinator(contribution: Contribution, changed: Participation, role: ParticipationRole | None) -> None:
    others = [
        p for p in contribution.participations if p is not changed and p.role is ParticipationRole.COORDINATOR
    ]
    if changed.role is ParticipationRole.COORDINATOR and role is not ParticipationRole.COORDINATOR and not others:
        raise Conflict(_("Il faut au moins une organisation coordinatrice : nommez-en d’abord une autre."))


def _describe(contribution: Contribution, details: Details) -> None:
    contribution.title = details.title.strip()
    contribution.recipient = details.recipient.strip()
    contribution.event = details.event.strip()
    contribution.language = details.language
    contribution.deadline_at = details.deadline_at
    contribution.deadline_zone = details.deadline_zone
    contribution.text_limit = details.text_limit
    contribution.limit_unit = details.limit_unit


def _free_slug(title: str) -> str:
    """Return the title's slug, numbered if it is taken."""
    wanted = slug_of(title)
    taken = set(db.session.scalars(select(Contribution.slug).where(Contribution.slug.startswith(wanted))))
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)
