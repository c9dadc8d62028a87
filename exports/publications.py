"""Publication: an embargo, the receipt of what was handed in, a withdrawal, and what the public reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, InvalidTransition, NotFound
from drafting.domain.permissions import Action
from drafting.domain.round import RollCall
from drafting.domain.validation import Printed
from drafting.extensions import db, transaction
from drafting.models import Call, Contribution, File, FileRevision, Round, Submission, Validation, Version
from drafting.models.columns import now
from drafting.services import ballots
from drafting.services.audit import record
from exports.file_states import newest_state, steps_of
from exports.files import find_file, is_public
from exports.printed_records import stance_of
from exports.signings import round_of

FIELD_MAX = 200
NOTE_MAX = 4_000
REASON_MAX = 2_000


def set_embargo(actor: Actor, key: str, until: datetime | None) -> File:
    """Move the embargo of a published file, or lift it (None). Raise NotFound, Forbidden, InvalidInput,
    InvalidTransition (the public knows it already).
    """
    with transaction() as session:
        file = find_file(actor, key, Action.PUBLISH)
        session.refresh(file, with_for_update=True)
        at = now()
        if file.published_at is None or file.embargo_until is None or file.embargo_until <= at:
            raise InvalidTransition(_("Ce fichier est déjà public : il ne peut plus être mis sous embargo."))
        if until is not None and until <= at:
            message = _("Choisissez une date à venir, ou levez l’embargo.")
            raise InvalidInput(message, {"embargo_day": message})
        file.embargo_until = until or at
        record(actor, "file.embargo", f"file:{file.key}", until=file.embargo_until.isoformat())
        return file


def withdraw(actor: Actor, key: str, reason: str) -> File:
    """Say publicly that a published file does not stand any more, and why. It stays recognisable, for ever.

    Raise NotFound, Forbidden, InvalidInput, InvalidTransition.
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_MAX:
        message = _("Dites pourquoi, en %(max)d caractères au plus : tout le monde le lira.", max=REASON_MAX)
        raise InvalidInput(message, {"reason": message})
    with transaction() as session:
        file = find_file(actor, key, Action.PUBLISH)
        session.refresh(file, with_for_update=True)
        if file.published_at is None or file.withdrawn_at is not None:
            raise InvalidTransition(_("Ce fichier n’est pas publié, ou il est déjà retiré."))
        file.withdrawn_at, file.withdrawn_by_id, file.withdrawal_reason = now(), actor.person_id, reason
        record(actor, "file.withdraw", f"file:{file.key}", reason=reason)
        return file


@dataclass(frozen=True)
class Receipt:
    """What was handed in, as somebody notes it."""

    recipient: str
    channel: str
    at: datetime
    receipt: str = ""
    note: str = ""


def submit(actor: Actor, key: str, receipt: Receipt) -> Submission:
    """Note that a sealed file was handed in, in its exact state. Raise NotFound, Forbidden, InvalidInput."""
    wrong: dict[str, object] = {}
    for name, value in (("recipient", receipt.recipient), ("channel", receipt.channel)):
        if not value.strip() or len(value) > FIELD_MAX:
            wrong[name] = _("À remplir, en %(max)d caractères au plus.", max=FIELD_MAX)
    if len(receipt.receipt) > FIELD_MAX:
        wrong["receipt"] = _("%(max)d caractères au plus.", max=FIELD_MAX)
    if len(receipt.note) > NOTE_MAX:
        wrong["note"] = _("%(max)d caractères au plus.", max=NOTE_MAX)
    if receipt.at > now():
        wrong["day"] = _("Une remise se note une fois faite : choisissez un moment passé.")
    if wrong:
        raise InvalidInput(_("La remise n’est pas notée : corrigez ce qui est indiqué."), wrong)
    with transaction() as session:
        file = find_file(actor, key, Action.PUBLISH)
        if file.sealed_at is None:
            raise NotFound
        made = Submission(
            file_id=file.id, sha256=newest_state(file).sha256, recipient=receipt.recipient.strip(),
            channel=receipt.channel.strip(), receipt=receipt.receipt.strip(), note=receipt.note.strip(),
            at=receipt.at, person_id=actor.person_id)
        session.add(made)
        session.flush()
        record(actor, "file.submit", f"file:{file.key}", recipient=made.recipient, channel=made.channel,
               receipt=made.receipt, at=made.at.isoformat(), sha256=made.sha256)
        return made


def submissions_of(file: File) -> list[Submission]:
    """Return what was handed in of a file, the last first."""
    return list(db.session.scalars(
        select(Submission).where(Submission.file_id == file.id).order_by(Submission.at.desc(), Submission.id.desc())))


# --- What the public reads ---


@dataclass(frozen=True)
class Publication:
    """A published version, as everybody may read it."""

    contribution: Contribution
    version: Version
    file: File
    steps: list[FileRevision]
    """The signatures."""
    others: list[tuple[int, bool]]
    """Numbers of the other published versions, newest first, and whether each is withdrawn."""
    newer: int | None
    """Number of a newer published version that stands."""
    adopted: Round | None
    holding: list[tuple[Call, str, Validation | None]]
    """How each organisation decided, where the round shows it to everybody."""
    submissions: list[Submission]

    @property
    def reservations(self) -> list[Validation]:
        """The decisions whose reservations are printed: those are public in any case."""
        return [one for one in self._held() if any(
            each.printed is not Printed.INTERNAL for each in one.reservations)]

    @property
    def dissents(self) -> list[Validation]:
        """The decisions to which a diverging opinion is annexed; it is printed too."""
        return [one for one in self._held() if one.dissent is not None]

    def _held(self) -> list[Validation]:
        return [one for one in ballots.standings(self.adopted).values() if one] if self.adopted else []


def publication(slug: str, number: int | None = None) -> Publication:
    """Return a contribution's published version, the newest that stands by default. Raise NotFound.

    What is not published, or under embargo, does not exist here.
    """
    chosen = (
        select(File, Version).join(Version, Version.id == File.version_id).join(Contribution)
        .where(Contribution.slug == slug, is_public()).order_by(Version.number.desc(), File.id.desc())
    )
    found = [(file, version) for file, version in db.session.execute(chosen)]
    standing = [(f, v) for f, v in found if f.withdrawn_at is None and f.superseded_at is None]
    if number is not None:
        wanted = [(f, v) for f, v in found if v.number == number]
        wanted = [(f, v) for f, v in wanted if f.superseded_at is None] or wanted
    else:
        wanted = standing or found
    if not wanted:
        raise NotFound(_("Il n’y a rien de publié à cette adresse. Vérifiez-la, ou demandez-la à qui vous l’a donnée."))
    file, version = wanted[0]
    adopted = round_of(version)
    newest = max((v.number for _f, v in standing), default=0)
    others = {v.number: all(f.withdrawn_at for f, w in found if w.number == v.number) for _f, v in found}
    return Publication(
        version.contribution, version, file, steps_of(file),
        [(n, withdrawn) for n, withdrawn in others.items() if n != version.number],
        newest if newest > version.number else None, adopted, _holding(adopted), submissions_of(file))


def _holding(adopted: Round | None) -> list[tuple[Call, str, Validation | None]]:
    if adopted is None or adopted.roll_call is not RollCall.PUBLIC:
        return []
    return [(call, stance_of(adopted, call, held), held) for call, held in ballots.standings(adopted).items()]
