"""What a document says about its validation and its signing: plain frozen values, beside the manuscript's text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drafting.domain.ballot import Count

TACIT = "tacit"
SILENT = "silent"
"""Beside the stances of drafting.domain.ballot: what silence is printed as, where it agrees and where it does not."""


@dataclass(frozen=True)
class Signatory:
    """Who signs: printed with a field for the signature, before anybody signs."""

    field: str
    """The field's name: signature-1, signature-2..."""
    acronym: str
    organisation: str
    name: str
    """May be empty: then whoever holds the office signs."""
    capacity: str
    scope: tuple[int, ...] = ()
    """Numbers of the sections signed; empty for the whole text."""


@dataclass(frozen=True)
class Validated:
    """What an organisation decided."""

    acronym: str
    name: str
    stance: str
    """A stance, or TACIT, or SILENT."""
    mandates: int = 1
    at: datetime | None = None
    """When, aware and in the zone in which the document dates itself; None for silence."""
    by_delegation: bool = False
    """Whether somebody decided to whom the secretariat had delegated it; their name is not printed."""


@dataclass(frozen=True)
class Reserved:
    """A reservation that is printed."""

    acronym: str
    name: str
    text: str
    quote: str = ""
    section: int | None = None
    """Number of the section of the passage."""
    start: int | None = None
    stop: int | None = None
    """The passage in the section's text, in ordinary characters."""
    is_footnote: bool = False


@dataclass(frozen=True)
class Diverging:
    """A dissent, with those who joined it."""

    acronym: str
    name: str
    text: str
    cosignatories: tuple[tuple[str, str], ...] = ()
    """Acronym and name."""


@dataclass(frozen=True)
class ValidationRecord:
    """How a round ended, as far as the document tells it."""

    rule: str
    quorum: str
    by_mandates: bool
    silence_agrees: bool
    opened_at: datetime
    closed_at: datetime
    """Both aware and in the zone in which the document dates itself."""
    count: Count
    validated: tuple[Validated, ...] = ()
    """What each organisation decided; empty where the round does not show it to everybody."""
