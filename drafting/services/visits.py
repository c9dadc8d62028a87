"""Visits to a contribution: recorded when its page is opened, and what changed since the one before."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from drafting.domain.actor import Actor
from drafting.domain.diff import Kind, Piece, compare
from drafting.domain.point import Point
from drafting.domain.visit import Visited, arriving
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.models import Contribution, Section, Update, Visit
from drafting.models.columns import now
from drafting.services.texts import text_of

logger = logging.getLogger(__name__)

WRITE_EVERY = timedelta(minutes=1)
"""Opening the page again sooner, with nothing new, is not written down."""


@dataclass(frozen=True)
class SinceVisit:
    """What others did in a section since somebody's last visit."""

    section: Section
    number: int
    at: datetime
    revision: int
    passages: int
    """Places of the text that changed."""
    suggestions: int
    """Suggestions that are new and open."""

    @property
    def point(self) -> str:
        """That visit, as an address of comparisons writes it. It stays the same if the page is left open for hours."""
        return str(Point.exact(self.at))


def arrive(actor: Actor, contribution: Contribution) -> list[SinceVisit]:
    """Record that the actor opens the contribution; return the sections that others changed since the last visit."""
    used = [section for section in contribution.sections if section.retired_at is None]
    heads = log.vector(db.session(), contribution.id)
    visits = _visits(actor, [section.id for section in used])
    at, since, changed = now(), [], {}
    for number, section in enumerate(used, start=1):
        last = visits.get(section.id)
        visit = arriving(last, at, heads[section.id])
        if last is None or visit.previous_at != last.previous_at or (
            visit.revision != last.revision or at - last.at >= WRITE_EVERY
        ):
            changed[section.id] = visit
        found = _since(actor, section, number, visit, heads[section.id])
        if found is not None:
            since.append(found)
    _record(actor, changed)
    return since


def _visits(actor: Actor, section_ids: list[int]) -> dict[int, Visited]:
    found = db.session.scalars(
        select(Visit).where(Visit.person_id == actor.person_id, Visit.section_id.in_(section_ids))
    )
    return {one.section_id: Visited(one.at, one.revision, one.previous_at, one.previous_revision) for one in found}


def _since(actor: Actor, section: Section, number: int, visit: Visited, head: int) -> SinceVisit | None:
    """Return what others did since the visit before; None for nothing, or where there was none."""
    before = visit.previous_revision
    if before is None or visit.previous_at is None or before >= head:
        return None
    by_others = select(func.count()).where(
        Update.section_id == section.id, Update.revision > before, Update.author_id != actor.person_id)
    if not db.session.scalar(by_others):
        return None
    then, present = text_of(section, before), text_of(section, head)
    passages = 0 if then == present else changed_passages(compare(then, present))
    suggestions = _new_suggestions(actor, section, before, head)
    if not passages and not suggestions:
        return None
    return SinceVisit(section, number, visit.previous_at, before, passages, suggestions)


def changed_passages(pieces: list[Piece]) -> int:
    """Count the places that changed; what goes and what comes in its stead are one."""
    count, was_same = 0, True
    for piece in pieces:
        count += was_same and piece.kind is not Kind.SAME
        was_same = piece.kind is Kind.SAME
    return count


def _new_suggestions(actor: Actor, section: Section, before: int, head: int) -> int:
    state = log.state_at(db.session(), section.id, head)
    first = db.session.execute(
        select(Update.suggestion, func.min(Update.revision))
        .where(Update.section_id == section.id, Update.suggestion.is_not(None), Update.author_id != actor.person_id,
               Update.revision <= head)
        .group_by(Update.suggestion)
    )
    return sum(revision > before and state.suggestions[id].is_open for id, revision in first if id is not None)


def _record(actor: Actor, visits: dict[int, Visited]) -> None:
    """Write the visits down. A page is read all the same where the database would not, or two tabs open at once."""
    if not visits:
        return
    try:
        with transaction() as session:
            for section_id, visit in visits.items():
                session.merge(Visit(
                    person_id=actor.person_id, section_id=section_id, at=visit.at, revision=visit.revision,
                    previous_at=visit.previous_at, previous_revision=visit.previous_revision,
                ))
    except (IntegrityError, OperationalError):
        logger.warning("A visit of person %d was not recorded", actor.person_id, exc_info=True)
