"""What the database keeps encrypted with the instance's secret: a copy of the database alone tells nothing of it."""

from __future__ import annotations

import secrets
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

NONCE_BYTES = 12


class Unreadable(LookupError):
    """It was encrypted with the secret of another instance, for something else, or is damaged."""


def encrypt(value: bytes, *, of: str) -> bytes:
    """Encrypt a value that belongs to one thing (`of`) and cannot be read as another's."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, value, of.encode())


def decrypt(value: bytes, *, of: str) -> bytes:
    """Return what `encrypt` was given. Raise Unreadable."""
    try:
        return AESGCM(_key()).decrypt(value[:NONCE_BYTES], value[NONCE_BYTES:], of.encode())
    except InvalidTag as error:
        raise Unreadable(of) from error


def _key() -> bytes:
    secret = cast("bytes", current_app.config["SECRET_KEY"])
    return HKDF(SHA256(), 32, salt=None, info=b"confidential values").derive(secret)
