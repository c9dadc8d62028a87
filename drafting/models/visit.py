"""Visits: up to which revision somebody has seen a section."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from drafting.extensions import Base
from drafting.models.columns import Time, UtcDateTime, reference


class Visit(Base):
    """A person's last two visits to a section: the present one, and the one that "since my last visit" means."""

    __tablename__ = "visit"

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    section_id: Mapped[int] = reference("section.id", primary_key=True)
    at: Mapped[Time]
    revision: Mapped[int]
    previous_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    previous_revision: Mapped[int | None]
