"""One-time codes of an authenticator application (RFC 6238: SHA-1, 30 seconds, 6 digits), and codes for a lost one."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = 1
"""Steps that a telephone's clock may be wrong by."""
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # Nothing that is read as something else.
RECOVERY_LENGTH = 12


def step_of(secret: bytes, code: str, *, at_s: float, last_step: int) -> int | None:
    """Return the step whose code this is, or None; a step is good once, so it must be later than `last_step`.

    `at_s` is the time in seconds since 1970.
    """
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    # Applications that people have on their telephones know SHA-1 only.
    hotp = HOTP(secret, DIGITS, SHA1(), enforce_key_length=False)  # noqa: S303
    now = int(at_s) // STEP_S
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hotp.generate(step) == digits.encode() and step > last_step:
            found = step
    return found


def code_at(secret: bytes, at_s: float) -> str:
    """Return the code of a time, in seconds since 1970."""
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False).generate(int(at_s) // STEP_S).decode()  # noqa: S303


def address_of(secret: bytes, *, account: str, issuer: str) -> str:
    """Return what the QR code says to the application."""
    return (
        f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='')}"
        f"?secret={typed(secret).replace(' ', '')}&issuer={quote(issuer, safe='')}"
    )


def typed(secret: bytes) -> str:
    """Return the secret as a person types it: in groups of four."""
    letters = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def recovery_digest(code: str) -> str | None:
    """Return what is stored of a recovery code however it was typed; None for what is none."""
    letters = "".join(sign for sign in code.lower() if not (sign.isspace() or sign in "-‐‑–"))
    if len(letters) != RECOVERY_LENGTH or not set(letters) <= set(RECOVERY_ALPHABET):
        return None
    return hashlib.sha256(letters.encode()).hexdigest()
