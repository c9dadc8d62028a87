"""The secret that encrypts the instance's seals, and its folder of keys."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import pkcs12

from exports.credentials import Credentials, SealKey

SECRET_FILE = "seal-encryption.secret"  # noqa: S105  The name of a file, not a secret.
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


class KeyMissing(LookupError):
    """The folder does not hold this key, or cannot open it: the folder and the database do not belong together."""


class KeyStore:
    """Encrypts seals with a secret kept in a folder that only the application's account can read.

    The secret is random, of this instance, made at the first use. A copy of the database is worth nothing
    without the folder; whoever has both can seal: protect them and back them up accordingly.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def encrypt(self, credentials: Credentials) -> bytes:
        """Give a seal as PKCS#12 bytes that only this instance can open."""
        return credentials.to_pkcs12(self._secret())

    def decrypt(self, data: bytes) -> Credentials:
        """Open what `encrypt` gave; raises KeyMissing when another instance made it."""
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(data, self._secret())
        except ValueError as error:
            raise KeyMissing("encrypted by another instance") from error
        if certificate is None or not isinstance(key, SealKey):
            raise KeyMissing("no key inside")
        return Credentials(key, certificate, tuple(others))

    def save(self, name: str, credentials: Credentials, *, replace: bool = True) -> None:
        """Keep a key as a file of its own; without `replace`, the one that already has the name stays."""
        data = self.encrypt(credentials)
        _write_private(self._path(name), data, replace=replace)

    def load(self, name: str) -> Credentials:
        """Give back a key kept as a file; raises KeyMissing."""
        try:
            return self.decrypt(self._path(name).read_bytes())
        except FileNotFoundError as error:
            raise KeyMissing(name) from error

    def has(self, name: str) -> bool:
        """True when a file of that name exists."""
        return self._path(name).exists()

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"not a key's name: {name!r}")
        return self.folder / f"{name}.p12"

    def _secret(self) -> bytes:
        """Read the secret, or make it: the first of two processes wins, and both use the winner's."""
        path = self.folder / SECRET_FILE
        if not path.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(path, secrets.token_hex(32).encode(), replace=False)
        return path.read_bytes().strip()


def _write_private(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Write a whole file or nothing, readable by this account only (mkstemp makes it 0600)."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
