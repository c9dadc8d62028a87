"""What a Word document holds that a section's text cannot: counted by kind, with the headings under which it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_PLACES = 6
MAX_PLACE = 80


class Kind(StrEnum):
    """Something that was not kept as it was; `exports/docx_words.py` has a sentence for each."""

    IMAGE = "image"
    CHART = "chart"
    TEXT_BOX = "text-box"
    EMBEDDED = "embedded"
    EQUATION = "equation"
    COMMENT = "comment"
    INSERTION = "insertion"
    DELETION = "deletion"
    FORMAT_CHANGE = "format-change"
    HIDDEN = "hidden"
    COLOUR = "colour"
    UNDERLINE = "underline"
    STRIKE = "strike"
    RAISED = "raised"
    HEADER = "header"
    CONTENTS = "contents"
    HEADING_NUMBER = "heading-number"
    LIST_NUMBER = "list-number"
    MERGED_CELL = "merged-cell"
    FULL_CELL = "full-cell"
    NO_HEADER_ROW = "no-header-row"
    FRAME_TABLE = "frame-table"
    NESTED_TABLE = "nested-table"
    EMPHASIS = "emphasis"
    LINK = "link"
    LONG_TITLE = "long-title"
    TITLE_NOTE = "title-note"


@dataclass
class Losses:
    """Counts, and where."""

    counts: dict[Kind, int] = field(default_factory=dict)
    places: dict[Kind, list[str]] = field(default_factory=dict)
    here: str = ""
    """The heading under which the reading is now; nothing before the first."""

    def add(self, kind: Kind, count: int = 1, *, place: str | None = None) -> None:
        """Count something here, or at another place."""
        if count < 1:
            return
        self.counts[kind] = self.counts.get(kind, 0) + count
        places = self.places.setdefault(kind, [])
        where = (self.here if place is None else place)[:MAX_PLACE]
        if where not in places and len(places) <= MAX_PLACES:
            places.append(where)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the losses in the order of `Kind`."""
        return [
            {"kind": kind.value, "count": self.counts[kind], "places": self.places[kind]}
            for kind in Kind if kind in self.counts
        ]
