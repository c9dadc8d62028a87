"""The text of a version for reading: each section as HTML, its lines and paragraphs numbered through the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import escape

from drafting.domain.line_numbers import BlockNumber, Numbered, Numbering
from drafting.domain.markdown import Options, TooComplex, render
from drafting.domain.numbering import number_blocks
from drafting.domain.version import Citation, Numbers
from drafting.models import Version, VersionSection
from drafting.services.reading import SHIFT


@dataclass(frozen=True)
class VersionPart:
    """A section of a version, to be read."""

    section: VersionSection
    html: str
    blocks: tuple[BlockNumber, ...]
    """Where its paragraphs and lines begin."""


@dataclass(frozen=True)
class VersionText:
    """A version, to be read."""

    parts: tuple[VersionPart, ...]
    last_line: int
    """0 where there is no text."""

    def has(self, citation: Citation) -> bool:
        """Tell whether there is such a line or paragraph."""
        if citation.line:
            return citation.line <= self.last_line
        return any(
            part.section.position == citation.section and block.paragraph == citation.paragraph
            for part in self.parts for block in part.blocks
        )


def text_of(version: Version, numbers: Numbers = Numbers.NONE) -> VersionText:
    """Return a version's text; the caller has found it for the actor. Too complex a section is shown as it is typed."""
    made = list(_parts(version, numbers))
    return VersionText(tuple(part for part, _ in made), made[-1][1] - 1 if made else 0)


def numbers_of(version: Version) -> dict[int, Numbered]:
    """Return the numbers of the blocks of each section of a version, by the section's id: those of its page."""
    found: dict[int, Numbered] = {}
    line = 1
    for section in version.sections:
        try:
            numbered = number_blocks(
                section.text, language=version.language, section=section.position, first_line=line)
        except TooComplex:
            numbered = Numbered(line)
        found[section.section_id] = numbered
        line = numbered.next_line
    return found


def _parts(version: Version, numbers: Numbers) -> Iterator[tuple[VersionPart, int]]:
    """Yield each section with the first line of the next one."""
    line = 1
    for section in version.sections:
        numbering = Numbering(
            section.position, line, breaks=numbers.has_lines, spoken=numbers is Numbers.SPOKEN
        )
        options = Options(
            prefix=f"v{section.position}", heading_shift=SHIFT, table_frames=True, numbering=numbering
        )
        try:
            rendered = render(section.text, language=version.language, options=options)
        except TooComplex:
            yield VersionPart(section, f"<pre>{escape(section.text)}</pre>", ()), line
            continue
        line = rendered.next_line
        yield VersionPart(section, rendered.html, rendered.blocks), line
