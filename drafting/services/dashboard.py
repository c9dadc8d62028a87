"""The dashboard: for each contribution, what awaits me, how long until the deadline, how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.deadline import Remaining, remaining
from drafting.domain.permissions import Action, ParticipationRole, Stage, TextRight, may, may_decide, text_right
from drafting.extensions import db
from drafting.models import Contribution, Participation, Round, Section, Update, Version
from drafting.models.columns import now
from drafting.services.access import standing_in
from drafting.services.ballots import standings
from drafting.services.rounds import call_of, may_ask, rejection_of, round_under_way
from drafting.services.suggestion_counts import count_open
from drafting.services.validations import history_of, may_decide_in
from drafting.services.versions import versions_of


@dataclass(frozen=True)
class SectionLine:
    """A section as the dashboard shows it."""

    section: Section
    revision: int
    touched_at: datetime | None
    right: TextRight
    awaits: str
    """What awaits the actor here: "write" (they lead it and it is empty), "review" (they decide), or nothing."""
    open_suggestions: int = 0
    to_decide: int = 0
    """How many of these the actor may decide."""


@dataclass(frozen=True)
class ContributionLine:
    """A contribution as the dashboard shows it."""

    contribution: Contribution
    role: ParticipationRole
    left: Remaining | None
    sections: list[SectionLine]
    last_version: Version | None
    may_manage: bool
    to_validate: Round | None = None
    """The round in which the actor is to decide for their organisation, which has not decided yet."""
    asked: Round | None = None
    """The round that is open: the organisations are being asked about its version."""
    rejected: Round | None = None
    """The round in which they did not adopt the last version, if that is how it ended."""
    to_close: Round | None = None
    """The round in which all have decided, if the actor may close it."""
    awaiting: list[SectionLine] = field(default_factory=list)

    def at_stage(self, stage: Stage) -> int:
        """Return how many sections are at this stage."""
        return sum(line.section.stage is stage for line in self.sections)

    @property
    def open_suggestions(self) -> int:
        """How many suggestions wait for a decision, whoever makes it."""
        return sum(line.open_suggestions for line in self.sections)

    @property
    def agreed_percent(self) -> int:
        """How much of the contribution is agreed, by sections."""
        return 100 * self.at_stage(Stage.AGREED) // max(len(self.sections), 1)


def dashboard(actor: Actor, at: datetime | None = None) -> list[ContributionLine]:
    """Return the contributions in which the actor's organisation takes part, the nearest deadline first."""
    at = at or now()
    found = db.session.execute(
        select(Contribution, Participation.role)
        .join(Participation, Participation.contribution_id == Contribution.id)
        .where(Participation.organisation_id == actor.organisation_id, Contribution.archived_at.is_(None))
    )
    lines = [contribution_line(actor, contribution, role, at) for contribution, role in found.all()]
    return sorted(lines, key=lambda line: _urgency(line, at))


def _urgency(line: ContributionLine, at: datetime) -> tuple[int, float]:
    deadline = line.contribution.deadline_at
    if deadline is None:
        return 1, -line.contribution.created_at.timestamp()
    return (2, -deadline.timestamp()) if deadline < at else (0, deadline.timestamp())


def contribution_line(
    actor: Actor, contribution: Contribution, role: ParticipationRole, at: datetime
) -> ContributionLine:
    """Return one contribution's line."""
    sections = _section_lines(actor, contribution)
    asked, last = round_under_way(contribution), next(iter(versions_of(contribution)), None)
    return ContributionLine(
        contribution=contribution,
        role=role,
        left=remaining(contribution.deadline_at, at) if contribution.deadline_at else None,
        sections=sections,
        last_version=last,
        may_manage=may(Action.MANAGE, standing_in(actor, contribution)),
        to_validate=asked if asked is not None and _is_to_validate(actor, asked, at) else None,
        asked=asked,
        rejected=rejection_of(last) if last is not None and asked is None else None,
        to_close=asked if asked is not None and _is_to_close(actor, asked, at) else None,
        awaiting=[line for line in sections if line.awaits or line.to_decide],
    )


def _is_to_validate(actor: Actor, asked: Round, at: datetime) -> bool:
    if asked.closes_at < at or not may_decide_in(actor, asked):
        return False
    call = call_of(actor, asked)
    return call is not None and not history_of(call)


def _is_to_close(actor: Actor, asked: Round, at: datetime) -> bool:
    return asked.closes_at >= at and may_ask(actor, asked.version.contribution) and all(standings(asked).values())


def _section_lines(actor: Actor, contribution: Contribution) -> list[SectionLine]:
    used = [section for section in contribution.sections if section.retired_at is None]
    heads = {
        section_id: (revision, at)
        for section_id, revision, at in db.session.execute(
            select(Update.section_id, func.max(Update.revision), func.max(Update.at))
            .where(Update.section_id.in_([section.id for section in used]))
            .group_by(Update.section_id)
        )
    }
    waiting = count_open([section.id for section in used])
    return [
        _section_line(actor, contribution, section, waiting[section.id], *heads.get(section.id, (0, None)))
        for section in used
    ]


def _section_line(
    actor: Actor, contribution: Contribution, section: Section, waiting: int, revision: int,
    touched_at: datetime | None,
) -> SectionLine:
    standing = standing_in(actor, contribution, section)
    decides = may_decide(standing, section.stage)
    awaits = ""
    if section.stage is Stage.OPEN and standing.leads and revision == 0:
        awaits = "write"
    elif section.stage is Stage.UNDER_REVIEW and decides:
        awaits = "review"
    right = text_right(standing, section.stage)
    return SectionLine(section, revision, touched_at, right, awaits, waiting, waiting if decides else 0)
