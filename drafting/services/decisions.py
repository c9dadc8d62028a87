"""What the cards beside a section need beyond its state: when suggestions were made, and the last decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.proposals import changes_of, kind_of, plain
from drafting.domain.rows import UNDO
from drafting.domain.tracking import SectionState, fold
from drafting.extensions import db
from drafting.live import frames, log
from drafting.live.log import LogRow
from drafting.models import Amendment, AmendmentSuggestion, Section, Update
from drafting.services.access import find_section

LOOK_BACK = 500
"""Revisions in which decisions are looked for."""
MOST_DECISIONS = 20
MOST_WORDS = 160
"""Characters of a decided suggestion that are quoted."""


@dataclass(frozen=True)
class Review:
    """What a browser asks for once when it shows the cards of a section; what comes later it sees in the log."""

    at: dict[str, str]
    """When each open suggestion was last changed by its author."""
    amendments: dict[str, str]
    """The number of the amendment that a suggestion belongs to."""
    decisions: list[dict[str, Any]]
    """The last ones, newest first."""
    names: frames.Names


def review(actor: Actor, key: str) -> Review:
    """Return it for a section that the actor may read."""
    section = find_section(actor, key)
    head = log.head_of(db.session(), section.id)
    state = log.state_at(db.session(), section.id, max(0, head - LOOK_BACK))
    rows = log.rows_between(db.session(), section.id, state.revision, head)
    decisions: list[dict[str, Any]] = []
    undone = {one.row.of: one for one in rows if one.row.decide == UNDO}
    for one in rows:
        if one.row.decide is not None and one.row.decide != UNDO:
            decisions.append(_decision(state, one) | _undone(undone.get(one.row.revision)))
        state = fold(state, one.row)
    decisions = decisions[: -MOST_DECISIONS - 1 : -1]
    people = {each["author"] for each in decisions} | {each["undone_by"] for each in decisions if "undone_by" in each}
    bodies = {each["organisation"] for each in decisions} | {body for each in decisions for body in each["of"]}
    return Review(
        _times(section, state), _amendments(section), decisions, frames.names_of(db.session(), people, bodies)
    )


def _decision(state: SectionState, one: LogRow) -> dict[str, Any]:
    """Return a decision with what its suggestions said at that moment."""
    row = one.row
    value = one.to_json()
    changes = changes_of(state, row.ids)
    says = []
    for id in row.ids[:3]:
        kind, subject = kind_of(state, changes[id])
        old, new = (" … ".join(filter(None, map(plain, side))) for side in
                    ([each.old for each in changes[id]], [each.new for each in changes[id]]))  # fmt: skip
        says.append([kind.value, *(_short(words) for words in (subject, old, new))])
    return {
        **{name: value.get(name) for name in ("revision", "decide", "ids", "author", "organisation", "at", "reason")},
        "of": sorted({state.suggestions[id].organisation for id in row.ids}),
        "says": says,
    }


def _undone(undo: LogRow | None) -> dict[str, Any]:
    return {"undone_by": undo.row.author} if undo else {}


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"


def _times(section: Section, state: SectionState) -> dict[str, str]:
    """Return when each open suggestion was last changed by its author."""
    touched = {id: one.touched for id, one in state.suggestions.items() if one.is_open}
    of_section = Update.section_id == section.id, Update.suggestion.is_not(None)
    found = db.session.execute(select(Update.revision, Update.at).where(*of_section))
    at = {row.revision: row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z") for row in found}
    return {id: at[revision] for id, revision in touched.items() if revision in at}


def _amendments(section: Section) -> dict[str, str]:
    """Return the amendment's number for each suggestion that belongs to one."""
    found = db.session.execute(
        select(AmendmentSuggestion.suggestion, Amendment.number)
        .join(AmendmentSuggestion.amendment)
        .where(AmendmentSuggestion.section_id == section.id, ~AmendmentSuggestion.released)
    )
    return {row.suggestion: row.number for row in found}
