"""Readable names for the command line and for published pages."""

from __future__ import annotations

import re
import unicodedata

LENGTH_MAX = 60


def slug_of(title: str) -> str:
    """Return the title in lower-case ASCII words joined by hyphens: « Œuvre d’été » is oeuvre-d-ete."""
    decomposed = unicodedata.normalize("NFKD", title.lower().replace("œ", "oe").replace("æ", "ae").replace("·", ""))
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.findall(r"[a-z0-9]+", kept)
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > LENGTH_MAX:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or (words[0][:LENGTH_MAX] if words else "contribution")
