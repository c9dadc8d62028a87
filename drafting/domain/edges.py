"""Changes tidied for a reader: no leftover islands between them, edges where sentences begin and end.

Works on runs of tokens, so that words are never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drafting.domain.edits import Edit, add, edits_of, runs_of
from drafting.domain.line_ends import cut
from drafting.domain.token_runs import Run

ISLAND = 3
"""Characters up to which what stayed between two changes is no landmark: it counts as changed with them."""

_ENDS = frozenset(".!?…")
_CLOSES = frozenset(" »”’)]\"*_")
_CLAUSE = frozenset(",;:—–")
_FAR = 4
"""How many closing marks may stand between the end of a sentence and the space after it: `. »**`."""


def tidied(a: Sequence[str], b: Sequence[str], runs: Iterable[Run]) -> list[Run]:
    """Return the runs without islands and with better edges; a deletion comes before the insertion beside it."""
    edits = _slid(a, b, cut(a, b, _without_islands(a, edits_of(runs))))
    return runs_of(edits, len(a))


def _without_islands(a: Sequence[str], edits: list[Edit]) -> list[Edit]:
    """Take short stretches between two edits in, but not where a line or paragraph ends."""
    joined: list[Edit] = []
    for edit in edits:
        between = a[joined[-1].a_end : edit.a] if joined and edit.a - joined[-1].a_end <= ISLAND else ()
        is_island = sum(map(len, between)) <= ISLAND and not any("\n" in token for token in between)
        add(joined, edit, len(between) if is_island else 0)
    return joined


def _slid(a: Sequence[str], b: Sequence[str], edits: list[Edit]) -> list[Edit]:
    """Move what is only deleted or only inserted to where sentences, or else words, begin and end.

    « Le {+chat. Le +}chien. » becomes « {+Le chat. +}Le chien. ».
    """
    slid: list[Edit] = []
    for index, edit in enumerate(edits):
        least = slid[-1].a_end if slid else 0
        most = edits[index + 1].a if index + 1 < len(edits) else len(a)
        by = 0
        if edit.b == edit.b_end:
            by = _best_slide(a, edit.a, edit.a_end, edit.a - least, most - edit.a_end)
        elif edit.a == edit.a_end:
            by = _best_slide(b, edit.b, edit.b_end, edit.a - least, most - edit.a_end)
        add(slid, Edit(*(place + by for place in edit)))
    return slid


def _best_slide(text: Sequence[str], start: int, end: int, back: int, forth: int) -> int:
    """Return how far to move text[start:end] so that what is left stays the same; the furthest of equally good."""
    least = 0
    while least < back and text[start - 1 - least] == text[end - 1 - least]:
        least += 1
    most = 0
    while most < forth and text[start + most] == text[end + most]:
        most += 1
    if not least and not most:
        return 0
    return max(range(-least, most + 1), key=lambda by: (_edge(text, start + by) + _edge(text, end + by), by))


def _edge(text: Sequence[str], at: int) -> int:
    """Tell how good a place is to begin or end a change: the higher, the better."""
    if at == 0 or at == len(text):
        return 10
    before, after = text[at - 1], text[at]
    if "\n" in before:
        return 10 if before.count("\n") > 1 else 9
    if "\n" in after:
        return 7
    if before.isspace():
        if not after[0].islower() and _ends_sentence(text, at - 1):
            return 8
        return 4 if at > 1 and text[at - 2] in _CLAUSE else 2
    if after.isspace():
        return 6 if _ends_sentence(text, at) else 3 if before in _CLAUSE else 1
    return 0


def _ends_sentence(text: Sequence[str], at: int) -> bool:
    """Tell whether a sentence ends right before a token: a full stop, and closing marks maybe."""
    for token in reversed(text[max(0, at - _FAR) : at]):
        if token in _ENDS:
            return True
        if token not in _CLOSES:
            return False
    return False
