"""The update log of each section, as rows of the database: reading it, adding to it, and any past state from it.

Reading takes a connection or a session, so that a caller's transaction sees one state of things.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.orm import Session

from drafting.domain.changes import text_of
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, fold
from drafting.models import Section, Snapshot, Update

Reader = Connection | Session

SNAPSHOT_EVERY = 1_000
"""Revisions between two snapshots: any past state is read in some 10 ms."""
READ_AT_ONCE = 5_000

_UPDATE: Any = Update.__table__
_SNAPSHOT: Any = Snapshot.__table__
_ROW_COLUMNS = ("suggestion", "strike", "restore", "decide", "ids", "of", "removed", "given", "marks")

_HEAD = select(func.max(_UPDATE.c.revision)).where(_UPDATE.c.section_id == bindparam("section_id"))
_ROWS = (
    select(_UPDATE)
    .where(
        _UPDATE.c.section_id == bindparam("section_id"),
        _UPDATE.c.revision > bindparam("after"),
        _UPDATE.c.revision <= bindparam("upto"),
    )
    .order_by(_UPDATE.c.revision)
)
_LAST_SNAPSHOT = (
    select(_SNAPSHOT.c.state)
    .where(_SNAPSHOT.c.section_id == bindparam("section_id"), _SNAPSHOT.c.revision <= bindparam("upto"))
    .order_by(_SNAPSHOT.c.revision.desc())
    .limit(1)
)
_INSERT = insert(_UPDATE)


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row with what is kept beside it: when, from which client and batch, a decision's reason, what is restored."""

    row: Row
    at: datetime
    client: str
    n: int
    i: int
    reason: str | None = None
    restored: int | None = None
    """The earlier revision that a restoration brings back, whole or in part."""

    def to_json(self) -> dict[str, Any]:
        """Return the form that browsers receive."""
        value = self.row.to_json()
        at = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        value.update(at=at, client=self.client, n=self.n, i=self.i)
        if self.reason is not None:
            value["reason"] = self.reason
        if self.restored is not None:
            value["restored"] = self.restored
        return value


def head_of(reader: Reader, section_id: int) -> int:
    """Return the section's greatest revision; 0 for a section nobody wrote in."""
    return reader.execute(_HEAD, {"section_id": section_id}).scalar() or 0


def vector(reader: Reader, contribution_id: int) -> dict[int, int]:
    """Return the greatest revision of each section of a contribution, read in one statement.

    This is what freezing a version does first, in its transaction; texts then come from `text_at`.
    """
    # A scalar subquery for each section reads one entry of the index each; grouping would read the whole log.
    head = select(func.max(Update.revision)).where(Update.section_id == Section.id).scalar_subquery()
    found = reader.execute(select(Section.id, head).where(Section.contribution_id == contribution_id))
    return {row[0]: row[1] or 0 for row in found}


def vector_at(reader: Reader, contribution_id: int, at: datetime) -> dict[int, int]:
    """Return the revision at which each section of a contribution was at an instant; 0 before anything was written."""
    then = (
        select(Update.revision)
        .where(Update.section_id == Section.id, Update.at <= at)
        .order_by(Update.at.desc(), Update.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = reader.execute(select(Section.id, then).where(Section.contribution_id == contribution_id))
    return {row[0]: row[1] or 0 for row in found}


def rows_in_batches(reader: Reader, section_id: int, after: int, upto: int) -> Iterator[LogRow]:
    """Yield the rows with after < revision <= upto, in order, however many: a part of them is in memory at a time."""
    while after < upto:
        stop = min(upto, after + READ_AT_ONCE)
        yield from rows_between(reader, section_id, after, stop)
        after = stop


def rows_between(reader: Reader, section_id: int, after: int, upto: int) -> list[LogRow]:
    """Return the rows with after < revision <= upto, in order."""
    found = reader.execute(_ROWS, {"section_id": section_id, "after": after, "upto": upto})
    return [_log_row(one._mapping) for one in found]


def state_at(reader: Reader, section_id: int, revision: int | None = None) -> SectionState:
    """Return the section's state at a revision, or at its head: the last snapshot before, and the rows since."""
    upto = head_of(reader, section_id) if revision is None else revision
    saved = reader.execute(_LAST_SNAPSHOT, {"section_id": section_id, "upto": upto}).scalar()
    state = SectionState.from_json(json.loads(saved)) if saved else SectionState()
    while state.revision < upto:
        rows = rows_between(reader, section_id, state.revision, min(upto, state.revision + READ_AT_ONCE))
        if not rows:
            raise LookupError(f"section {section_id} has no revision {upto}")
        for one in rows:
            state = fold(state, one.row)
    return state


def states_at(reader: Reader, section_id: int, revisions: Iterable[int]) -> dict[int, SectionState]:
    """Return the section's states at several revisions, reading what lies between near ones once."""
    found: dict[int, SectionState] = {}
    state: SectionState | None = None
    for revision in sorted(set(revisions)):
        if state is None or revision - state.revision > SNAPSHOT_EVERY:
            state = state_at(reader, section_id, revision)
        for one in rows_between(reader, section_id, state.revision, revision):
            state = fold(state, one.row)
        found[revision] = state
    return found


def text_at(reader: Reader, section_id: int, revision: int | None = None) -> str:
    """Return the section's text (an ordinary string) at a revision, or at its head."""
    return text_of(state_at(reader, section_id, revision).text)


def add(connection: Connection, section_id: int, rows: Iterable[LogRow]) -> None:
    """Append rows to the log. Raises IntegrityError if another process took their revisions first."""
    values = [_values(section_id, one) for one in rows]
    if values:
        connection.execute(_INSERT, values)


def add_snapshot(connection: Connection, section_id: int, state: SectionState) -> None:
    """Keep a state, so that what follows is read without what came before."""
    saved = json.dumps(state.to_json(), ensure_ascii=False, separators=(",", ":"))
    values = {"section_id": section_id, "revision": state.revision, "state": saved}
    connection.execute(insert(Snapshot), values)


def _values(section_id: int, one: LogRow) -> dict[str, Any]:
    """Return the columns of a row. All rows have all columns, so that one statement takes many."""
    row = one.row.to_json()
    values = {name: row.get(name) for name in _ROW_COLUMNS}
    values.update(
        section_id=section_id,
        revision=one.row.revision,
        author_id=one.row.author,
        organisation_id=one.row.organisation,
        at=one.at,
        client=one.client,
        n=one.n,
        i=one.i,
        changes=json.dumps(row["changes"], ensure_ascii=False, separators=(",", ":")),
        reason=one.reason,
        restored=one.restored,
    )
    return values


def _log_row(found: Any) -> LogRow:
    """Read a row of the database."""
    changes = json.loads(found["changes"])
    value = {name: found[name] for name in _ROW_COLUMNS}
    value.update(
        revision=found["revision"],
        author=found["author_id"],
        organisation=found["organisation_id"],
        changes=changes,
    )
    row = Row.from_json(value, _length_before(changes))
    return LogRow(row, found["at"], found["client"], found["n"], found["i"], found["reason"], found["restored"])


def _length_before(changes: Sequence[Any]) -> int:
    return sum([part if type(part) is int else part[0] for part in changes])
