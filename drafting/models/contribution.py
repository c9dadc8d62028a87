"""Contributions, who takes part in them, and their sections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.permissions import ParticipationRole, Stage
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, choice, reference
from drafting.models.organisation import Organisation


class Contribution(Base):
    """The paper that organisations write together."""

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint("limit_unit IN ('words', 'characters')", name="limit_unit"),
        CheckConstraint("text_limit IS NULL OR text_limit > 0", name="text_limit_positive"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    outline: Mapped[str] = mapped_column(String(32))
    """The template that it was made from: summit, consultation, memorandum, congress."""
    recipient: Mapped[str] = mapped_column(String(200), default="")
    event: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="fr")
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deadline_zone: Mapped[str] = mapped_column(String(64), default="Europe/Paris")
    """IANA name of the recipient's time zone, in which the deadline is read and shown."""
    text_limit: Mapped[int | None]
    """The recipient's limit for the whole contribution, in `limit_unit`."""
    limit_unit: Mapped[str] = mapped_column(String(16), default="words")
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int] = reference("person.id")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comments_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody but coordinators may comment."""

    sections: Mapped[list[Section]] = relationship(
        back_populates="contribution", order_by="(Section.position, Section.id)")
    participations: Mapped[list[Participation]] = relationship(
        back_populates="contribution", order_by="Participation.id")


class Participation(Base):
    """An organisation in a contribution."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("contribution_id", "organisation_id"),)

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id")
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    role: Mapped[ParticipationRole] = mapped_column(choice(ParticipationRole, "role"))
    created_at: Mapped[CreatedAt]

    contribution: Mapped[Contribution] = relationship(back_populates="participations")
    organisation: Mapped[Organisation] = relationship()


class Section(Base):
    """One editable text with a lead organisation. Its text is not here: it is in its update log."""

    __tablename__ = "section"

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id", index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text, default="")
    """The recipient's question that this section answers, or guidance for its authors."""
    lead_id: Mapped[int | None] = reference("organisation.id")
    stage: Mapped[Stage] = mapped_column(choice(Stage, "stage"), default=Stage.OPEN)
    text_limit: Mapped[int | None]
    created_at: Mapped[CreatedAt]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contribution: Mapped[Contribution] = relationship(back_populates="sections")
    lead: Mapped[Organisation | None] = relationship()
