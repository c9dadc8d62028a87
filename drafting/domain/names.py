"""Names that people and organisations give themselves: one line, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

# Control, format (bidi overrides, zero-width characters), surrogate, private use, unassigned, line and
# paragraph separators: a name holding one could look like another's name or break a mail header.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class NameProblem(StrEnum):
    """Why a name is not acceptable."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVISIBLE = "invisible"


def tidy(name: str) -> str:
    """Return the name composed (NFC), with single spaces and none at its ends."""
    return re.sub("[ \u00a0\u202f]+", " ", unicodedata.normalize("NFC", name)).strip(" ")


def searchable(text: str) -> str:
    """Return the text as one looks for it: « Été à l’Œuvre » is found by « ete a l'oeuvre »."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return plain.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")


def problem_with(name: str, *, longest: int) -> NameProblem | None:
    """Return why this name, already tidy, is not acceptable, or None."""
    if not name.strip():
        return NameProblem.EMPTY
    if len(name) > longest:
        return NameProblem.TOO_LONG
    if any(unicodedata.category(character) in _REFUSED for character in name):
        return NameProblem.INVISIBLE
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        return NameProblem.EMPTY  # Nothing to read: only marks, spaces or punctuation.
    return None
