"""Backup and restore: database, keys and exports together, on both databases, while people write.

The rows are read in one snapshot transaction through SQLAlchemy, so a backup made on SQLite can be
restored on PostgreSQL and the other way round. Files come after: exports are kept under their SHA-256
and written before the row that speaks of them, so whatever the snapshot mentions is there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask_babel import gettext as _
from flask_migrate import upgrade
from sqlalchemy import JSON, Connection, MetaData, Table, event, func, inspect, select, text

from drafting.archive import FOLDERS, ArchiveError, Manifest, Writer, decode_row, unpack, writing_to
from drafting.config import Settings
from drafting.extensions import db, writing

BATCH = 500
ALEMBIC = "alembic_version"


@dataclass(frozen=True)
class Summary:
    """What was saved or put back."""

    rows: int
    files: int
    created_at: str


def back_up(path: Path) -> Summary:
    """Write everything to a new archive that only its owner can read."""
    settings: Settings = current_app.config["SETTINGS"]
    with _snapshot() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise ArchiveError(_("La base est vide : tapez « flask --app wsgi db upgrade » d’abord."))
        with writing_to(path, revision) as archive:
            _dump(connection, archive)
            for folder in FOLDERS:
                archive.add_folder(settings.instance, folder)
    manifest = archive.manifest
    return _summary(manifest)


def _summary(manifest: Manifest) -> Summary:
    files = sum(not name.startswith("database/") for name in manifest.digests)
    return Summary(rows=sum(manifest.rows.values()), files=files, created_at=manifest.created_at)


def _snapshot() -> Connection:
    """Return a connection whose reads all see the same moment.

    SQLite in WAL mode gives that to any transaction; PostgreSQL from REPEATABLE READ on.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.connect()


def revision_of(connection: Connection) -> str | None:
    """Return the migration at which the database is; None for a database without tables."""
    if not inspect(connection).has_table(ALEMBIC):
        return None
    return connection.scalar(text(f"SELECT version_num FROM {ALEMBIC}"))  # noqa: S608 - a constant


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they are in the database, in an order in which rows can be inserted.

    The database is asked and not the models, since a backup is most wanted just before an upgrade.
    """
    metadata = MetaData()

    @event.listens_for(metadata, "column_reflect")
    def _plain_null(inspector: Any, table: Table, column: Any) -> None:
        if isinstance(column["type"], JSON):
            column["type"] = JSON(none_as_null=True)

    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != ALEMBIC]


def _dump(connection: Connection, archive: Writer) -> None:
    for table in _tables(connection):
        archive.add_rows(table.name, _rows(connection, table))


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=BATCH).execute(ordered)
    for row in result.mappings():
        yield dict(row)


def restore(path: Path, *, replace: bool = False) -> Summary:
    """Put an archive back, whole or not at all; an instance that holds data is refused unless `replace`.

    Nothing is touched before every byte of the archive has been checked. The rows go in in one
    transaction. What was in the instance's keys is kept beside, never thrown away.
    """
    settings: Settings = current_app.config["SETTINGS"]
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.instance) as name:
        folder = Path(name)
        manifest = unpack(path, folder)
        _check_revision(manifest)
        if not replace and _holds_data(settings):
            raise ArchiveError(
                _(
                    "Cette installation contient déjà des données. Pour les remplacer par la sauvegarde, "
                    "arrêtez le serveur, puis ajoutez --replace."
                )
            )
        _put_exports(folder / "exports", settings.instance / "exports")
        _prepare_schema(manifest.revision)
        _fill(folder / "database", manifest)
        _put_keys(folder / "keys", settings.instance / "keys")
    upgrade()
    return _summary(manifest)


def _check_revision(manifest: Manifest) -> None:
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    try:
        scripts.get_revision(manifest.revision)
    except CommandError as error:
        raise ArchiveError(
            _("Cette sauvegarde vient d’une version plus récente de l’application : installez-la d’abord.")
        ) from error


def _holds_data(settings: Settings) -> bool:
    exports = settings.instance / "exports"
    if exports.is_dir() and any(exports.iterdir()):
        return True
    with db.engine.connect() as connection:
        return any(connection.execute(select(table).limit(1)).first() for table in _tables(connection))


def _prepare_schema(revision: str) -> None:
    """Bring the tables to the archive's migration; where they are at another, make them anew."""
    with db.engine.connect() as connection:
        present = revision_of(connection)
        tables = _tables(connection)
    if present == revision:
        return
    with writing(), db.engine.begin() as connection:
        for table in reversed(tables):
            table.drop(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {ALEMBIC}"))
    upgrade(revision=revision)


def _fill(folder: Path, manifest: Manifest) -> None:
    with writing(), db.engine.begin() as connection:
        tables = _tables(connection)
        if {table.name for table in tables} != set(manifest.rows):
            raise ArchiveError(_("Les tables de la sauvegarde ne sont pas celles de cette version."))
        for table in reversed(tables):
            connection.execute(table.delete())
        for table in tables:
            _insert(connection, table, folder / f"{table.name}.jsonl")
            count = connection.scalar(select(func.count()).select_from(table))
            if count != manifest.rows[table.name]:
                raise ArchiveError(
                    _("La table %(name)s n’a pas toutes ses lignes ; rien n’a été changé.", name=table.name)
                )
            _continue_numbering(connection, table)


def _insert(connection: Connection, table: Table, path: Path) -> None:
    batch: list[dict[str, Any]] = []
    with path.open("rb") as file:
        for line in file:
            batch.append(decode_row(line))
            if len(batch) == BATCH:
                connection.execute(table.insert(), batch)
                batch = []
    if batch:
        connection.execute(table.insert(), batch)


def _continue_numbering(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's counters go on after the greatest number that came back."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    quoted = connection.dialect.identifier_preparer.format_table(table)
    counter = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": quoted})
    last = connection.scalar(select(func.max(table.c.id)))
    if counter and last:
        connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})


def _put_exports(source: Path, target: Path) -> None:
    """Copy the exports; a name is the SHA-256 of its bytes, so nothing that is there can be in the way."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(path, place)


def _put_keys(source: Path, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        target.rename(target.with_name(f"keys-before-restore-{stamp}"))
    elif target.exists():
        target.rmdir()
    source.mkdir(mode=0o700, exist_ok=True)
    shutil.move(source, target)
