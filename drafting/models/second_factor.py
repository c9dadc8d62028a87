"""Second factors: a person's authenticator application, and the codes for the day it is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, UtcDateTime, reference


class Authenticator(Base):
    """The secret that a person's application shares with us."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted with the instance's secret: drafting/services/confidential.py."""
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person first typed one of its codes; before that it asks nobody for anything."""
    last_step: Mapped[int] = mapped_column(default=0)
    """Of the last code used: a code is good once."""


class RecoveryCode(Base):
    """A code that stands for one of the application's, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
