"""A suggestion's places quoted as one reads them: a few words before, what goes, what comes, a few words after.

The words around are the base text's: what is pending there belongs to other suggestions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from drafting.domain.changes import text_of
from drafting.domain.proposals import Change, paragraph_starts, plain
from drafting.domain.tracking import SectionState, stretches

REACH = 120
"""Units looked at on each side."""
WORDS = 7
"""Words shown on each side."""
LONGEST = 1_000
"""Characters of what goes or comes that are shown; more is cut, and says so."""


@dataclass(frozen=True)
class Quotation:
    """One place of a suggestion, in words."""

    before: str
    old: str
    new: str
    after: str


class BaseText:
    """The base text of a state, made once for all the places that are asked of it."""

    def __init__(self, state: SectionState) -> None:
        self._ends: list[int] = []
        """Where each stretch of the whole text ends..."""
        self._base_ends: list[tuple[int, bool]] = []
        """... where the base text ends after it, and whether it belongs to that."""
        parts: list[str] = []
        at = base_at = 0
        for text, run in stretches(state):
            at += run.length
            if run.insertion is None:
                parts.append(text)
                base_at += run.length
            self._ends.append(at)
            self._base_ends.append((base_at, run.insertion is None))
        self.text = "".join(parts)
        """In UTF-16 units."""
        self._paragraphs: list[int] | None = None

    def place(self, at: int) -> int:
        """Return where a place of the whole text lies in the base text."""
        index = bisect_right(self._ends, at)
        if index == len(self._ends):
            return len(self.text)
        base_end, is_base = self._base_ends[index]
        return base_end - (self._ends[index] - at) if is_base else base_end

    def paragraph(self, at: int) -> int:
        """Return the number, from 1, of the paragraph in which a place of the whole text lies."""
        if self._paragraphs is None:
            self._paragraphs = paragraph_starts(self.text)
        return max(1, bisect_right(self._paragraphs, self.place(at)))

    def quote(self, change: Change) -> Quotation:
        """Return a change with the words around it."""
        start, end = self.place(change.start), self.place(change.end)
        before = self.text[max(0, start - REACH) : start]
        after = self.text[end : end + REACH]
        return Quotation(
            _last_words(text_of(_whole(before)).rpartition("\n")[2], start > REACH),
            _shortened(change.old), _shortened(change.new),
            _first_words(text_of(_whole(after)).partition("\n")[0]),
        )


def quotations(base: BaseText, changes: Iterable[Change]) -> list[Quotation]:
    """Return the places of a suggestion."""
    return [base.quote(change) for change in changes]


def _whole(text: str) -> str:
    """Return the units without halves of a surrogate pair at the ends."""
    start = 1 if text and "\udc00" <= text[0] <= "\udfff" else 0
    end = len(text) - 1 if text and "\ud800" <= text[-1] <= "\udbff" else len(text)
    return text[start:end]


def _last_words(text: str, is_cut: bool) -> str:
    words = plain(text).split(" ")
    shown = " ".join(words[-WORDS:])
    ellipsis = "… " if shown and (len(words) > WORDS or is_cut) else ""
    return ellipsis + shown + _space(text[-1:]) if shown else ""


def _first_words(text: str) -> str:
    words = plain(text).split(" ")
    shown = " ".join(words[:WORDS])
    if not shown:
        return ""
    return _space(text[:1]) + shown + (" …" if len(words) > WORDS or len(text) >= REACH else "")


def _space(sign: str) -> str:
    return " " if sign.isspace() else ""


def _shortened(text: str) -> str:
    """Return the words, with the space at their ends; something that has no words is shown as it is typed."""
    words = plain(text) or re.sub(r"\s*\n\s*", " ¶ ", text[: LONGEST + 1])
    if len(words) > LONGEST:
        words = words[:LONGEST].rpartition(" ")[0] + " …"
    lead, trail = _space(text[:1]), _space(text[-1:])
    stripped = words.strip()
    return lead + stripped + trail if stripped else words
