"""Suggestions for reading, in the order of the text: what each says, who proposed it, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drafting.domain.actor import Actor
from drafting.domain.permissions import TextRight
from drafting.domain.proposals import Proposal, ProposalKind, proposals
from drafting.domain.tracking import seen_of
from drafting.models import Contribution, Organisation, Section
from drafting.services.access import find_contribution, find_section
from drafting.services.suggestion_reader import DecisionAct, Filters, SuggestionLine, SuggestionReader, read
from drafting.services.voices import Voice

LINES_A_PAGE = 100
ACTS_A_PAGE = 40


@dataclass(frozen=True)
class SectionPart:
    """The suggestions of one section that a page shows."""

    section: Section
    number: int
    revision: int
    may_decide: bool
    may_withdraw: bool
    lines: tuple[SuggestionLine, ...] = ()
    acts: tuple[DecisionAct, ...] = ()
    seen: dict[str, str] = field(default_factory=dict)
    """Of all open ones that the filters let through, also those on other pages."""
    organisations: tuple[tuple[Organisation, int], ...] = ()
    """Whose they are, with how many."""
    others: dict[str, OtherLine] = field(default_factory=dict)
    """Those that the lines collide with."""


@dataclass(frozen=True)
class OtherLine:
    """A suggestion as another one names it."""

    kind: ProposalKind
    by: Voice


@dataclass(frozen=True)
class Review:
    """The page of a contribution's suggestions."""

    contribution: Contribution
    filters: Filters
    parts: tuple[SectionPart, ...]
    open: int
    """How many are open in the whole contribution, whatever the filters."""
    shown: int
    """How many suggestions, or decisions, the filters let through."""
    page: int
    pages: int
    organisations: tuple[Organisation, ...]
    """Who ever proposed something here: what the filter offers."""
    sections: tuple[tuple[int, Section], ...]


def review(actor: Actor, key: str, filters: Filters, page: int = 1) -> Review:
    """Return a page of the contribution's suggestions. Raise NotFound."""
    contribution = find_contribution(actor, key)
    used = [section for section in contribution.sections if section.retired_at is None]
    readers = [SuggestionReader(actor, section, number) for number, section in enumerate(used, start=1)]
    wanted = [one for one in readers if filters.section in ("", one.section.key)]
    make = _decided_parts if filters.is_decided else _open_parts
    page = max(1, page)
    parts, shown = make(wanted, filters, page)
    size = ACTS_A_PAGE if filters.is_decided else LINES_A_PAGE
    proposers = {one.id: one for reader in readers for one in reader.voices.organisations()}
    return Review(
        contribution, filters, tuple(parts), sum(len(one.open_ids) for one in readers), shown, page,
        max(1, -(-shown // size)), tuple(sorted(proposers.values(), key=lambda one: one.acronym)),
        tuple(enumerate(used, start=1)),
    )


def act_at(actor: Actor, section_key: str, revision: int) -> DecisionAct | None:
    """Return a decision that still holds, or None. Raise NotFound for a section that one may not read."""
    reader = SuggestionReader(actor, find_section(actor, section_key), 0)
    decided = [(row, ids) for row in reader.decisions()
               if row.revision == revision and (ids := reader.still_decided(row, Filters()))]
    return next(iter(reader.acts(decided)), None)


@dataclass(frozen=True)
class ChangedLine:
    """A suggestion that is not any more what somebody had read when they decided on it."""

    id: str
    before: SuggestionLine | None
    """As they had read it; None where that cannot be told for certain."""
    now: SuggestionLine | None
    """As it reads now; None once decided."""
    act: DecisionAct | None
    """What was decided meanwhile."""

    @property
    def by(self) -> Voice:
        """Whose suggestion it is."""
        lines = [self.now, self.before, *(self.act.lines if self.act else ())]
        return next(one.by for one in lines if one is not None and one.id == self.id)


def changed_lines(
    actor: Actor, section: Section, ids: Sequence[str], seen: Mapping[str, str], revision: int
) -> tuple[list[ChangedLine], dict[str, str]]:
    """Return which suggestions changed since `revision`, where they were seen; and what to quote of all open ones."""
    now = SuggestionReader(actor, section, 0)
    known = [id for id in ids if id in now.state.suggestions]
    present = seen_of(now.state, known)
    changed = [id for id in known if id not in now.open_ids or present[id] != seen.get(id)]
    before = {}
    if 0 <= revision <= now.state.revision:
        then = SuggestionReader(actor, section, 0, revision)
        there = [id for id in changed if id in then.open_ids]
        before = {one.id: one for one in then.lines(read(then.state, there)) if one.seen == seen.get(one.id)}
    here = {one.id: one for one in now.lines(read(now.state, [id for id in changed if id in now.open_ids]))}
    decided = [(row, kept) for row in now.decisions()
               if (kept := [id for id in now.still_decided(row, Filters()) if id in changed])]
    acts = {line.id: act for act in now.acts(decided) for line in act.lines}
    lines = [ChangedLine(id, before.get(id), here.get(id), acts.get(id)) for id in changed]
    return lines, {id: present[id] for id in known if id in now.open_ids}


def _open_parts(readers: Sequence[SuggestionReader], filters: Filters, page: int) -> tuple[list[SectionPart], int]:
    parts: list[SectionPart] = []
    first, at = (page - 1) * LINES_A_PAGE, 0
    for reader in readers:
        everything = proposals(reader.state)
        passed = [one for one in everything if reader.passes(one.id, filters)]
        here = passed[max(0, first - at) : max(0, first + LINES_A_PAGE - at)]
        at += len(passed)
        if here:
            parts.append(_part(
                reader, lines=tuple(reader.lines(here)), seen=seen_of(reader.state, [one.id for one in passed]),
                organisations=tuple(_count_by_organisation(reader, passed)), others=_others(reader, here, everything),
            ))
    return parts, at


def _decided_parts(readers: Sequence[SuggestionReader], filters: Filters, page: int) -> tuple[list[SectionPart], int]:
    parts: list[SectionPart] = []
    first, at = (page - 1) * ACTS_A_PAGE, 0
    for reader in readers:
        passed = [(row, ids) for row in reader.decisions() if (ids := reader.still_decided(row, filters))]
        here = passed[max(0, first - at) : max(0, first + ACTS_A_PAGE - at)]
        at += len(passed)
        if here:
            parts.append(_part(reader, acts=tuple(reader.acts(here))))
    return parts, at


def _part(reader: SuggestionReader, **content: Any) -> SectionPart:
    may_withdraw = reader.access.right in (TextRight.SUGGEST, TextRight.WRITE)
    return SectionPart(
        reader.section, reader.number, reader.state.revision, reader.access.decides, may_withdraw, **content)


def _others(
    reader: SuggestionReader, here: Sequence[Proposal], everything: Sequence[Proposal]
) -> dict[str, OtherLine]:
    named = {id for one in here for id in one.collides}
    return {one.id: OtherLine(one.kind, reader.voices.of(one.author, one.organisation))
            for one in everything if one.id in named}


def _count_by_organisation(reader: SuggestionReader, read: Sequence[Proposal]) -> list[tuple[Organisation, int]]:
    count = Counter(one.organisation for one in read)
    return [(one, count[one.id]) for one in reader.voices.organisations() if count[one.id]]
