"""Organisations and who belongs to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from drafting.domain.permissions import MembershipRole
from drafting.extensions import Base
from drafting.models.columns import CreatedAt, Id, Key, UtcDateTime, choice, reference

if TYPE_CHECKING:
    from drafting.models.person import Person


class OrganisationKind(StrEnum):
    """What kind of body it is."""

    CONFEDERATION = "confederation"
    FEDERATION = "federation"
    DEPARTMENTAL_UNION = "departmental_union"


class Organisation(Base):
    """A legal body: confederation, federation, departmental union."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    key: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200))
    acronym: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "kind"))
    colour: Mapped[str] = mapped_column(String(16))
    """Name of one of the palette's colours (drafting/domain/palette.py), never a free value."""
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """PNG, re-encoded by us."""
    logo_description: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[CreatedAt]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


class Membership(Base):
    """A person in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    role: Mapped[MembershipRole] = mapped_column(choice(MembershipRole, "role"))
    created_at: Mapped[CreatedAt]

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
