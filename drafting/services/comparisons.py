"""Compare a contribution, or one of its sections, between any two points in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drafting.domain.plan import PlanChange
from drafting.models import Contribution, Section
from drafting.services.points import Moment
from drafting.services.voices import Voice


@dataclass(frozen=True)
class PlanEvent:
    """Something that was done to a section's place in the contribution between the two points."""

    change: PlanChange
    by: Voice | None
    at: datetime
    title: str = ""
    was: str = ""


@dataclass(frozen=True)
class Part:
    """What became of one section."""

    section: Section
    number: int
    """Its place at b; for one that is gone, its place at a."""
    title: str
    old_title: str
    """The same as `title` where it was not renamed."""
    is_new: bool
    """It was not there at a, and is at b."""
    is_removed: bool
    """It was there at a and is not at b (retired since)."""
    is_renamed: bool
    is_moved: bool
    events: tuple[PlanEvent, ...]
    """Who added, renamed, moved, retired or restored it between a and b, in the order of time."""
    a_text: str
    b_text: str
    """Markdown; empty where it was not there. Both empty where `is_same_text`: then they are not read."""
    a_revision: int
    b_revision: int
    redline: Any
    """`redline.Redline` from a_text to b_text; None where the text is the same."""
    labels: Mapping[int, Any]
    """`redline.Label` by the number of the change: who made it, when, and the amendment it came from."""

    @property
    def is_same_text(self) -> bool:
        """Nothing in its text differs."""
        return self.redline is None or self.redline.is_same

    @property
    def is_changed(self) -> bool:
        """Something at all differs: its text, its title, its place, or that it is there."""
        return self.is_new or self.is_removed or self.is_renamed or self.is_moved or not self.is_same_text


@dataclass(frozen=True)
class Comparison:
    """What changed from a to b."""

    contribution: Contribution
    a: Moment
    b: Moment
    section: Section | None
    """The one section compared; None for the whole contribution."""
    parts: tuple[Part, ...]
    """All sections of b in its order, the unchanged too; those that are gone stand where they stood."""
    was_reversed: bool = False
    """The points were asked for in the other order."""
