"""Checks of the data: migrations, logs that replay to what is stored, digests, the audit chain, exported files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from drafting.backup import revision_of
from drafting.config import Settings
from drafting.domain.canonical import clean
from drafting.domain.changes import InvalidChange
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, base_view, fold
from drafting.extensions import db
from drafting.health.findings import Finding, fine, problem
from drafting.models import File, FileRevision, Section, Snapshot, Update, Version, VersionSection
from drafting.services import audit
from drafting.services.versions import is_intact

AT_ONCE = 1000
_RESTORE = "flask --app wsgi restore FICHIER --replace"


def migrations(settings: Settings) -> Iterator[Finding]:
    """Look whether the tables are those of the installed version."""
    config = current_app.extensions["migrate"].migrate.get_config()
    wanted = ScriptDirectory.from_config(config).get_current_head()
    with db.engine.connect() as connection:
        present = revision_of(connection)
    if present == wanted:
        yield fine(_("Base de données à jour (%(revision)s)", revision=present))
    elif present is None:
        yield problem(_("La base de données est vide."), "flask --app wsgi db upgrade")
    else:
        yield problem(
            _("La base est à la migration %(present)s, la version installée attend %(wanted)s.",
              present=present, wanted=wanted),
            _("Faites une sauvegarde, puis tapez : flask --app wsgi db upgrade"),
        )  # fmt: skip


def logs(settings: Settings) -> Iterator[Finding]:
    """Replay every section's log from its first row and compare with what is stored."""
    sections = db.session.scalars(select(Section).order_by(Section.id)).all()
    bad = 0
    for section in sections:
        wrong = _wrong_in(section)
        if wrong:
            bad += 1
            yield problem(
                _("Section « %(title)s » (%(key)s) : %(wrong)s", title=section.title, key=section.key, wrong=wrong),
                _("Arrêtez le serveur et restaurez la dernière sauvegarde saine : %(command)s", command=_RESTORE),
            )
    if not bad:
        count = len(sections)
        yield fine(ngettext("Journal de %(num)d section conforme", "Journaux de %(num)d sections conformes", count))


def _wrong_in(section: Section) -> str:
    """Return what is wrong with a section's log, or nothing."""
    snapshots = {
        row.revision: row.state
        for row in db.session.scalars(select(Snapshot).where(Snapshot.section_id == section.id))
    }
    frozen = {
        row.revision: row.text
        for row in db.session.scalars(select(VersionSection).where(VersionSection.section_id == section.id))
    }
    expected = 0
    try:
        for revision, state in replay(section.id):
            expected += 1
            if revision != expected:
                return _("la révision %(number)d manque", number=expected)
            if revision in snapshots and not _is_same(state, snapshots.pop(revision)):
                return _("l’état gardé à la révision %(number)d n’est pas celui du journal", number=revision)
            if revision in frozen and clean(base_view(state)) != frozen.pop(revision):
                return _("le texte gelé à la révision %(number)d n’est pas celui du journal", number=revision)
    except (InvalidChange, LookupError, TypeError, ValueError):
        return _("la révision %(number)d ne s’applique pas au texte", number=expected + 1)
    if frozen.pop(0, "") != "" or frozen:
        return _("une version gelée cite une révision absente du journal")
    if any(revision > expected for revision in snapshots):
        return _("un état gardé cite une révision absente du journal")
    return ""


def replay(section_id: int) -> Iterator[tuple[int, SectionState]]:
    """Yield each revision and the section's state at it, folded from the rows alone."""
    state = SectionState()
    while rows := _rows_after(section_id, state.revision):
        for update in rows:
            if update.revision != state.revision + 1:
                yield update.revision, state
                return
            state = fold(state, Row.from_json(_row_values(update), len(state.text)))
            yield update.revision, state


def _rows_after(section_id: int, revision: int) -> Sequence[Update]:
    rows = select(Update).where(Update.section_id == section_id, Update.revision > revision)
    return db.session.scalars(rows.order_by(Update.revision).limit(AT_ONCE)).all()


def _row_values(update: Update) -> dict[str, Any]:
    return {
        "revision": update.revision, "author": update.author_id, "organisation": update.organisation_id,
        "changes": json.loads(update.changes), "suggestion": update.suggestion, "strike": update.strike,
        "restore": update.restore, "decide": update.decide, "ids": update.ids, "of": update.of,
        "removed": update.removed, "given": update.given, "marks": update.marks,
    }  # fmt: skip


def _is_same(state: SectionState, stored: str) -> bool:
    kept = SectionState.from_json(json.loads(stored))
    return (kept.text, kept.runs, dict(kept.suggestions)) == (state.text, state.runs, dict(state.suggestions))


def versions(settings: Settings) -> Iterator[Finding]:
    """Make the digest of every version again."""
    count = 0
    for version in db.session.scalars(select(Version).order_by(Version.id)):
        count += 1
        if not is_intact(version):
            yield problem(
                _("Version %(number)d de « %(title)s » : l’empreinte ne correspond plus au texte.",
                  number=version.number, title=version.title),
                _("Restaurez une sauvegarde ; d’ici là, ne publiez pas cette version."),
            )  # fmt: skip
    yield fine(ngettext("%(num)d version examinée", "%(num)d versions examinées", count))


def audit_chain(settings: Settings) -> Iterator[Finding]:
    """Follow the audit log's chain."""
    bad = audit.first_bad_entry()
    if bad is None:
        yield fine(_("Journal des actes : chaîne intacte"))
        return
    yield problem(
        _("Journal des actes : la chaîne est rompue à l’entrée %(number)d.", number=bad),
        _("Gardez une copie de la base pour l’enquête, puis restaurez la dernière sauvegarde saine."),
    )


def files(settings: Settings) -> Iterator[Finding]:
    """Read every exported file and compare it with its SHA-256."""
    known = [(one.sha256, one.kind.ending) for one in db.session.scalars(select(File).order_by(File.id))]
    known += [(one.sha256, "pdf") for one in db.session.scalars(select(FileRevision))]
    for sha256, ending in known:
        path = settings.instance / "exports" / f"{sha256}.{ending}"
        if _sha256_of(path) != sha256:
            yield problem(
                _("Le fichier exporté %(path)s manque ou a été modifié.", path=path),
                _("Reprenez-le dans une sauvegarde : il ne peut pas être refait à l’identique."),
            )
    yield fine(ngettext("%(num)d fichier exporté examiné", "%(num)d fichiers exportés examinés", len(known)))


def _sha256_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
