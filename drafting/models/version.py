"""Versions: the whole contribution frozen."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, reference
from drafting.models.contribution import Contribution
from drafting.models.organisation import Organisation
from drafting.models.person import Person


class Version(Base):
    """A frozen contribution. Never changes once made."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id")
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(200))
    event: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    organisations: Mapped[str] = mapped_column(Text)
    """Canonical JSON: [[acronym, name, role], ...] as they were."""
    canonical: Mapped[str] = mapped_column(Text, deferred=True)
    """The bytes (UTF-8) that the digest is made over: drafting/domain/canonical.py."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256, hexadecimal, over the canonical bytes."""
    open_suggestions: Mapped[int] = mapped_column(default=0)
    """How many suggestions were undecided when it was frozen, and so are left out of its text."""
    frozen_at: Mapped[CreatedAt]
    frozen_by_id: Mapped[int] = reference("person.id")
    frozen_for_id: Mapped[int] = reference("organisation.id")

    contribution: Mapped[Contribution] = relationship()
    frozen_by: Mapped[Person] = relationship()
    frozen_for: Mapped[Organisation] = relationship()
    sections: Mapped[list[VersionSection]] = relationship(
        back_populates="version", order_by="VersionSection.position")


class VersionSection(Base):
    """A section as it was frozen: which revision, and the text derived from the log at that revision."""

    __tablename__ = "version_section"
    __table_args__ = (
        UniqueConstraint("version_id", "section_id"),
        ForeignKeyConstraint(["section_id"], ["section.id"]),
    )

    version_id: Mapped[int] = reference("version.id", primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    section_id: Mapped[int]
    revision: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(String(16), default="")
    """Acronym of the lead organisation as it was."""
    text: Mapped[str] = mapped_column(Text)

    version: Mapped[Version] = relationship(back_populates="sections")
