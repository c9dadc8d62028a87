"""The contribution for reading: each section's text as HTML, numbered, with what the reader may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drafting.domain.actor import Actor
from drafting.domain.blocks import count
from drafting.domain.markdown import Options, TooComplex, to_html
from drafting.domain.permissions import TextRight, text_right
from drafting.domain.tracking import base_view, proposed_view
from drafting.models import Contribution, Section
from drafting.services.access import find_section, standing_in
from drafting.services.texts import state_of

# A section's own headings come below its title (h2 on the page).
SHIFT = 2


class View(StrEnum):
    """Which of the texts that lie in one is read."""

    ORIGINAL = "original"  # Nothing of what is proposed is accepted: what versions and exports take.
    ACCEPTED = "accepted"  # Everything is.


@dataclass(frozen=True)
class Part:
    """A section in its place on the page."""

    section: Section
    number: int
    revision: int
    html: str
    right: TextRight
    length: int
    """In the contribution's unit: words or characters, as read."""
    suggestions: int
    """How many wait for a decision."""

    @property
    def is_empty(self) -> bool:
        """Nothing is written yet."""
        return not self.html


@dataclass(frozen=True)
class Document:
    """The contribution as one document."""

    contribution: Contribution
    parts: list[Part]

    @property
    def length(self) -> int:
        """Words or characters of the whole, as the recipient counts them."""
        return sum(part.length for part in self.parts)

    @property
    def is_too_long(self) -> bool:
        """The recipient's limit is exceeded."""
        return self.contribution.text_limit is not None and self.length > self.contribution.text_limit


def document(actor: Actor, contribution: Contribution, view: View = View.ORIGINAL) -> Document:
    """Return the contribution as this actor reads it."""
    used = [section for section in contribution.sections if section.retired_at is None]
    return Document(
        contribution,
        [_part(actor, contribution, section, number, view) for number, section in enumerate(used, start=1)],
    )


def part(actor: Actor, key: str) -> Part:
    """Return one section's text as this actor reads it; its number is not looked up. Raise NotFound."""
    section = find_section(actor, key)
    return _part(actor, section.contribution, section, 0)


def _part(
    actor: Actor, contribution: Contribution, section: Section, number: int, view: View = View.ORIGINAL
) -> Part:
    state = state_of(section)
    text = (proposed_view if view is View.ACCEPTED else base_view)(state)
    waiting = sum(one.is_open for one in state.suggestions.values())
    right = text_right(standing_in(actor, contribution, section), section.stage)
    html = html_of(text, contribution.language, section.key)
    return Part(section, number, state.revision, html, right, length_of(text, contribution.limit_unit), waiting)


def length_of(text: str, unit: str) -> int:
    """Return how long a text is in words or characters; one too complex to be read counts as typed."""
    try:
        counted = count(text)
    except TooComplex:
        return len(text.split()) if unit == "words" else len(text)
    return counted.words if unit == "words" else counted.characters


def html_of(text: str, language: str, prefix: str) -> str:
    """Return the text as HTML for reading; too complex a text is shown as it is typed."""
    from markupsafe import escape

    if not text.strip():
        return ""
    try:
        options = Options(prefix=prefix, heading_shift=SHIFT, table_frames=True)
        return to_html(text, language=language, options=options)
    except TooComplex:
        return f"<pre>{escape(text)}</pre>"
