"""Attempts at something that may be tried a limited number of times: signing in, asking for a reset."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import Id, Time


class Attempt(Base):
    """One attempt. Old ones are deleted by the next."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_subject_at", "subject", "at"),)

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what is limited (an account, a network address): no list of addresses is kept."""
    at: Mapped[Time]
