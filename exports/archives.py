"""Archives: the last timestamp over a file that everybody has signed, so that it can be checked for decades."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from cryptography import x509
from flask import current_app
from pyhanko.sign.timestamps import TimeStamper
from sqlalchemy import select

from drafting.domain.signing import FileStep
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision, Signing
from drafting.models.columns import now
from drafting.models.export import FileKind
from drafting.services.audit import record
from exports import demonstration, revocation_lists
from exports.archiving import archive, certificates_in
from exports.authorities import has_house_authority, revocation_list
from exports.file_states import Overtaken, append, newest_state
from exports.instance import key_store
from exports.revocation_client import Material, collect
from exports.seals import demonstration_certificates, time_certificates, trusted_certificates
from exports.timestamps import AuthorityAway, timestamper
from exports.verifiable import is_verifiable

logger = logging.getLogger(__name__)

DUE_FOR = timedelta(days=7)
"""After so long a file is left as it is: by then others hold it."""
PATIENCE = timedelta(days=1)
"""So long it is waited for what outside authorities say of revocations; then the timestamp comes without."""
ASKED_EVERY = timedelta(minutes=15)
"""How often it is asked again."""


def archive_now(file_id: int) -> None:
    """Do what `archive_due` would do later, for a file that has just become complete.

    Whatever goes wrong is no reason to fail: the last signature is in the file.
    """
    with suppress(AuthorityAway):
        archive_file(file_id)


def archive_file(file_id: int) -> FileRevision | None:
    """Put the archive timestamp over a complete file, if an authority is set and it has none; return its state.

    None where it is to be tried again. Raise AuthorityAway.
    """
    try:
        return _archive_file(file_id)
    except AuthorityAway:
        raise
    except Overtaken as error:
        logger.warning("An archive timestamp could not be put; it is tried again: %r", error)
    except Exception:
        logger.exception("An archive timestamp could not be put; it is tried again.")
    db.session.rollback()
    return None


def _archive_file(file_id: int) -> FileRevision | None:
    authority = timestamper()
    # Read before it is asked whether it is done: of two at once, the second goes on from a state that is over.
    file = db.session.get_one(File, file_id)
    state, complete_since = newest_state(file), _complete_since(file)
    done = db.session.scalar(select(FileRevision).where(
        FileRevision.file_id == file_id, FileRevision.step == FileStep.ARCHIVE))
    if authority is None or done is not None:
        return done
    trusted = [*trusted_certificates(), *time_certificates()]
    lists = [revocation_list()] if has_house_authority() else []
    if key_store().has(demonstration.ROOT):  # Nothing of the demonstration's is ever revoked.
        lists.append(revocation_lists.revocation_list(key_store().load(demonstration.ROOT), [], at=now()))
    db.session.rollback()  # Nothing is held while others are asked.
    content = state.read()
    material = _material(content, lists, trusted)
    if material.missing and now() < complete_since + PATIENCE:
        _asked()[file_id] = now()
        logger.warning("Nobody answers about the certificates %s; it is tried again.", material.missing)
        return None
    made = _made(content, authority, [*trusted, *demonstration_certificates()], lists, material)
    if made is None:
        _asked()[file_id] = now()
        logger.error("With an archive timestamp nobody could verify the file %s; it is left without.", file_id)
        return None
    with transaction() as session:
        step = append(state, made, step=FileStep.ARCHIVE, at=now().replace(microsecond=0))
        record(None, "file.archive", f"file:{session.get_one(File, file_id).key}", sha256=step.sha256,
               number=step.number, missing=material.missing)
        return step


def _made(
    content: bytes, authority: TimeStamper, certificates: list[bytes], lists: list[bytes], material: Material
) -> bytes | None:
    """Return the file with its archive timestamp; without outside lists, where nobody could verify it with them."""
    while True:
        made = archive(content, timestamper=authority, certificates=certificates,
                       crls=[*lists, *material.lists.values()], ocsps=material.answers)
        if is_verifiable(made, at=now()):
            return made
        if not material.lists:
            return None
        logger.warning("The lists of revocations from %s are too long for this file.", ", ".join(material.lists))
        material.missing += material.lists
        material.lists.clear()


def _asked() -> dict[int, datetime]:
    """Return when this process last asked in vain for what a file needs."""
    asked: dict[int, datetime] = current_app.extensions.setdefault("archives asked for", {})
    return asked


def _complete_since(file: File) -> datetime:
    found: datetime | None = db.session.scalar(
        select(Signing.completed_at).where(Signing.version_id == file.version_id, Signing.superseded_at.is_(None)))
    return found or now()


def _material(content: bytes, lists: list[bytes], trusted: list[bytes]) -> Material:
    """Ask outside authorities about the certificates in a file of which no list is at hand."""
    held = [x509.load_der_x509_crl(one).issuer for one in lists]
    return collect(
        _readable(certificates_in(content)), trusted=_readable(trusted), at=now(),
        covered=lambda one: one.issuer in held)


def _readable(certificates: list[bytes]) -> list[x509.Certificate]:
    """Return those that keep to the standard: a signature may carry others beside its own."""
    found = []
    for one in certificates:
        with suppress(ValueError, x509.InvalidVersion):
            found.append(x509.load_der_x509_certificate(one))
    return found


def archive_due() -> int:
    """Put the archive timestamp over files that became complete without it; return how many.

    The authority was away, the server stopped in between, or the last one refused. Any process may, at any time.
    """
    if timestamper() is None:
        return 0
    has_step = select(FileRevision.file_id).where(FileRevision.file_id == File.id)
    due = db.session.scalars(
        select(File.id).join(Signing, Signing.version_id == File.version_id)
        .where(File.kind == FileKind.SEALED, File.superseded_at.is_(None), Signing.superseded_at.is_(None),
               Signing.completed_at > now() - DUE_FOR, has_step.exists(),
               ~has_step.where(FileRevision.step == FileStep.ARCHIVE).exists())
        .order_by(File.id)).all()
    db.session.rollback()
    done = 0
    for file_id in due:
        if file_id in _asked() and now() < _asked()[file_id] + ASKED_EVERY:
            continue
        try:
            done += archive_file(file_id) is not None
        except AuthorityAway as error:
            logger.warning("The time-stamping authority is away; it is asked again: %r", error)
            break  # The others would only wait for it, too.
    return done
