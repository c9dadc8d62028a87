"""What a redline says in words: who made a change, and its signs read out, in the language of the reader's pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

FORMATS = {
    "strong": "gras",
    "em": "italique",
    "code": "code",
    "link": "lien",
    "marks": "marques",
    "heading": "titre ou paragraphe",
    "level": "niveau de titre",
    "list": "liste",
    "numbering": "numéros",
    "alignment": "alignement",
    "quote": "citation",
    "paragraph": "paragraphe",
}


@dataclass(frozen=True)
class Label:
    """Who made a change, as it is written beside it. All plain words in the reader's language."""

    who: str
    acronym: str | None = None
    colour: str | None = None
    """One of the palette's names."""
    at: str | None = None
    """When, already written out."""
    amendment: str | None = None
    """E.g. « amendement 12 »."""
    href: str | None = None

    @property
    def words(self) -> str:
        """All of it, for who listens or points."""
        return ", ".join(part for part in (self.who, self.amendment, self.at) if part)


@dataclass(frozen=True)
class RedlineWords:
    """What the redline says besides the texts."""

    language: str = "fr"
    """Of these words, which may not be that of the texts."""
    deleted: str = "supprimé"
    end_deleted: str = "fin de suppression"
    inserted: str = "ajouté"
    end_inserted: str = "fin d’ajout"
    reformatted: str = "mise en forme changée"
    end_reformatted: str = "fin de mise en forme changée"
    replaced: str = "remplacé"
    moved_away: str = "déplacé d’ici"
    moved_here: str = "déplacé ici"
    split: str = "paragraphe coupé"
    joined: str = "paragraphes réunis"
    to_change: Callable[[int], str] = field(default=lambda number: f"voir la modification {number}")
    change: Callable[[int], str] = field(default=lambda number: f"Modification {number}")
    unchanged: Callable[[int], str] = field(
        default=lambda count: f"{count} paragraphes inchangés" if count > 1 else "1 paragraphe inchangé"
    )
    formats: Mapping[str, str] = field(default_factory=lambda: FORMATS)

    def kind(self, kind: str, formats: Sequence[str] = ()) -> str:
        """Return what happened in a change, in words."""
        words = str(getattr(self, kind))
        return f"{words} : {', '.join(self.formats.get(name, name) for name in formats)}" if formats else words
