"""Signing: who signs a version's file, in which capacity, the file's states, and whose turn is reserved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.signing import FileStep, Means, SignatoryState
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, choice, reference
from drafting.models.export import File
from drafting.models.organisation import Organisation
from drafting.models.person import Person
from drafting.models.round import Round
from drafting.models.version import Version


class Signing(Base):
    """The signing of one version: planned before the seal, open from the seal until all have signed, or it ends."""

    __tablename__ = "signing"
    __table_args__ = (
        Index("uq_signing_of_version", "version_id", unique=True,
              sqlite_where=text("superseded_at IS NULL"), postgresql_where=text("superseded_at IS NULL")),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    version_id: Mapped[int] = reference("version.id", index=True)
    round_id: Mapped[int | None] = reference("round.id")
    """The round by which the version was adopted."""
    in_order: Mapped[bool] = mapped_column(default=False)
    """Each signs after the one before; otherwise in any order."""
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """After this nobody signs any more."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int] = reference("person.id")
    file_id: Mapped[int | None] = reference("file.id", unique=True)
    """The sealed file; None while the signatories may still change."""
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another signing, and so another file, took its place."""
    superseded_by_id: Mapped[int | None] = reference("signing.id")
    superseded_reason: Mapped[str] = mapped_column(Text, default="")

    version: Mapped[Version] = relationship()
    round: Mapped[Round | None] = relationship()
    file: Mapped[File | None] = relationship()
    superseded_by: Mapped[Signing | None] = relationship(remote_side="Signing.id")
    signatories: Mapped[list[Signatory]] = relationship(
        back_populates="signing", order_by="Signatory.position, Signatory.id")


class Signatory(Base):
    """Who is to sign, for which organisation and in which capacity: printed in the file before anybody signs."""

    __tablename__ = "signatory"
    __table_args__ = (
        Index("uq_signatory_position", "signing_id", "position", unique=True,
              sqlite_where=text("state <> 'replaced'"), postgresql_where=text("state <> 'replaced'")),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="refused_with_reason"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    signing_id: Mapped[int] = reference("signing.id")
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    person_id: Mapped[int | None] = reference("person.id", index=True)
    """The account of who is to sign; the organisation's secretaries may otherwise."""
    position: Mapped[int]
    """From 1; also the number of its field in the file, signature-1 and so on."""
    name: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[str] = mapped_column(String(200))
    """As printed: « secrétaire générale de ... »."""
    scope: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """Ids of the sections that it signs, as a list; None for the whole text."""
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the certificate that is to sign here; None until one is known."""
    state: Mapped[SignatoryState] = mapped_column(
        choice(SignatoryState, "signatory_state"), default=SignatoryState.EXPECTED)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused or replaced."""
    changed_at: Mapped[CreatedAt]
    changed_by_id: Mapped[int] = reference("person.id")
    replaces_id: Mapped[int | None] = reference("signatory.id")

    signing: Mapped[Signing] = relationship(back_populates="signatories")
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @property
    def field(self) -> str:
        """Return the name of its field in the file."""
        return f"signature-{self.position}"


class FileRevision(Base):
    """A state of a sealed file: each is the one before with something appended, and none is ever replaced."""

    __tablename__ = "file_revision"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("(step = 'signature') = (signatory_id IS NOT NULL)", name="signature_has_signatory"),
        UniqueConstraint("signatory_id"),
    )

    file_id: Mapped[int] = reference("file.id", primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1; the sealed file itself is 0 and has no row here."""
    step: Mapped[FileStep] = mapped_column(choice(FileStep, "file_step"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    signatory_id: Mapped[int | None] = reference("signatory.id")
    means: Mapped[Means | None] = mapped_column(choice(Means, "signing_means"))
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the certificate that signed."""
    subject: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[CreatedAt]
    person_id: Mapped[int | None] = reference("person.id")

    file: Mapped[File] = relationship()
    signatory: Mapped[Signatory | None] = relationship()


class Turn(Base):
    """Who has taken the file away to sign it elsewhere, and until when the others wait."""

    __tablename__ = "turn"
    __table_args__ = (CheckConstraint("times > 0", name="times_positive"),)

    file_id: Mapped[int] = reference("file.id", primary_key=True)
    signatory_id: Mapped[int] = reference("signatory.id")
    person_id: Mapped[int] = reference("person.id")
    number: Mapped[int]
    """The file's state that was taken."""
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=1)
    """How often the others have waited for somebody who took this state, this time included."""

    signatory: Mapped[Signatory] = relationship()


class PreparedSignature(Base):
    """A signature begun for a key that is in a browser: what is needed to finish it. Short-lived."""

    __tablename__ = "prepared_signature"

    id: Mapped[Id]
    ticket: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the browser holds."""
    signatory_id: Mapped[int] = reference("signatory.id")
    person_id: Mapped[int] = reference("person.id")
    number: Mapped[int]
    """The file's state that it goes on from."""
    state: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[CreatedAt]

    signatory: Mapped[Signatory] = relationship()


class SigningKey(Base):
    """An organisation's PKCS#12 to sign with, kept under its own passphrase, which is kept nowhere."""

    __tablename__ = "signing_key"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(index=True)
    pkcs12: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """Opened only by the organisation's passphrase; encrypted once more with the instance's secret."""
    subject: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_house: Mapped[bool] = mapped_column(default=False)
    """Whether this installation's own authority issued it."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int] = reference("person.id")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class Revocation(Base):
    """A certificate that is no longer to be relied on for what was signed from a moment on."""

    __tablename__ = "revocation"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    serial: Mapped[str] = mapped_column(String(64), default="")
    """Hexadecimal."""
    subject: Mapped[str] = mapped_column(String(300), default="")
    is_house: Mapped[bool] = mapped_column(default=False)
    """Whether this installation's own authority issued it, so that its list of revocations names it."""
    revoked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int | None] = reference("person.id")
