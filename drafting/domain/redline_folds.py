"""Which unchanged blocks of a redline are folded away: all but what stands beside a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from drafting.domain.redline_pairs import Fate, Pair

FEWEST = 2
"""Blocks worth folding."""


class Stretch(NamedTuple):
    """Neighbouring pairs, folded together or not."""

    pairs: Sequence[Pair]
    is_folded: bool
    first: int
    """Place of the first pair."""


def stretches(pairs: Sequence[Pair]) -> Iterator[Stretch]:
    """Yield all pairs in order. Beside a change one unchanged block stays, and before it the title it stands under."""
    at = 0
    while at < len(pairs):
        end = at
        while end < len(pairs) and pairs[end].fate is Fate.SAME:
            end += 1
        if end > at:
            yield from _fold(pairs, at, end)
            at = end
            continue
        yield Stretch(pairs[at : at + 1], False, at)
        at += 1


def _fold(pairs: Sequence[Pair], at: int, end: int) -> Iterator[Stretch]:
    start = at if at == 0 else at + 1
    stop = end if end == len(pairs) else end - 1
    while stop > start and stop < len(pairs) and _is_heading(pairs[stop - 1]):
        stop -= 1
    if stop - start < FEWEST:
        yield Stretch(pairs[at:end], False, at)
        return
    if start > at:
        yield Stretch(pairs[at:start], False, at)
    yield Stretch(pairs[start:stop], True, start)
    if end > stop:
        yield Stretch(pairs[stop:end], False, stop)


def _is_heading(pair: Pair) -> bool:
    return pair.node.kind == "heading"
