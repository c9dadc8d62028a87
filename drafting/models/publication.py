"""Publication: what was handed in, to whom and how."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, reference
from drafting.models.export import File
from drafting.models.person import Person


class Submission(Base):
    """A file handed in to its recipient: the receipt."""

    __tablename__ = "submission"

    id: Mapped[Id]
    key: Mapped[Key]
    file_id: Mapped[int] = reference("file.id", index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """The file's exact state that was handed in."""
    recipient: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(200))
    """How: the consultation's site, by mail, by hand."""
    receipt: Mapped[str] = mapped_column(String(200), default="")
    """The number on the recipient's receipt."""
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[CreatedAt]
    person_id: Mapped[int] = reference("person.id")

    file: Mapped[File] = relationship()
    person: Mapped[Person] = relationship()
