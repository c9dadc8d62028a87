"""The bundled fonts: which characters they have, and what stands for one that none has."""

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

CONTROLS = "".join(map(chr, [*range(9), *range(14, 32), *range(0x7F, 0x85), *range(0x86, 0xA0)]))
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
DROPPED = CONTROLS + DIRECTIONS
LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"


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
    """Tell whether a character can be drawn, or needs no drawing (line ends, joiners, selectors)."""
    return ord(character) in known() or character in "\n\r\t" + LINE_ENDS + DROPPED or _is_invisible(ord(character))


def _is_invisible(point: int) -> bool:
    # Unicode's default ignorable code points that occur in texts: the layout takes no room for them.
    return point in (0xAD, 0x34F, 0xFEFF) or 0x200B <= point <= 0x200D or 0x2060 <= point <= 0x2064 or (
        0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0xE0020 <= point <= 0xE007F
    )  # fmt: skip


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
    """Put [U+4E2D] where a character cannot be drawn: an empty box would say nothing, and is no valid PDF/A.

    Signs that would turn the reading direction round are dropped: no bundled font has such a script, and a line
    that reads otherwise than its source must not be sealed. U+2010 ends lines in the document, so where people
    typed it the ordinary hyphen stands in.
    """
    table = {"\u2010": "-"} | dict.fromkeys(DROPPED, "") | dict.fromkeys(LINE_ENDS, " ")
    table |= {c: f"[U+{ord(c):04X}]" for c in set(html) if c not in table and not is_drawn(c)}
    return html.translate({ord(c): shown for c, shown in table.items()})
