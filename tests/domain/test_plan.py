"""The plan of a contribution at any instant, and which sections moved."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from drafting.domain.plan import Entry, PlanAct, PlanChange, moved, plan_at

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def hour(n: float) -> datetime:
    return BEGAN + timedelta(hours=n)


def act(section: int, change: PlanChange, n: float, **more: object) -> PlanAct:
    return PlanAct(section, change, hour(n), 1, 10, **more)  # type: ignore[arg-type]


SECTIONS = [Entry(1, "Préambule"), Entry(2, "Salaires · œuvre commune"), Entry(3, "Climat"), Entry(4, "Annexe 👍")]
ACTS = [
    act(4, PlanChange.ADDED, 1, title="Annexe"),
    act(2, PlanChange.RENAMED, 2, title="Salaires", was="Rémunérations"),
    act(4, PlanChange.RENAMED, 3, title="Annexe 👍", was="Annexe"),
    act(4, PlanChange.MOVED, 4, position=1),
    act(1, PlanChange.RETIRED, 5),
    act(2, PlanChange.RENAMED, 6, title="Salaires · œuvre commune", was="Salaires"),
    act(1, PlanChange.RESTORED, 7),
]
PRESENT = [4, 2, 3, 1]


@pytest.mark.parametrize(("n", "plan"), [
    (0, ["Préambule", "Rémunérations", "Climat"]),
    (1, ["Préambule", "Rémunérations", "Climat", "Annexe"]),
    (2.5, ["Préambule", "Salaires", "Climat", "Annexe"]),
    (4, ["Annexe 👍", "Préambule", "Salaires", "Climat"]),
    (5, ["Annexe 👍", "Salaires", "Climat"]),
    (99, ["Annexe 👍", "Salaires · œuvre commune", "Climat", "Préambule"]),
])
def test_the_plan_is_replayed_to_any_instant(n: float, plan: list[str]) -> None:
    assert [entry.title for entry in plan_at(SECTIONS, PRESENT, ACTS, hour(n))] == plan


def test_a_title_of_which_nothing_was_kept_is_the_oldest_known() -> None:
    acts = [act(1, PlanChange.RENAMED, 2, title="Préambule")]

    assert plan_at(SECTIONS[:1], [1], acts, hour(0)) == [Entry(1, "Préambule")]


def test_sections_that_came_without_acts_stand_in_their_present_order() -> None:
    acts = [act(3, PlanChange.RETIRED, 3)]

    assert [entry.section for entry in plan_at(SECTIONS, [2, 1, 4], acts, hour(1))] == [2, 1, 4, 3]
    assert [entry.section for entry in plan_at(SECTIONS, [2, 1, 4], acts, hour(3))] == [2, 1, 4]


@pytest.mark.parametrize(("a", "b", "expected"), [
    ([1, 2, 3, 4], [1, 4, 2, 3], {4}),
    ([1, 2, 3, 4], [2, 3, 4, 1], {1}),
    ([1, 2, 3], [1, 5, 2, 3], set()),
    ([1, 2, 3, 4], [1, 3, 4], set()),
    ([1, 2], [2, 1], {2}),
    ([], [1], set()),
])
def test_as_few_sections_as_possible_moved(a: list[int], b: list[int], expected: set[int]) -> None:
    assert moved(a, b) == expected


@pytest.mark.parametrize("seed", range(40))
def test_random_plans_are_replayed_as_they_were(seed: int) -> None:
    chance = random.Random(seed)
    used, count = [1, 2, 3], 3
    retired: list[int] = []
    acts: list[PlanAct] = []
    told = [list(used)]
    for n in range(1, 30):
        kind = chance.choice(list(PlanChange))
        if kind is PlanChange.ADDED:
            count += 1
            used.append(count)
            acts.append(act(count, kind, n, title=f"Œuvre {count}"))
        elif kind is PlanChange.RESTORED and retired:
            used.append(retired.pop())
            acts.append(act(used[-1], kind, n))
        elif kind is PlanChange.RETIRED and used:
            retired.append(used.pop(chance.randrange(len(used))))
            acts.append(act(retired[-1], kind, n))
        elif kind is PlanChange.MOVED and used:
            one = used.pop(chance.randrange(len(used)))
            place = chance.randint(0, len(used))
            used.insert(place, one)
            acts.append(act(one, kind, n, position=place + 1))
        told.append(list(used))
    sections = [Entry(n, f"Œuvre {n}") for n in range(1, count + 1)]

    for n, expected in enumerate(told):
        assert [entry.section for entry in plan_at(sections, used, acts, hour(n))] == expected
