"""Edits: tokens of a that tokens of b take the place of. Between them all is the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drafting.domain.token_runs import Run


class Edit(NamedTuple):
    """Tokens of a, from start to end, and those of b in their stead; either may be none."""

    a: int
    a_end: int
    b: int
    b_end: int

    @property
    def is_empty(self) -> bool:
        """Nothing goes and nothing comes."""
        return self.a == self.a_end and self.b == self.b_end

    @property
    def turned(self) -> Edit:
        """The edit that leads from b to a."""
        return Edit(self.b, self.b_end, self.a, self.a_end)


def edits_of(runs: Iterable[Run]) -> list[Edit]:
    """Return the edits that runs consist of."""
    edits: list[Edit] = []
    a = b = 0
    for sign, count in runs:
        a_end, b_end = a + count * (sign <= 0), b + count * (sign >= 0)
        if sign:
            add(edits, Edit(a, a_end, b, b_end))
        a, b = a_end, b_end
    return edits


def add(edits: list[Edit], edit: Edit, far: int = 0) -> None:
    """Append an edit, as one with the last where no more than `far` tokens lie between."""
    if edits and edit.a - edits[-1].a_end <= far:
        edits[-1] = Edit(edits[-1].a, edit.a_end, edits[-1].b, edit.b_end)
    else:
        edits.append(edit)


def runs_of(edits: Iterable[Edit], length: int) -> list[Run]:
    """Return the runs that edits of so many tokens stand for, a deletion before the insertion beside it."""
    runs: list[Run] = []
    at = 0
    for edit in edits:
        runs += [(0, edit.a - at), (-1, edit.a_end - edit.a), (1, edit.b_end - edit.b)]
        at = edit.a_end
    runs.append((0, length - at))
    return [run for run in runs if run[1]]
