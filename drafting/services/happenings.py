"""Where the time line of a contribution comes from: the log, versions, amendments, comments and acts on the plan.

Each source gives its own happenings newest first, from before an instant on, as far as somebody reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from drafting.domain.actor import Actor
from drafting.domain.comment import Visibility
from drafting.domain.time_line import TICK, Bound, HappeningKind
from drafting.domain.working_session import Step, WorkingSession, goes_on, sessions_backwards
from drafting.extensions import db
from drafting.live import log
from drafting.models import (
    Amendment,
    AmendmentStep,
    AuditEntry,
    Comment,
    Contribution,
    Section,
    Thread,
    Version,
)
from drafting.models.columns import now
from drafting.services.working_sessions import Budget, frozen_places, step_at, steps_backwards

PLAN_ACTS = ("add_section", "rename_section", "move_section", "entrust_section", "set_stage", "retire_section",
             "restore_section")


@dataclass(frozen=True)
class Happening:
    """Something that happened, before names are put to it."""

    kind: HappeningKind
    what: str
    """Which of its kind: work, decision, version, filed, step, opened, resolved, or the name of the act."""
    at: datetime
    """When; for a session, when it ended."""
    person_id: int
    organisation_id: int
    section: Section | None = None
    session: WorkingSession | None = None
    version: Version | None = None
    amendment: Amendment | None = None
    step: AmendmentStep | None = None
    thread: Thread | None = None
    detail: dict[str, Any] | None = None
    """Of an act on the plan, as the audit log has it."""


Source = Iterator[Happening | Bound]


def sources(
    actor: Actor, contribution: Contribution, sections: Sequence[Section], kinds: set[HappeningKind],
    before: datetime, budget: Budget,
) -> list[Source]:
    """Return the sources of what happened in some sections before an instant, of these kinds."""
    out: list[Source] = []
    if kinds & {HappeningKind.WORK, HappeningKind.DECISION}:
        # Several processes may disagree by some milliseconds: the newest page begins with the last row, not the latest.
        is_newest = before > now()
        vector = log.vector(db.session(), contribution.id)
        heads = vector if is_newest else log.vector_at(db.session(), contribution.id, before - TICK)
        out += [_sessions(one, heads[one.id], kinds, budget) for one in sections]
    ids = [one.id for one in sections]
    if HappeningKind.VERSION in kinds:
        out.append(_versions(contribution, ids, before))
    if HappeningKind.AMENDMENT in kinds:
        out += [_filed(ids, before), _steps(ids, before, with_log=HappeningKind.DECISION not in kinds)]
    if HappeningKind.COMMENT in kinds:
        out += [_threads(actor, ids, before, is_resolved=each) for each in (False, True)]
    if HappeningKind.PLAN in kinds:
        out.append(_plan(sections, before))
    return out


def _sessions(section: Section, revision: int, kinds: set[HappeningKind], budget: Budget) -> Source:
    """Yield the sessions of a section up to a revision; one that goes on behind it was told before."""
    splits = frozen_places(section.id)
    after = step_at(section.id, revision + 1)
    for each in sessions_backwards(steps_backwards(section.id, revision, budget), splits):
        if isinstance(each, Step):
            yield Bound(each.at)
            was_told = after is not None and goes_on(each, after, splits)
            after = None
            continue
        kind = HappeningKind.DECISION if each.decisions else HappeningKind.WORK
        if kind in kinds and not was_told:
            yield Happening(kind, kind.value, each.ended_at, each.author_id, each.organisation_id, section,
                            session=each)


def _versions(contribution: Contribution, section_ids: list[int], before: datetime) -> Source:
    found = db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id, Version.frozen_at < before)
        .order_by(Version.frozen_at.desc(), Version.id.desc()).options(selectinload(Version.sections))
    )
    for one in found:
        yield Happening(HappeningKind.VERSION, "version", one.frozen_at, one.frozen_by_id, one.frozen_for_id,
                        version=one)


def _filed(section_ids: list[int], before: datetime) -> Source:
    found = db.session.scalars(
        select(Amendment).where(Amendment.section_id.in_(section_ids), Amendment.filed_at < before)
        .order_by(Amendment.filed_at.desc(), Amendment.id.desc())
    )
    for one in found:
        yield Happening(HappeningKind.AMENDMENT, "filed", one.filed_at, one.filed_by_id, one.organisation_id,
                        one.section, amendment=one)


def _steps(section_ids: list[int], before: datetime, *, with_log: bool) -> Source:
    """Yield changes of state; those that a row of the log made are told with that decision, where it is told.

    Filing is told as such: the step with which an amendment begins is left out.
    """
    wanted = [Amendment.section_id.in_(section_ids), AmendmentStep.at < before,
              AmendmentStep.at > Amendment.filed_at]
    if not with_log:
        wanted.append(AmendmentStep.revision.is_(None))
    found = db.session.scalars(
        select(AmendmentStep).join(AmendmentStep.amendment).where(*wanted)
        .order_by(AmendmentStep.at.desc(), AmendmentStep.id.desc()).options(contains_eager(AmendmentStep.amendment))
    )
    for one in found:
        yield Happening(HappeningKind.AMENDMENT, "step", one.at, one.person_id, one.organisation_id,
                        one.amendment.section, amendment=one.amendment, step=one)


def _threads(actor: Actor, section_ids: list[int], before: datetime, *, is_resolved: bool) -> Source:
    """Yield threads opened, or resolved, of those that are for the actor and in which something is left to read."""
    mine = or_(
        Thread.visibility == Visibility.EVERYBODY,
        and_(Thread.visibility == Visibility.ORGANISATION, Thread.organisation_id == actor.organisation_id),
        and_(Thread.visibility == Visibility.AUTHOR, Thread.author_id == actor.person_id),
    )
    at = Thread.resolved_at if is_resolved else Thread.created_at
    found = db.session.scalars(
        select(Thread).where(Thread.section_id.in_(section_ids), mine, at < before,
                             Thread.comments.any(Comment.deleted_at.is_(None)))
        .order_by(at.desc(), Thread.id.desc())
    )
    for one in found:
        if not one.audience.includes(actor.person_id, actor.organisation_id):
            continue  # The rule itself, in case the query above ever says less.
        if not is_resolved:
            yield Happening(HappeningKind.COMMENT, "opened", one.created_at, one.author_id, one.organisation_id,
                            one.section, thread=one)
        elif one.resolved_at and one.resolved_by_id and one.resolved_for_id:
            yield Happening(HappeningKind.COMMENT, "resolved", one.resolved_at, one.resolved_by_id,
                            one.resolved_for_id, one.section, thread=one)


def _plan(sections: Sequence[Section], before: datetime) -> Source:
    """Yield what was done to sections; a renaming that kept the title (the question was changed) is left out."""
    known = {f"section:{one.key}": one for one in sections}
    found = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(known), AuditEntry.action.in_(PLAN_ACTS), AuditEntry.at < before)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    for one in found:
        is_same = one.action == "rename_section" and one.detail.get("was") == one.detail.get("title")
        if one.person_id and one.organisation_id and not is_same:
            yield Happening(HappeningKind.PLAN, one.action, one.at, one.person_id, one.organisation_id,
                            known[one.subject], detail=one.detail)
