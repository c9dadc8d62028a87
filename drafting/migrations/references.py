"""References while tables are made anew, as SQLite does to change them: looked at once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


class BrokenReferences(Exception):
    """A migration would leave rows that point at nothing; the message names their tables."""


@contextmanager
def looked_at_last(connection: Connection) -> Iterator[None]:
    """Let the migrations inside drop and rename tables that others refer to; the caller commits inside.

    SQLite forgets a table's rows with the table, and refuses that while others refer to them; the switch for it does
    nothing inside a transaction. PostgreSQL changes tables where they are.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101 - the connection is open
    raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


def require_sound(connection: Connection) -> None:
    """Raise BrokenReferences where a row points at nothing."""
    if connection.dialect.name == "sqlite":
        tables = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
        if tables:
            raise BrokenReferences(", ".join(sorted(tables)))
