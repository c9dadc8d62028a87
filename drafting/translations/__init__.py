"""Languages: French is the source, other languages are folders of .po files, one an area of the product."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

LANGUAGES = ("fr", "en")
FOLDER = Path(__file__).parent


class French(NullTranslations):
    """The source language: every message is its own translation; zero is singular (« 0 section »)."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the singular for 0 and 1."""
        return msgid1 if abs(n) < 2 else msgid2

    ungettext = ngettext


class PoFolder(Domain):
    """Translations read straight from the .po files, so that nothing has to be compiled."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the present request's language."""
        locale = get_locale()
        return catalogue(locale.language if locale else "fr")


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the merged catalogue of all the areas' files of a language (none for French, the source)."""
    folder = FOLDER / language
    if language not in LANGUAGES or not folder.is_dir():
        return French()
    merged = Catalog(locale=language)
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    merged[message.id] = message
    binary = io.BytesIO()
    write_mo(binary, merged)
    binary.seek(0)
    return Translations(binary)
