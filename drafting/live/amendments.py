"""Amendments follow the log: what decides their suggestions moves them, in the same transaction.

The judge calls `follow` for the rows that it adds, whoever decided and wherever: one card on the page, a whole
list, an amendment. So text and outcome never disagree, and no other code sets what a decision makes of an amendment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from drafting.domain.amendment import AmendmentState, fates_of, outcome_of, state_after
from drafting.domain.provenance import ids_in
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState
from drafting.live.log import LogRow
from drafting.models import Amendment, AmendmentStep, AmendmentSuggestion, Update

_AMENDMENT: Any = Amendment.__table__
_STEP: Any = AmendmentStep.__table__
_HELD: Any = AmendmentSuggestion.__table__
_UPDATE: Any = Update.__table__

IDS_AT_ONCE = 500


def follow(connection: Connection, section_id: int, rows: Sequence[LogRow], state: SectionState) -> None:
    """Move the amendments that these new rows of a section decide; `state` is the section after them.

    A rejection without a reason leaves its amendment as it was last chosen: it is rejected once the reason is given.
    """
    last: dict[str, LogRow] = {}
    for one in rows:
        for id in _ids_settled_by(one.row):
            last[id] = one
    moved: dict[int, LogRow] = {}
    for amendment_id, suggestion in _held(connection, section_id, list(last)):
        row = last[suggestion]
        if amendment_id not in moved or moved[amendment_id].row.revision < row.row.revision:
            moved[amendment_id] = row
    for amendment_id in sorted(moved):
        _move(connection, section_id, amendment_id, moved[amendment_id], state)


def _ids_settled_by(row: Row) -> set[str]:
    """Return the suggestions that a row may close, reopen, empty or fill again: none for mere typing."""
    ids = set(row.ids)
    if row.removed is not None:
        ids |= ids_in(row.removed.runs)
    if row.given:
        ids |= ids_in(row.given)
    if row.suggestion is not None and (row.strike or row.restore):
        ids.add(row.suggestion)
    return ids


def _held(connection: Connection, section_id: int, ids: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Yield (amendment, suggestion) for those of these suggestions that are in an amendment."""
    for at in range(0, len(ids), IDS_AT_ONCE):
        found = connection.execute(
            select(_HELD.c.amendment_id, _HELD.c.suggestion).where(
                _HELD.c.section_id == section_id,
                _HELD.c.suggestion.in_(ids[at : at + IDS_AT_ONCE]),
                ~_HELD.c.released,
            )
        )
        yield from ((amendment_id, suggestion) for amendment_id, suggestion in found)


def _move(connection: Connection, section_id: int, amendment_id: int, by: LogRow, state: SectionState) -> None:
    """Give one amendment the state that its suggestions make of it."""
    now = connection.execute(
        select(_AMENDMENT.c.state).where(_AMENDMENT.c.id == amendment_id).with_for_update()
    ).scalar_one()
    ids = connection.execute(select(_HELD.c.suggestion).where(_HELD.c.amendment_id == amendment_id)).scalars().all()
    steps = connection.execute(
        select(_STEP.c.state, _STEP.c.revision, _STEP.c.reason)
        .where(_STEP.c.amendment_id == amendment_id)
        .order_by(_STEP.c.id)
    ).all()
    fates = fates_of(state, ids).values()
    after = state_after([(step.state, step.revision is None) for step in steps], fates)
    is_settled = outcome_of(fates) is not None
    if after is now and is_settled == (steps[-1].revision is not None):
        return
    chosen = next(step for step in reversed(steps) if step.revision is None)
    reason = _reasons(connection, section_id, state, ids) if is_settled else ""
    if not reason and chosen.state is after:
        reason = chosen.reason
    if after is AmendmentState.REJECTED and not reason:
        after, reason, is_settled = chosen.state, chosen.reason, False
        if after is now and steps[-1].revision is None:
            return
    connection.execute(
        update(_AMENDMENT).where(_AMENDMENT.c.id == amendment_id).values(state=after, reason=reason)
    )
    connection.execute(insert(_STEP).values(
        amendment_id=amendment_id, state=after, reason=reason, at=by.at, person_id=by.row.author,
        organisation_id=by.row.organisation, revision=by.row.revision if is_settled else None,
    ))


def _reasons(connection: Connection, section_id: int, state: SectionState, ids: Sequence[str]) -> str:
    """Return the reasons given with the decisions on these suggestions, each once, in the order of the log."""
    decided = {state.suggestions[id].decided for id in ids} - {None}
    found = connection.execute(
        select(_UPDATE.c.reason)
        .where(_UPDATE.c.section_id == section_id, _UPDATE.c.revision.in_(decided))
        .order_by(_UPDATE.c.revision)
    ).scalars()
    return "\n".join(dict.fromkeys(filter(None, map(str.strip, filter(None, found)))))
