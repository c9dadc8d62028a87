"""The time line: what happened, newest first, from many sources of which none is read further than a page needs."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

TICK = timedelta(microseconds=1)
"""No two times that are kept lie nearer to each other."""


class HappeningKind(StrEnum):
    """What a reader may ask for."""

    WORK = "work"  # Sessions of writing and of proposing.
    DECISION = "decision"  # Suggestions accepted, refused or withdrawn, and such decisions undone.
    AMENDMENT = "amendment"  # Filed, and what became of them.
    COMMENT = "comment"  # Threads opened and resolved.
    VERSION = "version"  # Frozen.
    PLAN = "plan"  # Sections added, renamed, moved, entrusted, retired or restored; their stages.


class Timed(Protocol):
    """Something that happened at a time."""

    @property
    def at(self) -> datetime:
        """When."""


@dataclass(frozen=True)
class Bound:
    """A source's word that what it gives next is not later than this; to find that out would be work."""

    at: datetime


T = TypeVar("T", bound=Timed)


def page_of(
    sources: Iterable[Iterable[T | Bound]], size: int, is_spent: Callable[[], bool]
) -> tuple[list[T], datetime | None]:
    """Return the newest happenings of all sources, and before when to go on; None when there is nothing older.

    Each source gives its own newest first. What happened at one instant is never cut in two, so a page may be
    somewhat longer than `size`. Where `is_spent` says that enough was read, it is shorter, and may even be empty.
    """
    found: list[T] = []
    reached: datetime | None = None
    for each in heapq.merge(*sources, key=lambda one: one.at, reverse=True):
        is_older = reached is not None and each.at < reached
        if is_older and (len(found) >= size or (isinstance(each, Bound) and is_spent())):
            return found, each.at + TICK
        reached = each.at
        if not isinstance(each, Bound):
            found.append(each)
    return found, None
