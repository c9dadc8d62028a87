"""Points in time looked up in a contribution: which sections it had then, and at which revision each was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.deadline import NoSuchDay, NoSuchTime
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.plan import PlanAct
from drafting.domain.point import Point, PointKind
from drafting.domain.visit import Visited, arriving
from drafting.extensions import db
from drafting.live import log
from drafting.models import Contribution, Section, Update, Version, Visit
from drafting.models.columns import now
from drafting.services.plans import acts_of, plan_of
from drafting.services.texts import head_of
from drafting.services.validations import last_decided


@dataclass(frozen=True)
class SectionThen:
    """A section as it stood at a point."""

    section: Section
    number: int
    """Its place in the contribution then, from 1; 0 if it had none."""
    title: str
    revision: int
    frozen: str | None = None
    """Its text as frozen, for a version; otherwise the text is derived from the log."""


@dataclass(frozen=True)
class Moment:
    """A point that exists in a contribution."""

    point: Point
    """As it was asked for."""
    fixed: Point
    """The same for ever and for everybody: what a lasting address says instead."""
    at: datetime
    sections: dict[int, SectionThen]
    """By the section's id, in the order of the contribution then."""
    version: Version | None = None
    is_visit: bool = False
    """It is when the reader was here before."""
    is_beginning: bool = False
    """It is when the contribution was created."""
    is_today: bool = False
    """A day was asked for that is not over: it counts until now."""


@dataclass(frozen=True)
class Offers:
    """The points that a form offers, besides any date and now."""

    beginning: Point
    versions: list[Version]
    """Newest first."""
    visited_at: datetime | None
    """When the reader was here before, if ever."""
    validated: Version | None = None
    """The version that the reader's organisation last decided on, if any."""


class Points:
    """Looks points up in one contribution for one actor, who may read it."""

    def __init__(self, actor: Actor, contribution: Contribution, section: Section | None = None) -> None:
        self._actor = actor
        self._contribution = contribution
        self._section = section
        self.now = now()
        self.acts: list[PlanAct] = acts_of(contribution)
        self._versions = list(db.session.scalars(
            select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc())))
        self._visits = self._read_visits()

    def offers(self) -> Offers:
        """Return what may be chosen."""
        visited_at = max((at for at, _revision in self._visits.values()), default=None)
        return Offers(Point.exact(self._contribution.created_at), self._versions, visited_at, self._validated())

    def find(self, point: Point) -> Moment:
        """Return the moment of a point.

        Raise NotFound for a version or revision that does not exist, InvalidInput for what cannot be compared: a date
        to come or before the contribution, an hour that does not exist, no visit, a revision without its section.
        """
        if point.kind is PointKind.VERSION:
            return self._version(point)
        if point.kind is PointKind.REVISION:
            return self._revision(point)
        if point.kind is PointKind.VISIT:
            return self._visit(point)
        if point.kind is PointKind.VALIDATION:
            return self._validation(point)
        return self._now(point) if point.kind is PointKind.NOW else self._date(point)

    def _version(self, point: Point) -> Moment:
        version = next((one for one in self._versions if one.number == point.number), None)
        if version is None:
            raise NotFound(_("Il n’y a pas de version %(number)s de cette contribution.", number=point.number))
        known = {section.id: section for section in self._contribution.sections}
        sections = {
            one.section_id: SectionThen(known[one.section_id], number, one.title, one.revision, one.text)
            for number, one in enumerate(version.sections, start=1)
        }
        return Moment(point, point, version.frozen_at, sections, version)

    def _validated(self) -> Version | None:
        last = last_decided(self._actor.organisation_id, self._contribution)
        return last.call.round.version if last else None

    def _validation(self, point: Point) -> Moment:
        version = self._validated()
        if version is None:
            raise InvalidInput(_(
                "Votre organisation n’a encore rien décidé sur cette contribution : choisissez une version ou une "
                "date."))
        return replace(self._version(Point.version(version.number)), point=point)

    def _revision(self, point: Point) -> Moment:
        section, number = self._section, point.number or 0
        if section is None:
            raise InvalidInput(_("Une révision est celle d’une section : choisissez aussi la section."))
        if number > head_of(section):
            raise NotFound(_("Cette section n’a pas de révision %(revision)d.", revision=number))
        at = section.created_at if number == 0 else db.session.scalar(
            select(Update.at).where(Update.section_id == section.id, Update.revision == number))
        assert at is not None  # noqa: S101 - the log has every revision up to its head
        plan = self._planned(at, {section.id: number})
        there = plan.get(section.id) or SectionThen(section, 0, section.title, number)
        return Moment(point, point, at, {section.id: there})

    def _now(self, point: Point) -> Moment:
        vector = log.vector(db.session(), self._contribution.id)
        return Moment(point, self._fixed(vector), self.now, self._planned(self.now, vector))

    def _fixed(self, vector: dict[int, int]) -> Point:
        """Return now as an instant: a whole second, or when the last thing happened in it."""
        second = self.now.replace(microsecond=0)
        last = db.session.scalar(
            select(func.max(Update.at)).where(Update.section_id.in_(vector), Update.at > second))
        return Point.exact(max([second, *([last] if last else []), *[act.at for act in self.acts[-1:]]]))

    def _visit(self, point: Point) -> Moment:
        at = self.offers().visited_at
        if at is None:
            raise InvalidInput(_(
                "Vous n’étiez pas encore venu lire cette contribution : choisissez une version ou une date."))
        return self._seen(point, at)

    def _seen(self, point: Point, at: datetime) -> Moment:
        """Return what the reader saw at a visit."""
        vector = log.vector_at(db.session(), self._contribution.id, at)
        vector |= {section_id: revision for section_id, (_at, revision) in self._visits.items()}
        return Moment(point, Point.exact(at), at, self._planned(at, vector), is_visit=True)

    def _date(self, point: Point) -> Moment:
        try:
            at = point.instant(self._contribution.deadline_zone)
        except NoSuchTime as skipped:
            message = _("Cette heure n’existe pas ce jour-là : on passe à l’heure d’été. Choisissez-en une autre.")
            raise InvalidInput(message) from skipped
        except NoSuchDay as far:
            raise InvalidInput(_("Vérifiez l’année de cette date.")) from far
        if at in {seen_at for seen_at, _revision in self._visits.values()}:
            return self._seen(point, at)
        is_today = point.is_day and at - timedelta(days=1) < self.now < at
        if is_today:
            at = self.now
        if at > self.now:
            raise InvalidInput(_("Cette date est à venir : on ne compare que ce qui est déjà écrit."))
        if at < self._contribution.created_at:
            raise InvalidInput(
                _("La contribution n’existait pas encore à cette date : choisissez-en une plus récente."))
        vector = log.vector_at(db.session(), self._contribution.id, at)
        return Moment(
            point, Point.exact(at), at, self._planned(at, vector), is_today=is_today,
            is_beginning=point == self.offers().beginning,
        )

    def _planned(self, at: datetime, vector: dict[int, int]) -> dict[int, SectionThen]:
        known = {section.id: section for section in self._contribution.sections}
        return {
            one.section: SectionThen(known[one.section], number, one.title, vector.get(one.section, 0))
            for number, one in enumerate(plan_of(self._contribution, self.acts, at), start=1)
        }

    def _read_visits(self) -> dict[int, tuple[datetime, int]]:
        """Return the reader's visit before the present one: when, and which revision of each section was seen."""
        heads = log.vector(db.session(), self._contribution.id)
        found = db.session.scalars(
            select(Visit).where(Visit.person_id == self._actor.person_id, Visit.section_id.in_(heads)))
        out = {}
        for one in found:
            last = Visited(one.at, one.revision, one.previous_at, one.previous_revision)
            # Reading a comparison is no visit; but who comes straight to it after an absence was last here then.
            visit = arriving(last, self.now, heads[one.section_id])
            if visit.previous_at is not None and visit.previous_revision is not None:
                out[one.section_id] = (visit.previous_at, visit.previous_revision)
        return out
