"""Notices: one mail to one person about one thing that awaits or concerns them, sent once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import Id, UtcDateTime, reference


class Notice(Base):
    """That a mail is being sent, or was. What it says is read from what it is about when it is sent."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("person_id", "about"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    about: Mapped[str] = mapped_column(String(120))
    """What for, with the key of the thing: `sign:<signatory>`, `expiry:<fingerprint>:14` and the like."""
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When a process took it upon itself to send it."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
