"""The log of each section: what the text, its authorship and every past state are derived from.

Only `drafting/live` writes here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import Time, reference


def _json() -> Any:
    return mapped_column(JSON(none_as_null=True), nullable=True)


class Update(Base):
    """One accepted change to a section: a row of notes/tracking.md, "Messages and rows"."""

    __tablename__ = "update"
    __table_args__ = (
        UniqueConstraint("section_id", "client", "n", "i"),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index("ix_update_section_id_at", "section_id", "at"),
    )

    section_id: Mapped[int] = reference("section.id", primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    author_id: Mapped[int] = reference("person.id")
    organisation_id: Mapped[int] = reference("organisation.id")
    at: Mapped[Time]
    client: Mapped[str] = mapped_column(String(24))
    n: Mapped[int]
    """Number of the batch within its client."""
    i: Mapped[int]
    """Place in its batch."""
    changes: Mapped[str] = mapped_column(Text)
    """The change set in CodeMirror's JSON form, over the text at `revision - 1`."""
    suggestion: Mapped[str | None] = mapped_column(String(24))
    strike: Mapped[Any] = _json()
    restore: Mapped[Any] = _json()
    decide: Mapped[str | None] = mapped_column(String(16))
    ids: Mapped[Any] = _json()
    of: Mapped[int | None]
    removed: Mapped[Any] = _json()
    given: Mapped[Any] = _json()
    marks: Mapped[Any] = _json()
    reason: Mapped[str | None] = mapped_column(Text)
    restored: Mapped[int | None]
    """The earlier revision whose text, or a passage of it, this change brings back."""


class Batch(Base):
    """The outcome of a batch, decided once: a copy of it gets the same answer."""

    __tablename__ = "batch"
    __table_args__ = (CheckConstraint("outcome IN ('applied', 'refused')", name="outcome"),)

    section_id: Mapped[int] = reference("section.id", primary_key=True)
    client: Mapped[str] = mapped_column(String(24), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = reference("person.id")
    outcome: Mapped[str] = mapped_column(String(8))
    why: Mapped[str | None] = mapped_column(String(16))
    head: Mapped[int]
    """The section's revision right after the decision."""


class Snapshot(Base):
    """A section's state at a revision: only a cache, the log is the truth."""

    __tablename__ = "snapshot"

    section_id: Mapped[int] = reference("section.id", primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    """JSON: text, runs, suggestions."""
