"""The states of a sealed file: the sealed bytes, and what each signature made of them. Nothing is ever replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from drafting.domain.errors import Conflict
from drafting.domain.signing import FileStep, Means
from drafting.extensions import db
from drafting.models import File, FileRevision
from exports.instance import file_store


class Overtaken(Conflict):
    """Somebody else's signature came in between: the file has to be signed as it is now."""


@dataclass(frozen=True)
class FileState:
    """A file as it is after so many steps."""

    file_id: int
    number: int
    """0 for the sealed file itself."""
    sha256: str
    size: int

    def read(self) -> bytes:
        """Return its bytes. Raises FileMissing."""
        return file_store().get(self.sha256)


def steps_of(file: File) -> list[FileRevision]:
    """Return what was appended to a sealed file, in order."""
    return list(db.session.scalars(
        select(FileRevision).where(FileRevision.file_id == file.id).order_by(FileRevision.number)))


def states_of(file: File) -> list[FileState]:
    """Return all states of a sealed file, the newest last."""
    sealed = FileState(file.id, 0, file.sha256, file.size)
    return [sealed, *(FileState(file.id, one.number, one.sha256, one.size) for one in steps_of(file))]


def newest_state(file: File) -> FileState:
    """Return a sealed file as it is now."""
    return states_of(file)[-1]


def append(
    state: FileState, content: bytes, *, step: FileStep, at: datetime, signatory_id: int | None = None,
    means: Means | None = None, fingerprint: str = "", subject: str = "", person_id: int | None = None,
) -> FileRevision:
    """Add a state that goes on from another, in the caller's transaction. Raises Overtaken where one does already."""
    sha256 = file_store().put(content)
    made = FileRevision(
        file_id=state.file_id, number=state.number + 1, step=step, sha256=sha256, size=len(content),
        signatory_id=signatory_id, means=means, fingerprint=fingerprint, subject=subject[:300], at=at,
        person_id=person_id,
    )
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Overtaken from error
    return made
