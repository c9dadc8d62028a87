"""The words of a stretch of Markdown, each with what it counts as where two sources are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drafting.domain.moves import blocks_of
from drafting.domain.words import folded_tokens, tokens

_FENCE = re.compile(r"^[ >]*(?:```|~~~)", re.MULTILINE)
_GONE, _COME = "\0-", "\0+"
"""Before the number of a move: no token looks so."""
_ALONE = re.compile(r"[#|>=`~]|--|__|\*\*\*")
"""How lines begin that are a block for themselves."""
_BEGINS = re.compile(r"[-+>#|=`~:<\s]|\[\^|__")
"""How lines begin that do not go on with the one before. Stars may be emphasis, and numbers a year."""


@dataclass
class SourceWords:
    """Tokens as they stand, and what each counts as. A block that moved is one token, found on one side only."""

    texts: list[str] = field(default_factory=list)
    counts_as: list[str] = field(default_factory=list)
    moves: dict[int, int] = field(default_factory=dict)
    """By place: the number of the move of a block."""

    def add(self, text: str, *, is_wrapped: bool) -> None:
        """Append the words of some text."""
        found = tokens(text)
        counts_as = folded_tokens(found)
        if is_wrapped and "\n" in text:
            start = 0
            for place, word in enumerate(counts_as):
                if "\n" in word:
                    if word == "\n" and _goes_on(found, start, place):
                        counts_as[place] = " "
                    start = place + 1
        self.texts += found
        self.counts_as += counts_as


def has_fence(text: str) -> bool:
    """Tell whether code stands in a text: then every line end counts, for lines of code are not wrapped."""
    return ("```" in text or "~~~" in text) and _FENCE.search(text) is not None


def words_of(text: str, moved: Mapping[int, int], *, is_new: bool, is_wrapped: bool) -> SourceWords:
    """Return the words of whole blocks. `moved` has the number of the move of some of them, by their place.

    `is_wrapped`: a line that only goes on counts as if there was a space, as it does on the page.
    """
    words = SourceWords()
    waiting: list[str] = []
    for place, block in enumerate(blocks_of(text) if moved else [text]):
        if place not in moved:
            waiting.append(block)
            continue
        words.add("".join(waiting), is_wrapped=is_wrapped)
        words.moves[len(words.texts)] = moved[place]
        words.texts.append(block)
        words.counts_as.append(f"{_COME if is_new else _GONE}{moved[place]}")
        waiting = []
    words.add("".join(waiting), is_wrapped=is_wrapped)
    return words


def _goes_on(found: Sequence[str], start: int, end: int) -> bool:
    """Tell whether the line from `start` goes on after its end: neither is a block of its own, nor does it end hard."""
    if start == end or end + 1 == len(found):
        return False
    first, before, after = found[start], found[end - 1], found[end + 1]
    second = found[end + 2] if end + 2 < len(found) else " "
    if _ALONE.match(first) or before == "\\" or (before.isspace() and len(before) > 1):
        return False
    # A numbered list that begins inside a paragraph begins with 1 (CommonMark); 766. there is the end of a sentence.
    is_number = after.isdigit() and second in (".", ")") and (after == "1" or first.isdigit() or first.isspace())
    is_item = is_number or (after[0] == "*" and second.isspace())
    return not is_item and not _BEGINS.match(after)
