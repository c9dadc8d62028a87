"""What a password must be: long. Rules of composition make passwords worse, so there are none."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

SHORTEST = 12
LONGEST = 200  # Hashing a novel would be a way to keep the server busy.


class PasswordProblem(StrEnum):
    """Why a password is not acceptable."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_ADDRESS = "is_address"


def normalised(password: str) -> str:
    """Return the password in the one form that is hashed.

    A Mac writes é as one character where another keyboard may write e and an accent: NFKC makes them equal.
    """
    return unicodedata.normalize("NFKC", password)


def problem_with(password: str, email: str) -> PasswordProblem | None:
    """Return why this password is not acceptable for this person, or None."""
    text = normalised(password)
    if len(text) < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if len(text) > LONGEST:
        return PasswordProblem.TOO_LONG
    if email and text.lower() == email.lower():
        return PasswordProblem.IS_ADDRESS
    return None
