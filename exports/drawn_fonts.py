"""Whether the drawing in a field brings its fonts along, as files that are kept for long must (PDF/A, PDF/UA)."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def brings_its_fonts(pdf: bytes, field: str) -> bool:
    """Tell whether all fonts of the drawing in this field are in the file (ISO 19005-3, 6.2.11.4.1)."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        form = opened.Root.get("/AcroForm", pikepdf.Dictionary())
        drawn = [one.get("/AP", pikepdf.Dictionary()).get("/N") for one in form.get("/Fields", [])
                 if str(one.get("/T")) == field]
        return all(map(_is_embedded, _fonts(drawn, set())))


def _fonts(value: object, seen: set[tuple[int, int]]) -> Iterator[pikepdf.Dictionary | pikepdf.Stream]:
    """Yield the fonts to which something refers, directly or through what it refers to."""
    if isinstance(value, list | pikepdf.Array):
        for one in value:
            yield from _fonts(one, seen)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        if value.is_indirect:
            if value.objgen in seen:
                return
            seen.add(value.objgen)
        if value.get("/Type") == "/Font":
            yield value
        else:
            for _key, one in value.items():
                yield from _fonts(one, seen)


def _is_embedded(font: pikepdf.Dictionary | pikepdf.Stream) -> bool:
    if font.get("/Subtype") == "/Type3":  # Drawn by the file itself.
        return True
    descendants = font.get("/DescendantFonts")
    described = descendants[0] if descendants is not None else font
    descriptor = described.get("/FontDescriptor", pikepdf.Dictionary())
    return any(name in descriptor for name in PROGRAMS)
