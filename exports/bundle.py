"""A version as a folder of plain text files, zipped: what outlives every program, and lets anybody check the digest.

The same version gives the same bytes: nothing in it depends on who asks, or when.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC

from drafting.domain.slug import slug_of
from exports.manuscript import Manuscript, Section, frozen_utc, source_text

README = {
    "fr": """# {title}

Version {number}, figée le {date} (temps universel).

- `contribution.md` : tout le texte, en Markdown.
- `sections/` : le texte exact de chaque section.
- `canonical.json` : ce sur quoi l’empreinte de la version est calculée.

## Recalculer l’empreinte

L’empreinte est le SHA-256 du fichier `canonical.json`, octet pour octet :

    sha256sum canonical.json

ou, sous Windows (PowerShell) :

    Get-FileHash canonical.json -Algorithm SHA256

Elle doit être :

    {digest}

Le texte de chaque section est sous `sections`, `text` dans ce fichier, et après l’en-tête entre deux lignes `---` dans
le dossier `sections`. Le fichier `canonical.json` est du JSON (RFC 8259) en UTF-8 : clés dans l’ordre alphabétique,
aucune espace entre les signes, aucun échappement en dehors de ceux que JSON impose, texte en forme NFC, lignes
terminées par un saut de ligne seul. On le reconstruit ainsi, en Python :

    json.dumps(valeur, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
""",
    "en": """# {title}

Version {number}, frozen on {date} (universal time).

- `contribution.md`: the whole text, in Markdown.
- `sections/`: the exact text of each section.
- `canonical.json`: what the version’s digest is computed over.

## Recompute the digest

The digest is the SHA-256 of the file `canonical.json`, byte for byte:

    sha256sum canonical.json

or, on Windows (PowerShell):

    Get-FileHash canonical.json -Algorithm SHA256

It must be:

    {digest}

The text of each section is under `sections`, `text` in that file, and after the head between two lines `---` in the
folder `sections`. The file `canonical.json` is JSON (RFC 8259) in UTF-8: keys in alphabetical order, no space between
signs, no escapes beyond those that JSON demands, text in form NFC, lines ended by a line feed alone. It is rebuilt like
this, in Python:

    json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
""",
}
_NOT_IN_YAML = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]")
README_NAME = {"fr": "LISEZMOI.md", "en": "README.md"}


def zipped(manuscript: Manuscript, canonical: bytes, *, folder: str) -> bytes:
    """Return a version's bundle: a ZIP with one folder of this name."""
    at = frozen_utc(manuscript)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in _files(manuscript, canonical):
            entry = zipfile.ZipInfo(f"{folder}/{name}", at.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # The same on every machine.
            # Stored, not compressed: compressors differ from one machine to the next.
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return out.getvalue()


def _files(manuscript: Manuscript, canonical: bytes) -> list[tuple[str, bytes]]:
    language = manuscript.language if manuscript.language in README else "en"
    readme = README[language].format(
        title=manuscript.title, number=manuscript.number, digest=manuscript.digest,
        date=frozen_utc(manuscript).strftime("%Y-%m-%d %H:%M"),
    )
    whole = _head(_facts(manuscript)) + "\n" + source_text(manuscript)
    digits = max(2, len(str(len(manuscript.sections))))
    sections = [
        (f"sections/{section.number:0{digits}}-{slug_of(section.title)}.md", _section(section))
        for section in manuscript.sections
    ]
    texts = [(README_NAME[language], readme), ("contribution.md", whole), *sections]
    return [*((name, text.encode()) for name, text in texts), ("canonical.json", canonical)]


def _facts(manuscript: Manuscript) -> dict[str, object]:
    return {
        "title": manuscript.title,
        "recipient": manuscript.recipient,
        "event": manuscript.event,
        "language": manuscript.language,
        "version": manuscript.number,
        "label": manuscript.label,
        "frozen_at": manuscript.frozen_at.astimezone(UTC).isoformat(),
        "digest": f"sha256:{manuscript.digest}",
        "organisations": [f"{one.acronym} · {one.name} ({one.role})" for one in manuscript.organisations],
    }


def _section(section: Section) -> str:
    """Return the section's file: a head, and the exact text behind it."""
    return _head({"number": section.number, "title": section.title, "lead": section.lead}) + section.text


def _head(facts: dict[str, object]) -> str:
    """Return a YAML head: a string of JSON is one of YAML too, but for a few signs that YAML wants escaped."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    shown = [_NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in lines]
    return "\n".join(["---", *shown, "---", ""])
