"""Rounds of validation: who is asked about which version, by when and by which rule, and that they were told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.ballot import Quorum, Rule, Terms
from drafting.domain.round import MailKind, Outcome, RollCall
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, choice, reference
from drafting.models.contribution import Contribution
from drafting.models.organisation import Organisation
from drafting.models.person import Person
from drafting.models.version import Version


class Round(Base):
    """One question to the organisations: do you validate exactly this text? Its terms never change once open."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        Index("uq_round_open", "contribution_id", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("closes_at > opened_at", name="closes_after_opening"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint("outcome IS NULL OR outcome = 'cancelled' OR tally IS NOT NULL", name="counted"),
        CheckConstraint("editorial_of_id IS NULL OR editorial_note <> ''", name="editorial_says_why"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id")
    version_id: Mapped[int] = reference("version.id", index=True)
    number: Mapped[int]
    """From 1 within the contribution."""
    digest: Mapped[str] = mapped_column(String(64))
    """The version's digest: every decision of this round is about exactly this text."""
    rule: Mapped[Rule] = mapped_column(choice(Rule, "round_rule"))
    quorum: Mapped[Quorum] = mapped_column(choice(Quorum, "round_quorum"))
    by_mandates: Mapped[bool] = mapped_column(default=False)
    silence_agrees: Mapped[bool] = mapped_column(default=False)
    """The silence procedure, said from the start."""
    roll_call: Mapped[RollCall] = mapped_column(choice(RollCall, "roll_call"))
    """Who may see how each organisation decided."""
    message: Mapped[str] = mapped_column(Text, default="")
    """What the coordination writes to those it asks."""
    opened_at: Mapped[CreatedAt]
    opened_by_id: Mapped[int] = reference("person.id")
    opened_for_id: Mapped[int] = reference("organisation.id")
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(64))
    """IANA name of the time zone in which the deadline was given: the recipient's."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = reference("person.id")
    """None where the deadline closed it."""
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "round_outcome"))
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was cancelled."""
    tally: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """The arithmetic as recorded at closing: drafting.domain.ballot.Count.to_json."""
    editorial_of_id: Mapped[int | None] = reference("round.id")
    """The round before, where the coordination says that only the wording's form changed since its version."""
    editorial_note: Mapped[str] = mapped_column(Text, default="")
    """Which changes of form."""

    contribution: Mapped[Contribution] = relationship()
    version: Mapped[Version] = relationship()
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id])
    opened_for: Mapped[Organisation] = relationship()
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    editorial_of: Mapped[Round | None] = relationship(remote_side="Round.id")
    calls: Mapped[list[Call]] = relationship(back_populates="round", order_by="Call.id")

    @property
    def terms(self) -> Terms:
        """Return what the round said from the start."""
        return Terms(self.rule, self.quorum, self.by_mandates, self.silence_agrees)

    @property
    def is_open(self) -> bool:
        """Nobody has closed it; past its deadline it still takes no decision."""
        return self.closed_at is None


class Call(Base):
    """An organisation that a round asks."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("round_id", "organisation_id"),
        CheckConstraint("mandates >= 0", name="mandates_not_negative"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    round_id: Mapped[int] = reference("round.id")
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    mandates: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the mail server first took the call for one of its secretaries; None while none was demonstrably sent."""

    round: Mapped[Round] = relationship(back_populates="calls")
    organisation: Mapped[Organisation] = relationship()
    mails: Mapped[list[CallMail]] = relationship(back_populates="call", order_by="CallMail.id")


class CallMail(Base):
    """One mail about a round to one person: that it was due, and when the mail server took it."""

    __tablename__ = "call_mail"
    __table_args__ = (UniqueConstraint("call_id", "person_id", "kind"),)

    id: Mapped[Id]
    call_id: Mapped[int] = reference("call.id")
    person_id: Mapped[int] = reference("person.id")
    kind: Mapped[MailKind] = mapped_column(choice(MailKind, "call_mail_kind"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a process took it upon itself to send it."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(254), default="")
    """The address that the mail server took it for."""

    call: Mapped[Call] = relationship(back_populates="mails")
    person: Mapped[Person] = relationship()


class Delegation(Base):
    """A secretary lets a member of their organisation decide in their place, between two moments."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("from_person_id <> to_person_id", name="to_somebody_else"),
        ForeignKeyConstraint(["contribution_id"], ["contribution.id"]),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    from_person_id: Mapped[int] = reference("person.id")
    to_person_id: Mapped[int] = reference("person.id", index=True)
    contribution_id: Mapped[int | None]
    """None for all contributions."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = reference("person.id")

    organisation: Mapped[Organisation] = relationship()
    from_person: Mapped[Person] = relationship(foreign_keys=[from_person_id])
    to_person: Mapped[Person] = relationship(foreign_keys=[to_person_id])
    contribution: Mapped[Contribution | None] = relationship()
