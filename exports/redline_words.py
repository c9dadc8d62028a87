"""What a printed comparison says in words inside the text, in the document's language."""

from __future__ import annotations

from drafting.domain.redline import RedlineWords

FRENCH = RedlineWords()
ENGLISH = RedlineWords(
    language="en",
    deleted="deleted",
    end_deleted="end of deletion",
    inserted="added",
    end_inserted="end of addition",
    reformatted="layout changed",
    end_reformatted="end of layout change",
    replaced="replaced",
    moved_away="moved from here",
    moved_here="moved to here",
    split="paragraph split",
    joined="paragraphs joined",
    to_change=lambda number: f"see change {number}",
    change=lambda number: f"Change {number}",
    unchanged=lambda count: f"{count} unchanged paragraphs" if count > 1 else "1 unchanged paragraph",
    formats={
        "strong": "bold", "em": "italics", "code": "code", "link": "link", "marks": "marks",
        "heading": "heading or paragraph", "level": "heading level", "list": "list", "numbering": "numbers",
        "alignment": "alignment", "quote": "quotation", "paragraph": "paragraph",
    },
)


def redline_words(language: str) -> RedlineWords:
    """Return the words of a language: French, or English for any other."""
    return FRENCH if language[:2].lower() == "fr" else ENGLISH
