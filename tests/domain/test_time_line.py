"""The time line: pages from many sources, complete and without a repetition."""

from __future__ import annotations

import functools
import operator
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drafting.domain.time_line import Bound, page_of

START = datetime(2026, 3, 3, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    name: str
    at: datetime


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def source(events: list[Event], before: datetime | None, spent: list[int]) -> Iterator[Event | Bound]:
    for each in sorted(events, key=lambda one: one.at, reverse=True):
        if before is None or each.at < before:
            yield Bound(each.at)
            spent.append(1)
            yield each


def pages(sources: list[list[Event]], size: int, budget: int = 10**9) -> list[list[str]]:
    out: list[list[str]] = []
    before: datetime | None = None
    while True:
        spent: list[int] = []
        found, before = page_of([source(one, before, spent) for one in sources], size,
                                lambda spent=spent: len(spent) >= budget)
        out.append([one.name for one in found])
        if before is None:
            return out


def test_pages_go_on_where_the_one_before_ended() -> None:
    writing = [Event(f"écrit {minute}", at(minute)) for minute in (1, 3, 5)]
    versions = [Event("version 1", at(2)), Event("version 2", at(4))]

    assert pages([writing, versions], 2) == [
        ["écrit 5", "version 2"], ["écrit 3", "version 1"], ["écrit 1"],
    ]


def test_what_happened_at_one_instant_is_on_one_page() -> None:
    together = [Event(name, at(1)) for name in ("é", "œ", "👍")]

    assert pages([together[:2], together[2:], [Event("avant", at(0))]], 1) == [["é", "œ", "👍"], ["avant"]]


def test_a_page_ends_early_where_enough_was_read() -> None:
    events = [Event(str(minute), at(minute)) for minute in range(5)]

    assert pages([events], 100, budget=2) == [["4", "3"], ["2", "1"], ["0"]]


def test_any_sources_in_pages_of_any_size_give_everything_once_in_order() -> None:
    chance = random.Random(4)
    for _ in range(200):
        sources = [
            [Event(f"{number}-{each}", at(chance.randint(0, 12))) for each in range(chance.randint(0, 8))]
            for number in range(3)
        ]

        read = functools.reduce(operator.iadd, pages(sources, chance.randint(1, 5), chance.choice([1, 3, 10**9])), [])

        every = {event.name: event.at for one in sources for event in one}
        assert sorted(read) == sorted(every)
        assert [every[name] for name in read] == sorted(every.values(), reverse=True)
