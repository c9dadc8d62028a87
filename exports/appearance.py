"""What is seen in a signature's field: a few lines, drawn as outlines.

No font enters the file: what pyHanko would write does not conform to PDF/A for every font, and costs more bytes. The
words are for the eye; who signs is read from the table around the field, and from its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

FONT = Path(__file__).parent / "fonts" / "ContributionSans-Regular.ttf"
UNITS = 1000
LEADING = 1.3
LARGEST, SMALLEST = 8.5, 4.0
"""Sizes of type, in points."""
MARGIN = 4.0
MISSING = "."
_BLANK = re.compile(r"\s")


class _Pen(BasePen):  # type: ignore[misc]
    """Writes outlines as operators of a PDF's content, in the font's own units."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []

    def _at(self, *points: tuple[float, float]) -> str:
        return " ".join(f"{x:.0f} {y:.0f}" for x, y in points)

    def _moveTo(self, point: tuple[float, float]) -> None:
        self.operators.append(f"{self._at(point)} m")

    def _lineTo(self, point: tuple[float, float]) -> None:
        self.operators.append(f"{self._at(point)} l")

    def _curveToOne(self, a: Any, b: Any, c: Any) -> None:
        self.operators.append(f"{self._at(a, b, c)} c")

    def _closePath(self) -> None:
        self.operators.append("h")


@dataclass(frozen=True)
class _Face:
    """What is needed of a font, read once into plain data: threads must not share a font that fontTools still reads."""

    glyphs: dict[int, str]
    """Which glyph draws a code point."""
    widths: dict[str, int]
    outlines: dict[str, str]


@cache
def _face() -> _Face:
    with TTFont(FONT) as font:
        glyphs, shapes = font.getBestCmap(), font.getGlyphSet()
        widths = {name: font["hmtx"][name][0] for name in set(glyphs.values())}
        return _Face(glyphs, widths, {name: _outline(shapes, name) for name in widths})


def _outline(shapes: Any, name: str) -> str:
    pen = _Pen(shapes)
    shapes[name].draw(pen)
    return "\n".join(pen.operators)


def _names(text: str) -> list[str]:
    known = _face().glyphs
    # Spaces that do not break are spaces all the same; Python does not call them printable.
    return [known.get(ord(sign), known[ord(MISSING)]) for sign in _BLANK.sub(" ", text) if sign.isprintable()]


def _width(names: list[str]) -> int:
    return sum(map(_face().widths.__getitem__, names))


def draw(lines: list[str], width: float, height: float) -> bytes:
    """Return the content that shows these lines in a box of this size (points), as large as they fit."""
    rows = [names for names in map(_names, lines) if names]
    if not rows:
        return b""
    widest = max(map(_width, rows)) / UNITS
    size = min(LARGEST, (height - 2 * MARGIN) / (LEADING * len(rows)), (width - 2 * MARGIN) / widest)
    rows = rows if size >= SMALLEST else [_cut(names, width) for names in rows]
    size = max(size, SMALLEST)
    face, operators = _face(), ["0.11 g", f"{size / UNITS:.5f} 0 0 {size / UNITS:.5f} 0 0 cm"]
    for number, names in enumerate(rows):
        x, y = MARGIN / size * UNITS, (height - MARGIN - size * (0.85 + LEADING * number)) / size * UNITS
        for name in names:
            outline = face.outlines[name]
            # Each glyph from its own origin: the same glyph is the same bytes again, and compresses to nothing.
            operators += [f"q 1 0 0 1 {x:.0f} {y:.0f} cm", outline, "f Q"] if outline else []
            x += face.widths[name]
    return "\n".join(operators).encode()


def _cut(names: list[str], width: float) -> list[str]:
    """Return as much of a line as fits at the smallest size."""
    room = (width - 2 * MARGIN) * UNITS / SMALLEST
    while names and _width(names) > room:
        names = names[:-1]
    return names
