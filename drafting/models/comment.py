"""Comments: threads anchored to a passage, to a suggestion or to a whole section."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.comment import Audience, Visibility
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Json, Key, UtcDateTime, choice, reference
from drafting.models.contribution import Section
from drafting.models.organisation import Organisation
from drafting.models.person import Person


class Thread(Base):
    """A discussion of one passage. `start` and `end` are UTF-16 units of the text at `revision`.

    These four move on with the text from time to time (services/threads.py); the quotation never changes.
    """

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="whole_range"),
        CheckConstraint('"start" IS NULL OR ("start" >= 0 AND "start" <= "end")', name="range_in_order"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    section_id: Mapped[int] = reference("section.id", index=True)
    author_id: Mapped[int] = reference("person.id")
    organisation_id: Mapped[int] = reference("organisation.id")
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility, "visibility"), default=Visibility.EVERYBODY)
    revision: Mapped[int]
    start: Mapped[int | None]
    end: Mapped[int | None]
    lost: Mapped[Json | None]
    """Which rows took what from the passage (domain/anchors.py): their undo gives it back."""
    quotation: Mapped[str] = mapped_column(Text, default="")
    """What the passage said when the thread was begun: it outlives the passage."""
    suggestion: Mapped[str | None] = mapped_column(String(24))
    """The suggestion that the thread is about, where it answers one."""
    created_at: Mapped[CreatedAt]
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_id: Mapped[int | None] = reference("person.id")
    resolved_for_id: Mapped[int | None] = reference("organisation.id")

    section: Mapped[Section] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    resolved_for: Mapped[Organisation | None] = relationship(foreign_keys=[resolved_for_id])
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])
    comments: Mapped[list[Comment]] = relationship(back_populates="thread", order_by="Comment.id")

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience(self.visibility, self.author_id, self.organisation_id)


class Comment(Base):
    """One contribution to a thread. Deleting it keeps its place, without its text."""

    __tablename__ = "comment"

    id: Mapped[Id]
    key: Mapped[Key]
    thread_id: Mapped[int] = reference("thread.id", index=True)
    author_id: Mapped[int] = reference("person.id")
    organisation_id: Mapped[int] = reference("organisation.id")
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    thread: Mapped[Thread] = relationship(back_populates="comments")
    author: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    mentions: Mapped[list[Mention]] = relationship(
        back_populates="comment", cascade="all, delete-orphan", order_by="Mention.person_id")


class Mention(Base):
    """Somebody whom a comment concerns, and who may read it: it names them, or goes on in a thread where they wrote."""

    __tablename__ = "mention"

    comment_id: Mapped[int] = reference("comment.id", primary_key=True)
    person_id: Mapped[int] = reference("person.id", primary_key=True, index=True)
    is_reply: Mapped[bool] = mapped_column(default=False)
    """It does not name them."""
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    comment: Mapped[Comment] = relationship(back_populates="mentions")
    person: Mapped[Person] = relationship()
