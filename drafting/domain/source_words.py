"""The words of a stretch of Markdown, each with what it counts as where two sources are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from drafting.domain.moves import blocks_of
from drafting.domain.words import folded, tokens

FENCE = re.compile(r"^[ >]*(?:```|~~~)", re.MULTILINE)
"""Where one stands, every line end counts: lines of code are not wrapped."""

_GONE, _COME = "\0-", "\0+"
"""Before the number of a move: no token looks so."""
_ALONE = re.compile(r"[#|>=`~]|--|__|\*\*\*")
"""How lines begin that are a block for themselves."""
_BEGINS = re.compile(r"[-+>#|=`~:<\s]|\[\^|__")
"""How lines begin that do not go on with the one before. Stars may be emphasis, and numbers a year."""


class Word(NamedTuple):
    """A token as it stands and as it counts; or a block that moved, as one token that is on one side only."""

    text: str
    counts_as: str
    move: int | None = None


def words_of(text: str, moved: Mapping[int, int], *, is_new: bool, is_wrapped: bool) -> list[Word]:
    """Return the words of whole blocks. `moved` has the number of the move of some of them, by their place.

    `is_wrapped`: a line that only goes on counts as if there was a space, as it does on the page.
    """
    found: list[Word] = []
    waiting: list[str] = []
    for place, block in enumerate(blocks_of(text) if moved else [text]):
        if place not in moved:
            waiting.append(block)
            continue
        found += _counted(tokens("".join(waiting)), is_wrapped)
        found.append(Word(block, f"{_COME if is_new else _GONE}{moved[place]}", moved[place]))
        waiting = []
    return found + _counted(tokens("".join(waiting)), is_wrapped)


def _counted(found: Sequence[str], is_wrapped: bool) -> list[Word]:
    forms = {word: folded(word) for word in set(found)}
    words = [Word(word, forms[word]) for word in found]
    if is_wrapped and "\n" in forms:
        start = 0
        for place, word in enumerate(found):
            if "\n" in word:
                if forms[word] == "\n" and _goes_on(found, start, place):
                    words[place] = Word(word, " ")
                start = place + 1
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
