"""How the fields of a file look and what they are called, compared between two of its states.

A signature fills one field. pyHanko lets it redraw the others too, and so make one signature look like another's.
"""

from __future__ import annotations

import hashlib

import pikepdf

KEPT = ("/FT", "/F", "/Ff", "/Rect", "/TU", "/P", "/StructParent", "/MK", "/DA", "/AS", "/A", "/AA", "/Kids", "/Lock")


def only_one_filled(before: dict[str, str], after: dict[str, str], filled: str, *, may_be_new: bool = False) -> bool:
    """Tell whether the fields' looks differ in the field that was filled alone.

    The state before has that field, unless it `may_be_new`: a timestamp over the whole file brings its own.
    """
    return (filled in before or may_be_new) and _without(before, filled) == _without(after, filled)


def _without(looks: dict[str, str], filled: str) -> dict[str, str]:
    return {name: look for name, look in looks.items() if name != filled}


def looks(pdf: pikepdf.Pdf) -> dict[str, str]:
    """Return a digest of what is seen and heard of each field of a file, by its name."""
    form = pdf.Root.get("/AcroForm", pikepdf.Dictionary())
    return {str(one.get("/T")): _look(one) for one in form.get("/Fields", [])}


def _look(field: pikepdf.Object) -> str:
    """Return a digest of what is seen and heard of a field."""
    digest = hashlib.sha256()
    for key in KEPT:
        value = field.get(key)
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            digest.update(repr(value.objgen).encode())
        else:
            digest.update(repr(value).encode())
    drawn = field.get("/AP", pikepdf.Dictionary()).get("/N")
    if isinstance(drawn, pikepdf.Stream):
        digest.update(drawn.read_raw_bytes())
        facts = {key: drawn.get(key) for key in ("/BBox", "/Matrix", "/Resources", "/Filter", "/DecodeParms")}
        digest.update(repr(facts).encode())
    return digest.hexdigest()
