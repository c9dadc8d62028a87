"""Threads: begin one about a passage, a suggestion or a whole section; settle it, take it up again; close them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.anchors import Anchor, Lost, follow
from drafting.domain.changes import splits_pair, text_of
from drafting.domain.comment import QUOTATION_MAX, Audience, Visibility
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition
from drafting.domain.passages import find, letters_of, quoted, words_of
from drafting.domain.permissions import Action, may_resolve
from drafting.domain.tracking import SectionState
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.live.house import house_of
from drafting.models import Comment, Contribution, Section, Thread
from drafting.models.columns import now
from drafting.services import mentions
from drafting.services.access import find_contribution, find_section, find_thread, require_comment
from drafting.services.audit import record
from drafting.services.comments import checked
from drafting.services.texts import state_of

MOVE_AFTER = 200
"""Rows since an anchor was written down from which on it is moved, when a thread of its section changes."""


@dataclass(frozen=True)
class Passage:
    """What a thread is about, as a browser or a form says it: a range at a revision, or the words selected."""

    revision: int | None = None
    start: int | None = None
    end: int | None = None
    selected: str = ""
    before: str = ""
    """Some letters before the selected words, to tell them from others like them."""
    suggestion: str | None = None


WHOLE = Passage()


@dataclass(frozen=True)
class _Place:
    """Where in the text a new thread is."""

    revision: int
    anchor: Anchor | None
    quotation: str


def begin(actor: Actor, section_key: str, text: str, *, visibility: Visibility, passage: Passage = WHOLE) -> Thread:
    """Begin a thread with its first comment. Raise NotFound, Forbidden, InvalidInput, InvalidTransition."""
    with transaction():
        section = find_section(actor, section_key)
        require_comment(actor, section.contribution, section)
        if section.retired_at is not None:
            raise InvalidTransition(_("Cette section a été retirée : elle ne peut plus être commentée."))
        words = checked(text)
        place = _place(section, passage)
        thread = Thread(
            section_id=section.id, author_id=actor.person_id, organisation_id=actor.organisation_id,
            visibility=visibility, revision=place.revision, quotation=place.quotation, suggestion=passage.suggestion,
            start=place.anchor.start if place.anchor else None, end=place.anchor.end if place.anchor else None,
        )
        comment = Comment(author_id=actor.person_id, organisation_id=actor.organisation_id, text=words)
        thread.comments = [comment]
        db.session.add(thread)
        db.session.flush()
        mentions.save(actor, comment)
        _move_on(section)
        section_id, audience = section.id, thread.audience
    tell(section_id, audience)
    return thread


def resolve(actor: Actor, key: str) -> Thread:
    """Settle a thread; one that somebody has settled stays theirs. Raise NotFound, Forbidden."""
    with transaction():
        thread = find_thread(actor, key, lock=True)
        standing = require_comment(actor, thread.section.contribution, thread.section)
        began = thread.author_id == actor.person_id or thread.organisation_id == actor.organisation_id
        are_closed = thread.section.contribution.comments_closed_at is not None
        if not may_resolve(standing, are_closed=are_closed, began=began):
            raise Forbidden(_(
                "Un fil est réglé par l’organisation qui l’a ouvert, par celle qui conduit la section ou par la "
                "coordination. Répondez-y pour le proposer."
            ))
        if thread.resolved_at is None:
            thread.resolved_at = now()
            thread.resolved_by_id, thread.resolved_for_id = actor.person_id, actor.organisation_id
        _move_on(thread.section)
        section_id, audience = thread.section_id, thread.audience
    tell(section_id, audience)
    return thread


def reopen(actor: Actor, key: str) -> Thread:
    """Take a settled thread up again. Raise NotFound, Forbidden."""
    with transaction():
        thread = find_thread(actor, key, lock=True)
        require_comment(actor, thread.section.contribution, thread.section)
        thread.resolved_at = thread.resolved_by_id = thread.resolved_for_id = None
        section_id, audience = thread.section_id, thread.audience
    tell(section_id, audience)
    return thread


def set_closed(actor: Actor, contribution_key: str, *, closed: bool) -> Contribution:
    """Close the comments of a contribution to all but coordinators, or open them. Raise NotFound, Forbidden."""
    with transaction():
        contribution = find_contribution(actor, contribution_key, Action.MANAGE)
        if closed != (contribution.comments_closed_at is not None):
            contribution.comments_closed_at = now() if closed else None
            record(actor, "close_comments" if closed else "open_comments", f"contribution:{contribution_key}")
        section_ids = [section.id for section in contribution.sections]
    everybody = Audience(Visibility.EVERYBODY, actor.person_id, actor.organisation_id or 0)
    for section_id in section_ids:
        tell(section_id, everybody)  # The buttons come and go.
    return contribution


def tell(section_id: int, audience: Audience) -> None:
    """Let open pages that may see the thread know, after the commit."""
    house_of(db.engine).comments.changed(section_id, audience)


# --- Where threads are in the text ---


def anchor_of(thread: Thread) -> Anchor | None:
    """Return where the passage was at the thread's revision; None for a thread about the whole section."""
    if thread.start is None or thread.end is None:
        return None
    return Anchor(thread.start, thread.end, tuple([Lost(*each) for each in thread.lost or ()]))


def anchors_at(section_id: int, threads: Iterable[Thread], head: int) -> dict[int, Anchor]:
    """Return where the passage of each thread (by id) of a section lies at a revision."""
    found = [(thread.revision, thread.id, anchor) for thread in threads if (anchor := anchor_of(thread))]
    found.sort(key=lambda one: one[0])
    oldest = at = found[0][0] if found else head
    rows = [one.row for one in log.rows_between(db.session(), section_id, oldest, head)] if oldest < head else []
    ids: list[int] = []
    anchors: list[Anchor] = []
    for revision, id, anchor in found:  # Each row is looked at once, for all that were there before it.
        anchors = follow(anchors, rows[at - oldest : revision - oldest])
        at = revision
        ids.append(id)
        anchors.append(anchor)
    return dict(zip(ids, follow(anchors, rows[at - oldest :]), strict=True))


def move_on(section: Section, threads: Sequence[Thread], head: int) -> None:
    """Write down, in the caller's transaction, where passages are now: they need not follow old rows again."""
    ids = [thread.id for thread in threads if head - thread.revision > MOVE_AFTER]
    # What somebody else is changing is left for the next time: who waits here while holding a thread of their own
    # would wait in a circle with them (PostgreSQL). Read anew, for another may have moved it further.
    chosen = select(Thread).where(Thread.id.in_(ids)).with_for_update(skip_locked=True)
    behind = db.session.scalars(chosen.execution_options(populate_existing=True)).all() if ids else []
    places = anchors_at(section.id, behind, head)
    for thread in behind:
        anchor = places.get(thread.id)
        if anchor is not None:
            thread.start, thread.end, thread.lost = anchor.start, anchor.end, [list(each) for each in anchor.lost]
        thread.revision = max(thread.revision, head)


def _move_on(section: Section) -> None:
    head = log.head_of(db.session(), section.id)
    threads = db.session.scalars(
        select(Thread).where(Thread.section_id == section.id, Thread.revision < head - MOVE_AFTER).order_by(Thread.id)
    )
    move_on(section, threads.all(), head)


def _place(section: Section, passage: Passage) -> _Place:
    state = state_of(section)
    if passage.suggestion is not None:
        return _place_of_suggestion(state, passage.suggestion)
    if passage.start is not None and passage.end is not None:
        begun = _place_of_range(section, passage)
        rows = [one.row for one in log.rows_between(db.session(), section.id, begun.revision, state.revision)]
        return replace(begun, revision=state.revision, anchor=follow([begun.anchor or Anchor(0, 0)], rows)[0])
    if not passage.selected.strip():
        return _Place(state.revision, None, "")
    found = find(words_of(state), letters_of(passage.selected), letters_of(passage.before))
    if found is None:
        message = _("Ces mots ne se trouvent plus dans la section. Sélectionnez à nouveau le passage, ou commentez "
                    "toute la section.")
        raise InvalidInput(message, {"selected": message})
    return _Place(state.revision, Anchor(*found), _quotation(state.text, *found))


def _place_of_range(section: Section, passage: Passage) -> _Place:
    state = state_of(section, passage.revision)
    start, end = passage.start or 0, passage.end or 0
    if not 0 <= start < end <= len(state.text):
        raise InvalidInput(_("Ce passage n’est pas dans la section. Sélectionnez-le à nouveau."))
    start -= splits_pair(state.text, start)
    end += splits_pair(state.text, end)
    return _Place(state.revision, Anchor(start, end), _quotation(state.text, start, end))


def _place_of_suggestion(state: SectionState, id: str) -> _Place:
    if id not in state.suggestions:
        raise InvalidInput(_("Cette suggestion n’existe pas dans la section."))
    marked: list[int] = []
    struck = inserted = ""
    at = 0
    for run in state.runs:
        piece = state.text[at : at + run.length]
        if id in run.strikes:
            struck += piece
        elif run.insertion == id:
            inserted += piece
        if run.insertion == id or id in run.strikes:
            marked += [at, at + run.length]
        at += run.length
    if not marked:
        return _Place(state.revision, None, "")
    anchor = Anchor(marked[0], marked[-1])
    return _Place(state.revision, anchor, quoted(text_of(struck or inserted), QUOTATION_MAX))


def _quotation(text: str, start: int, end: int) -> str:
    return quoted(text_of(text[start:end]), QUOTATION_MAX)
