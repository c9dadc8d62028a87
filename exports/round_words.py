"""How a round ended, in sentences: what the arithmetic says to somebody who was not there."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from drafting.domain.ballot import Quorum, Rule
from exports.validation_record import Reserved, ValidationRecord
from exports.words import number, word

LONGEST_QUOTE = 80
"""Of a passage in a note, in characters: the rest of it is a few lines above."""


def arithmetic(record: ValidationRecord | None, language: str) -> list[str]:
    """Return the outcome and how it came about, a sentence each."""
    if record is None:
        return []
    count = record.count
    tacit = word(language, "of_which_tacit", count=number(language, count.tacit)) if count.tacit else ""
    favour = _units(record, count.in_favour, language)
    outcome = "is_adopted" if count.is_adopted else "is_not_adopted"
    by_rule = f"{outcome}_by_consensus" if record.rule == Rule.CONSENSUS else outcome
    said = [word(language, by_rule, favour=favour, tacit=tacit,
                 opposed=number(language, count.opposed), needed=number(language, count.needed))]
    asked = _units(record, count.asked, language)
    said.append(word(language, "took_part", decided=number(language, count.decided), asked=asked))
    if record.quorum != Quorum.NONE:
        said.append(word(language, "quorum_was", quorum=number(language, count.quorum)))
    return said


def _units(record: ValidationRecord, many: int, language: str) -> str:
    kind = "mandates" if record.by_mandates else "organisations"
    return word(language, f"{kind}_{'one' if many == 1 else 'many'}", count=number(language, many))


def bottom_note(one: Reserved, language: str, prose: Callable[[str, str], Markup]) -> Markup:
    """Return a reservation as it stands at the foot of its page: whose it is, on what, and its own words."""
    lead = word(language, "reservation_of", name=one.acronym)
    if one.quote:
        lead = word(language, "reservation_on", name=one.acronym, quote=_shortened(one.quote))
    parts = [prose(part, language) for part in one.text.splitlines() if part.strip()]
    return Markup("<strong>{}</strong> {}").format(prose(lead, language), Markup("<br>").join(parts))


def _shortened(quote: str) -> str:
    """Return a passage, or its first and last words: « Un droit de regard […] données d’entraînement »."""
    quote = " ".join(quote.split())
    if len(quote) <= LONGEST_QUOTE:
        return quote
    half = LONGEST_QUOTE // 2
    first, last = quote[:half].rpartition(" ")[0] or quote[:half], quote[-half:].partition(" ")[2] or quote[-half:]
    return f"{first} […] {last}"
