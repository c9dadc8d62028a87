"""Which block of one text corresponds to which of the other: the same ones first, then the most alike in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from drafting.domain.redline_leaf import Budget
from drafting.domain.redline_tree import Node

ALIKE = 0.45
"""From which likeness on two blocks are one block that was changed."""
BAND = 40
"""How far from the diagonal a block looks for its like."""
MAX_PARTS = 4
"""Into how many paragraphs one may be split."""
PART_OF = 0.6
FEW_WORDS = 12
COST = 600
"""Comparing two blocks costs as much as comparing this many pairs of words."""


class Group(NamedTuple):
    """Blocks that correspond: one and one, one and none, or one and the several it was split into or joined from."""

    old: tuple[Node, ...]
    new: tuple[Node, ...]


def align(old: Sequence[Node], new: Sequence[Node], budget: Budget) -> list[Group]:
    """Return all blocks of both sides in an order that keeps the order of each."""
    out: list[Group] = []
    for a, b in _gaps(old, new):
        out.extend(_align_gap(a, b, budget))
    return out


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Return how many words two blocks share: 0 for none, 1 for all."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def may_pair(a: Node, b: Node) -> bool:
    """Tell whether a block may be a changed form of the other."""
    if {a.kind, b.kind} <= {"paragraph", "heading"} or {a.kind, b.kind} <= {"bullet_list", "ordered_list"}:
        return a.is_tight == b.is_tight or "heading" not in (a.kind, b.kind)
    if {a.kind, b.kind} <= {"th", "td"}:
        return True
    same_info = a.token is None or b.token is None or a.token.info == b.token.info
    return a.kind == b.kind and same_info


def _gaps(old: Sequence[Node], new: Sequence[Node]) -> Iterator[tuple[Sequence[Node], Sequence[Node]]]:
    """Yield the same blocks in pairs and what lies between them, in order."""
    a_at = b_at = 0
    for i, j in [*_anchors([n.key for n in old], [n.key for n in new]), (len(old), len(new))]:
        if a_at < i or b_at < j:
            yield old[a_at:i], new[b_at:j]
        if i < len(old):
            yield old[i : i + 1], new[j : j + 1]
        a_at, b_at = i + 1, j + 1


def _anchors(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Return pairs of equal places in order: common beginning and end, then those that are alone on both sides."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    a_end, b_end = len(a) - tail, len(b) - tail
    out = [(n, n) for n in range(head)]
    i, j = head, head
    for x, y in [*_alone(a, b, head, a_end, b_end), (a_end, b_end)]:
        # Between two anchors, blocks that come again and again are paired from both ends.
        while i < x and j < y and a[i] == b[j]:
            out.append((i, j))
            i, j = i + 1, j + 1
        back = []
        end_x, end_y = x, y
        while end_x > i and end_y > j and a[end_x - 1] == b[end_y - 1]:
            end_x, end_y = end_x - 1, end_y - 1
            back.append((end_x, end_y))
        out.extend(reversed(back))
        if x < a_end and y < b_end:
            out.append((x, y))
        i, j = x + 1, y + 1
    return out + [(a_end + n, b_end + n) for n in range(tail)]


def _alone(a: list[str], b: list[str], head: int, a_end: int, b_end: int) -> list[tuple[int, int]]:
    """Return pairs of keys that each side has once between these places: the longest row that rises on both."""
    a_count, b_count = Counter(a[head:a_end]), Counter(b[head:b_end])
    place = {key: n for n, key in enumerate(b[head:b_end], start=head) if b_count[key] == 1}
    pairs = [(n, place[key]) for n, key in enumerate(a[head:a_end], start=head) if a_count[key] == 1 and key in place]
    ends: list[int] = []  # Of the best row of each length: its last place in b...
    rows: list[int] = []  # ...and which pair that is.
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(rows[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            rows.append(number)
        else:
            ends[length], rows[length] = j, number
    out, at = [], rows[-1] if rows else -1
    while at >= 0:
        out.append(pairs[at])
        at = before[at]
    return out[::-1]


def _align_gap(old: Sequence[Node], new: Sequence[Node], budget: Budget) -> Iterator[Group]:
    if len(old) == len(new) == 1 and old[0].key == new[0].key:
        yield Group(tuple(old), tuple(new))
        return
    width = min(2 * BAND + 1, len(new))
    if not old or not new or not budget.takes(COST * len(old) * width):
        yield from (Group((node,), ()) for node in old)
        yield from (Group((), (node,)) for node in new)
        return
    i = j = 0
    for group in [*_best_groups(old, new), None]:
        i_end = old.index(group.old[0], i) if group else len(old)
        j_end = new.index(group.new[0], j) if group else len(new)
        yield from _unlike(old[i:i_end], new[j:j_end])
        if group:
            yield group
            i, j = i_end + len(group.old), j_end + len(group.new)


def _best_groups(old: Sequence[Node], new: Sequence[Node]) -> list[Group]:
    """Return the groups in order whose likenesses sum up to the most."""
    best: dict[tuple[int, int], float] = {}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    slope = len(new) / len(old)
    for i in range(len(old), -1, -1):
        centre = int(i * slope)
        for j in range(min(len(new), centre + BAND), max(-1, centre - BAND - 1), -1):
            if i == len(old) or j == len(new):
                continue
            options = [(best.get((i + 1, j), 0.0), (1, 0)), (best.get((i, j + 1), 0.0), (0, 1))]
            for taken, value in _values(old, new, i, j):
                options.append((value + best.get((i + taken[0], j + taken[1]), 0.0), taken))
            best[i, j], step[i, j] = max(options, key=lambda option: option[0])
    out, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        di, dj = step.get((i, j), (1, 0))
        if di and dj:
            out.append(Group(tuple(old[i : i + di]), tuple(new[j : j + dj])))
        i, j = i + di, j + dj
    return out


def _values(old: Sequence[Node], new: Sequence[Node], i: int, j: int) -> Iterator[tuple[tuple[int, int], float]]:
    a, b = old[i], new[j]
    single = 0.0
    if may_pair(a, b):
        single = likeness(a.words, b.words)
        single = 1.5 if a.key == b.key else single - 0.1 * (a.kind != b.kind)
        if single >= ALIKE:
            yield (1, 1), single
    if not (_may_split(a) and _may_split(b) and a.kind == b.kind) or single >= 1:
        return
    for length, value in _parts(a, new, j):
        if value > single:
            yield (1, length), value
    for length, value in _parts(b, old, i):
        if value > single:
            yield (length, 1), value


def _parts(whole: Node, parts: Sequence[Node], at: int) -> Iterator[tuple[int, float]]:
    """Yield how many of the blocks from here on together are like the whole, and how much."""
    together: frozenset[str] = frozenset()
    for length in range(1, min(MAX_PARTS, len(parts) - at) + 1):
        part = parts[at + length - 1]
        if part.kind != whole.kind or not _may_split(part) or not part.words:
            return
        if len(part.all_words & whole.all_words) / len(part.all_words) < PART_OF:
            return
        together |= part.all_words
        if length > 1 and (value := likeness(together, whole.all_words)) >= PART_OF:
            yield length, value


def _may_split(node: Node) -> bool:
    """A paragraph, or an item of one paragraph."""
    if node.kind == "list_item":
        return len(node.children) == 1 and node.children[0].kind == "paragraph"
    return node.kind == "paragraph"


def _unlike(old: Sequence[Node], new: Sequence[Node]) -> Iterator[Group]:
    """Pair what is left where it stands alone and is short: a title that became another is one title."""
    if len(old) == len(new) and all(
        may_pair(a, b) and a.kind == b.kind and (not a.children or a.kind == "list_item") and _is_short(a, b)
        for a, b in zip(old, new, strict=True)
    ):
        yield from (Group((a,), (b,)) for a, b in zip(old, new, strict=True))
        return
    yield from (Group((node,), ()) for node in old)
    yield from (Group((), (node,)) for node in new)


def _is_short(a: Node, b: Node) -> bool:
    return max(len(a.words), len(b.words)) <= FEW_WORDS
