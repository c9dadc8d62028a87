"""What is seen in a signature's field: a few lines, drawn as outlines.

No font enters the file: what pyHanko would write does not conform to PDF/A for every font, and costs more bytes. The
words are for the eye; who signs is read from the table around the field, and from its name.
"""

from __future__ import annotations

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


@cache
def _font() -> TTFont:
    return TTFont(FONT)


def _names(text: str) -> list[str]:
    known = _font().getBestCmap()
    return [known.get(ord(sign), known[ord(MISSING)]) for sign in text if sign.isprintable()]


def _width(names: list[str]) -> int:
    return sum(_font()["hmtx"][name][0] for name in names)


def draw(lines: list[str], width: float, height: float) -> bytes:
    """Return the content that shows these lines in a box of this size (points), as large as they fit."""
    rows = [names for names in map(_names, lines) if names]
    if not rows:
        return b""
    widest = max(map(_width, rows)) / UNITS
    size = min(LARGEST, (height - 2 * MARGIN) / (LEADING * len(rows)), (width - 2 * MARGIN) / widest)
    rows = rows if size >= SMALLEST else [_cut(names, width) for names in rows]
    size = max(size, SMALLEST)
    operators = ["0.11 g", f"{size / UNITS:.5f} 0 0 {size / UNITS:.5f} 0 0 cm"]
    for number, names in enumerate(rows):
        x, y = MARGIN / size * UNITS, (height - MARGIN - size * (0.85 + LEADING * number)) / size * UNITS
        for name in names:
            outline = _outline(name)
            # Each glyph from its own origin: the same glyph is the same bytes again, and compresses to nothing.
            operators += [f"q 1 0 0 1 {x:.0f} {y:.0f} cm", outline, "f Q"] if outline else []
            x += _font()["hmtx"][name][0]
    return "\n".join(operators).encode()


@cache
def _outline(name: str) -> str:
    """Return the outline of a glyph."""
    glyphs = _font().getGlyphSet()
    pen = _Pen(glyphs)
    glyphs[name].draw(pen)
    return "\n".join(pen.operators)


def _cut(names: list[str], width: float) -> list[str]:
    """Return as much of a line as fits at the smallest size."""
    room = (width - 2 * MARGIN) * UNITS / SMALLEST
    while names and _width(names) > room:
        names = names[:-1]
    return names
