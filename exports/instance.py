"""Where this instance keeps its keys and its exported files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from exports.keys import KeyStore

SHA256 = re.compile(r"[0-9a-f]{64}")


class FileMissing(LookupError):
    """A file that the database knows is not in the folder, or is no longer what it was."""


class FileStore:
    """Keeps exported files under their SHA-256: what is read is what was kept, or an error."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, ending: str = "pdf") -> str:
        """Keep these bytes and return their SHA-256; safely on the disk when it returns."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path(sha256, ending))
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        _sync_folder(self.folder)
        return sha256

    def get(self, sha256: str, ending: str = "pdf") -> bytes:
        """Give back the bytes with that SHA-256; raises FileMissing when they are gone or were changed."""
        try:
            data = self._path(sha256, ending).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileMissing(sha256)
        return data

    def remove(self, sha256: str, ending: str = "pdf") -> None:
        """Keep these bytes no longer."""
        self._path(sha256, ending).unlink(missing_ok=True)

    def forget(self, *, but: Iterable[str], older_than_s: float) -> None:
        """Remove what is kept here since longer than that, but for these SHA-256."""
        kept = set(but)
        limit = time.time() - older_than_s
        for path in self.folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stem not in kept and path.stat().st_mtime < limit:
                    path.unlink()

    def _path(self, sha256: str, ending: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.folder / f"{sha256}.{ending}"


def _sync_folder(folder: Path) -> None:
    """Make a new name last: fsync of the file alone does not keep its folder's entry."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def key_store() -> KeyStore:
    """The present instance's keys."""
    return KeyStore(current_app.config["SETTINGS"].instance / "keys")


def file_store() -> FileStore:
    """The present instance's exported files."""
    return FileStore(current_app.config["SETTINGS"].instance / "exports")


def upload_store() -> FileStore:
    """The documents handed in to be read, until they are. No backup holds them."""
    return FileStore(current_app.config["SETTINGS"].instance / "imports")
