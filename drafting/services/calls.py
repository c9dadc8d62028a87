"""Calls: the mails of a round (the call, the reminder, the outcome), and that they were demonstrably sent.

Each mail is a row before it is sent: what the mail server did not take waits and is tried again, by whichever
process comes first, and nobody is written to twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from drafting.domain.permissions import MembershipRole
from drafting.domain.round import MailKind, Outcome, reminder_at
from drafting.extensions import db, transaction
from drafting.models import Call, CallMail, Delegation, Membership, Person, Round
from drafting.models.columns import now
from drafting.services import mail
from drafting.services.ballots import standings
from drafting.services.time_words import deadline_words

CLAIM_HOLDS = timedelta(minutes=10)
"""After this a mail that a process took upon itself, and did not send, is another's."""
TRY_AGAIN = timedelta(minutes=5)


def deciders_of(organisation_id: int, contribution_id: int) -> list[Person]:
    """Return who may decide for an organisation now: its secretaries, and those to whom one has delegated it."""
    secretaries = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id, Membership.role == MembershipRole.SECRETARY)
    at = now()
    members = select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    delegates = select(Delegation.to_person_id).where(
        Delegation.organisation_id == organisation_id, Delegation.revoked_at.is_(None),
        Delegation.starts_at <= at, Delegation.ends_at > at, Delegation.to_person_id.in_(members),
        Delegation.from_person_id.in_(secretaries),
        or_(Delegation.contribution_id.is_(None), Delegation.contribution_id == contribution_id),
    )
    return list(db.session.scalars(
        select(Person).where(Person.disabled_at.is_(None), or_(Person.id.in_(secretaries), Person.id.in_(delegates)))
        .order_by(Person.id)))


def write_down(asked: Round) -> None:
    """Write down, in the caller's transaction, the mails that a round just opened is to send."""
    at = reminder_at(asked.opened_at, asked.closes_at)
    decided = {call.id for call, validation in standings(asked).items() if validation is not None}
    for call in asked.calls:
        for person in deciders_of(call.organisation_id, asked.contribution_id):
            db.session.add(CallMail(call_id=call.id, person_id=person.id, kind=MailKind.CALL, due_at=asked.opened_at))
            if at is not None and call.id not in decided:
                db.session.add(CallMail(call_id=call.id, person_id=person.id, kind=MailKind.REMINDER, due_at=at))


def write_down_outcome(asked: Round) -> None:
    """Write down, in the caller's transaction, that those who were asked and who asked are to hear how it ended."""
    of_round = select(Call.id).where(Call.round_id == asked.id)
    db.session.execute(
        delete(CallMail).where(CallMail.call_id.in_(of_round), CallMail.sent_at.is_(None))
        .execution_options(synchronize_session=False))
    told = set()
    for call in asked.calls:
        for person in deciders_of(call.organisation_id, asked.contribution_id):
            db.session.add(CallMail(call_id=call.id, person_id=person.id, kind=MailKind.OUTCOME, due_at=now()))
            told.add(person.id)
    # Who asked hears of it too, where their organisation is not among those asked: with the first of these.
    for person in deciders_of(asked.opened_for_id, asked.contribution_id):
        if person.id not in told:
            db.session.add(CallMail(
                call_id=asked.calls[0].id, person_id=person.id, kind=MailKind.OUTCOME, due_at=now()))


def mail_soon() -> None:
    """Send what is due after the answer; what fails is tried again by the clock (services/clock.py)."""
    if mail.is_configured():
        mail.later(mail_due)


def mail_due() -> int:
    """Send each person one mail about each round for which some are due; return how many were sent."""
    if not mail.is_configured():
        return 0
    sent = 0
    for mail_ids in _claim():
        message = _message(mail_ids)
        db.session.rollback()  # Nothing is held while the mail server is waited for.
        if message is None:
            _drop(mail_ids)
        elif mail.send(message):
            _note_sent(mail_ids, message.to)
            sent += 1
        else:
            _put_off(mail_ids)
    return sent


def _claim() -> list[Sequence[int]]:
    """Take what is due for this process; return the rows that go into one mail, for each mail."""
    at = now()
    due = (
        update(CallMail)
        .where(CallMail.sent_at.is_(None), CallMail.due_at <= at,
               or_(CallMail.claimed_at.is_(None), CallMail.claimed_at < at - CLAIM_HOLDS))
        .values(claimed_at=at).returning(CallMail.id).execution_options(synchronize_session=False)
    )
    with transaction() as session:
        claimed = session.scalars(due).all()
    together: dict[tuple[int, int, MailKind], list[int]] = defaultdict(list)
    rows = select(CallMail, Call.round_id).join(Call).where(CallMail.id.in_(claimed)).order_by(CallMail.id)
    for one, round_id in db.session.execute(rows):
        together[one.person_id, round_id, one.kind].append(one.id)
    return list(together.values())


def _drop(mail_ids: Sequence[int]) -> None:
    with transaction() as session:
        session.execute(delete(CallMail).where(CallMail.id.in_(mail_ids)))


def _put_off(mail_ids: Sequence[int]) -> None:
    mine = update(CallMail).where(CallMail.id.in_(mail_ids))
    with transaction() as session:
        session.execute(mine.values(claimed_at=None, due_at=now() + TRY_AGAIN))


def _note_sent(mail_ids: Sequence[int], address: str) -> None:
    """Note that the mail server took the mail, and so that the organisations were demonstrably called."""
    at = now()
    with transaction() as session:
        for one in session.scalars(select(CallMail).where(CallMail.id.in_(mail_ids))):
            one.sent_at, one.address = at, address
            if one.kind is MailKind.CALL:
                session.execute(update(Call).where(Call.id == one.call_id, Call.sent_at.is_(None)).values(sent_at=at))


# --- What the mails say ---


def _message(mail_ids: Sequence[int]) -> mail.Mail | None:
    """Return the mail of these rows, or None where there is nothing left to say."""
    rows = db.session.scalars(select(CallMail).where(CallMail.id.in_(mail_ids)).order_by(CallMail.id)).all()
    if not rows:
        return None
    person, kind, asked = rows[0].person, rows[0].kind, rows[0].call.round
    calls = [row.call for row in rows if person in deciders_of(row.call.organisation_id, asked.contribution_id)]
    if kind is MailKind.OUTCOME:
        hears = bool(calls) or person in deciders_of(asked.opened_for_id, asked.contribution_id)
        with force_locale(person.language or "fr"):
            return _outcome(person, asked) if hears else None
    holding = standings(asked)
    if kind is MailKind.REMINDER:
        calls = [call for call in calls if holding[call] is None]
    if not calls or not asked.is_open or asked.closes_at <= now():
        return None
    with force_locale(person.language or "fr"):
        return _question(person, asked, calls, is_reminder=kind is MailKind.REMINDER)


def _question(person: Person, asked: Round, calls: Iterable[Call], *, is_reminder: bool) -> mail.Mail:
    until = deadline_words(asked.closes_at, asked.zone)
    names = [call.organisation.name for call in calls]
    title, number = asked.version.title, asked.version.number
    parts = [_("Bonjour %(name)s,", name=person.name)]
    if is_reminder:
        subject = _("Rappel : à valider, « %(title)s »", title=title)
        parts.append(ngettext(
            "%(names)s n’a pas encore décidé de la version %(number)d de « %(title)s ».",
            "%(names)s n’ont pas encore décidé de la version %(number)d de « %(title)s ».",
            len(names), names=", ".join(names), number=number, title=title))
    else:
        subject = _("À valider : « %(title)s »", title=title)
        parts.append(_(
            "%(asker)s demande à %(names)s de se prononcer sur le texte exact de la version %(number)d de "
            "« %(title)s ».",
            asker=asked.opened_for.name, names=", ".join(names), number=number, title=title))
        if asked.message:
            parts.append(asked.message)
    parts.append(_("Vous pouvez décider, et changer de décision, jusqu’au %(until)s.", until=until))
    if asked.silence_agrees:
        parts.append(_("Sans réponse à cette date, l’accord tacite de votre organisation sera compté et imprimé comme "
                       "tel : la coordination l’a prévu dès l’ouverture."))
    parts.append(_("Lire ce qui a changé et décider :") + "\n" + _address(asked, "/validation"))
    return mail.Mail(to=person.email, subject=_one_line(subject), text="\n\n".join(parts) + "\n")


def _outcome(person: Person, asked: Round) -> mail.Mail:
    title, number = asked.version.title, asked.version.number
    said = {
        Outcome.ADOPTED: _("La version %(number)d de « %(title)s » est adoptée. Elle part à la signature.",
                           number=number, title=title),
        Outcome.NOT_ADOPTED: _("La version %(number)d de « %(title)s » n’est pas adoptée. Le texte revient en "
                               "rédaction.", number=number, title=title),
        Outcome.CANCELLED: _("La coordination a annulé la validation de la version %(number)d de « %(title)s » : "
                             "%(reason)s", number=number, title=title, reason=asked.outcome_reason),
    }[asked.outcome or Outcome.CANCELLED]
    parts = [_("Bonjour %(name)s,", name=person.name), said,
             _("Le résultat et son calcul :") + "\n" + _address(asked)]
    subject = _("Résultat de la validation : « %(title)s »", title=title)
    return mail.Mail(to=person.email, subject=_one_line(subject), text="\n\n".join(parts) + "\n")


def _address(asked: Round, page: str = "") -> str:
    return f"{current_app.config['SETTINGS'].base_url}/rounds/{asked.key}{page}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
