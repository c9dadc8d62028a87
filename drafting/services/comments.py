"""Comments: reply in a thread, change and delete what one has written."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.comment import TEXT_MAX, Audience
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition
from drafting.extensions import db, transaction
from drafting.live.house import house_of
from drafting.models import Comment
from drafting.models.columns import now
from drafting.services import mentions
from drafting.services.access import find_comment, find_thread, require_comment

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def checked(text: str) -> str:
    """Return a comment's text as it is kept: plain, with its line breaks. Raise InvalidInput."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        message = _("Écrivez votre commentaire.")
        raise InvalidInput(message, {"text": message})
    if len(text) > TEXT_MAX:
        message = _("Ce commentaire est trop long : %(max)d caractères au plus.", max=TEXT_MAX)
        raise InvalidInput(message, {"text": message})
    return text


def reply(actor: Actor, thread_key: str, text: str) -> Comment:
    """Add a comment to a thread; a settled one is taken up again by that. Raise NotFound, Forbidden, InvalidInput."""
    with transaction():
        thread = find_thread(actor, thread_key, lock=True)
        require_comment(actor, thread.section.contribution, thread.section)
        comment = Comment(
            thread_id=thread.id, author_id=actor.person_id, organisation_id=actor.organisation_id, text=checked(text)
        )
        db.session.add(comment)
        thread.resolved_at = thread.resolved_by_id = thread.resolved_for_id = None
        db.session.flush()
        mentions.save(actor, comment)
        section_id, audience = thread.section_id, thread.audience
    _tell(section_id, audience)
    return comment


def edit(actor: Actor, key: str, text: str) -> Comment:
    """Change one's own comment. Raise NotFound, Forbidden, InvalidInput, InvalidTransition."""
    with transaction():
        comment = _own(actor, key)
        if comment.deleted_at is not None:
            raise InvalidTransition(_("Ce commentaire a été supprimé entre-temps."))
        words = checked(text)
        if words != comment.text:
            comment.text, comment.edited_at = words, now()
            mentions.save(actor, comment)
        section_id, audience = comment.thread.section_id, comment.thread.audience
    _tell(section_id, audience)
    return comment


def delete(actor: Actor, key: str) -> Comment:
    """Delete one's own comment: its text is gone for good, its place is kept. Raise NotFound, Forbidden."""
    with transaction():
        comment = _own(actor, key)
        if comment.deleted_at is None:
            comment.text, comment.deleted_at = "", now()
            mentions.forget(comment)
        section_id, audience = comment.thread.section_id, comment.thread.audience
    _tell(section_id, audience)
    return comment


def _own(actor: Actor, key: str) -> Comment:
    comment = find_comment(actor, key)
    require_comment(actor, comment.thread.section.contribution, comment.thread.section)
    if comment.author_id != actor.person_id:
        raise Forbidden(_("Seule la personne qui a écrit un commentaire peut le modifier ou le supprimer."))
    return comment


def _tell(section_id: int, audience: Audience) -> None:
    """Tell open pages, after the commit, without a connection of one's own: telling may need one."""
    house_of(db.engine).comments.changed(section_id, audience)
