"""Derive the document's fonts from Source Serif 4 and Source Sans 3 (python tools/fonts.py FOLDER).

The one change in design terms is none at all: the hyphen that ends a line (U+2010) gets a glyph of its own, a copy
of the hyphen's. Only so can a PDF say that this sign is a soft hyphen, so that a word cut at a line's end is
read, searched and copied whole. "Source" is a reserved name of the originals, so the derived fonts are called
Contribution Serif and Contribution Sans. Hints for screens are left out: print needs none.

FOLDER holds the originals' TTF files (npm packages source-serif 4.5.1 and source-sans 3.52.0).
"""

import copy
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "exports" / "fonts"
NAMES = {"Source Serif 4": "Contribution Serif", "Source Sans 3": "Contribution Sans",
         "SourceSerif4": "ContributionSerif", "SourceSans3": "ContributionSans"}  # fmt: skip
FILES = (
    "SourceSerif4-Regular", "SourceSerif4-It", "SourceSerif4-Bold", "SourceSerif4-BoldIt",
    "SourceSerif4Display-Semibold", "SourceSans3-Regular", "SourceSans3-It", "SourceSans3-Semibold",
    "SourceSans3-Bold",
)  # fmt: skip
LINE_HYPHEN = "hyphen.line"


def rename(text: str) -> str:
    """Return a name with the reserved name replaced."""
    for old, new in NAMES.items():
        text = text.replace(old, new)
    return text


def derive(source: Path, target: Path) -> None:
    """Write one derived font."""
    options = subset.Options(
        hinting=False, layout_features=["*"], name_IDs=["*"], name_languages=["*"], notdef_outline=True,
        glyph_names=True, recalc_timestamp=False, legacy_kern=True, drop_tables=["DSIG", "meta"],
    )  # fmt: skip
    font = TTFont(source, recalcTimestamp=False)
    slim = subset.Subsetter(options)
    slim.populate(unicodes=font.getBestCmap())
    slim.subset(font)
    font.setGlyphOrder([*font.getGlyphOrder(), LINE_HYPHEN])
    font["glyf"].glyphs[LINE_HYPHEN] = copy.deepcopy(font["glyf"]["hyphen"])
    font["hmtx"][LINE_HYPHEN] = font["hmtx"]["hyphen"]
    for table in font["cmap"].tables:
        if 0x2010 in table.cmap:
            table.cmap[0x2010] = LINE_HYPHEN
    for record in font["name"].names:
        if record.nameID not in (0, 7, 13, 14):  # copyright, trademark and licence keep the originals' words
            record.string = rename(record.toUnicode())
    font["name"].names = [r for r in font["name"].names if r.nameID != 7]
    font.save(target, reorderTables=False)


if __name__ == "__main__":
    for name in FILES:
        derive(next(Path(sys.argv[1]).rglob(f"{name}.ttf")), TARGET / f"{rename(name)}.ttf")
