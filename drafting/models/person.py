"""People, how they sign in, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, Time, UtcDateTime, choice, reference

if TYPE_CHECKING:
    from drafting.models.organisation import Membership, Organisation


class Person(Base):
    """Somebody who signs in."""

    __tablename__ = "person"

    id: Mapped[Id]
    key: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list[Membership]] = relationship(back_populates="person")


class SignIn(Base):
    """A browser in which somebody is signed in. The browser holds the secret, we hold its hash."""

    __tablename__ = "sign_in"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = reference("person.id", index=True)
    organisation_id: Mapped[int | None] = reference("organisation.id")
    """The organisation that the person acts for in this browser."""
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[Time]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a code was last typed in this browser."""

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class PasswordReset(Base):
    """A link to choose a new password, usable once."""

    __tablename__ = "password_reset"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = reference("person.id", index=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Time]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link by which somebody joins an organisation, or an organisation joins a contribution."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    key: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    role: Mapped[MembershipRole] = mapped_column(choice(MembershipRole, "role"))
    contribution_id: Mapped[int | None] = reference("contribution.id")
    participation_role: Mapped[ParticipationRole | None] = mapped_column(
        choice(ParticipationRole, "participation_role"))
    invited_by_id: Mapped[int] = reference("person.id")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Time]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[Person] = relationship()
