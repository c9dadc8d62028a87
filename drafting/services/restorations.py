"""Restorations: bring a section's earlier text back, whole or in chosen passages, as an edit or as a suggestion.

The live authority makes the row of the log; open pages see it as soon as it is committed. Nothing is ever rewritten.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.changes import splits_pair, units
from drafting.domain.changes import text_of as text_from_units
from drafting.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, Stale
from drafting.domain.permissions import TextRight
from drafting.domain.restoration import Passage, bring_back, passages_back
from drafting.domain.tracking import SectionState, base_view
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.access import access_of
from drafting.live.commands import Applied, Refusal, Restoration
from drafting.live.house import house_of
from drafting.live.log import LogRow
from drafting.models import Section, Update
from drafting.services.access import find_section
from drafting.services.texts import head_of, state_of

AROUND = 60
"""Characters of context shown on either side of a passage."""


@dataclass(frozen=True)
class Excerpt:
    """One place of a passage, as typed."""

    before: str
    goes: str
    comes: str
    after: str


@dataclass(frozen=True)
class RestorableLine:
    """A passage that can be brought back by itself."""

    key: str
    excerpts: tuple[Excerpt, ...]
    is_spacing: bool
    """Only apostrophes and spaces differ."""


@dataclass(frozen=True)
class RestorationView:
    """What differs between a section's text now and at an earlier revision, and what the actor may do about it."""

    section: Section
    revision: int
    head: int
    at: datetime | None
    """When that revision was made; None for the empty beginning."""
    lines: tuple[RestorableLine, ...]
    may_write: bool
    may_suggest: bool
    is_frozen: bool
    """It is the section's stage that stands against it."""


def restorable(actor: Actor, key: str, revision: int) -> RestorationView:
    """Return what could be brought back of a revision. Raise NotFound."""
    section = find_section(actor, key)
    now, then = state_of(section), state_of(section, revision)
    access = access_of(db.session(), actor, section.id)
    may_change = not access.is_frozen
    return RestorationView(
        section, revision, now.revision, _made_at(section, revision), _lines(now, then),
        may_write=may_change and access.right is TextRight.WRITE,
        may_suggest=may_change and access.right in (TextRight.WRITE, TextRight.SUGGEST), is_frozen=access.is_frozen,
    )


def restore(
    actor: Actor, key: str, revision: int, chosen: Collection[str], *, base: int, as_suggestion: bool
) -> LogRow:
    """Bring the chosen passages of a revision back, as seen at revision `base`; return the row that does it.

    Who asks for the same twice (by pressing the button twice) gets the row of the first time.
    Raise NotFound, Forbidden, InvalidInput, Conflict where the section is agreed, Stale where somebody changed one of
    the places since.
    """
    section = find_section(actor, key)
    _require(actor, section, as_suggestion=as_suggestion)
    if not 0 <= base <= head_of(section):
        raise _changed()
    seen, then = state_of(section, base), state_of(section, revision)
    passages = [one for one in passages_back(seen, then) if one.key in chosen]
    if len(passages) != len(set(chosen)):
        raise _changed()
    if not passages:
        raise InvalidInput(_("Cochez au moins un passage."))
    restoring = bring_back(seen, then, passages, suggestion=f"r{secrets.token_hex(8)}" if as_suggestion else None)
    client = _client(actor, revision, base, [one.key for one in passages], as_suggestion=as_suggestion)
    command = Restoration(actor, section.id, client, 1, base, revision, restoring)
    section_id = section.id
    db.session.rollback()  # No connection is held while another is asked for.
    house_of(db.engine).authority.current(section_id)
    with transaction() as session:
        section = find_section(actor, key)
        db.session.refresh(section, with_for_update=True)
        _require(actor, section, as_suggestion=as_suggestion)
        row = _take(session, section_id, command)
    house_of(db.engine).authority.refresh([section_id])
    return row


def restoration_at(actor: Actor, key: str, revision: int) -> tuple[Section, LogRow]:
    """Return a restoration of a section by its own revision. Raise NotFound."""
    section = find_section(actor, key)
    is_there = 0 < revision <= head_of(section)
    rows = log.rows_between(db.session(), section.id, revision - 1, revision) if is_there else []
    if not rows or rows[0].restored is None:
        raise NotFound
    return section, rows[0]


def _require(actor: Actor, section: Section, *, as_suggestion: bool) -> None:
    access = access_of(db.session(), actor, section.id)
    if access.is_frozen:
        raise Conflict(_("Le texte de cette section ne change plus : elle est convenue ou retirée. "
                         "La coordination peut la rouvrir."))
    if access.right is TextRight.WRITE or (as_suggestion and access.right is TextRight.SUGGEST):
        return
    if access.right is TextRight.SUGGEST:
        raise Forbidden(_("Votre organisation peut proposer ce rétablissement, non le faire elle-même."))
    raise Forbidden(_("Votre organisation lit cette contribution sans rien y changer. "
                      "Adressez-vous à la coordination."))


def _take(session: Any, section_id: int, command: Restoration) -> LogRow:
    [outcome] = house_of(db.engine).authority.run_within(session.connection(), [command])
    if isinstance(outcome, Applied) and outcome.is_copy:
        of_command = Update.section_id == section_id, Update.client == command.client
        revision = session.scalars(select(Update.revision).where(*of_command)).one()
        return log.rows_between(session, section_id, revision - 1, revision)[0]
    if isinstance(outcome, Applied):
        return log.rows_between(session, section_id, outcome.head - 1, outcome.head)[0]
    if isinstance(outcome, Refusal):
        raise _refused(outcome)
    raise NotFound


def _refused(refusal: Refusal) -> DomainError:
    if refusal.why == "too_large":
        return InvalidInput(_("La section deviendrait trop longue. Rétablissez moins de passages."))
    return _changed()


def _changed() -> Stale:
    return Stale(_("Le texte a changé entre-temps à l’un de ces endroits : rien n’est rétabli. "
                   "Voici ce qui diffère à présent."))


def _made_at(section: Section, revision: int) -> datetime | None:
    rows = log.rows_between(db.session(), section.id, revision - 1, revision) if revision else []
    return rows[0].at if rows else None


def _client(actor: Actor, revision: int, base: int, keys: list[str], *, as_suggestion: bool) -> str:
    """Return a name that no browser has, the same for the same wish: the authority does each only once."""
    wish = repr((actor.person_id, actor.organisation_id, revision, base, keys, as_suggestion))
    return f"page-{sha256(wish.encode()).hexdigest()[:16]}"


def _lines(now: SectionState, then: SectionState) -> tuple[RestorableLine, ...]:
    a, b = units(base_view(now)), units(base_view(then))
    return tuple(
        RestorableLine(one.key, tuple(_excerpts(one, a, b)), one.is_spacing) for one in passages_back(now, then)
    )


def _excerpts(passage: Passage, now: str, then: str) -> list[Excerpt]:
    return [
        Excerpt(
            _end_of(now[: place.now[0]]), text_from_units(now[slice(*place.now)]),
            text_from_units(then[slice(*place.then)]), _start_of(now[place.now[1] :]),
        )
        for place in passage.places
    ]


def _end_of(text_in_units: str) -> str:
    """Return the last words of the line before a place."""
    start = max(0, len(text_in_units) - 10 * AROUND)
    line = text_from_units(text_in_units[start + splits_pair(text_in_units, start) :]).rpartition("\n")[2]
    return line if len(line) <= AROUND else "…" + line[-AROUND:].partition(" ")[2]


def _start_of(text_in_units: str) -> str:
    """Return the first words of the line after a place."""
    end = min(len(text_in_units), 10 * AROUND)
    line = text_from_units(text_in_units[: end - splits_pair(text_in_units, end)]).partition("\n")[0]
    return line if len(line) <= AROUND else line[:AROUND].rpartition(" ")[0] + "…"
