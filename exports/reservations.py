"""Reservations as footnotes: at the end of the passage that they are about, in a copy of the text made for print.

The text itself, its digest and its attached source stay what was validated.
"""

from __future__ import annotations

import re
from dataclasses import replace

from drafting.domain.blocks import plain_text
from drafting.domain.markdown import TooComplex
from exports import words
from exports.manuscript import Manuscript, Section
from exports.validation_record import Reserved

_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:^$&\"'=])")


def placed(manuscript: Manuscript) -> Manuscript:
    """Return the manuscript with its footnote reservations in its sections; what cannot stand there is annexed."""
    sections, annex = list(manuscript.sections), []
    # From the end of each text to its beginning: what is put in moves nothing that is still to come.
    ordered = sorted(manuscript.reservations, key=lambda one: (one.stop or 0), reverse=True)
    for number, one in enumerate(ordered, start=1):
        noted = _noted(sections, one, f"reserve-{number}", manuscript.language) if one.is_footnote else None
        if noted is None:
            annex.append(one)
        else:
            sections[sections.index(noted[0])] = noted[1]
    kept = tuple(one for one in manuscript.reservations if one in annex)
    return replace(manuscript, sections=tuple(sections), reservations=kept)


def _noted(
    sections: list[Section], one: Reserved, label: str, language: str
) -> tuple[Section, Section] | None:
    """Return the section and the same with the note, or None where no note can stand at that place."""
    section = next((each for each in sections if each.number == one.section), None)
    if section is None or one.stop is None or not 0 <= one.stop <= len(section.text) or f"[^{label}" in section.text:
        return None
    stop = one.stop
    text = f"{section.text[:stop]}[^{label}]{section.text[stop:]}"
    said = " ".join(_SIGNS.sub(r"\\\1", one.text).split())
    lead = words.word(language, "reservation_of", name=_SIGNS.sub(r"\\\1", one.acronym))
    noted = f"{text.rstrip()}\n\n[^{label}]: **{lead}** {said}\n"
    return (section, replace(section, text=noted)) if _reads_the_same(section.text, noted) else None


def _reads_the_same(before: str, after: str) -> bool:
    """Tell whether the text reads as before but for the note: a call inside code or a link would show as signs."""
    try:
        same = plain_text(before, notes=False) == plain_text(after, notes=False)
        return same and len(plain_text(after)) > len(plain_text(before))
    except TooComplex:
        return False
