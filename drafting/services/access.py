"""Find things for an actor: what one may not see answers exactly like what does not exist."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden, NotFound
from drafting.domain.permissions import Action, Standing, may, may_comment
from drafting.extensions import db
from drafting.live.rights import standing_of
from drafting.models import Comment, Contribution, Section, Thread, Version


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


def find_version_by_number(actor: Actor | None, key: str, number: int) -> Version:
    """Return a contribution's version with this number, for an actor who may read the contribution."""
    contribution = find_contribution(actor, key)
    version = db.session.scalar(
        select(Version).where(Version.contribution_id == contribution.id, Version.number == number)
    ) if 0 < number < 2**31 else None
    if version is None:
        raise NotFound(_("Cette contribution n’a pas de version %(number)d.", number=number))
    return version


def standing_in(actor: Actor | None, contribution: Contribution, section: Section | None = None) -> Standing:
    """Return the actor's standing towards this contribution."""
    return standing_of(db.session(), actor, contribution.id, section)


def find_thread(actor: Actor | None, key: str, *, lock: bool = False) -> Thread:
    """Return the thread with this key, if it is for the actor; locked, others wait to change it (PostgreSQL)."""
    thread = db.session.scalar(select(Thread).where(Thread.key == key))
    return _for_whom_it_is(actor, thread, lock=lock)


def find_comment(actor: Actor | None, key: str) -> Comment:
    """Return the comment with this key, if its thread is for the actor; the thread is locked for a change."""
    comment = db.session.scalar(select(Comment).where(Comment.key == key))
    _for_whom_it_is(actor, comment.thread if comment else None, lock=True)
    assert comment is not None  # noqa: S101 - no thread is for anybody where there is none
    db.session.refresh(comment)
    return comment


def _for_whom_it_is(actor: Actor | None, thread: Thread | None, *, lock: bool) -> Thread:
    section = thread.section if thread else None
    standing = standing_of(db.session(), actor, section.contribution_id if section else None, section)
    require(actor, standing, Action.READ)
    assert actor is not None  # noqa: S101 - nobody has a standing towards nothing
    assert thread is not None  # noqa: S101
    if not thread.audience.includes(actor.person_id, actor.organisation_id):
        raise NotFound
    if lock:
        db.session.refresh(thread, with_for_update=True)
    return thread


def require_comment(actor: Actor, contribution: Contribution, section: Section | None = None) -> Standing:
    """Raise Forbidden, with the reason, for those who may not comment; return the actor's standing."""
    standing = standing_in(actor, contribution, section)
    are_closed = contribution.comments_closed_at is not None
    if may_comment(standing, are_closed=are_closed):
        return standing
    if may_comment(standing, are_closed=False):
        raise Forbidden(_("La coordination a fermé les commentaires de cette contribution. Adressez-vous à elle."))
    raise Forbidden(_("Votre organisation lit cette contribution sans la commenter. Adressez-vous à la coordination."))
