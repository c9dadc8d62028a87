"""Notices by mail: whose turn it is to sign, how a signing went, which certificates expire. Each is sent once.

What is due is read from the state of things, at every tick of the clock: no step on the way has to remember to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.domain.signing import SignatoryState
from drafting.extensions import db, transaction
from drafting.models import Membership, Notice, Organisation, Person, Signatory, Signing
from drafting.models.columns import now
from drafting.services import mail
from drafting.services.time_words import deadline_words
from exports import authorities, signings
from exports.authorities import Expiry

CLAIM_HOLDS = timedelta(minutes=10)
"""After this a notice that a process took upon itself, and did not send, is another's."""
RECENT = timedelta(days=7)
"""What ended longer ago is no news: so an installation that begins to mail does not tell old stories."""
BEFORE_EXPIRY = timedelta(days=2)
"""How long before a signing expires those who have not signed are reminded."""
STEPS = (1, 14, 60)
"""Days before a certificate expires at which its organisation is told."""


@dataclass(frozen=True)
class Due:
    """A notice that somebody should have."""

    person: Person
    about: str
    words: Callable[[], tuple[str, list[str]]]
    """Gives the subject and the paragraphs, in the language that is set."""


def mail_due() -> int:
    """Send what nobody has sent yet; return how many mails were."""
    if not mail.is_configured():
        return 0
    sent = 0
    for due in list(_due()):
        person_id, about, message = due.person.id, due.about, _message(due)
        db.session.rollback()  # Nothing is held while the mail server is waited for.
        if not _claim(person_id, about):
            continue
        if mail.send(message):
            _settle(person_id, about)
            sent += 1
        else:
            _release(person_id, about)
    return sent


def _message(due: Due) -> mail.Mail:
    with force_locale(due.person.language or "fr"):
        subject, parts = due.words()
        text = "\n\n".join([_("Bonjour %(name)s,", name=due.person.name), *parts])
        return mail.Mail(to=due.person.email, subject=" ".join(subject.split()), text=text + "\n")


# --- Once ---


def _claim(person_id: int, about: str) -> bool:
    """Take a notice upon this process; False where it was sent, or another process is at it."""
    at = now()
    mine = (Notice.person_id == person_id) & (Notice.about == about)
    try:
        with transaction() as session:
            if session.scalar(select(Notice.id).where(mine)) is None:
                session.add(Notice(person_id=person_id, about=about, claimed_at=at))
                session.flush()
                return True
            taken = session.scalars(
                update(Notice).where(mine, Notice.sent_at.is_(None), Notice.claimed_at < at - CLAIM_HOLDS)
                .values(claimed_at=at).returning(Notice.id).execution_options(synchronize_session=False))
            return taken.first() is not None
    except IntegrityError:  # Another process, in the same moment.
        return False


def _settle(person_id: int, about: str) -> None:
    with transaction() as session:
        session.execute(
            update(Notice).where(Notice.person_id == person_id, Notice.about == about).values(sent_at=now()))


def _release(person_id: int, about: str) -> None:
    with transaction() as session:
        session.execute(delete(Notice).where(Notice.person_id == person_id, Notice.about == about))


# --- What is due ---


def _due() -> Iterator[Due]:
    known = {(person_id, about) for person_id, about in db.session.execute(
        select(Notice.person_id, Notice.about).where(Notice.sent_at.is_not(None)))}  # fmt: skip
    for due in (*_to_sign(), *_signed_or_refused(), *_expiring()):
        if (due.person.id, due.about) not in known:
            yield due


def _to_sign() -> Iterator[Due]:
    """Yield who is to sign now, and once more before the time for it is over."""
    at = now()
    for signatory in db.session.scalars(
        select(Signatory).join(Signing, Signing.id == Signatory.signing_id)
        .where(Signatory.state == SignatoryState.EXPECTED, Signing.superseded_at.is_(None)).order_by(Signatory.id)
    ):  # fmt: skip
        if not signings.is_due(signatory):
            continue
        until = signatory.signing.expires_at
        is_last = until is not None and until - BEFORE_EXPIRY <= at
        for person in _who_signs(signatory):
            yield Due(person, f"sign:{signatory.key}{':last' if is_last else ''}",
                      lambda one=signatory: _sign_words(one))  # type: ignore[misc]


def _signed_or_refused() -> Iterator[Due]:
    """Yield the coordination's secretaries, of signings that ended and of those who refused."""
    since = now() - RECENT
    for signing in db.session.scalars(
        select(Signing).where(Signing.completed_at > since, Signing.superseded_at.is_(None))
    ):
        for person in _coordination(signing):
            yield Due(person, f"signed:{signing.key}", lambda one=signing: _signed_words(one))  # type: ignore[misc]
    for refusal in db.session.scalars(
        select(Signatory).where(Signatory.state == SignatoryState.REFUSED, Signatory.changed_at > since)
    ):
        for person in _coordination(refusal.signing):
            yield Due(person, f"refused:{refusal.key}", lambda one=refusal: _refused_words(one))  # type: ignore[misc]


def _expiring() -> Iterator[Due]:
    """Yield the secretaries of whose certificates end, and the administrators of those on the common list."""
    at = now()
    for one in authorities.certificates_in_use():
        left = one.left(at)
        step = next((days for days in STEPS if left < days), None)
        if step is None or left < 0 or one.revoked_at is not None:
            continue
        for person in _secretaries(one.organisation) if one.organisation else _administrators():
            yield Due(person, f"expiry:{one.fingerprint}:{step}",
                      lambda one=one, left=left: _expiry_words(one, left))  # type: ignore[misc]


def _who_signs(signatory: Signatory) -> list[Person]:
    """Return those who may sign in this place: who is named, as long as they are a member, or the secretaries."""
    if signatory.person_id is None:
        return _secretaries(signatory.organisation)
    return list(db.session.scalars(
        select(Person).join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == signatory.organisation_id, Person.id == signatory.person_id,
               Person.disabled_at.is_(None))))


def _coordination(signing: Signing) -> list[Person]:
    coordinators = [one.organisation for one in signing.version.contribution.participations
                    if one.role is ParticipationRole.COORDINATOR]  # fmt: skip
    return [person for organisation in coordinators for person in _secretaries(organisation)]


def _secretaries(organisation: Organisation) -> list[Person]:
    return list(db.session.scalars(
        select(Person).join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id, Membership.role == MembershipRole.SECRETARY,
               Person.disabled_at.is_(None)).order_by(Person.id)))


def _administrators() -> list[Person]:
    return list(db.session.scalars(
        select(Person).where(Person.administrator, Person.disabled_at.is_(None)).order_by(Person.id)))


# --- What the mails say ---


def _sign_words(signatory: Signatory) -> tuple[str, list[str]]:
    signing = signatory.signing
    version = signing.version
    parts = [_("La version %(number)d de « %(title)s » attend la signature de %(organisation)s (%(capacity)s).",
               number=version.number, title=version.title, organisation=signatory.organisation.name,
               capacity=signatory.capacity)]  # fmt: skip
    if signing.expires_at is not None:
        until = deadline_words(signing.expires_at, version.contribution.deadline_zone)
        parts.append(_("Elle se signe jusqu’au %(until)s.", until=until))
    parts.append(_("Relire le texte et signer :") + "\n" + _address(f"/signatories/{signatory.key}"))
    return _("À signer : « %(title)s »", title=version.title), parts


def _signed_words(signing: Signing) -> tuple[str, list[str]]:
    version = signing.version
    ordered = signings.signatories_of(signing)
    signed = sum(one.state is SignatoryState.SIGNED for one in ordered)
    said = ngettext(
        "Plus personne n’est attendu pour signer la version %(number)d de « %(title)s » : %(num)d signature sur "
        "%(all)d.",
        "Plus personne n’est attendu pour signer la version %(number)d de « %(title)s » : %(num)d signatures sur "
        "%(all)d.", signed, all=len(ordered), number=version.number, title=version.title)
    return (_("Signatures réunies : « %(title)s »", title=version.title),
            [said, _("Le fichier, et la suite :") + "\n" + _address(f"/versions/{version.key}/signing")])


def _refused_words(signatory: Signatory) -> tuple[str, list[str]]:
    version = signatory.signing.version
    return (
        _("Signature refusée : « %(title)s »", title=version.title),
        [
            _("%(organisation)s ne signera pas la version %(number)d de « %(title)s ». Le motif : %(reason)s",
              organisation=signatory.organisation.name, number=version.number, title=version.title,
              reason=signatory.reason),
            _("Où en sont les signatures :") + "\n" + _address(f"/versions/{version.key}/signing"),
        ],
    )  # fmt: skip


def _expiry_words(one: Expiry, left: int) -> tuple[str, list[str]]:
    said = ngettext("Le certificat « %(name)s » expire dans %(num)d jour.",
                    "Le certificat « %(name)s » expire dans %(num)d jours.", left, name=one.subject)  # fmt: skip
    if left == 0:
        said = _("Le certificat « %(name)s » expire dans moins d’un jour.", name=one.subject)
    if one.organisation is None:
        return (_("Un certificat reconnu expire bientôt"),
                [said, _("Voir les certificats reconnus :") + "\n" + _address("/certificates")])
    return (
        _("Un certificat de votre organisation expire bientôt"),
        [said, _("Après cette date il ne sert plus à signer ; ce qu’il a signé le reste. Demandez son renouvellement, "
                 "puis déposez le nouveau :") + "\n" + _address(
                     f"/organisations/{one.organisation.key}/seal" if one.kind == "seal" else "/signing-keys")],
    )  # fmt: skip


def _address(path: str) -> str:
    return f"{current_app.config['SETTINGS'].base_url}{path}"
