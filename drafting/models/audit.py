"""The audit log: who did what, append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import Id, Time, reference


class AuditEntry(Base):
    """One act, with the hash of the entry before it."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    at: Mapped[Time]
    person_id: Mapped[int | None] = reference("person.id")
    organisation_id: Mapped[int | None] = reference("organisation.id")
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    """What it was done to, as kind:key."""
    detail: Mapped[Any] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))
    """Random, part of what is hashed and shown to nobody: the hash, which is public for some, cannot be guessed from
    what little else it is over. Entries without one have hashes that can."""
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
