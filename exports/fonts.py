"""The bundled fonts: which characters they have, and what stands for one that none has."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from exports.manuscript import Manuscript

FOLDER = Path(__file__).parent / "fonts"
# Every text may fall back on these; a bold or italic face that lacks a sign takes it from here.
FILES = (
    "ContributionSerif-Regular.ttf", "ContributionSans-Regular.ttf", "NotoSansSymbols2-Regular.ttf",
    "NotoEmoji-Regular.ttf",
)  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """A character that no bundled font has."""

    character: str
    name: str
    """Its Unicode name, or its code point where it has none."""
    where: str
    """The title of the section (or the part of the cover) in which it first stands."""


@cache
def known() -> frozenset[int]:
    """Return the code points that the bundled fonts can draw."""
    points: set[int] = set()
    for name in FILES:
        with TTFont(FOLDER / name, lazy=True) as font:
            points |= set(font.getBestCmap())
    return frozenset(points)


def is_drawn(character: str) -> bool:
    """Tell whether a character can be drawn, or needs no drawing (spaces, joiners, selectors)."""
    category = unicodedata.category(character)
    return ord(character) in known() or category in ("Cf", "Cc", "Zs", "Zl", "Zp") or 0xFE00 <= ord(character) <= 0xFE0F


def missing_characters(manuscript: Manuscript) -> list[Missing]:
    """Return each character of a manuscript that no bundled font has, once, in order of appearance."""
    m = manuscript
    places = [(m.title, m.title), (m.recipient, m.recipient), (m.event, m.event), (m.label, m.label)]
    places += [(o.name, o.acronym + o.name) for o in m.organisations]
    places += [(s.title, s.title + s.text) for s in m.sections]
    found: dict[str, Missing] = {}
    for where, text in places:
        for character in text:
            if character not in found and not is_drawn(character):
                found[character] = Missing(character, name_of(character), where)
    return list(found.values())


def name_of(character: str) -> str:
    """Return a character's Unicode name, or U+ and its code point."""
    return unicodedata.name(character, f"U+{ord(character):04X}")


# One glyph may stand for several characters; what it is read as must not depend on which came first in the text.
# tools/fonts.py gave the hyphen at a line's end a glyph of its own: a soft hyphen, so that words stay whole.
READ_AS = {"\u2010": "\u00ad", "\u2011": "-", "\u00ad": "-", "\u00a0": " ", "\u2009": "\u202f", "\u2060": " "}


def set_reading(fonts: Iterable[Any]) -> None:
    """Say for each glyph that a document uses how it is read, searched and copied."""
    for font in fonts:
        for glyph, text in font.to_unicode.items():
            font.to_unicode[glyph] = READ_AS.get(text, text)


def replace_missing(html: str) -> str:
    """Put [U+4E2D] where a character cannot be drawn: an empty box would say nothing, and is no valid PDF/A."""
    # U+2010 ends lines in the document, so where people typed it the ordinary hyphen stands in.
    return re.sub(r"[^\x00-\u024f\u2000-\u206f]", _drawn_or_named, html.replace("\u2010", "-"))


def _drawn_or_named(match: re.Match[str]) -> str:
    character = match[0]
    return character if is_drawn(character) else f"[U+{ord(character):04X}]"
