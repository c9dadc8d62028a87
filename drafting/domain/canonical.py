"""The canonical bytes of a version, and their digest: what is validated, sealed and verified.

The bytes are UTF-8 JSON (RFC 8259), keys sorted, no spaces between tokens, no escapes beyond those
that JSON demands, text in NFC with line feeds only. Anyone can recompute the digest (docs/canonical.md):

    sha256 of json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")

The value is {"format": 1, "title", "recipient", "event", "language", "number", "label",
"organisations": [[acronym, name, role], ...], "sections": [{"title", "lead", "text"}, ...]}. Time and
people are not in it: the same text under the same number and label has the same digest.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FORMAT = 1


@dataclass(frozen=True)
class FrozenSection:
    """A section's place in a version."""

    title: str
    lead: str
    """Acronym of the lead organisation, or nothing."""
    text: str
    """Markdown."""


@dataclass(frozen=True)
class FrozenContribution:
    """All that a version says."""

    title: str
    recipient: str
    event: str
    language: str
    number: int
    label: str
    organisations: Sequence[tuple[str, str, str]]
    """Acronym, name and role of each participation."""
    sections: Sequence[FrozenSection]


def canonical_bytes(frozen: FrozenContribution) -> bytes:
    """Return the bytes over which the digest is made."""
    value = {
        "format": FORMAT,
        "title": clean(frozen.title),
        "recipient": clean(frozen.recipient),
        "event": clean(frozen.event),
        "language": frozen.language,
        "number": frozen.number,
        "label": clean(frozen.label),
        "organisations": [[clean(part) for part in organisation] for organisation in frozen.organisations],
        "sections": [
            {"title": clean(section.title), "lead": clean(section.lead), "text": clean(section.text)}
            for section in frozen.sections
        ],
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def clean(text: str) -> str:
    """Return the text in NFC with line feeds only."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def digest(canonical: bytes) -> str:
    """Return the SHA-256 of canonical bytes, 64 hexadecimal characters."""
    return hashlib.sha256(canonical).hexdigest()


def frozen_of(canonical: bytes) -> FrozenContribution:
    """Read canonical bytes, or any JSON of the same value. Raise ValueError for what is none."""
    try:
        value = json.loads(canonical.decode())
        if value["format"] != FORMAT or type(value["number"]) is not int:
            raise ValueError("another format")
        frozen = FrozenContribution(
            title=_text(value["title"]), recipient=_text(value["recipient"]), event=_text(value["event"]),
            language=_text(value["language"]), number=value["number"], label=_text(value["label"]),
            organisations=[(_text(one), _text(name), _text(role)) for one, name, role in value["organisations"]],
            sections=[FrozenSection(_text(one["title"]), _text(one["lead"]), _text(one["text"]))
                      for one in value["sections"]],
        )
        canonical_bytes(frozen)  # Half of a surrogate pair has no UTF-8.
    except (KeyError, TypeError, RecursionError, UnicodeError) as wrong:
        raise ValueError("not the canonical text of a version") from wrong
    return frozen


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
