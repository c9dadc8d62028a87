"""The whole contribution as it stood at an instant, and where a slider goes from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.deadline import NoSuchDay, NoSuchTime
from drafting.domain.errors import InvalidInput
from drafting.domain.point import Point
from drafting.domain.time_line import TICK
from drafting.domain.tracking import base_view
from drafting.domain.working_session import Step
from drafting.extensions import db
from drafting.live import log
from drafting.models import Contribution, Section, Version
from drafting.models.columns import now
from drafting.services.access import find_contribution
from drafting.services.plans import acts_of, plan_of
from drafting.services.reading import html_of
from drafting.services.texts import state_of
from drafting.services.voices import Voice, Voices
from drafting.services.working_sessions import STOPS, stops_around


@dataclass(frozen=True)
class PastPart:
    """A section as it stood."""

    section: Section
    number: int
    title: str
    """As it was then."""
    revision: int
    html: str


@dataclass(frozen=True)
class MomentStop:
    """Where the slider stops: a working session ended, or a version was frozen."""

    at: datetime
    by: Voice | None = None
    section: Section | None = None
    version: int | None = None


@dataclass(frozen=True)
class PastDocument:
    """The contribution at an instant."""

    contribution: Contribution
    at: datetime
    parts: list[PastPart]
    first_at: datetime
    """When the contribution was created."""
    last_at: datetime
    """Now, or the instant itself where that is later."""
    before: list[MomentStop]
    """Where the slider stops before it, the nearest first."""
    after: list[MomentStop]
    here: MomentStop | None
    """The stop that it is exactly, if any."""

    @property
    def nearest(self) -> MomentStop:
        """The stop to which a slider that was let go here falls."""
        ends = [MomentStop(self.first_at), MomentStop(self.last_at)]
        near = [*([self.here] if self.here else []), *self.before[:1], *self.after[:1], *ends]
        return min(near, key=lambda one: abs(one.at - self.at))


def instant_of(moment: Point, zone_name: str) -> datetime:
    """Return when a date is, on the wall clock of a zone. Raise InvalidInput for one that does not come."""
    try:
        return moment.instant(zone_name)
    except NoSuchDay as far:
        raise InvalidInput(_("Vérifiez l’année de cette date.")) from far
    except NoSuchTime as skipped:
        raise InvalidInput(_("Cette heure n’existe pas ce jour-là. Choisissez-en une autre.")) from skipped


def at(actor: Actor, key: str, moment: Point) -> PastDocument:
    """Return the contribution as it stood at a date. Raise NotFound; InvalidInput for an hour that does not exist."""
    contribution = find_contribution(actor, key)
    last_at = now()
    instant = min(max(instant_of(moment, contribution.deadline_zone), contribution.created_at), last_at)
    sections = {one.id: one for one in contribution.sections}
    revisions = log.vector_at(db.session(), contribution.id, instant)
    plan = plan_of(contribution, acts_of(contribution), instant)
    parts = [
        _part(contribution, sections[one.section], number, one.title, revisions[one.section])
        for number, one in enumerate(plan, start=1)
    ]
    before, after = _stops(contribution, [sections[one.section] for one in plan], revisions, instant)
    here = before[0] if before and before[0].at == instant else None
    return PastDocument(contribution, instant, parts, contribution.created_at, last_at,
                        [one for one in before if one.at < instant], after, here)


def _part(contribution: Contribution, section: Section, number: int, title: str, revision: int) -> PastPart:
    text = base_view(state_of(section, revision))
    return PastPart(section, number, title, revision, html_of(text, contribution.language, section.key))


def _stops(
    contribution: Contribution, sections: Sequence[Section], revisions: dict[int, int], instant: datetime
) -> tuple[list[MomentStop], list[MomentStop]]:
    """Return the stops up to an instant, that instant included, and those after it, the nearest first."""
    heads = log.vector(db.session(), contribution.id)
    found: list[tuple[Step, Section]] = []
    for section in sections:
        stops = stops_around(section, revisions[section.id], heads[section.id])
        ends = [*stops.before, *stops.after, *([stops.here] if stops.here and stops.is_end else [])]
        found += [(step, section) for step in ends]
    voices = Voices([step.author_id for step, _ in found], [step.organisation_id for step, _ in found])
    every = [MomentStop(step.at, voices.of(step.author_id, step.organisation_id), section) for step, section in found]
    every += [
        MomentStop(frozen_at, version=number) for number, frozen_at in db.session.execute(
            select(Version.number, Version.frozen_at).where(Version.contribution_id == contribution.id))
    ]
    before = sorted([one for one in every if one.at < instant + TICK], key=lambda one: one.at, reverse=True)
    after = sorted([one for one in every if one.at > instant], key=lambda one: one.at)
    return before[: STOPS + 1], after[:STOPS]
