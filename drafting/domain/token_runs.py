"""Two sequences of tokens compared: diff-match-patch on one character a token, in bounded work.

Its semantic cleanup works on these characters (after decoding it would cut words). Its C++ port does the work; the
Python package takes its place where no wheel exists, and is what tests compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from diff_match_patch import diff_match_patch

from drafting.domain.alignment import align, same_ends
from drafting.domain.few_changes import few_changes

try:
    import fast_diff_match_patch
except ImportError:  # No wheel for this platform: the Python package gives the same results, slower.
    fast_diff_match_patch = None

Run = tuple[int, int]
"""Sign (-1 deleted from a, 1 inserted in b, 0 the same) and how many tokens."""

LARGE = 4_000_000
"""Tokens of a times tokens of b from which on what stands once in both is looked for first: 2,000 in each."""
MOST = 25_000_000
"""The most that diff-match-patch gets at once, likewise: 5,000 in each."""
TRIES = 3
"""How often to look for few changes in what is more."""
MOST_TOKENS = 600_000
"""Tokens of both that are looked at: 800,000 characters of prose in each, changed in every paragraph."""
NEIGHBOURS = 5
"""Tokens that must follow each other for a place to be known again: three words."""
TIME_LIMIT_S = 0.5
"""For the Python package, a hundred times slower. The C++ port never comes near it: what it gets is bounded."""

_SIGNS = {"-": -1, "+": 1, "=": 0}


class Budget:
    """What may still be spent on one comparison: lengths multiplied, so that the answer never depends on the hour."""

    def __init__(self, left: int = 60_000_000) -> None:
        """Begin with `left`: less than half a second where nothing is alike."""
        self.left = left
        self.tries = TRIES

    def grants_a_try(self) -> bool:
        """Take off one of the tries to find few changes in what is too long."""
        self.tries -= 1
        return self.tries >= 0

    def grants(self, work: int) -> bool:
        """Take it off, if there is as much."""
        if work > min(MOST, self.left):
            return False
        self.left -= work
        return True


def compare_runs(a: Sequence[str], b: Sequence[str], budget: Budget) -> list[Run]:
    """Return the runs that lead from a to b. What the budget does not grant counts as changed."""
    start, end = same_ends(a, b)
    if len(a) + len(b) - 2 * (start + end) > MOST_TOKENS:
        gone, come = (len(side) - start - end for side in (a, b))
        return [run for run in ((0, start), (-1, gone), (1, come), (0, end)) if run[1]]
    coded_a, coded_b = _coded(a[start : len(a) - end], b[start : len(b) - end])
    return [run for run in ((0, start), *_compare_long(coded_a, coded_b, budget), (0, end)) if run[1]]


def _compare_long(coded_a: str, coded_b: str, budget: Budget) -> list[Run]:
    if len(coded_a) * len(coded_b) <= LARGE:
        return _compare(coded_a, coded_b, budget)
    runs: list[Run] = []
    for part in align(_places(coded_a), _places(coded_b), lambda place: len(place) == NEIGHBOURS):
        if part.is_same:
            runs.append((0, part.a_end - part.a))
        else:
            runs += _compare(coded_a[part.a : part.a_end], coded_b[part.b : part.b_end], budget)
    return runs


def _places(coded: str) -> list[str]:
    return [coded[at : at + NEIGHBOURS] for at in range(len(coded))]


def _coded(a: Sequence[str], b: Sequence[str]) -> tuple[str, str]:
    """Return both with a character for each token; all that one side alone has is one character.

    So there are enough of them, unless both sides have the same million of different tokens; then those above count
    as if they were on one side alone.
    """
    of_b = set(b)
    both = dict.fromkeys(token for token in a if token in of_b)
    codes = {token: _code(number) for number, token in enumerate(islice(both, _CODES))}
    return "".join([codes.get(token, _ONLY_A) for token in a]), "".join([codes.get(token, _ONLY_B) for token in b])


def _code(number: int) -> str:
    """Return a character for a token: ideographs first, as diff-match-patch sees spaces and marks with other eyes."""
    at = _FIRST + number
    if at >= _SURROGATES:
        at += _ASTRAL - _SURROGATES
    return chr(at) if at <= _LAST else chr(at - _LAST)


_ONLY_A, _ONLY_B = "\u3400", "\u3401"
_FIRST, _SURROGATES, _ASTRAL, _LAST = 0x4E00, 0xD800, 0x10000, 0x10FFFF
_CODES = _LAST - _ASTRAL + 1 + _SURROGATES - _FIRST


def _compare(a: str, b: str, budget: Budget) -> list[Run]:
    if not a or not b:
        return [(sign, len(coded)) for sign, coded in ((-1, a), (1, b)) if coded]
    if not budget.grants(len(a) * len(b)):
        found = few_changes(a, b) if budget.grants_a_try() else None
        return found or [(-1, len(a)), (1, len(b))]
    if fast_diff_match_patch is not None:
        found = fast_diff_match_patch.diff(
            a, b, timelimit=60, checklines=False, cleanup="Semantic", counts_only=True
        )
        return [(_SIGNS[sign], count) for sign, count in found]
    engine = diff_match_patch()
    engine.Diff_Timeout = TIME_LIMIT_S
    diffs: list[tuple[int, str]] = engine.diff_main(a, b, False)
    engine.diff_cleanupSemantic(diffs)
    return [(sign, len(run)) for sign, run in diffs]
