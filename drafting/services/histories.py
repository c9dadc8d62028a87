"""The time line of a contribution or of one section, page by page, with names; and who may read what of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.deadline import zone_of
from drafting.domain.time_line import HappeningKind, page_of
from drafting.domain.working_session import Step
from drafting.extensions import db
from drafting.live import log
from drafting.models import Amendment, AmendmentStep, Contribution, Organisation, Section
from drafting.models.columns import now
from drafting.services.access import find_contribution, find_section
from drafting.services.happenings import Happening, sources
from drafting.services.voices import Voice, Voices
from drafting.services.working_sessions import Budget

LINES_A_PAGE = 50
ROWS_A_PAGE = 25_000
"""Rows of the log read for one page, about a quarter of a second."""


@dataclass(frozen=True)
class Filters:
    """Which happenings are asked for; organisation (whose act it was) and section by their keys."""

    organisation: str = ""
    section: str = ""
    kind: HappeningKind | None = None

    @property
    def are_set(self) -> bool:
        """Something is left out."""
        return bool(self.organisation or self.section or self.kind)


@dataclass(frozen=True)
class Outcome:
    """Suggestions of one organisation that were decided alike, for one reason."""

    outcome: str
    """accept, reject, withdraw or undo."""
    organisation: Organisation | None
    """Whose suggestions they were."""
    count: int
    amendments: tuple[Amendment, ...]
    """Those that the suggestions belonged to."""
    reason: str


@dataclass(frozen=True)
class HistoryLine:
    """A happening with names."""

    happening: Happening
    by: Voice
    outcomes: tuple[Outcome, ...] = ()
    """Of a session of decisions, in the order in which they were taken."""
    lead: Organisation | None = None
    """To which a section was entrusted."""


@dataclass(frozen=True)
class Day:
    """What happened on one day of the contribution's time zone."""

    day: date
    lines: list[HistoryLine]


@dataclass(frozen=True)
class HistoryPage:
    """A page of the time line, newest first."""

    contribution: Contribution
    section: Section | None
    """The one section that it is about."""
    filters: Filters
    days: list[Day]
    before: datetime | None
    """The page was asked for from before this instant; None for the newest."""
    older: datetime | None
    """Before when the next page goes on; None where this is the last."""
    organisations: list[Organisation]
    """Who takes part: what the filter offers."""
    sections: list[Section]


def show(actor: Actor, key: str, filters: Filters, before: datetime | None = None) -> HistoryPage:
    """Return a page of the contribution's time line. Raise NotFound."""
    contribution = find_contribution(actor, key)
    chosen = [one for one in contribution.sections if filters.section in ("", one.key)]
    return _page(actor, contribution, None, chosen, filters, before)


def of_section(actor: Actor, key: str, filters: Filters, before: datetime | None = None) -> HistoryPage:
    """Return a page of one section's time line. Raise NotFound."""
    section = find_section(actor, key)
    return _page(actor, section.contribution, section, [section], filters, before)


def _page(
    actor: Actor, contribution: Contribution, section: Section | None, sections: list[Section], filters: Filters,
    before: datetime | None,
) -> HistoryPage:
    kinds = {filters.kind} if filters.kind else set(HappeningKind)
    budget = Budget(ROWS_A_PAGE)
    wanted = next((one.id for one in _organisations(contribution) if one.key == filters.organisation), None)
    every = sources(actor, contribution, sections, kinds, before or now() + timedelta(days=1), budget)
    if filters.organisation:
        every = [(one for one in source if not isinstance(one, Happening) or one.organisation_id == wanted)
                 for source in every]
    found, older = page_of(every, LINES_A_PAGE, lambda: budget.is_spent)
    days = _by_day(_told(found), contribution.deadline_zone)
    return HistoryPage(contribution, section, filters, days, before, older, _organisations(contribution),
                       list(contribution.sections))


def _organisations(contribution: Contribution) -> list[Organisation]:
    return sorted([each.organisation for each in contribution.participations], key=lambda one: one.acronym)


def _by_day(lines: Iterable[HistoryLine], zone_name: str) -> list[Day]:
    zone, days = zone_of(zone_name), list[Day]()
    for line in lines:
        day = line.happening.at.astimezone(zone).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].lines.append(line)
    return days


def _told(found: list[Happening]) -> list[HistoryLine]:
    """Return happenings with names."""
    decided = [one for one in found if one.session and one.session.decisions]
    owners = _owners(decided)
    amendments = _amendments(decided)
    leads = [one.detail["lead"] for one in found if one.detail and one.detail.get("lead")]
    voices = Voices([one.person_id for one in found],
                    [*(one.organisation_id for one in found), *owners.values(), *leads])
    return [
        HistoryLine(
            one, voices.of(one.person_id, one.organisation_id), tuple(_outcomes(one, owners, amendments, voices)),
            voices.organisation(one.detail["lead"]) if one.detail and one.detail.get("lead") else None,
        )
        for one in found
    ]


def _owners(decided: list[Happening]) -> dict[tuple[int, str], int]:
    """Return whose suggestions were decided: the organisation, by section and suggestion."""
    owners = {}
    for section_id in {one.section.id for one in decided if one.section}:
        for id, suggestion in log.state_at(db.session(), section_id).suggestions.items():
            owners[section_id, id] = suggestion.organisation
    return owners


def _amendments(decided: list[Happening]) -> dict[tuple[int, int], list[Amendment]]:
    """Return the amendments that a row of the log settled or opened again, by section and revision."""
    revisions = [step.revision for one in decided if one.session for step in one.session.decisions]
    ids = {one.section.id for one in decided if one.section}
    found = db.session.scalars(
        select(AmendmentStep).join(Amendment).where(
            Amendment.section_id.in_(ids), AmendmentStep.revision.in_(revisions)).order_by(Amendment.id)
    )
    out: dict[tuple[int, int], list[Amendment]] = {}
    for one in found:
        here = out.setdefault((one.amendment.section_id, one.revision or 0), [])
        if one.amendment not in here:
            here.append(one.amendment)
    return out


def _outcomes(
    one: Happening, owners: dict[tuple[int, str], int], amendments: dict[tuple[int, int], list[Amendment]],
    voices: Voices,
) -> list[Outcome]:
    """Return the decisions of a session, the earliest first; what was decided alike, one after the other, as one."""
    if one.session is None or one.section is None:
        return []
    out: list[Outcome] = []
    for step in reversed(one.session.decisions):
        for owner, count in _counted(one.section.id, step, owners).items():
            of = voices.organisation(owner) if owner is not None else None
            settled = amendments.get((one.section.id, step.revision), [])
            named = tuple([each for each in settled if each.organisation_id == owner])
            last = out[-1] if out else None
            if last and (last.outcome, last.organisation, last.reason) == (step.decide, of, step.reason):
                both = tuple(dict.fromkeys([*last.amendments, *named]))
                out[-1] = Outcome(last.outcome, of, last.count + count, both, last.reason)
            else:
                out.append(Outcome(step.decide or "", of, count, named, step.reason))
    return out


def _counted(section_id: int, step: Step, owners: dict[tuple[int, str], int]) -> dict[int | None, int]:
    counted: dict[int | None, int] = {}
    for id in step.ids:
        owner = owners.get((section_id, id))
        counted[owner] = counted.get(owner, 0) + 1
    return counted
