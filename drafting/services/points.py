"""Points in time looked up in a contribution: which sections it had then, and at which revision each was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drafting.domain.point import Point
from drafting.models import Section, Version


@dataclass(frozen=True)
class SectionThen:
    """A section as it stood at a point."""

    section: Section
    number: int
    """Its place in the contribution then, from 1."""
    title: str
    revision: int
    frozen: str | None = None
    """Its text as frozen, for a version; otherwise the text is derived from the log."""


@dataclass(frozen=True)
class Moment:
    """A point that exists in a contribution."""

    point: Point
    """As it was asked for."""
    fixed: Point
    """The same for ever and for everybody: what a lasting address says instead."""
    at: datetime
    sections: dict[int, SectionThen]
    """By the section's id, in the order of the contribution then."""
    version: Version | None = None
    is_visit: bool = False
    """It is when the reader was here before."""
