"""Column kinds that several tables share."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, String
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

KEY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # Without l, o, 0 and 1, which paper confuses.


def new_key() -> str:
    """Return an unguessable key for a URL: 16 characters, 80 random bits."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(16))


class UtcDateTime(TypeDecorator[datetime]):
    """A time that is UTC and aware on every database (SQLite forgets time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive times and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return an aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_recorded: ContextVar[datetime | None] = ContextVar("recorded", default=None)


def now() -> datetime:
    """Return the present time, or the one that `recorded_at` says."""
    return _recorded.get() or datetime.now(UTC)


@contextmanager
def recorded_at(time: datetime) -> Iterator[None]:
    """Let what is done inside, in this thread, bear this time: for tests and the demonstration's history."""
    if time.tzinfo is None:
        raise ValueError("A time without a time zone cannot be recorded.")
    token = _recorded.set(time)
    try:
        yield
    finally:
        _recorded.reset(token)


def choice(kind: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores an enum by its value, with a named check in SQL."""
    return Enum(
        kind, name=name, native_enum=False, create_constraint=True, length=32,
        values_callable=lambda values: [value.value for value in values],
    )


Id = Annotated[int, mapped_column(primary_key=True)]
Key = Annotated[str, mapped_column(String(16), unique=True, default=new_key)]
Time = Annotated[datetime, mapped_column(UtcDateTime)]
CreatedAt = Annotated[datetime, mapped_column(UtcDateTime, default=now)]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]


def reference(column: str, *, index: bool = False, cascade: bool = False, **options: Any) -> Any:
    """Return a foreign key column."""
    return mapped_column(ForeignKey(column, ondelete="CASCADE" if cascade else None), index=index, **options)
