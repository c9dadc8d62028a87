"""Decide on suggestions from a page: accept, reject, withdraw, undo; one, several, or over a thousand in one act.

The live authority makes the row of the log (drafting/live); open pages see it as soon as it is committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.decisions import MAX_IDS
from drafting.domain.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, Stale
from drafting.domain.permissions import TextRight
from drafting.domain.rows import ACCEPT, REJECT, UNDO, WITHDRAW, is_suggestion_id
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.access import access_of
from drafting.live.commands import Applied, Decision, Refusal
from drafting.live.house import house_of
from drafting.live.log import LogRow
from drafting.live.protocol import MAX_REASON
from drafting.models import Organisation, Section
from drafting.services.access import find_section

Within = Callable[[Any, Section, LogRow], None]
"""Called inside the transaction with the session, the section and the decision's row, to write what belongs to it."""


class Changed(Stale):
    """What the person saw is not what stands there now: nothing was decided."""

    def __init__(self, section: Section, ids: Sequence[str]) -> None:
        super().__init__(_("Ces suggestions ont changé depuis que vous les avez lues. Relisez-les, puis décidez."))
        self.section = section
        self.ids = tuple(ids)


def decide(
    actor: Actor,
    section_key: str,
    command: str,
    ids: Sequence[str],
    seen: Mapping[str, str],
    reason: str = "",
    *,
    within: Within | None = None,
) -> LogRow:
    """Accept, reject or withdraw suggestions of a section, all of them or none; return the row that says so.

    `seen` says what the person looked at (`tracking.seen_of`). Somebody who decides twice what they decided
    already (a double click) gets the row of the first time, and `within` is not called again.
    Raise NotFound, Forbidden, InvalidInput, Conflict where the section is agreed, Changed.
    """
    if command not in (ACCEPT, REJECT, WITHDRAW):
        raise InvalidInput(_("Choisissez d’accepter, de refuser ou de retirer."))
    chosen = _checked_ids(ids)
    reason = checked_reason(reason)
    _prepare(actor, section_key)
    with transaction() as session:
        section = _held(actor, section_key)
        _require(actor, section, command, chosen)
        try:
            row = _take(session, section, Decision(
                actor, section.id, _client(), 1, command, chosen, dict(seen), reason=reason or None,
            ))
        except Changed:
            before = _done_already(session, section, actor, command, chosen)
            if before is None:
                raise
            return before
        if within is not None:
            within(session, section, row)
    house_of(db.engine).authority.refresh([section.id])
    return row


def undo(
    actor: Actor, section_key: str, revision: int, reason: str = "", *, within: Within | None = None
) -> LogRow:
    """Undo the decision at a revision: text, marks and suggestions come back, by a new row; return it.

    Raise NotFound, Forbidden, InvalidInput, Conflict, Stale where it was undone or decided otherwise since.
    """
    reason = checked_reason(reason)
    _prepare(actor, section_key)
    with transaction() as session:
        section = _held(actor, section_key)
        is_there = 0 < revision <= log.head_of(session, section.id)
        rows = log.rows_between(session, section.id, revision - 1, revision) if is_there else []
        if not rows or rows[0].row.decide not in (ACCEPT, REJECT, WITHDRAW):
            raise NotFound(_("Cette décision n’existe pas."))
        _require(actor, section, rows[0].row.decide, rows[0].row.ids)
        row = _take(session, section, Decision(
            actor, section.id, _client(), 1, UNDO, of=revision, reason=reason or None,
        ))
        if within is not None:
            within(session, section, row)
    house_of(db.engine).authority.refresh([section.id])
    return row


def belonging_to(actor: Actor, section_key: str, ids: Sequence[str], organisation_key: str) -> list[str]:
    """Return those of some suggestions of a section that are an organisation's. Raise NotFound."""
    section = find_section(actor, section_key)
    known = log.state_at(db.session(), section.id).suggestions
    wanted = db.session.scalar(select(Organisation.id).where(Organisation.key == organisation_key))
    return [id for id in ids if id in known and known[id].organisation == wanted]


def checked_reason(reason: str) -> str:
    """Return the reason without the space around it. Raise InvalidInput where it is too long."""
    reason = reason.replace("\r\n", "\n").strip()
    if len(reason) > MAX_REASON:
        message = _("Le motif est trop long : %(max)d caractères au plus.", max=MAX_REASON)
        raise InvalidInput(message, {"reason": message})
    return reason


def _checked_ids(ids: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(ids))
    if not chosen:
        raise InvalidInput(_("Choisissez au moins une suggestion."))
    if len(chosen) > MAX_IDS:
        raise InvalidInput(_("Décidez de %(max)d suggestions au plus en une fois.", max=MAX_IDS))
    if not all(is_suggestion_id(id) for id in chosen):
        raise InvalidInput(_("Choisissez des suggestions de cette page."))
    return chosen


def _prepare(actor: Actor, key: str) -> None:
    """Let the authority know the section before the transaction, which then need not read its whole log."""
    if db.session.info.get("in_transaction"):
        return
    section_id = find_section(actor, key).id
    db.session.rollback()  # No connection is held while another is asked for: a hundred at once would wait for ever.
    house_of(db.engine).authority.current(section_id)


def _held(actor: Actor, key: str) -> Section:
    """Return the section; nobody else appends to it until the transaction ends.

    FOR UPDATE (PostgreSQL): who is appending finishes first, and who comes later begins after us.
    """
    section = find_section(actor, key)
    db.session.refresh(section, with_for_update=True)
    return section


def _require(actor: Actor, section: Section, command: str, ids: Sequence[str]) -> None:
    """Raise Forbidden, or Conflict where it is the section's stage that stands against it."""
    access = access_of(db.session(), actor, section.id)
    if access.is_frozen:
        raise Conflict(_("Le texte de cette section est convenu : plus rien ne s’y décide. "
                         "La coordination peut la rouvrir."))
    if command == WITHDRAW:
        if access.right not in (TextRight.SUGGEST, TextRight.WRITE):
            raise Forbidden(_("Votre organisation lit cette contribution sans rien y proposer. "
                              "Adressez-vous à la coordination."))
        known = log.state_at(db.session(), section.id).suggestions
        if any(id in known and known[id].author != actor.person_id for id in ids):
            raise Forbidden(_("On ne retire que ses propres suggestions."))
    elif not access.decides:
        raise Forbidden(_("L’organisation qui conduit la section et la coordination décident des suggestions."))


def _done_already(
    session: Any, section: Section, actor: Actor, command: str, ids: Sequence[str]
) -> LogRow | None:
    """Return this person's own row that decided exactly this before, where it still holds."""
    known = log.state_at(session, section.id).suggestions
    decided = {known[id].decided if id in known else None for id in ids}
    if len(decided) != 1 or None in decided:
        return None
    [revision] = decided
    assert revision is not None  # noqa: S101 - None was ruled out above
    row = log.rows_between(session, section.id, revision - 1, revision)[0]
    same = (row.row.author, row.row.decide, set(row.row.ids)) == (actor.person_id, command, set(ids))
    return row if same else None


def _take(session: Any, section: Section, command: Decision) -> LogRow:
    """Let the authority decide in this transaction; return the row, or raise why not."""
    [outcome] = house_of(db.engine).authority.run_within(session.connection(), [command])
    if isinstance(outcome, Applied):
        return log.rows_between(session, section.id, outcome.head - 1, outcome.head)[0]
    if isinstance(outcome, Refusal):
        raise _refused(outcome, section, command)
    raise NotFound


def _refused(refusal: Refusal, section: Section, command: Decision) -> DomainError:
    if refusal.why == "changed":
        return Changed(section, command.ids)
    if refusal.why == "stale":
        return Stale(_("Cette décision a été annulée entre-temps, ou le même passage a été décidé autrement depuis."))
    return InvalidInput(_("Choisissez des suggestions de cette page."))


def _client() -> str:
    """Return a name that no browser has: each decision from a page is a batch of its own."""
    return f"page-{secrets.token_hex(8)}"
