"""Versions: what becomes of open suggestions when one is frozen, and how its lines and paragraphs are cited."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class OpenSuggestions(StrEnum):
    """What the coordination wants of suggestions that nobody has decided when it freezes a version."""

    LEFT_OUT = "left_out"  # The version has the text without them; in the live text they stay open.
    REFUSED = "refused"  # There is no version until all are decided.


class Numbers(StrEnum):
    """Which numbers a reader sees in the margin of a version."""

    NONE = ""
    PARAGRAPHS = "paragraphs"
    LINES = "lines"  # And paragraphs.
    SPOKEN = "spoken"  # The same, read aloud too.

    @property
    def has_lines(self) -> bool:
        """Whether lines are numbered, and so begin where their numbers say."""
        return self in (Numbers.LINES, Numbers.SPOKEN)


@dataclass(frozen=True)
class Citation:
    """A place of a version as people name it in a meeting: a line, or a paragraph of a section."""

    line: int = 0
    section: int = 0
    paragraph: int = 0

    @property
    def anchor(self) -> str:
        """Return the id of the place on the version's page."""
        return f"l{self.line}" if self.line else f"p{self.section}-{self.paragraph}"


_LINE = re.compile(
    r"(?:l|li|lig|ligne|lignes|line|lines)?\s*\.?\s*(\d{1,6})(?:\s*(?:[-–—]|à|to|et|and)\s*\d{1,6})?", re.ASCII)
_PARAGRAPH = re.compile(
    r"(?:§+|p|par|para|paragraphe|paragraph|al|alinéa)?\s*\.?\s*(\d{1,4})\s*[.\-·]\s*(\d{1,5})", re.ASCII)


def parse_citation(words: str) -> Citation | None:
    """Read what somebody cites: « l. 123 », « lignes 12-15 » (the first counts), « § 4.2 », « 4.2 »; None for no place.

    A hyphen between two numbers alone is a paragraph (4-2), as in an amendment's number; behind « l. » a range.
    """
    words = " ".join(words.casefold().split())
    found = _PARAGRAPH.fullmatch(words)
    if found:
        return Citation(section=int(found[1]), paragraph=int(found[2]))
    found = _LINE.fullmatch(words)
    return Citation(line=int(found[1])) if found and int(found[1]) else None
