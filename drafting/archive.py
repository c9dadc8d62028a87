"""The backup file: a tar of table rows, keys and exports, with a manifest that gives each its SHA-256."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from flask_babel import gettext as _

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("keys", "exports")
CHUNK = 1024 * 1024


class ArchiveError(Exception):
    """The backup file cannot be used; says why, for the person at the command line."""


@dataclass
class Manifest:
    """What an archive holds."""

    created_at: str
    revision: str
    """The migration at which the database was."""
    rows: dict[str, int] = field(default_factory=dict)
    """Number of rows by table, in the order in which they can be inserted."""
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every member."""
    format: int = FORMAT


def encode_row(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON; times, bytes and JSON values are tagged."""
    tagged = {name: _encode(value) for name, value in row.items()}
    return json.dumps(tagged, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _encode(value: Any) -> Any:
    match value:
        case datetime():
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"time": aware.isoformat()}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case list() | dict():
            return {"json": value}
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"A value of type {type(value).__name__} cannot be backed up.")


def decode_row(line: bytes) -> dict[str, Any]:
    """Return the row of a line."""
    return {name: _decode(value) for name, value in json.loads(line).items()}


def _decode(value: Any) -> Any:
    match value:
        case {"time": moment}:
            return datetime.fromisoformat(moment)
        case {"bytes": encoded}:
            return base64.b64decode(encoded)
        case {"json": inner}:
            return inner
    return value


class Writer:
    """Adds members to an archive that is being written."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.tar = tar
        self.manifest = manifest

    def add_rows(self, table: str, rows: Iterator[dict[str, Any]]) -> None:
        """Add a table as it is read: its rows never all stand in memory."""
        count = 0
        with tempfile.TemporaryFile() as file:
            for row in rows:
                file.write(encode_row(row))
                count += 1
            self._add(f"database/{table}.jsonl", file)
        self.manifest.rows[table] = count

    def add_folder(self, instance: Path, name: str) -> None:
        """Add the files of one of the instance's folders."""
        for path in sorted((instance / name).rglob("*")):
            if path.is_file() and not path.is_symlink():
                try:
                    file = path.open("rb")
                except FileNotFoundError:
                    continue  # Thrown away since we listed it: nothing in the database speaks of it.
                with file:
                    self._add(path.relative_to(instance).as_posix(), file)

    def _add(self, name: str, file: IO[bytes]) -> None:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        digest = hashlib.sha256()
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o600
        self.tar.addfile(info, _Hashing(file, digest))
        self.manifest.digests[name] = digest.hexdigest()


class _Hashing:
    """Reads a file and hashes exactly what was read."""

    def __init__(self, file: IO[bytes], digest: Any) -> None:
        self.file = file
        self.digest = digest

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing_to(path: Path, revision: str) -> Iterator[Writer]:
    """Write an archive that appears under its name only when whole; never over another file."""
    if path.exists():
        raise ArchiveError(_("%(path)s existe déjà : choisissez un autre nom, rien n’a été écrit.", path=path))
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # Mode 0600: it holds keys.
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with (
                gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=6) as packed,
                tarfile.open(fileobj=packed, mode="w|") as tar,
            ):
                manifest = Manifest(created_at=datetime.now(UTC).isoformat(), revision=revision)
                yield Writer(tar, manifest)
                text = json.dumps(asdict(manifest), indent=1).encode()
                info = tarfile.TarInfo(MANIFEST)
                info.size = len(text)
                info.mode = 0o600
                tar.addfile(info, io.BytesIO(text))
            raw.flush()
            os.fsync(raw.fileno())
        os.link(part, path)  # Refuses, unlike a rename, if the name was taken meanwhile.
    finally:
        part.unlink(missing_ok=True)


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder, checking every byte; raise ArchiveError with what is wrong."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, mode="r:gz") as tar:
            for member in tar:
                _check_name(member)
                data = tar.extractfile(member)
                assert data is not None  # noqa: S101 - _check_name lets regular files alone through
                if member.name == MANIFEST:
                    manifest = _manifest(json.loads(data.read()))
                else:
                    found[member.name] = _copy(data, folder / member.name)
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError, gzip.BadGzipFile) as error:
        raise ArchiveError(
            _("%(path)s n’est pas une sauvegarde lisible : %(error)s", path=path, error=error)
        ) from error
    if manifest is None:
        raise ArchiveError(_("%(path)s est incomplet : son sommaire manque.", path=path))
    wrong = {name for name in found.keys() | manifest.digests if found.get(name) != manifest.digests.get(name)}
    if wrong:
        raise ArchiveError(_("%(path)s est abîmé : %(names)s.", path=path, names=", ".join(sorted(wrong))))
    return manifest


def _check_name(member: tarfile.TarInfo) -> None:
    parts = PurePosixPath(member.name).parts
    known = member.name == MANIFEST or (parts and parts[0] in {*FOLDERS, "database"})
    if not (member.isreg() and known) or ".." in parts or member.name.startswith("/"):
        raise ArchiveError(_("Cette sauvegarde contient « %(name)s », qui n’a rien à y faire.", name=member.name))


def _manifest(values: Any) -> Manifest:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ArchiveError(_("Cette sauvegarde vient d’une version plus récente de l’application."))
    return Manifest(**values)


def _copy(data: IO[bytes], target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := data.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
