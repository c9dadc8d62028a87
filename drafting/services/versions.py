"""Versions: freeze the whole contribution."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.canonical import FrozenContribution, FrozenSection, canonical_bytes, clean, digest
from drafting.domain.errors import InvalidInput, InvalidTransition
from drafting.domain.permissions import Action
from drafting.domain.tracking import SectionState, base_view
from drafting.domain.version import OpenSuggestions
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.house import house_of
from drafting.models import Contribution, File, Person, Section, Version, VersionSection
from drafting.models.columns import now
from drafting.services.access import find_contribution
from drafting.services.audit import record
from drafting.services.texts import state_of

LABEL_MAX = 100


def gather(actor: Actor, key: str) -> list[str]:
    """Ask open pages to send what they have, two seconds at most; return the names of those who did not.

    What they send later falls after the freeze and stays valid. Raise NotFound, Forbidden.
    """
    contribution = find_contribution(actor, key, Action.FREEZE)
    section_ids = [section.id for section in contribution.sections if section.retired_at is None]
    db.session.rollback()  # Nothing is held while waiting for others.
    late = house_of(db.engine).flushes.ask(section_ids)
    return sorted(db.session.scalars(select(Person.name).where(Person.id.in_(late))))


class SuggestionsOpen(InvalidTransition):
    """The coordination wants no version before all suggestions are decided, and some are not."""

    def __init__(self, waiting: Mapping[Section, int]) -> None:
        total = sum(waiting.values())
        super().__init__(ngettext(
            "%(num)d suggestion attend encore une décision. Décidez-en, ou figez le texte sans elle.",
            "%(num)d suggestions attendent encore une décision. Décidez-en, ou figez le texte sans elles.", total,
        ))
        self.waiting = waiting
        """How many are open in each section that has some, in the order of the text."""


def freeze(
    actor: Actor, key: str, *, label: str, note: str = "",
    open_suggestions: OpenSuggestions = OpenSuggestions.LEFT_OUT,
) -> Version:
    """Freeze the contribution as it is at one instant.

    The revisions of all sections are read by one statement and the text is derived from the log at
    exactly those revisions, so people may go on typing. Raise NotFound, Forbidden, InvalidInput,
    InvalidTransition, SuggestionsOpen.
    """
    label = _checked_label(label)
    with transaction():
        contribution = find_contribution(actor, key, Action.FREEZE)
        # Two who freeze at once freeze one after the other (PostgreSQL; SQLite has one writer anyway).
        db.session.refresh(contribution, with_for_update=True)
        vector = log.vector(db.session(), contribution.id)
        used = [section for section in contribution.sections if section.retired_at is None]
        if not used:
            raise InvalidTransition(_("Une version a besoin d’au moins une section : ajoutez-en une."))
        states = {section.id: state_of(section, vector[section.id]) for section in used}
        waiting = _waiting(used, states)
        if waiting and open_suggestions is OpenSuggestions.REFUSED:
            raise SuggestionsOpen(waiting)
        version = _version(actor, contribution, label, note)
        version.open_suggestions = sum(waiting.values())
        version.sections = _frozen_sections(used, states)
        version.canonical = canonical_bytes(frozen_contribution(version)).decode()
        version.digest = digest(version.canonical.encode())
        db.session.add(version)
        db.session.flush()
        record(actor, "freeze", f"version:{version.key}", number=version.number, digest=version.digest)
        return version


def _checked_label(label: str) -> str:
    label = " ".join(label.split())
    if len(label) > LABEL_MAX:
        message = _("Le nom est trop long : %(max)d caractères au plus.", max=LABEL_MAX)
        raise InvalidInput(message, {"label": message})
    return label


def _waiting(used: list[Section], states: Mapping[int, SectionState]) -> dict[Section, int]:
    """Return how many suggestions are open in each section that has some."""
    counts = {
        section: sum(one.is_open for one in states[section.id].suggestions.values()) for section in used
    }
    return {section: count for section, count in counts.items() if count}


def _version(actor: Actor, contribution: Contribution, label: str, note: str) -> Version:
    last = db.session.scalar(select(func.max(Version.number)).where(Version.contribution_id == contribution.id))
    organisations = [
        [clean(each.organisation.acronym), clean(each.organisation.name), each.role.value]
        for each in contribution.participations
    ]
    return Version(
        contribution_id=contribution.id, number=(last or 0) + 1, label=clean(label), note=clean(note).strip(),
        title=clean(contribution.title), recipient=clean(contribution.recipient), event=clean(contribution.event),
        language=contribution.language, organisations=json.dumps(organisations, ensure_ascii=False),
        frozen_at=now(), frozen_by_id=actor.person_id, frozen_for_id=actor.organisation_id,
    )


def _frozen_sections(used: list[Section], states: Mapping[int, SectionState]) -> list[VersionSection]:
    return [
        VersionSection(
            position=position, section_id=section.id, revision=states[section.id].revision,
            title=clean(section.title), lead=clean(section.lead.acronym) if section.lead else "",
            text=clean(base_view(states[section.id])),
        )
        for position, section in enumerate(used, start=1)
    ]


def frozen_contribution(version: Version) -> FrozenContribution:
    """Return what the version says, as the value over which its digest is made."""
    return FrozenContribution(
        title=version.title, recipient=version.recipient, event=version.event, language=version.language,
        number=version.number, label=version.label,
        organisations=[(acronym, name, role) for acronym, name, role in json.loads(version.organisations)],
        sections=[FrozenSection(each.title, each.lead, each.text) for each in version.sections],
    )


def is_intact(version: Version) -> bool:
    """Tell whether the stored version still has the digest that was made when it was frozen."""
    recomputed = canonical_bytes(frozen_contribution(version))
    return digest(recomputed) == version.digest and recomputed.decode() == version.canonical


def versions_of(contribution: Contribution) -> list[Version]:
    """Return the contribution's versions, newest first."""
    return list(
        db.session.scalars(
            select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc())
        )
    )


def publications_of(contribution: Contribution) -> dict[int, datetime]:
    """Return when each published version was published, by the version's id."""
    chosen = select(File.version_id, File.published_at).where(
        File.contribution_id == contribution.id, File.published_at.is_not(None)
    )
    rows = db.session.execute(chosen)
    return {version_id: at for version_id, at in rows if version_id is not None and at is not None}
