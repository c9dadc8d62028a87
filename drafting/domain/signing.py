"""Signing: how far a signatory is, how a signature came about, and who may sign next. Pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class SignatoryState(StrEnum):
    """How far a signatory is."""

    EXPECTED = "expected"
    SIGNED = "signed"
    REFUSED = "refused"
    """Will not sign, and says why."""
    REPLACED = "replaced"
    """Somebody else signs in this place: before the seal only."""


class Means(StrEnum):
    """How a signature came about."""

    KEPT_KEY = "kept_key"
    """With the organisation's key, kept here under its own passphrase."""
    BROWSER = "browser"
    """With a key that never left the person's browser."""
    UPLOAD = "upload"
    """Elsewhere, with the file downloaded and brought back."""


class FileStep(StrEnum):
    """What was appended to a sealed file."""

    SIGNATURE = "signature"
    ARCHIVE = "archive"
    """The final archive timestamp."""


def may_sign_now(states: Sequence[SignatoryState], index: int, *, in_order: bool) -> bool:
    """Tell whether the signatory at this place of the list may sign: expected, and in a fixed order all before signed.

    Who refused holds up nobody behind: [signed, refused, expected] => the third may.
    """
    if states[index] is not SignatoryState.EXPECTED:
        return False
    return not in_order or SignatoryState.EXPECTED not in states[:index]
