"""Archives: the last timestamp over a file that everybody has signed, so that it can be checked for decades."""

from __future__ import annotations

import logging

from sqlalchemy import select

from drafting.domain.signing import FileStep
from drafting.extensions import db, transaction
from drafting.models import File, FileRevision
from drafting.models.columns import now
from drafting.services.audit import record
from exports import demonstration, revocation_lists
from exports.archiving import archive
from exports.authorities import has_house_authority, revocation_list
from exports.file_states import Overtaken, append, newest_state
from exports.instance import key_store
from exports.seals import demonstration_certificates, trusted_certificates
from exports.timestamps import AuthorityAway, timestamper

logger = logging.getLogger(__name__)


def archive_file(file_id: int) -> FileRevision | None:
    """Put the archive timestamp over a complete file, if an authority is set and it has none; return its state.

    An authority that is away is no reason to fail: it can be done later.
    """
    authority = timestamper()
    done = db.session.scalar(select(FileRevision).where(
        FileRevision.file_id == file_id, FileRevision.step == FileStep.ARCHIVE))
    if authority is None or done is not None:
        return done
    state = newest_state(db.session.get_one(File, file_id))
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
    except (AuthorityAway, Overtaken):
        logger.exception("The archive timestamp could not be put; it can be done later.")
        return None
