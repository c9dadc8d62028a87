"""The judge of one transaction: decides each command at the section's head, and writes what it decided.

The order for a command: rights, from the database; whether it was decided before; whose client it is; mapping
over each later row; the check at head (drafting/domain/checks.py). It maps or refuses, it never alters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from drafting.domain.changes import MAX_LENGTH, InvalidChange
from drafting.domain.checks import Hand, Refused, check_all, map_updates
from drafting.domain.decisions import decide, undo
from drafting.domain.permissions import TextRight
from drafting.domain.restoration import restore
from drafting.domain.rows import UNDO, Row, Update
from drafting.domain.tracking import SectionState, fold
from drafting.live import amendments, log
from drafting.live.access import Access, access_from, question, whose
from drafting.live.commands import Applied, Batch, Closed, Command, Decision, Outcome, Refusal, Restoration
from drafting.live.drafts import Draft, Known
from drafting.live.log import LogRow
from drafting.models import Batch as BatchRecord
from drafting.models import Section
from drafting.models import Update as UpdateRecord

MAX_WORK = 200_000
"""Rows to map over × parts to map, for one batch: about a quarter of a second. More is `stale`: rebase first."""

_BATCH: Any = BatchRecord.__table__
_OTHER: Any = _BATCH.alias("other")
_SECTION: Any = bindparam("section_id")
_CLIENT: Any = bindparam("client")
_N: Any = bindparam("n")


def _batch(column: Any) -> Any:
    """Return a column of the record of this very batch: null where it was never decided."""
    here = (_BATCH.c.section_id == _SECTION, _BATCH.c.client == _CLIENT, _BATCH.c.n == _N)
    return select(column).where(*here).scalar_subquery()


# Everything that a command needs to know, in one statement: asking costs more than what is asked. While the
# transaction lasts the stage cannot change: changing it takes FOR UPDATE (on SQLite nobody else writes anyway).
_QUESTION = question(
    select(func.max(UpdateRecord.revision)).where(UpdateRecord.section_id == _SECTION).scalar_subquery().label("last"),
    _batch(_BATCH.c.outcome).label("outcome"),
    _batch(_BATCH.c.person_id).label("decided_for"),
    _batch(_BATCH.c.why).label("why"),
    _batch(_BATCH.c.head).label("decided_at"),
    select(_OTHER.c.person_id)
    .where(_OTHER.c.section_id == _SECTION, _OTHER.c.client == _CLIENT)
    .limit(1)
    .scalar_subquery()
    .label("owner"),
).with_for_update(read=True, of=Section)
_RECORD = insert(_BATCH)


@dataclass(frozen=True, slots=True)
class _Decided:
    person_id: int
    outcome: Applied | Refusal


class Judge:
    """Decides commands in one transaction, each on top of the ones before."""

    def __init__(
        self, connection: Connection, known: Mapping[int, Known], clock: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self._known = known
        self._clock = clock
        self.drafts: dict[int, Draft] = {}
        self._decided: dict[tuple[int, str, int], _Decided] = {}

    def take(self, command: Command) -> Outcome:
        """Decide one command."""
        found = self._ask(command)
        access = access_from(found, command.actor)
        if access.right is TextRight.NONE:
            return Closed(access.is_signed_in)
        draft = self._draft(command.section_id, found.last or 0)
        person_id = command.actor.person_id
        owner = draft.owners.get(command.client, found.owner)
        if owner not in (None, person_id):
            # Not recorded: the number is not this person's to use up.
            return Refusal("forbidden", draft.state.revision, "somebody else's client")
        before = self._decided_before(command, found)
        if before is not None:
            return self._copy(before.outcome, draft)
        try:
            rows, state, reason = self._rows_for(command, draft, access)
        except Refused as refused:
            return self._record(command, Refusal(refused.why, draft.state.revision, refused.detail))
        at, restored = self._clock(), command.restored if isinstance(command, Restoration) else None
        draft.append(
            [LogRow(row, at, command.client, command.n, i, reason, restored) for i, row in enumerate(rows)], state
        )
        return self._record(command, Applied(draft.state.revision))

    def write(self) -> None:
        """Put what was decided into the database. Raises IntegrityError where another process was first."""
        for section_id, draft in self.drafts.items():
            log.add(self._connection, section_id, draft.new)
            amendments.follow(self._connection, section_id, draft.new, draft.state)
        records = [
            {
                "section_id": section_id,
                "client": client,
                "n": n,
                "person_id": one.person_id,
                "outcome": "applied" if isinstance(one.outcome, Applied) else "refused",
                "why": one.outcome.why if isinstance(one.outcome, Refusal) else None,
                "head": one.outcome.head,
            }
            for (section_id, client, n), one in self._decided.items()
        ]
        if records:
            self._connection.execute(_RECORD, records)

    def _ask(self, command: Command) -> Any:
        """Return what the database knows: rights, the section's head, and this batch's record."""
        values = whose(command.actor, command.section_id) | {"client": command.client, "n": command.n}
        return self._connection.execute(_QUESTION, values).one_or_none()

    def _draft(self, section_id: int, head: int) -> Draft:
        """Return the section as it stands in this transaction."""
        if section_id not in self.drafts:
            self.drafts[section_id] = Draft(self._connection, section_id, self._known.get(section_id), head)
        return self.drafts[section_id]

    def _rows_for(
        self, command: Command, draft: Draft, access: Access
    ) -> tuple[tuple[Row, ...], SectionState, str | None]:
        """Return the rows that a command becomes and the state after them. Raises Refused."""
        if access.right is TextRight.READ and access.is_frozen:
            raise Refused("frozen", "nobody may change the section now")
        organisation_id = command.actor.organisation_id
        if organisation_id is None:
            raise Refused("forbidden", "acts for no organisation")
        hand = Hand(command.actor.person_id, organisation_id, access.right, access.decides)
        if isinstance(command, Decision):
            row = _decision(draft, hand, command)
            return (row,), fold(draft.state, row), command.reason
        if isinstance(command, Restoration):
            row = _restoration(draft, hand, command)
            return (row,), fold(draft.state, row), None
        rows, state = _take_batch(draft, hand, command)
        return rows, state, None

    def _decided_before(self, command: Command, found: Any) -> _Decided | None:
        """Return the answer that this number got, in this transaction or ever before."""
        key = (command.section_id, command.client, command.n)
        if key in self._decided or found.outcome is None:
            return self._decided.get(key)
        outcome = Applied(found.decided_at) if found.outcome == "applied" else Refusal(found.why, found.decided_at)
        return _Decided(found.decided_for, outcome)

    def _record(self, command: Command, outcome: Applied | Refusal) -> Outcome:
        key = (command.section_id, command.client, command.n)
        self._decided[key] = _Decided(command.actor.person_id, outcome)
        self.drafts[command.section_id].owners[command.client] = command.actor.person_id
        return outcome

    @staticmethod
    def _copy(outcome: Applied | Refusal, draft: Draft) -> Outcome:
        head = max(outcome.head, draft.state.revision)
        if isinstance(outcome, Applied):
            return Applied(head, is_copy=True)
        return Refusal(outcome.why, head, outcome.detail)


def _decision(draft: Draft, hand: Hand, command: Decision) -> Row:
    """Return the row of a decision. Raises Refused."""
    if command.decide == UNDO:
        return undo(draft.state, hand, command.of or 0, draft.rows)
    return decide(draft.state, hand, command.decide, command.ids, command.seen)


def _restoration(draft: Draft, hand: Hand, command: Restoration) -> Row:
    """Return the row of a restoration. Raises Refused."""
    head = draft.state.revision
    if not 0 <= command.base <= head or (head - command.base) * len(command.restoring.places) > MAX_WORK:
        raise Refused("changed", "too far behind")
    tail = draft.rows(command.base, head)
    return restore(draft.state, command.restoring, hand, base=command.base, tail=tail)


def _take_batch(draft: Draft, hand: Hand, batch: Batch) -> tuple[tuple[Row, ...], SectionState]:
    """Return the rows of a batch and the state after them. Raises Refused."""
    if not 0 <= batch.base <= draft.state.revision:
        raise Refused("malformed", f"revision {batch.base} does not exist")
    updates: list[Update] = []
    try:
        length = draft.length_at(batch.base)
        for value in batch.updates:
            updates.append(Update.parse(value, length))
            length = updates[-1].changes.length_after
    except InvalidChange as error:
        raise Refused("malformed", str(error)) from error
    behind = draft.state.revision - batch.base
    parts = sum([len(one.changes.parts) + len(one.strike) + len(one.restore) for one in updates])
    if behind * parts > MAX_WORK:
        raise Refused("stale", "too far behind")
    mapped = map_updates(updates, draft.rows(batch.base, draft.state.revision))
    rows, state = check_all(draft.state, mapped, hand, base=batch.base, log=draft.rows)
    if len(state.text) > MAX_LENGTH and len(state.text) > len(draft.state.text):
        raise Refused("too_large", "the section would become too long")
    return rows, state
