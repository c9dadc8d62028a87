"""Few changes in long stretches full of repetitions: Myers's greedy method, given up when it becomes much work.

Where nothing stands once in both, such as in a table of rows alike, there is no anchor, and comparing everything with
everything would take for ever; but if little changed, the way from a to b is short.
"""

from __future__ import annotations

MOST_CHANGES = 200
"""Characters that go or come, at most."""
MOST_WORK = 100_000
"""Steps, at most; comparing COMPARED characters at once is one."""
COMPARED = 64


def few_changes(a: str, b: str) -> list[tuple[int, int]] | None:
    """Return a shortest way from a to b as (sign, count) runs; None if it is long, or too hard to find."""
    if abs(len(a) - len(b)) > MOST_CHANGES:
        return None
    reached = {1: 0}  # How far in a each diagonal (place in a minus place in b) was followed.
    ways: list[dict[int, int]] = []
    work = 0
    for changes in range(MOST_CHANGES + 1):
        ways.append(dict(reached))
        for diagonal in range(-changes, changes + 1, 2):
            is_down = diagonal == -changes or (
                diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1])
            at = reached[diagonal + 1] if is_down else reached[diagonal - 1] + 1
            same = _same(a, at, b, at - diagonal)
            work += 1 + same // COMPARED
            reached[diagonal] = at + same
            if (at + same, at + same - diagonal) == (len(a), len(b)):
                return _way_back(ways, len(a), len(b))
        if work > MOST_WORK:
            return None
    return None


def _same(a: str, at_a: int, b: str, at_b: int) -> int:
    """Return how many characters are the same from here: ever longer stretches are compared, then ever shorter."""
    most = min(len(a) - at_a, len(b) - at_b)
    found, size, has_failed = 0, 16, False
    while size and found < most:
        size = min(size, most - found)
        if a[at_a + found : at_a + found + size] == b[at_b + found : at_b + found + size]:
            found += size
            size = size // 2 if has_failed and size > 1 else size if has_failed else size * 2
        else:
            has_failed = True
            size //= 2
    return found


def _way_back(ways: list[dict[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for changes in range(len(ways) - 1, 0, -1):
        reached, diagonal = ways[changes], a - b
        is_down = diagonal == -changes or (diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1])
        before = diagonal + 1 if is_down else diagonal - 1
        from_a = reached[before]
        same = a - (from_a if is_down else from_a + 1)
        runs += [(0, same), (1 if is_down else -1, 1)]
        a, b = from_a, from_a - before
    runs.append((0, a))
    return [run for run in reversed(runs) if run[1]]
