"""Services: the files made from versions, publishing them, and what the public may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from drafting.domain import permissions
from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidInput, NotFound
from drafting.domain.permissions import Action
from drafting.extensions import db, transaction
from drafting.live.rights import standing_of
from drafting.models import Contribution, File, FileRevision, Signatory, Version
from drafting.models.columns import now
from drafting.models.export import FileKind
from drafting.services import access
from drafting.services.audit import record
from drafting.services.rounds import is_rejected
from exports.codes import read_code
from exports.file_states import newest_state, states_of, steps_of
from exports.instance import file_store
from exports.verification import PublishedFile, Signer

_AT_ONCE = 1_000
"""Values in one statement: databases limit them."""


def require(actor: Actor | None, contribution_id: int, action: Action) -> None:
    """Raise NotFound for those who may not even read, Forbidden for those who may read but not do this."""
    access.require(actor, standing_of(db.session(), actor, contribution_id), action)


def may(actor: Actor | None, contribution_id: int, action: Action) -> bool:
    """Tell whether somebody may do this to a contribution."""
    return permissions.may(action, standing_of(db.session(), actor, contribution_id))


def find_file(actor: Actor | None, key: str, action: Action = Action.READ) -> File:
    """The file with this key, for somebody who may do this to its contribution; raises NotFound, Forbidden."""
    file = db.session.scalar(select(File).where(File.key == key))
    if file is None:
        raise NotFound()
    require(actor, file.contribution_id, action)
    return file


def read(actor: Actor | None, key: str) -> tuple[File, bytes]:
    """A file and its bytes, with all its signatures, for participants; raises NotFound, FileMissing."""
    file = find_file(actor, key)
    if file.kind is FileKind.SEALED:
        return file, newest_state(file).read()
    return file, file_store().get(file.sha256, file.kind.ending)


def sealed_file(version_id: int) -> File | None:
    """The version's sealed file that counts, if it was made."""
    return db.session.scalar(select(File).where(
        File.version_id == version_id, File.kind == FileKind.SEALED, File.superseded_at.is_(None)))


def files_of(version_id: int) -> Sequence[File]:
    """The version's files, newest first."""
    return db.session.scalars(select(File).where(File.version_id == version_id).order_by(File.id.desc())).all()


def publish(actor: Actor, key: str, *, embargo_until: datetime | None = None) -> File:
    """Make a sealed file known to the public, for ever, and not before an embargo ends.

    Raises NotFound, Forbidden, Conflict, InvalidInput.
    """
    if embargo_until is not None and embargo_until <= now():
        message = _("Choisissez une date à venir, ou publiez sans embargo.")
        raise InvalidInput(message, {"embargo_day": message})
    with transaction():
        file = _publish(actor, find_file(actor, key, Action.PUBLISH))
        file.embargo_until = embargo_until
        return file


def publish_from_console(version: Version) -> File:
    """Publish a version's sealed file for whoever has the server's command line; raises NotFound, Conflict."""
    with transaction():
        file = sealed_file(version.id)
        if file is None:
            raise NotFound(_("Cette version n’est pas encore scellée."))
        return _publish(None, file)


def _publish(actor: Actor | None, file: File) -> File:
    db.session.refresh(file, with_for_update=True)  # Of many at once, one publishes (PostgreSQL).
    if file.kind is not FileKind.SEALED:
        raise Conflict(_("Une copie de travail ne peut pas être publiée. Scellez d’abord la version."))
    if file.published_at is not None:
        raise Conflict(_("Ce fichier est déjà publié."))
    if file.version is not None and is_rejected(file.version):
        raise Conflict(_(
            "Les organisations n’ont pas adopté cette version : elle ne se publie pas. Reprenez la rédaction, puis "
            "soumettez-leur une nouvelle version."))
    file_store().get(file.sha256)  # What is published can be shown: the bytes are still there, unchanged.
    file.published_at = now()
    file.published_by_id = actor.person_id if actor else None
    record(actor, "file.publish", f"file:{file.key}", sha256=file.sha256, code=file.code)
    return file


# --- What the public may know ---


def is_public() -> ColumnElement[bool]:
    """A file that the public may know of: published, and not before its embargo ends."""
    return and_(File.published_at.is_not(None), or_(File.embargo_until.is_(None), File.embargo_until <= now()))


@dataclass(frozen=True)
class PublishedFiles:
    """The published files of the present database. Others do not exist here, whoever asks."""

    def by_digest(self, sha256: str) -> PublishedFile | None:
        """The published file with exactly these bytes, as sealed or after some of its signatures."""
        file = db.session.scalar(select(File).where(File.sha256 == sha256, is_public()))
        if file is not None:
            return _published(file, 0)
        step = db.session.scalar(
            select(FileRevision).join(File, File.id == FileRevision.file_id)
            .where(FileRevision.sha256 == sha256, is_public()))
        return _published(step.file, step.number) if step is not None else None

    def by_code(self, typed: str) -> PublishedFile | None:
        """The published file with this code on its cover, as somebody typed it; as it is now."""
        code = read_code(typed)
        if code is None:
            return None
        file = db.session.scalar(select(File).where(File.code == code, is_public()))
        return _published(file) if file is not None else None

    def sizes(self) -> Sequence[int]:
        """The sizes of all published files in all their states, smallest first, each once."""
        files = select(File.size).where(is_public())
        steps = select(FileRevision.size).join(File, File.id == FileRevision.file_id).where(is_public())
        return sorted({*db.session.scalars(files), *db.session.scalars(steps)})

    def among(self, digests: Sequence[str]) -> set[str]:
        """Those of these digests by which `by_digest` finds a file; few statements, however many they are."""
        found: set[str] = set()
        for first in range(0, len(digests), _AT_ONCE):
            part = digests[first:first + _AT_ONCE]
            found.update(db.session.scalars(select(File.sha256).where(File.sha256.in_(part), is_public())))
            found.update(db.session.scalars(
                select(FileRevision.sha256).join(File, File.id == FileRevision.file_id)
                .where(FileRevision.sha256.in_(part), is_public())))
        return found


def newest_published(contribution_id: int) -> tuple[int, str] | None:
    """Number and code of a contribution's newest published version."""
    row = db.session.execute(
        select(Version.number, File.code)
        .join(File, File.version_id == Version.id)
        .where(Version.contribution_id == contribution_id, is_public(), File.withdrawn_at.is_(None))
        .order_by(Version.number.desc())
        .limit(1)
    ).first()
    return (row.number, str(row.code)) if row else None


def _published(file: File, number: int | None = None) -> PublishedFile:
    """Return what the public may know of a file in one of its states, the newest one by default."""
    version, steps = file.version, steps_of(file)
    assert version is not None  # noqa: S101 - a sealed file has all of this (ck_file_sealed_is_complete)
    assert file.sealed_by is not None  # noqa: S101
    assert file.sealed_at is not None  # noqa: S101
    assert file.published_at is not None  # noqa: S101
    state = states_of(file)[len(steps) if number is None else number]
    newest = newest_published(version.contribution_id)
    newer = newest if newest and newest[0] > version.number else None
    successor = db.session.scalar(
        select(File.code).where(
            File.version_id == version.id, File.kind == FileKind.SEALED, File.superseded_at.is_(None), is_public())
    ) if file.superseded_at else None
    return PublishedFile(
        sha256=state.sha256,
        size=state.size,
        code=str(file.code),
        contribution=version.title,
        organisation=file.sealed_by.name,
        version=version.number,
        label=version.label,
        version_digest=version.digest,
        sealed_at=file.sealed_at,
        published_at=file.published_at,
        newer_version=newer[0] if newer else None,
        newer_code=newer[1] if newer else None,
        state=state.number,
        newest_state=len(steps),
        times={one.signatory.field: one.at for one in steps if one.signatory is not None},
        slug=file.contribution.slug,
        signers=signers_of(steps),
        withdrawn_at=file.withdrawn_at,
        withdrawal_reason=file.withdrawal_reason,
        superseded_at=file.superseded_at,
        successor_code=successor,
    )


def signers_of(steps: Sequence[FileRevision]) -> dict[str, Signer]:
    """Return who signed in these steps, by the field of the file."""
    return {
        one.field: Signer(one.name, one.capacity, one.organisation.name, signed_parts(one))
        for one in (step.signatory for step in steps) if one is not None}


def signed_parts(signatory: Signatory) -> tuple[str, ...]:
    """Return number and title of each section that somebody signs alone; nothing for the whole text."""
    scope, version = signatory.scope or [], signatory.signing.version
    return tuple(f"{one.position}. {one.title}" for one in version.sections if one.section_id in scope)


def version_by_slug(slug: str, number: int | None = None) -> Version:
    """A contribution's version for the command line, the newest without a number; raises NotFound."""
    chosen = select(Version).join(Contribution).where(Contribution.slug == slug)
    if number is not None:
        chosen = chosen.where(Version.number == number)
    version = db.session.scalar(chosen.order_by(Version.number.desc()).limit(1))
    if version is None:
        known = db.session.scalar(select(func.count()).where(Contribution.slug == slug))
        if not known:
            raise NotFound(_("Aucune contribution ne porte le nom « %(slug)s ».", slug=slug))
        raise NotFound(_("Cette contribution n’a pas cette version. Figez d’abord une version."))
    return version
