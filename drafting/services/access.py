"""Find things for an actor: what one may not see answers exactly like what does not exist."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden, NotFound
from drafting.domain.permissions import Action, Standing, may
from drafting.extensions import db
from drafting.live.rights import standing_of
from drafting.models import Contribution, Section, Version


def require(actor: Actor | None, standing: Standing, action: Action) -> None:
    """Raise NotFound for those who may not even read, Forbidden for those who may read but not do this."""
    if not may(Action.READ, standing):
        raise NotFound  # Without a word of its own: the page is the same as for what does not exist.
    if not may(action, standing):
        raise Forbidden(_("Seule la coordination de la contribution peut faire cela. Adressez-vous à elle."))


def find_contribution(actor: Actor | None, key: str, action: Action = Action.READ) -> Contribution:
    """Return the contribution with this key, for an actor who may do this action to it."""
    contribution = db.session.scalar(select(Contribution).where(Contribution.key == key))
    standing = standing_of(db.session(), actor, contribution.id if contribution else None)
    require(actor, standing, action)
    assert contribution is not None  # noqa: S101 - nobody has a standing towards nothing
    return contribution


def hold(contribution: Contribution) -> Contribution:
    """Keep others from changing who takes part, and the order of sections, until the caller's transaction ends.

    What was read of them before is read again (PostgreSQL; SQLite has one writer anyway).
    """
    db.session.refresh(contribution, with_for_update={"key_share": True})
    db.session.expire(contribution, ["sections", "participations"])
    return contribution


def find_section(actor: Actor | None, key: str, action: Action = Action.READ) -> Section:
    """Return the section with this key, for an actor who may do this action to its contribution."""
    section = db.session.scalar(select(Section).where(Section.key == key))
    standing = standing_of(db.session(), actor, section.contribution_id if section else None, section)
    require(actor, standing, action)
    assert section is not None  # noqa: S101 - nobody has a standing towards nothing
    return section


def find_version(actor: Actor | None, key: str, action: Action = Action.READ) -> Version:
    """Return the version with this key, for an actor who may do this action to its contribution."""
    version = db.session.scalar(select(Version).where(Version.key == key))
    standing = standing_of(db.session(), actor, version.contribution_id if version else None)
    require(actor, standing, action)
    assert version is not None  # noqa: S101 - nobody has a standing towards nothing
    return version


def standing_in(actor: Actor | None, contribution: Contribution, section: Section | None = None) -> Standing:
    """Return the actor's standing towards this contribution."""
    return standing_of(db.session(), actor, contribution.id, section)
