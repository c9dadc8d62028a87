"""Places in a frozen text: what a reservation is about, as people say it, found in the sections of a version."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from drafting.domain.errors import InvalidInput
from drafting.domain.passages import only_place, quoted
from drafting.domain.version import Citation, parse_citation
from drafting.models import Version, VersionSection
from drafting.services.version_texts import numbers_of

QUOTE_MAX = 600


@dataclass(frozen=True)
class Place:
    """A passage of a section's frozen text, in ordinary characters."""

    section: VersionSection
    start: int
    stop: int

    @property
    def quote(self) -> str:
        """Return its words as they are read."""
        return quoted(self.section.text[self.start : self.stop], QUOTE_MAX)


def find_place(version: Version, said: str) -> Place | None:
    """Return the passage that somebody means; None for the whole text.

    A paragraph's number as printed beside it (« § 2.3 »), or words that stand in the text exactly once.
    Raise InvalidInput, saying what to write instead.
    """
    said = " ".join(said.split())
    if not said:
        return None
    citation = parse_citation(said)
    if citation is not None and citation.section:
        return _paragraph(version, citation)
    found = [(section, only_place(said, section.text)) for section in version.sections]
    places = [Place(section, *place) for section, place in found if place]
    if len(places) == 1:
        return places[0]
    if places:
        raise InvalidInput(_("Ces mots sont à plusieurs endroits du texte : citez-en davantage."))
    raise InvalidInput(_(
        "Ce passage n’a pas été trouvé, ou il est à plusieurs endroits. Copiez quelques mots exacts du texte, ou "
        "donnez le numéro d’un paragraphe, comme « § 2.3 »."))


def _paragraph(version: Version, citation: Citation) -> Place:
    section = next((one for one in version.sections if one.position == citation.section), None)
    blocks = numbers_of(version)[section.section_id].blocks if section else ()
    lines = [one.source_line for one in blocks if one.paragraph == citation.paragraph]
    if section is None or not lines:
        raise InvalidInput(_("Il n’y a pas de paragraphe %(section)d.%(paragraph)d dans cette version.",
                             section=citation.section, paragraph=citation.paragraph))
    starts = [0]
    for line in section.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    after = [one.source_line for one in blocks if one.source_line > max(lines)]
    text = section.text[starts[min(lines)] : starts[min(after)] if after else len(section.text)].rstrip()
    return Place(section, starts[min(lines)], starts[min(lines)] + len(text))
