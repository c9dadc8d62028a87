"""Read one section's suggestions at one state: in words, with names, times and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.permissions import TextRight
from drafting.domain.proposals import Proposal, ProposalKind, changes_of, kind_of
from drafting.domain.quotations import BaseText, Quotation, quotations
from drafting.domain.rows import UNDO, WITHDRAW
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.access import access_of
from drafting.models import Section, Update
from drafting.services.voices import Voice, Voices

MOST_PLACES = 4
"""Places quoted of one suggestion; how many more there are is said."""


@dataclass(frozen=True)
class SuggestionLine:
    """A suggestion in words."""

    id: str
    section: Section
    by: Voice
    kind: ProposalKind
    subject: str
    old: str
    new: str
    places: tuple[Quotation, ...]
    more_places: int
    paragraph: int
    """Of the base text, from 1; 0 where nothing is left of it."""
    proposed_at: datetime
    touched_at: datetime
    seen: str
    """What a decision has to quote."""
    is_mine: bool
    collides: tuple[str, ...] = ()
    """Other open suggestions that touch the same words."""


@dataclass(frozen=True)
class DecisionAct:
    """One decision that still holds: what somebody accepted, rejected or withdrew together."""

    section: Section
    revision: int
    outcome: str
    by: Voice
    at: datetime
    reason: str
    lines: tuple[SuggestionLine, ...]
    may_undo: bool


@dataclass(frozen=True)
class Filters:
    """Which suggestions are asked for; organisation and section by their keys."""

    organisation: str = ""
    section: str = ""
    is_mine: bool = False
    is_decided: bool = False


class SuggestionReader:
    """Reads one section's suggestions at one state."""

    def __init__(self, actor: Actor, section: Section, number: int, revision: int | None = None) -> None:
        self.actor = actor
        self.section = section
        self.number = number
        self.state = log.state_at(db.session(), section.id, revision)
        self.access = access_of(db.session(), actor, section.id)
        self.open_ids = {id for id, one in self.state.suggestions.items() if one.is_open}

    def passes(self, id: str, filters: Filters) -> bool:
        """Tell whether the filters let a suggestion through."""
        one = self.state.suggestions[id]
        if filters.is_mine and one.author != self.actor.person_id:
            return False
        return filters.organisation in ("", self.voices.organisation(one.organisation).key)

    @cached_property
    def voices(self) -> Voices:
        """The names of everybody who proposed something in this section."""
        known = self.state.suggestions.values()
        return Voices([one.author for one in known], [one.organisation for one in known])

    @cached_property
    def times(self) -> dict[str, tuple[datetime, datetime]]:
        """When each suggestion was proposed, and when its author last changed it."""
        found = db.session.execute(
            select(Update.suggestion, func.min(Update.at), func.max(Update.at))
            .where(Update.section_id == self.section.id, Update.suggestion.is_not(None))
            .group_by(Update.suggestion)
        )
        return {id: (first, last) for id, first, last in found if id is not None}

    def lines(self, read: Sequence[Proposal], state: SectionState | None = None) -> list[SuggestionLine]:
        """Return suggestions in words, with their times."""
        state = state or self.state
        base, seen = BaseText(state), seen_of(state, [one.id for one in read])
        return [
            SuggestionLine(
                one.id, self.section, self.voices.of(one.author, one.organisation), one.kind, one.subject,
                one.old, one.new, tuple(quotations(base, one.changes[:MOST_PLACES])),
                max(0, len(one.changes) - MOST_PLACES), base.paragraph(one.start) if one.changes else 0,
                *self.times[one.id], seen[one.id],
                one.author == self.actor.person_id, one.collides,
            )
            for one in read
        ]

    def decisions(self) -> list[Any]:
        """Return the section's decisions up to this state, the newest first."""
        return list(db.session.execute(
            select(Update.revision, Update.decide, Update.ids, Update.at, Update.author_id, Update.organisation_id,
                   Update.reason)
            .where(Update.section_id == self.section.id, Update.decide.is_not(None), Update.decide != UNDO,
                   Update.revision <= self.state.revision)
            .order_by(Update.revision.desc())
        ))

    def still_decided(self, row: Any, filters: Filters) -> list[str]:
        """Return which suggestions a decision still settles."""
        known = self.state.suggestions
        return [id for id in row.ids if known[id].decided == row.revision and self.passes(id, filters)]

    def acts(self, decided: Sequence[tuple[Any, list[str]]]) -> list[DecisionAct]:
        """Return decisions with the suggestions as they read just before."""
        before = log.states_at(db.session(), self.section.id, [row.revision - 1 for row, _ in decided])
        voices = Voices([row.author_id for row, _ in decided], [row.organisation_id for row, _ in decided])
        return [
            DecisionAct(
                self.section, row.revision, row.decide, voices.of(row.author_id, row.organisation_id), row.at,
                row.reason or "", tuple(self.lines(read(before[row.revision - 1], ids), before[row.revision - 1])),
                self._may_undo(row),
            )
            for row, ids in decided
        ]

    def _may_undo(self, row: Any) -> bool:
        known = self.state.suggestions
        if any(known[id].decided != row.revision for id in row.ids):
            return False
        if row.decide == WITHDRAW:
            owns = all(known[id].author == self.actor.person_id for id in row.ids)
            return owns and self.access.right in (TextRight.SUGGEST, TextRight.WRITE)
        return self.access.decides


def read(state: SectionState, ids: Sequence[str]) -> list[Proposal]:
    """Return suggestions, open or not, as they read at a state, in the order of the text; without collisions."""
    out = []
    for id, changes in changes_of(state, ids).items():
        one, (kind, subject) = state.suggestions[id], kind_of(state, changes)
        out.append(Proposal(id, one.author, one.organisation, kind, subject, tuple(changes), ()))
    return sorted(out, key=lambda one: (not one.changes, one.start, one.id))
