"""What every way of signing has in common: whose turn it is, the code, and keeping the signature in the file.

Two who sign at the same moment both succeed, one after the other: the second signs the file that the first has
signed. Who takes the file away has it to themselves for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from cryptography import x509
from flask_babel import gettext as _
from sqlalchemy import delete, select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition
from drafting.domain.signing import FileStep, Means, SignatoryState
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision, Signatory, Turn
from drafting.models.columns import now
from drafting.services import second_factors
from drafting.services.audit import record
from exports import words
from exports.archives import archive_now
from exports.credentials import fingerprint, subject_name
from exports.file_states import FileState, append
from exports.seals import revocations
from exports.signings import find_signatory, hold_signing, require_turn, signatories_of
from exports.timestamps import AuthorityAway
from exports.turns import turn_of
from exports.verifiable import is_verifiable
from exports.verification import MAX_PDF_BYTES

FOR_ARCHIVE_BYTES = 3_000_000
"""What the archive timestamp may add, with the certificates and lists of revocations that it covers."""


def checked_turn(actor: Actor, signatory_key: str) -> tuple[Signatory, File]:
    """Return who signs and what, once nothing is in the way."""
    signatory = find_signatory(actor, signatory_key, to_sign=True)
    file = require_turn(signatory, now())
    require_nobody_else(signatory, file)
    return signatory, file


def require_nobody_else(signatory: Signatory, file: File) -> None:
    """Raise Conflict where others wait for a signatory who has taken the file away."""
    turn = turn_of(file)
    if turn is not None and turn.signatory_id != signatory.id:
        raise Conflict(_(
            "%(name)s a pris le fichier pour le signer ailleurs et peut le rendre jusqu’à %(time)s. Réessayez ensuite.",
            name=turn.signatory.name or turn.signatory.capacity, time=_clock(turn.until, file)))


def held_turn(actor: Actor, signatory_key: str) -> tuple[Signatory, File]:
    """Do what `checked_turn` does, and let nobody else change the signing until the caller's transaction ends."""
    hold_signing(find_signatory(actor, signatory_key, to_sign=True).signing)
    return checked_turn(actor, signatory_key)


def _clock(at: datetime, file: File) -> str:
    return at.astimezone(ZoneInfo(file.contribution.deadline_zone)).strftime("%H:%M")


def spend(actor: Actor, code: str) -> None:
    """Use up a one-time code; the signature that follows is the actor's own act."""
    second_factors.count_code(actor)
    with transaction():
        second_factors.use_code(actor, code)


def require_not_revoked(of: str) -> None:
    """Raise InvalidTransition for a certificate that was revoked: it signs nothing any more."""
    revoked_at = revocations().get(of)
    if revoked_at is not None and revoked_at <= now():
        raise InvalidTransition(_("Ce certificat a été révoqué : il ne signe plus. Signez avec un autre."))


def require_certificate(signatory: Signatory, of: str) -> None:
    require_not_revoked(of)
    if signatory.fingerprint is not None and signatory.fingerprint != of:
        raise InvalidTransition(_("Cette place est réservée à un autre certificat. Signez avec celui qui a été "
                                  "déclaré, ou adressez-vous à la coordination."))


def keep(
    actor: Actor, signatory_key: str, state: FileState, content: bytes, *, at: datetime, means: Means,
    certificate: x509.Certificate | None = None, of: str = "", subject: str = "",
) -> FileRevision:
    """Add a signature to the file, if nobody was faster. Raises Overtaken and what stands in the way by now;
    InvalidInput where nobody could verify the file afterwards.

    The last one is followed by the archive timestamp, where a time-stamping authority is set.
    """
    if not (_has_room(signatory_key, state, content) and is_verifiable(content, at=at)):
        raise InvalidInput(_("Signé ainsi, le fichier ne pourrait plus être vérifié par personne : cette signature "
                             "n’est pas gardée. Signez avec un autre certificat ou un autre programme."))
    made = _keep_alone(actor, signatory_key, state, content, at=at, means=means, certificate=certificate, of=of,
                       subject=subject)
    if made.signatory is not None and made.signatory.signing.completed_at is not None:
        archive_now(made.file_id)
    return made


def _has_room(signatory_key: str, state: FileState, content: bytes) -> bool:
    """Tell whether a signature leaves as much room to each that is still awaited, and to the archive timestamp."""
    signing = db.session.scalars(select(Signatory).where(Signatory.key == signatory_key)).one().signing
    awaited = sum(one.state is SignatoryState.EXPECTED for one in signatories_of(signing))
    room = MAX_PDF_BYTES - FOR_ARCHIVE_BYTES - state.size
    return len(content) - state.size <= room // max(awaited, 1)


def _keep_alone(
    actor: Actor, signatory_key: str, state: FileState, content: bytes, *, at: datetime, means: Means,
    certificate: x509.Certificate | None, of: str, subject: str,
) -> FileRevision:
    with transaction() as session:
        signatory, file = held_turn(actor, signatory_key)
        used = fingerprint(certificate) if certificate else of
        require_certificate(signatory, used)  # It may have been revoked, or bound, since it was looked at.
        made = append(
            state, content, step=FileStep.SIGNATURE, at=at, signatory_id=signatory.id, means=means, fingerprint=used,
            subject=subject_name(certificate) if certificate else subject, person_id=actor.person_id)
        signatory.state, signatory.fingerprint = SignatoryState.SIGNED, used
        signatory.changed_at, signatory.changed_by_id = at, actor.person_id
        session.execute(delete(Turn).where(Turn.file_id == file.id))
        complete(signatory, at)
        record(actor, "signature.made", f"file:{file.key}", signatory=signatory.key, field=signatory.field,
               means=means.value, fingerprint=used, sha256=made.sha256, number=made.number)
        return made


def complete(signatory: Signatory, at: datetime) -> None:
    """Note that nobody is waited for any more, where that is so."""
    signing = signatory.signing
    db.session.flush()
    if all(one.state is not SignatoryState.EXPECTED for one in signatories_of(signing)):
        signing.completed_at = at


@contextmanager
def confirming() -> Iterator[None]:
    """Say kindly that the time-stamping authority does not answer: nothing was signed."""
    try:
        yield
    except AuthorityAway as error:
        raise Conflict(_("L’autorité qui confirme l’heure ne répond pas. Rien n’est signé ; réessayez dans quelques "
                         "minutes.")) from error


# --- What a signature says ---


def reason_of(file: File) -> str:
    """Return the reason that is signed: which text."""
    assert file.version is not None  # noqa: S101 - a sealed file has one (ck_file_sealed_is_complete)
    return f"Version {file.version.number} · {file.version.digest}"


def lines_of(signatory: Signatory, at: datetime) -> tuple[str, ...]:
    """Return what is seen in the field: who, in which capacity, and when in the recipient's time zone."""
    version = signatory.signing.version
    local = at.astimezone(ZoneInfo(version.contribution.deadline_zone))
    on = words.word(version.language, "signed_on", moment=words.moment(version.language, local))
    return tuple(one for one in (signatory.name, signatory.capacity, on) if one)
