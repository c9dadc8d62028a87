"""Mentions: who can be named in a comment with an @, who has been named or answered, and the one mail that says so."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import contains_eager

from drafting.domain.actor import Actor
from drafting.domain.comment import Audience, named_in
from drafting.extensions import db, transaction
from drafting.models import (
    Comment,
    Contribution,
    Membership,
    Mention,
    Organisation,
    Participation,
    Person,
    Section,
    Thread,
)
from drafting.models.columns import now
from drafting.services import mail

WAIT = timedelta(minutes=5)
"""How long others may follow a mention into the same mail, and how long there is to see it without one."""
TOO_OLD = timedelta(days=2)
"""Comments older than this are not mailed any more: the server was away, or mail has only now been set up."""
EXCERPT_MAX = 300


@dataclass(frozen=True)
class Addressee:
    """A name that can stand behind an @, and the people whom it tells."""

    name: str
    about: str
    """The organisation's acronym for a person, its name for an organisation."""
    people: frozenset[int]


def addressees(contribution: Contribution, audience: Audience) -> list[Addressee]:
    """Return who can be mentioned in a thread: those who may read it, and their organisations."""
    found = db.session.execute(
        select(Person.id, Person.name, Organisation.id, Organisation.acronym, Organisation.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Participation, Participation.organisation_id == Organisation.id)
        .where(Participation.contribution_id == contribution.id, Person.disabled_at.is_(None))
        .order_by(Person.name, Organisation.acronym)
    ).all()
    people: dict[tuple[str, str], set[int]] = defaultdict(set)
    bodies: dict[tuple[str, str], set[int]] = defaultdict(set)
    for person, name, body, acronym, body_name in found:
        if audience.includes(person, body):
            people[name, acronym].add(person)
            bodies[acronym, body_name].add(person)
    return [Addressee(*each, frozenset(ids)) for each, ids in [*people.items(), *bodies.items()]]


def save(actor: Actor, comment: Comment) -> None:
    """Write down, in the caller's transaction, whom a comment names or answers; nobody is told of what they wrote."""
    known = addressees(comment.thread.section.contribution, comment.thread.audience)
    readers = {person for each in known for person in each.people} - {actor.person_id}
    names = named_in(comment.text, [each.name for each in known])
    named = {person for each in known if each.name in names for person in each.people} & readers
    wanted = named | (_wrote_before(comment) & readers)
    before = {mention.person_id for mention in comment.mentions}
    kept = [mention for mention in comment.mentions if mention.person_id in wanted]
    comment.mentions = kept + [Mention(person_id=person) for person in sorted(wanted - before)]
    for mention in comment.mentions:
        mention.is_reply = mention.person_id not in named
    db.session.flush()
    if wanted - before:
        mail_soon()


def _wrote_before(comment: Comment) -> set[int]:
    """Return who has written in the thread before, and not taken it back."""
    earlier = select(Comment.author_id).where(
        Comment.thread_id == comment.thread_id, Comment.id < comment.id, Comment.deleted_at.is_(None))
    return set(db.session.scalars(earlier))


def forget(comment: Comment) -> None:
    """Mention nobody any more, in the caller's transaction."""
    comment.mentions = []


_COMMENT = contains_eager(Mention.comment)
_ALL_OF_IT = (
    _COMMENT.contains_eager(Comment.thread).contains_eager(Thread.section).contains_eager(Section.contribution),
    _COMMENT.joinedload(Comment.author), _COMMENT.joinedload(Comment.organisation),
)


def unread(actor: Actor) -> list[Mention]:
    """Return where the actor was named or answered and has not looked yet, the newest first: what they may read."""
    found = db.session.scalars(
        select(Mention).options(*_ALL_OF_IT)
        .join(Mention.comment).join(Comment.thread).join(Thread.section).join(Section.contribution)
        .join(Participation, Participation.contribution_id == Contribution.id)
        .where(
            Mention.person_id == actor.person_id, Mention.seen_at.is_(None), Section.retired_at.is_(None),
            Contribution.archived_at.is_(None), Participation.organisation_id == actor.organisation_id,
        )
        .order_by(Comment.id.desc())
    )
    return [each for each in found if each.comment.thread.audience.includes(actor.person_id, actor.organisation_id)]


def see(actor: Actor, threads: Iterable[Thread]) -> None:
    """Note that the actor has looked at these threads."""
    seen = [
        comment.id for thread in threads for comment in thread.comments
        if any(each.person_id == actor.person_id and each.seen_at is None for each in comment.mentions)
    ]
    if seen:
        with transaction() as session:
            session.execute(
                update(Mention).where(Mention.person_id == actor.person_id, Mention.comment_id.in_(seen))
                .values(seen_at=now())
            )


# --- The mail ---


_timer: threading.Timer | None = None


def mail_soon() -> None:
    """Mail what waits, a little later: who is mentioned ten times meanwhile gets one mail.

    What a stopped server leaves waits for the next mention, or for `flask mail-mentions`.
    """
    global _timer
    if not mail.is_configured() or (_timer is not None and _timer.is_alive()):
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> None:
        with app.app_context():
            mail.later(_mail_and_wait)

    _timer = threading.Timer(WAIT.total_seconds() + 1, work)
    _timer.daemon = True
    _timer.start()


def _mail_and_wait() -> None:
    mail_due()
    waiting = select(Mention.comment_id).join(Comment).where(*_NOT_TOLD, Comment.created_at > now() - TOO_OLD).limit(1)
    if db.session.scalar(waiting) is not None:
        mail_soon()


_NOT_TOLD = (Mention.seen_at.is_(None), Mention.mailed_at.is_(None))


def mail_due() -> int:
    """Send each person one mail about where they were mentioned and have not looked; return how many were sent.

    Only what has waited long enough. Two processes at once mail nobody twice; what cannot be sent waits on.
    """
    if not mail.is_configured():
        return 0
    sent = 0
    for person_id, comments in _claim().items():
        message = _message(person_id, comments)
        db.session.rollback()  # Nothing is held while the mail server is waited for.
        if message is None or mail.send(message):
            sent += message is not None
        else:
            mine = update(Mention).where(Mention.person_id == person_id, Mention.comment_id.in_(comments))
            with transaction() as session:
                session.execute(mine.values(mailed_at=None))
    return sent


def _claim() -> dict[int, list[int]]:
    """Take what is due for this process; return the comments of each person."""
    last = func.coalesce(Comment.edited_at, Comment.created_at)
    waiting = select(Comment.id).where(Comment.created_at > now() - TOO_OLD, last <= now() - WAIT)
    due = update(Mention).where(*_NOT_TOLD, Mention.comment_id.in_(waiting)).values(mailed_at=now())
    with transaction() as session:
        claimed = session.execute(
            due.returning(Mention.person_id, Mention.comment_id).execution_options(synchronize_session=False)
        ).all()
    out: dict[int, list[int]] = defaultdict(list)
    for person_id, comment_id in sorted(claimed):
        out[person_id].append(comment_id)
    return out


def _message(person_id: int, comment_ids: list[int]) -> mail.Mail | None:
    """Return the mail about these comments, or None where the person may not read any of them now."""
    person = db.session.get(Person, person_id)
    found = db.session.scalars(select(Comment).where(Comment.id.in_(comment_ids)).order_by(Comment.id))
    comments = [each for each in found if each.deleted_at is None and _may_read(person_id, each)]
    if person is None or person.disabled_at is not None or not comments:
        return None
    with force_locale(person.language or "fr"):
        subject = _subject(person_id, comments)
        parts = [_("Bonjour %(name)s,", name=person.name), *map(_paragraph, comments)]
        parts.append(_("Ce courriel réunit ce que vous n’aviez pas encore lu. Répondez sur le site, pas par courriel."))
    return mail.Mail(to=person.email, subject=subject, text="\n\n".join(parts) + "\n")


def _subject(person_id: int, comments: list[Comment]) -> str:
    ids = [each.id for each in comments]
    kinds = set(db.session.scalars(
        select(Mention.is_reply).where(Mention.person_id == person_id, Mention.comment_id.in_(ids))))
    if kinds == {True, False}:
        return _("On vous a mentionné ou répondu dans %(num)d commentaires", num=len(ids))
    if kinds == {True}:
        return ngettext("On vous a répondu dans un fil", "On vous a répondu %(num)d fois dans des fils", len(ids))
    return ngettext(
        "On vous a mentionné dans un commentaire", "On vous a mentionné dans %(num)d commentaires", len(ids))


def _may_read(person_id: int, comment: Comment) -> bool:
    known = addressees(comment.thread.section.contribution, comment.thread.audience)
    return any(person_id in each.people for each in known)


def _paragraph(comment: Comment) -> str:
    thread = comment.thread
    text = comment.text if len(comment.text) <= EXCERPT_MAX else comment.text[:EXCERPT_MAX].rstrip() + "…"
    return _(
        "%(name)s (%(acronym)s), dans « %(title)s », section « %(section)s » :\n\n%(text)s\n\n%(link)s",
        name=comment.author.name, acronym=comment.organisation.acronym, title=thread.section.contribution.title,
        section=thread.section.title, text=text,
        link=f"{current_app.config['SETTINGS'].base_url}/threads/{thread.key}",
    )
