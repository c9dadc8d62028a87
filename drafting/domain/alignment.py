"""Two sequences aligned by what stands once in both: blocks of a text, its sentences, runs of its words.

What stands once on each side and in the same order is the anchor; between anchors the same is tried again, for what
is repeated elsewhere may stand once there. Of what stands in another order the heaviest goes first, so that of two
paragraphs that changed places the longer one stays. The work is a few passes, whatever comes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

ROUNDS = 4
"""How often to look again between anchors."""
BETWEEN = 4
"""So many blank lines and the like may lie inside a stretch."""
MANY = 4_000
"""Stretches in another order up to which their weight counts; above, their number does."""

Key = TypeVar("Key", bound=Hashable)


class Part(NamedTuple):
    """Stretches of a and of b that correspond: the same, or a gap, in which one of them may be empty."""

    is_same: bool
    a: int
    a_end: int
    b: int
    b_end: int


class _Stretch(NamedTuple):
    """What follows each other in both."""

    a: int
    b: int
    length: int
    weight: int


def align(a: Sequence[Key], b: Sequence[Key], weigh: Callable[[Key], int]) -> list[Part]:
    """Return the parts that lead from a to b, the same ones and gaps by turns. What weighs 0 is no anchor."""
    return list(_parts(_aligned(a, b, Part(False, 0, len(a), 0, len(b)), weigh, ROUNDS)))


def _aligned(
    a: Sequence[Key], b: Sequence[Key], gap: Part, weigh: Callable[[Key], int], rounds: int
) -> Iterator[Part]:
    _, a_from, a_end, b_from, b_end = gap
    if a_from == a_end or b_from == b_end:
        yield gap
        return
    start, end = same_ends(a[a_from:a_end], b[b_from:b_end])
    yield Part(True, a_from, a_from + start, b_from, b_from + start)
    inner = Part(False, a_from + start, a_end - end, b_from + start, b_end - end)
    chain = _in_order(_once_in_both(a, b, inner, weigh)) if rounds else []
    for stretch in chain:
        before = Part(False, inner.a, stretch.a, inner.b, stretch.b)
        yield from _aligned(a, b, before, weigh, rounds - 1)
        yield Part(True, stretch.a, stretch.a + stretch.length, stretch.b, stretch.b + stretch.length)
        inner = Part(False, stretch.a + stretch.length, inner.a_end, stretch.b + stretch.length, inner.b_end)
    if chain:
        yield from _aligned(a, b, inner, weigh, rounds - 1)
    else:
        yield inner
    yield Part(True, a_end - end, a_end, b_end - end, b_end)


def same_ends(a: Sequence[Key], b: Sequence[Key]) -> tuple[int, int]:
    """Return how much is the same from the start, and how much of what follows is the same until the end."""
    most = min(len(a), len(b))
    start = next((at for at in range(most) if a[at] != b[at]), most)
    most -= start
    return start, next((at for at in range(most) if a[-1 - at] != b[-1 - at]), most)


def _once_in_both(
    a: Sequence[Key], b: Sequence[Key], gap: Part, weigh: Callable[[Key], int]
) -> list[_Stretch]:
    """Return what stands once on each side of a gap, in b's order, neighbours joined."""
    if gap.a == gap.a_end or gap.b == gap.b_end:
        return []
    of_a, of_b = a[gap.a : gap.a_end], b[gap.b : gap.b_end]
    once = _once(of_a) & _once(of_b)
    places = {key: place for place, key in enumerate(of_a, gap.a) if key in once}
    found: list[_Stretch] = []
    start_a = start_b = end_a = end_b = heavy = 0  # The stretch that goes on: plain numbers, one step for each line.
    for b_at, key in enumerate(of_b, gap.b):
        a_at = places.get(key)
        if a_at is None or not (weight := weigh(key)):
            continue
        # Nothing but the same few things, no anchors themselves, may lie between it and this anchor.
        between = a_at - end_a
        if heavy and b_at - end_b == between and (
            not between or (0 < between <= BETWEEN and a[end_a:a_at] == b[end_b:b_at])
        ):
            heavy += weight
        else:
            if heavy:
                found.append(_Stretch(start_a, start_b, end_a - start_a, heavy))
            start_a, start_b, heavy = a_at, b_at, weight
        end_a, end_b = a_at + 1, b_at + 1
    if heavy:
        found.append(_Stretch(start_a, start_b, end_a - start_a, heavy))
    return found


def _once(keys: Sequence[Key]) -> set[Key]:
    return {key for key, count in Counter(keys).items() if count == 1}


def _in_order(found: list[_Stretch]) -> list[_Stretch]:
    """Return those that stand in the same order on both sides: the heaviest such choice, or the most numerous."""
    if all(one.a < other.a for one, other in pairwise(found)):
        return found
    return _heaviest(found) if len(found) <= MANY else _most(found)


def _heaviest(found: list[_Stretch]) -> list[_Stretch]:
    """Choose by weight: for each the heaviest choice that ends before it, kept in a tree of maxima (Fenwick's)."""
    rank = {a: place for place, a in enumerate(sorted(one.a for one in found), 1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(found) + 1)
    before: list[int] = []
    for index, one in enumerate(found):
        best = _best_up_to(rank[one.a] - 1, tree)
        before.append(best[1])
        at, mine = rank[one.a], (best[0] + one.weight, index)
        while at < len(tree):
            tree[at], at = max(tree[at], mine), at + (at & -at)
    return _chain(found, before, _best_up_to(len(found), tree)[1])


def _most(found: list[_Stretch]) -> list[_Stretch]:
    """Choose by number: the longest increasing subsequence, as in patience."""
    tops: list[int] = []
    top_of: list[int] = []
    before: list[int] = []
    for index, one in enumerate(found):
        pile = bisect_left(tops, one.a)
        before.append(top_of[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [one.a]
        top_of[pile : pile + 1] = [index]
    return _chain(found, before, top_of[-1])


def _best_up_to(at: int, tree: list[tuple[int, int]]) -> tuple[int, int]:
    best = (0, -1)
    while at:
        best, at = max(best, tree[at]), at & (at - 1)
    return best


def _chain(found: list[_Stretch], before: list[int], last: int) -> list[_Stretch]:
    chain: list[_Stretch] = []
    while last >= 0:
        chain.append(found[last])
        last = before[last]
    return chain[::-1]


def _parts(parts: Iterator[Part]) -> Iterator[Part]:
    """Join neighbours of one kind, and leave out empty ones."""
    last: Part | None = None
    for part in parts:
        if part.a == part.a_end and part.b == part.b_end:
            continue
        if last is not None and last.is_same is part.is_same:
            last = Part(last.is_same, last.a, part.a_end, last.b, part.b_end)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last
