"""Files made from versions, the jobs that make them, seals, and trusted certificates."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, choice, reference
from drafting.models.contribution import Contribution
from drafting.models.organisation import Organisation
from drafting.models.version import Version


class FileKind(StrEnum):
    """What a file is for."""

    WORKING_COPY = "working_copy"
    SEALED = "sealed"
    REDLINE = "redline"  # A comparison, as PDF.
    AMENDMENTS = "amendments"  # The table of a contribution's amendments, as PDF.
    WORD = "word"  # A version's clean text, as .docx.

    @property
    def ending(self) -> str:
        """How the file's name ends."""
        return "docx" if self is FileKind.WORD else "pdf"


class JobKind(StrEnum):
    """What a job makes: a file of that kind, or, for an import, sections to be looked at before they are taken."""

    WORKING_COPY = "working_copy"
    SEALED = "sealed"
    REDLINE = "redline"
    AMENDMENTS = "amendments"
    WORD = "word"
    IMPORT = "import"


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class File(Base):
    """A file made from a version or a comparison; its bytes are in the exports folder under their SHA-256."""

    __tablename__ = "file"
    __table_args__ = (
        # A version is sealed once and never rendered again, unless another file takes the place of the one before.
        Index("uq_file_sealed_version", "version_id", unique=True,
              sqlite_where=text("kind = 'sealed' AND superseded_at IS NULL"),
              postgresql_where=text("kind = 'sealed' AND superseded_at IS NULL")),
        # Who hands a sealed file in is told which one it is; what is not sealed may be the same elsewhere.
        Index("uq_file_sealed_sha256", "sha256", unique=True, sqlite_where=text("kind = 'sealed'"),
              postgresql_where=text("kind = 'sealed'")),
        CheckConstraint("kind <> 'sealed' OR (version_id IS NOT NULL AND code IS NOT NULL "
                        "AND sealed_by_id IS NOT NULL AND sealed_at IS NOT NULL)", name="sealed_is_complete"),
        CheckConstraint("published_at IS NULL OR kind = 'sealed'", name="only_sealed_is_published"),
        CheckConstraint("withdrawn_at IS NULL OR (published_at IS NOT NULL AND withdrawal_reason <> '')",
                        name="withdrawn_with_reason"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int] = reference("contribution.id", index=True)
    version_id: Mapped[int | None] = reference("version.id", index=True)
    """None for a working copy of the text as it was at that moment."""
    kind: Mapped[FileKind] = mapped_column(choice(FileKind, "kind"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(24), unique=True)
    """Printed on the cover, with a QR code; leads to /verify once published."""
    sealed_by_id: Mapped[int | None] = reference("organisation.id")
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    demonstration: Mapped[bool] = mapped_column(default=False)
    """Whether the seal is the demonstration authority's."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int] = reference("person.id")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = reference("person.id")
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The public knows nothing of it before this."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it is said not to stand any more; it stays published, so that it can be recognised."""
    withdrawn_by_id: Mapped[int | None] = reference("person.id")
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When another file of the same version took its place."""
    superseded_by_id: Mapped[int | None] = reference("file.id")

    contribution: Mapped[Contribution] = relationship()
    version: Mapped[Version | None] = relationship()
    sealed_by: Mapped[Organisation | None] = relationship()
    superseded_by: Mapped[File | None] = relationship(remote_side="File.id")


class Job(Base):
    """Long work that can be left and come back to."""

    __tablename__ = "job"
    __table_args__ = (
        # Asking twice for the same seal while it is being made leads to the same job.
        Index("uq_job_sealing_version", "version_id", unique=True,
              sqlite_where=text("kind = 'sealed' AND state IN ('queued', 'running')"),
              postgresql_where=text("kind = 'sealed' AND state IN ('queued', 'running')")),
        CheckConstraint("kind <> 'sealed' OR version_id IS NOT NULL", name="sealing_has_version"),
        CheckConstraint("state <> 'done' OR file_id IS NOT NULL OR (kind = 'import' AND result IS NOT NULL)",
                        name="done_has_file"),
        CheckConstraint("contribution_id IS NOT NULL OR kind = 'import'", name="only_import_without_contribution"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    contribution_id: Mapped[int | None] = reference("contribution.id", index=True)
    """None for the import of a document that is to become a contribution: only who began it knows of it."""
    version_id: Mapped[int | None] = reference("version.id", index=True)
    """None for a working copy of the present text."""
    kind: Mapped[JobKind] = mapped_column(choice(JobKind, "kind"))
    spec: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """What exactly is asked for where kind and version do not say it: the points of a comparison, a section, a name."""
    result: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """What an import found: sections, and what could not be kept."""
    state: Mapped[JobState] = mapped_column(choice(JobState, "state"), default=JobState.QUEUED)
    step: Mapped[str] = mapped_column(String(32), default="")
    """What it is doing now, as a word that the page translates."""
    done_percent: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was begun: work that takes its server down with it is not begun for ever."""
    error: Mapped[str] = mapped_column(Text, default="")
    """Why it failed, as a word that the page translates."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int] = reference("person.id")
    created_for_id: Mapped[int] = reference("organisation.id")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Last sign of life of the worker."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    file_id: Mapped[int | None] = reference("file.id")

    contribution: Mapped[Contribution | None] = relationship()
    version: Mapped[Version | None] = relationship()
    file: Mapped[File | None] = relationship()


class Seal(Base):
    """An organisation's PKCS#12, encrypted with the instance's key."""

    __tablename__ = "seal"
    __table_args__ = (
        Index("uq_seal_in_use", "organisation_id", "demonstration", unique=True,
              sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL")),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    pkcs12: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    subject: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the certificate, hexadecimal."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int | None] = reference("person.id")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class Certificate(Base):
    """A certificate that an administrator trusts: an authority's, or a seal's own."""

    __tablename__ = "certificate"

    id: Mapped[Id]
    key: Mapped[Key]
    der: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(200), default="")
    only_time: Mapped[bool] = mapped_column(default=False)
    """A time-stamping authority's: it is believed about time, and vouches for nobody who seals or signs."""
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int | None] = reference("person.id")
