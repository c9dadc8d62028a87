"""Where a Word document of ours comes from, as it says itself in its properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exports.manuscript import Manuscript

CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
FRAME_STYLES = {"cover event", "subtitle", "cover version", "cover label", "cover line", "section lead"}
"""Styles of what we write around the sections: the first page but its title, and who leads a section."""


@dataclass(frozen=True)
class Origin:
    """What a document was made from."""

    contribution: str = ""
    """The contribution's key."""
    version: str = ""
    """The version's key."""
    sections: tuple[tuple[str, int], ...] = ()
    """Key and revision of each section, in the order of the document."""


def properties_of(manuscript: Manuscript, origin: Origin) -> dict[str, str]:
    """Return what a document says of its own origin."""
    values = {
        "contribution": origin.contribution, "version": origin.version,
        "version-number": str(manuscript.number) if manuscript.number else "", "digest": manuscript.digest,
    }
    values |= {f"section-{n}": f"{key} {revision}" for n, (key, revision) in enumerate(origin.sections, start=1)}
    return {name: value for name, value in values.items() if value}


def is_named_in(custom: Any) -> bool:
    """Tell whether a document's own properties (docProps/custom.xml) say that it was made here."""
    if custom is None:
        return False
    names = {one.get("name") for one in custom.iter(f"{{{CUSTOM}}}property")}
    return {"contribution", "version", "digest"} <= names
