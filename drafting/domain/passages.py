"""Passages as a reader knows them: by their words. Markdown's signs, links' addresses and labels are not words.

A person who selects text on the page selects what is shown; the section's text has Markdown in it. The two are
compared by their letters and digits alone, the same in the browser (static/js/live/passages.js).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.domain.runs import Range
from drafting.domain.tracking import SectionState

BEFORE = 40
"""Letters before a passage that tell it from others like it."""
MOST_ALIKE = 500
"""Passages alike that are compared where none stands exactly behind the letters given; the others are left out."""

# What is in the text but not shown as words: labels of notes, addresses of links.
_UNSEEN = re.compile(r"\[\^[^\[\]\n]*\]:?|(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_SIGNS = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+|[*_`~]{1,3}|[\[\]|]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """The letters and digits of a text as it is read, and where each of them stands in the text."""

    letters: str
    places: Sequence[int]

    def within(self, start: int, end: int) -> str:
        """Return the letters that stand between two places."""
        return self.letters[bisect_left(self.places, start) : bisect_left(self.places, end)]

    def before(self, start: int) -> str:
        """Return the letters before a place that tell a passage from others."""
        return self.letters[: bisect_left(self.places, start)][-BEFORE:]


def letters_of(text: str) -> str:
    """Return the letters and digits of what a reader has selected."""
    return "".join([letter for letter in text if letter.isalnum()])


def words_of(state: SectionState) -> Words:
    """Return the words of a section as it is read: without its pending insertions."""
    text = state.text
    shown = bytearray(b"\x01") * len(text)
    for match in _UNSEEN.finditer(text):
        shown[match.start() : match.end()] = bytes(match.end() - match.start())
    at = 0
    for run in state.runs:
        if run.insertion is not None:
            shown[at : at + run.length] = bytes(run.length)
        at += run.length
    places = [at for at, letter in enumerate(text) if shown[at] and letter.isalnum()]
    return Words("".join([text[at] for at in places]), places)


def find(words: Words, selected: str, before: str) -> Range | None:
    """Return where the selected letters stand: of several such passages, the one that `before` fits best."""
    if not selected:
        return None
    before = before[-BEFORE:]
    exact = words.letters.find(before + selected)
    first = exact + len(before) if exact >= 0 else _best(words.letters, selected, before)
    return None if first is None else (words.places[first], words.places[first + len(selected) - 1] + 1)


def _best(letters: str, selected: str, before: str) -> int | None:
    """Return where the selected letters stand behind letters that end most like `before`."""
    found: tuple[int, int] | None = None
    at = -1
    for _ in range(MOST_ALIKE):
        at = letters.find(selected, at + 1)
        if at < 0:
            break
        fit = _common_end(letters[max(0, at - BEFORE) : at], before)
        if found is None or fit > found[0]:
            found = (fit, at)
    return None if found is None else found[1]


def _common_end(a: str, b: str) -> int:
    count = 0
    while count < min(len(a), len(b)) and a[-1 - count] == b[-1 - count]:
        count += 1
    return count


def quoted(text: str, longest: int) -> str:
    """Return a passage as it is quoted: on one line, without Markdown's signs, not too long."""
    plain = " ".join(_SIGNS.sub("", _UNSEEN.sub("", text)).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def only_place(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a text says what a reader quotes, as start and stop, if it says it exactly once.

    Ordinary characters, of a frozen text; compared by letters and digits: the quote is as read, the text is Markdown.
    """
    shown = _UNSEEN.sub(lambda unseen: " " * len(unseen[0]), text)
    places = [at for at, letter in enumerate(shown) if letter.isalnum()]
    letters, wanted = "".join([text[at] for at in places]), letters_of(quote)
    at = letters.find(wanted)
    if not wanted or at < 0 or letters.find(wanted, at + 1) >= 0:
        return None
    return places[at], places[at + len(wanted) - 1] + 1
