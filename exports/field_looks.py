"""How the fields of a file look and what they are called, compared between two of its states.

A signature fills one field. pyHanko lets it redraw the others too, and so make one signature look like another's.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Sequence
from itertools import pairwise

import pikepdf

KEPT = ("/FT", "/F", "/Ff", "/Rect", "/TU", "/P", "/StructParent", "/MK", "/DA", "/AS", "/A", "/AA", "/Kids", "/Lock")


def only_filled(states: Sequence[tuple[bytes, str]], *, timestamps: Collection[str] = ()) -> bool:
    """Tell whether each state of a file differs from the one before in the look of the field named with it alone.

    `states` are the bytes of each state with the field that it fills, the sealed file first: a field that the state
    before has, but for those of `timestamps`, which hold no signature and may be added.
    """
    looks = [(_looks(pdf), filled) for pdf, filled in states]
    return all(
        (filled in before or filled in timestamps) and _without(before, filled) == _without(after, filled)
        for (before, _last), (after, filled) in pairwise(looks)
    )


def _without(looks: dict[str, str], filled: str) -> dict[str, str]:
    return {name: look for name, look in looks.items() if name != filled}


def _looks(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        form = opened.Root.get("/AcroForm", pikepdf.Dictionary())
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
