"""Amendments: suggestions that an organisation has made its own, with number, justification and outcome."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.amendment import AmendmentState
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, choice, reference
from drafting.models.contribution import Contribution, Section
from drafting.models.organisation import Organisation
from drafting.models.person import Person


class Amendment(Base):
    """What an organisation proposes, filed by one of its secretaries. Its number never changes."""

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        CheckConstraint("state <> 'rejected' OR reason <> ''", name="rejected_with_reason"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id")
    section_id: Mapped[int] = reference("section.id", index=True)
    organisation_id: Mapped[int] = reference("organisation.id")
    number: Mapped[str] = mapped_column(String(24))
    """Section, paragraph and rank, as given when it was filed: "3-12-1"."""
    paragraph: Mapped[int]
    """The paragraph of the section's base text at which it begins, from 1, when it was filed."""
    revision: Mapped[int]
    """The section's revision when it was filed."""
    justification: Mapped[str] = mapped_column(Text)
    original: Mapped[str] = mapped_column(Text)
    """The base text of the paragraphs concerned, when it was filed (Markdown)."""
    proposed: Mapped[str] = mapped_column(Text)
    """The same with the amendment accepted (Markdown)."""
    state: Mapped[AmendmentState] = mapped_column(
        choice(AmendmentState, "amendment_state"), default=AmendmentState.PROPOSED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it has this outcome."""
    filed_at: Mapped[CreatedAt]
    filed_by_id: Mapped[int] = reference("person.id")

    contribution: Mapped[Contribution] = relationship()
    section: Mapped[Section] = relationship()
    organisation: Mapped[Organisation] = relationship()
    filed_by: Mapped[Person] = relationship()
    suggestions: Mapped[list[AmendmentSuggestion]] = relationship(
        back_populates="amendment", order_by="AmendmentSuggestion.suggestion")
    steps: Mapped[list[AmendmentStep]] = relationship(back_populates="amendment", order_by="AmendmentStep.id")


class AmendmentSuggestion(Base):
    """A suggestion in an amendment; none is in two at a time."""

    __tablename__ = "amendment_suggestion"
    __table_args__ = (
        Index("uq_amendment_suggestion_held", "section_id", "suggestion", unique=True,
              sqlite_where=text("NOT released"), postgresql_where=text("NOT released")),
    )

    amendment_id: Mapped[int] = reference("amendment.id", primary_key=True)
    suggestion: Mapped[str] = mapped_column(String(24), primary_key=True)
    section_id: Mapped[int] = reference("section.id")
    released: Mapped[bool] = mapped_column(default=False)
    """Whether it is its author's alone again, because the organisation withdrew the amendment."""

    amendment: Mapped[Amendment] = relationship(back_populates="suggestions")


class AmendmentStep(Base):
    """One change of an amendment's state: who decided what, when and why. Never changed, never erased."""

    __tablename__ = "amendment_step"

    id: Mapped[Id]
    amendment_id: Mapped[int] = reference("amendment.id", index=True)
    state: Mapped[AmendmentState] = mapped_column(choice(AmendmentState, "step_state"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[CreatedAt]
    person_id: Mapped[int] = reference("person.id")
    organisation_id: Mapped[int] = reference("organisation.id")
    revision: Mapped[int | None] = mapped_column(Integer)
    """The row of the section's log by which its suggestions were settled; None where a person chose the state."""

    amendment: Mapped[Amendment] = relationship(back_populates="steps")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()


def latest_at(amendment: Amendment) -> datetime:
    """Return when the amendment's state last changed."""
    return amendment.steps[-1].at if amendment.steps else amendment.filed_at
