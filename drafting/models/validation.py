"""Validations: what an organisation decided on a version, its reservations, and its dissent. Only ever added to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.ballot import Stance
from drafting.domain.validation import Printed
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, choice, reference
from drafting.models.contribution import Section
from drafting.models.organisation import Organisation
from drafting.models.person import Person
from drafting.models.round import Call, Delegation


class Validation(Base):
    """An organisation's decision, or a change of it: of one call, the highest number holds."""

    __tablename__ = "validation"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    call_id: Mapped[int] = reference("call.id")
    number: Mapped[int]
    stance: Mapped[Stance] = mapped_column(choice(Stance, "stance"))
    reason: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64))
    """Of the version, as the person saw it."""
    accepts_editorial: Mapped[bool] = mapped_column(default=False)
    """The organisation agrees in advance that changes of form alone do not ask it again."""
    carried_from_id: Mapped[int | None] = reference("validation.id")
    """The decision of an earlier round that holds on here, because only the form changed."""
    dissent_id: Mapped[int | None] = reference("dissent.id")
    delegation_id: Mapped[int | None] = reference("delegation.id")
    """By which somebody other than a secretary decided."""
    at: Mapped[CreatedAt]
    person_id: Mapped[int] = reference("person.id")

    call: Mapped[Call] = relationship()
    person: Mapped[Person] = relationship()
    delegation: Mapped[Delegation | None] = relationship()
    dissent: Mapped[Dissent | None] = relationship()
    carried_from: Mapped[Validation | None] = relationship(remote_side="Validation.id")
    reservations: Mapped[list[Reservation]] = relationship(
        back_populates="validation", order_by="Reservation.position")


class Reservation(Base):
    """A text that an organisation attaches to its approval, to a passage or to the whole."""

    __tablename__ = "reservation"
    __table_args__ = (
        ForeignKeyConstraint(["section_id"], ["section.id"]),
        CheckConstraint("(section_id IS NULL) = (start IS NULL) AND (start IS NULL) = (stop IS NULL)",
                        name="anchored_or_whole"),
        CheckConstraint("start IS NULL OR (start >= 0 AND stop > start)", name="passage_not_empty"),
    )

    validation_id: Mapped[int] = reference("validation.id", primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section_id: Mapped[int | None]
    """None: about the whole text."""
    start: Mapped[int | None]
    """In the section's frozen text, in ordinary characters."""
    stop: Mapped[int | None]
    quote: Mapped[str] = mapped_column(Text, default="")
    """The passage's own words, as they are read."""
    text: Mapped[str] = mapped_column(Text)
    printed: Mapped[Printed] = mapped_column(choice(Printed, "reservation_printed"))

    validation: Mapped[Validation] = relationship(back_populates="reservations")
    section: Mapped[Section | None] = relationship()


class Dissent(Base):
    """A diverging opinion that an organisation annexes. Its text never changes: another text is another dissent."""

    __tablename__ = "dissent"

    id: Mapped[Id]
    key: Mapped[Key]
    call_id: Mapped[int] = reference("call.id", index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    person_id: Mapped[int] = reference("person.id")

    call: Mapped[Call] = relationship()
    cosignatures: Mapped[list[Cosignature]] = relationship(
        back_populates="dissent", order_by="Cosignature.at, Cosignature.organisation_id")


class Cosignature(Base):
    """Another organisation that joins a dissent, by its own decision."""

    __tablename__ = "cosignature"

    dissent_id: Mapped[int] = reference("dissent.id", primary_key=True)
    organisation_id: Mapped[int] = reference("organisation.id", primary_key=True)
    person_id: Mapped[int] = reference("person.id")
    at: Mapped[CreatedAt]

    dissent: Mapped[Dissent] = relationship(back_populates="cosignatures")
    organisation: Mapped[Organisation] = relationship()
