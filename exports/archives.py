"""Archives: the last timestamp over a file that everybody has signed, so that it can be checked for decades."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import select

from drafting.domain.signing import FileStep
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision, Signing
from drafting.models.columns import now
from drafting.models.export import FileKind
from drafting.services.audit import record
from exports import demonstration, revocation_lists
from exports.archiving import archive
from exports.authorities import has_house_authority, revocation_list
from exports.file_states import Overtaken, append, newest_state
from exports.instance import key_store
from exports.seals import demonstration_certificates, trusted_certificates
from exports.timestamps import AuthorityAway, timestamper

logger = logging.getLogger(__name__)

DUE_FOR = timedelta(days=7)
"""After so long a file is left as it is: by then others hold it."""


def archive_file(file_id: int) -> FileRevision | None:
    """Put the archive timestamp over a complete file, if an authority is set and it has none; return its state.

    An authority that is away is no reason to fail: `archive_due` does it later.
    """
    authority = timestamper()
    # Read before it is asked whether it is done: of two at once, the second goes on from a state that is over.
    state = newest_state(db.session.get_one(File, file_id))
    done = db.session.scalar(select(FileRevision).where(
        FileRevision.file_id == file_id, FileRevision.step == FileStep.ARCHIVE))
    if authority is None or done is not None:
        return done
    certificates = [*trusted_certificates(), *demonstration_certificates()]
    lists = [revocation_list()] if has_house_authority() else []
    if key_store().has(demonstration.ROOT):  # Nothing of the demonstration's is ever revoked.
        lists.append(revocation_lists.revocation_list(key_store().load(demonstration.ROOT), [], at=now()))
    db.session.rollback()
    try:
        content = archive(state.read(), timestamper=authority, certificates=certificates, crls=lists)
        with transaction() as session:
            made = append(state, content, step=FileStep.ARCHIVE, at=now().replace(microsecond=0))
            record(None, "file.archive", f"file:{session.get_one(File, file_id).key}", sha256=made.sha256,
                   number=made.number)
            return made
    except (AuthorityAway, Overtaken) as error:
        logger.warning("An archive timestamp could not be put; it is tried again: %r", error)
        return None


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
        if archive_file(file_id) is None:
            break  # The authority is away: the others would only wait for it, too.
        done += 1
    return done
