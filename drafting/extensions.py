"""The application's extensions, and the one way to write to the database: `transaction()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables; constraints are named so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
migrate = Migrate(render_as_batch=True, compare_type=True)
babel = Babel()
csrf = CSRFProtect()

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Mark that transactions begun inside will write (SQLite then takes its write lock at once).

    A transaction that reads first and writes later would fail on SQLite as soon as somebody
    else wrote in between (SQLITE_BUSY_SNAPSHOT); BEGIN IMMEDIATE waits its turn instead.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def transaction() -> Iterator[Any]:
    """Run one service call in one transaction: commit at the end, roll back on any exception.

    What was read before is read again inside (objects are expired), so that rules are decided on
    the database's truth. A call inside another joins it.
    """
    if db.session.info.get("in_transaction"):
        yield db.session
        return
    db.session.rollback()
    db.session.info["in_transaction"] = True
    with writing():
        try:
            yield db.session
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.info.pop("in_transaction", None)


LOCK_TIMEOUT_MS = 15_000  # Then whoever waits is told to try again, instead of for ever waiting.


def _wait_for_locks(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
    connection.commit()


def prepare_engine(engine: Engine) -> None:
    """Set what DESIGN section 8 asks of SQLite on each connection; on PostgreSQL, how long a lock is waited for."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _wait_for_locks)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves, below.
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={LOCK_TIMEOUT_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
