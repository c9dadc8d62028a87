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
    digest.update(_drawn(field.get("/AP", pikepdf.Dictionary()).get("/N"), {}))
    return digest.hexdigest()


def _drawn(value: object, seen: dict[tuple[int, int], bytes]) -> bytes:
    """Return a digest of what a drawing is made of, with all that it refers to; of each object once."""
    if not isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        return repr(value).encode()
    if not value.is_indirect:
        return _made_of(value, seen)
    if value.objgen not in seen:
        seen[value.objgen] = b"%d %d" % value.objgen  # Where it refers to itself.
        seen[value.objgen] = _made_of(value, seen)
    return seen[value.objgen]


def _made_of(value: pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream, seen: dict[tuple[int, int], bytes]) -> bytes:
    digest = hashlib.sha256()
    if isinstance(value, pikepdf.Array):
        for one in value:
            digest.update(_drawn(one, seen) + b",")
        return digest.digest()
    if isinstance(value, pikepdf.Stream):
        digest.update(hashlib.sha256(value.read_raw_bytes()).digest())
    for key, one in sorted(value.items()):
        digest.update(key.encode() + b"=" + _drawn(one, seen) + b",")
    return digest.digest()
