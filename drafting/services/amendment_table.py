"""The table of a contribution's amendments: filtered, sorted, each line with its words; one amendment to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from drafting.domain.actor import Actor
from drafting.domain.amendment import (
    CHOSEN,
    UNDECIDED,
    AmendmentState,
    Fate,
    Mover,
    Wording,
    Words,
    awaits_reason,
    fates_of,
    followers,
    may_follow,
    number_key,
    outcome_of,
    wording_of,
    words_of,
)
from drafting.domain.diff import Piece, compare
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.models import Amendment, Contribution, Organisation, Section, Update
from drafting.services.amendments import decides, fileable, is_undoable, place_of, withdraws
from drafting.services.suggestion_reader import SuggestionLine, SuggestionReader, read
from drafting.services.texts import state_of

SORTS = ("number", "organisation", "state", "date")
_STATES = {state: place for place, state in enumerate(AmendmentState)}


@dataclass(frozen=True)
class Query:
    """What to show of the table. Values that do not exist show everything."""

    section: str = ""
    organisation: str = ""
    state: str = ""
    sort: str = "number"
    """One of SORTS, with "-" before it for the other direction."""

    @property
    def is_filtered(self) -> bool:
        """Whether something may be left out."""
        return bool(self.section or self.organisation or self.state)


@dataclass(frozen=True)
class Line:
    """An amendment in the table."""

    amendment: Amendment
    words: Words
    awaits_reason: bool
    """Whether its suggestions were rejected without a word: it is rejected once the reason is given."""


@dataclass(frozen=True)
class Table:
    """The amendments asked for, and what the others are."""

    lines: list[Line]
    total: int
    """How many there are, whatever is shown."""
    sections: list[Section]
    organisations: list[Organisation]
    """Sections and organisations that have amendments, to choose from."""


def table(contribution: Contribution, query: Query) -> Table:
    """Return a contribution's amendments; the caller has found it for the actor."""
    found = list(db.session.scalars(
        select(Amendment)
        .where(Amendment.contribution_id == contribution.id)
        .options(joinedload(Amendment.section), joinedload(Amendment.organisation), joinedload(Amendment.filed_by),
                 selectinload(Amendment.steps), selectinload(Amendment.suggestions))
    ))
    shown = [one for one in found if _is_asked_for(one, query)]
    sections = {one.section_id: one.section for one in found}
    organisations = {one.organisation_id: one.organisation for one in found}
    return Table(
        _lines(_sorted(shown, query.sort)), len(found),
        sorted(sections.values(), key=lambda section: (section.position, section.id)),
        sorted(organisations.values(), key=lambda organisation: organisation.acronym),
    )


def _is_asked_for(amendment: Amendment, query: Query) -> bool:
    wanted = (query.section, query.organisation, query.state)
    own = (amendment.section.key, amendment.organisation.key, amendment.state.value)
    return all(not one or one == other for one, other in zip(wanted, own, strict=True))


def _sorted(found: list[Amendment], sort: str) -> list[Amendment]:
    """Return them in the order asked for; those alike by their number, always upwards."""
    found = sorted(found, key=lambda one: number_key(one.number))
    keys = {
        "organisation": lambda one: one.organisation.acronym.casefold(),
        "state": lambda one: _STATES[one.state],
        "date": lambda one: one.filed_at,
        "number": lambda one: number_key(one.number),
    }
    key = keys.get(sort.removeprefix("-"), keys["number"])
    return sorted(found, key=key, reverse=sort.startswith("-"))


def _lines(found: Iterable[Amendment]) -> list[Line]:
    states: dict[int, SectionState] = {}
    lines = []
    for one in found:
        is_missing = False
        if one.state in CHOSEN:
            if one.section_id not in states:
                states[one.section_id] = state_of(one.section)
            fates = fates_of(states[one.section_id], [each.suggestion for each in one.suggestions])
            is_missing = awaits_reason(one.state, outcome_of(fates.values()))
        lines.append(Line(one, words_of(one.original, one.proposed), is_missing))
    return lines


@dataclass(frozen=True)
class AmendmentView:
    """One amendment, as a page needs it."""

    amendment: Amendment
    words: Words
    pieces: list[Piece]
    """Its paragraphs as filed, compared by words."""
    pieces_now: list[Piece] | None
    """The same as the section stands now, where that differs and it is undecided."""
    seen: dict[str, str]
    """What a decision about its open suggestions has to quote."""
    awaits_reason: bool
    choices: list[AmendmentState] = field(default_factory=list)
    """The outcomes that the actor may give it now."""
    may_withdraw: bool = False
    may_undo: bool = False
    undone_too: int = 0
    """How many suggestions of others that undo would open again: what was decided together is undone together."""


def view(actor: Actor, amendment: Amendment) -> AmendmentView:
    """Return an amendment as the actor may see and move it; the caller has found it for the actor."""
    state = state_of(amendment.section)
    fates = fates_of(state, [one.suggestion for one in amendment.suggestions])
    outcome = outcome_of(fates.values())
    left = [id for id, fate in fates.items() if fate is Fate.OPEN]
    is_decider = decides(actor, amendment)
    choices = followers(amendment.state, Mover.DECIDER, outcome=outcome) if is_decider else []
    may_withdraw = may_follow(amendment.state, AmendmentState.WITHDRAWN, outcome=outcome)
    may_undo = is_decider and is_undoable(amendment)
    return AmendmentView(
        amendment, words_of(amendment.original, amendment.proposed),
        compare(amendment.original, amendment.proposed),
        _pieces_now(amendment, state, left) if amendment.state in UNDECIDED and left else None,
        seen_of(state, left), awaits_reason(amendment.state, outcome), choices,
        may_withdraw=may_withdraw and withdraws(actor, amendment),
        may_undo=may_undo, undone_too=len(_settled_by(amendment) - fates.keys()) if may_undo else 0,
    )


def _settled_by(amendment: Amendment) -> set[str]:
    """Return the suggestions that the decision which gave the amendment its state is about."""
    made = select(Update.ids).where(
        Update.section_id == amendment.section_id, Update.revision == amendment.steps[-1].revision)
    return set(db.session.scalar(made) or ())


def choices_of(actor: Actor, section: Section) -> list[SuggestionLine]:
    """Return, in words, what the actor can file as an amendment to a section."""
    reader = SuggestionReader(actor, section, place_of(section))
    return reader.lines(read(reader.state, fileable(actor, section, reader.state)))


def _pieces_now(amendment: Amendment, state: SectionState, left: list[str]) -> list[Piece] | None:
    now = wording_of(state, left)
    if now == Wording(now.paragraph, amendment.original, amendment.proposed):
        return None
    return compare(now.original, now.proposed)
