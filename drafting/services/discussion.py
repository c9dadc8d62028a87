"""Comments for reading: the threads that an actor may see, with where they are and what the actor may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from drafting.domain.actor import Actor
from drafting.domain.anchors import Anchor
from drafting.domain.comment import Audience, Visibility
from drafting.domain.passages import Words, words_of
from drafting.domain.permissions import Standing, may_comment, may_resolve
from drafting.extensions import db, transaction
from drafting.models import Comment, Contribution, Section, Thread
from drafting.services import threads
from drafting.services.access import find_section, find_thread, standing_in
from drafting.services.mentions import Addressee, addressees
from drafting.services.texts import head_of, state_of

MOVE_ON_READING_AFTER = 2_000
"""Rows since an anchor was written down from which on reading moves it."""


@dataclass(frozen=True)
class Filters:
    """Which threads to show; empty means all."""

    section: str = ""
    organisation: str = ""
    state: str = "open"
    """open, resolved or all."""
    is_mine: bool = False
    """Begun by the actor, or with a comment of theirs."""
    mentions_me: bool = False


@dataclass(frozen=True)
class ThreadView:
    """A thread as an actor sees it."""

    thread: Thread
    anchor: Anchor | None
    """Where its passage is at the section's head; None for the whole section."""
    may_comment: bool
    may_resolve: bool
    mentions_me: bool
    is_unread: bool
    """It mentions the actor, who has not looked yet."""
    is_answered: bool = False
    """Somebody wrote in it after the actor, who has not looked yet."""
    words: str = ""
    """The letters of its passage, and those before: where the page finds it."""
    before: str = ""

    @property
    def is_gone(self) -> bool:
        """It was about a passage of which nothing is left."""
        return bool(self.thread.quotation) and (self.anchor is None or self.anchor.is_gone)


@dataclass(frozen=True)
class SectionDiscussion:
    """A section's threads, in the order of the text."""

    section: Section
    number: int
    revision: int
    threads: list[ThreadView]
    may_comment: bool


def of_section(actor: Actor, key: str) -> SectionDiscussion:
    """Return the threads of a section with where they are in its text. Raise NotFound."""
    section = find_section(actor, key)
    discussion = _discussion(actor, section, 0, with_words=True)
    if any(discussion.revision - each.thread.revision > MOVE_ON_READING_AFTER for each in discussion.threads):
        with transaction():
            section = find_section(actor, key)
            threads.move_on(section, [each.thread for each in discussion.threads], head_of(section))
    return discussion


def of_contribution(actor: Actor, contribution: Contribution, filters: Filters) -> list[SectionDiscussion]:
    """Return the threads of all sections that pass the filters; sections without any are left out."""
    used = [section for section in contribution.sections if section.retired_at is None]
    found = [_discussion(actor, section, number) for number, section in enumerate(used, start=1)]
    out = [replace(each, threads=[view for view in each.threads if _passes(actor, view, filters)]) for each in found]
    return [each for each in out if each.threads]


def one(actor: Actor, key: str) -> ThreadView:
    """Return a thread as this actor sees it. Raise NotFound."""
    section = find_thread(actor, key).section
    return next(view for view in _discussion(actor, section, 0, with_words=True).threads if view.thread.key == key)


def discussed(actor: Actor, contribution: Contribution) -> set[int]:
    """Return the sections (ids) that have threads for this actor: their page keeps room for them."""
    found = db.session.scalars(
        select(Thread).join(Section, Section.id == Thread.section_id)
        .where(Section.contribution_id == contribution.id, Thread.comments.any(Comment.deleted_at.is_(None)))
    )
    return {each.section_id for each in found if each.audience.includes(actor.person_id, actor.organisation_id)}


def people_to_mention(actor: Actor, contribution: Contribution) -> list[Addressee]:
    """Return whom a thread for everybody can mention, the actor left out."""
    everybody = Audience(Visibility.EVERYBODY, actor.person_id, actor.organisation_id or 0)
    return [each for each in addressees(contribution, everybody) if each.people != {actor.person_id}]


def _discussion(actor: Actor, section: Section, number: int, *, with_words: bool = False) -> SectionDiscussion:
    standing = standing_in(actor, section.contribution, section)
    mine = [each for each in _threads(section) if each.audience.includes(actor.person_id, actor.organisation_id)]
    head = head_of(section)
    anchors = threads.anchors_at(section.id, mine, head)
    words = words_of(state_of(section, head)) if with_words and anchors else None
    views = [_view(actor, standing, each, anchors.get(each.id), words) for each in mine]
    are_closed = section.contribution.comments_closed_at is not None
    in_order = sorted(views, key=lambda view: (view.anchor is None, view.anchor.start if view.anchor else 0,
                                               view.thread.id))
    return SectionDiscussion(section, number, head, in_order, may_comment(standing, are_closed=are_closed))


def _threads(section: Section) -> Iterable[Thread]:
    """Return the section's threads in which something is left to read."""
    found = db.session.scalars(
        select(Thread).where(Thread.section_id == section.id).order_by(Thread.id).options(
            selectinload(Thread.comments).selectinload(Comment.mentions),
            selectinload(Thread.comments).selectinload(Comment.author),
            selectinload(Thread.comments).selectinload(Comment.organisation),
            selectinload(Thread.organisation), selectinload(Thread.author),
        )
    )
    return [thread for thread in found if any(comment.deleted_at is None for comment in thread.comments)]


def _view(
    actor: Actor, standing: Standing, thread: Thread, anchor: Anchor | None, words: Words | None
) -> ThreadView:
    are_closed = thread.section.contribution.comments_closed_at is not None
    began = thread.author_id == actor.person_id or thread.organisation_id == actor.organisation_id
    mine = [each for comment in thread.comments for each in comment.mentions if each.person_id == actor.person_id]
    named = [each for each in mine if not each.is_reply]
    shown = anchor if anchor is not None and not anchor.is_gone else None
    return ThreadView(
        thread=thread, anchor=anchor,
        may_comment=may_comment(standing, are_closed=are_closed),
        may_resolve=may_resolve(standing, are_closed=are_closed, began=began),
        mentions_me=bool(named), is_unread=any(each.seen_at is None for each in named),
        is_answered=any(each.seen_at is None and each.is_reply for each in mine),
        words=words.within(shown.start, shown.end) if words and shown else "",
        before=words.before(shown.start) if words and shown else "",
    )


def _passes(actor: Actor, view: ThreadView, filters: Filters) -> bool:
    thread = view.thread
    return (
        (not filters.section or thread.section.key == filters.section)
        and (not filters.organisation or thread.organisation.key == filters.organisation)
        and (filters.state == "all" or (filters.state == "resolved") == (thread.resolved_at is not None))
        and (not filters.mentions_me or view.mentions_me)
        and (not filters.is_mine or any(each.author_id == actor.person_id for each in thread.comments))
    )


def may_begin(actor: Actor, contribution: Contribution) -> bool:
    """Tell whether the actor may begin threads in this contribution."""
    are_closed = contribution.comments_closed_at is not None
    return may_comment(standing_in(actor, contribution), are_closed=are_closed)
