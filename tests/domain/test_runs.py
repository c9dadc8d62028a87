"""Runs: the chunked list does what a plain list would, also where it is long."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.domain.changes import ChangeSet, InvalidChange
from drafting.domain.runs import Run, Runs, joined

STRIKES = [frozenset[str](), frozenset({"x"}), frozenset({"x", "y"})]
run = st.builds(
    Run, st.integers(1, 4), st.integers(1, 2), st.just(10), st.sampled_from([None, "x"]), st.sampled_from(STRIKES)
)
# Long lists, so that several chunks are crossed.
run_lists = st.lists(run, max_size=12).map(lambda some: some * 40) | st.lists(run, max_size=6)


def one_by_one(runs: list[Run]) -> list[Run]:
    """Return a run for each unit."""
    return [run._replace(length=1) for run in runs for _ in range(run.length)]


@st.composite
def ranges_in(draw: st.DrawFn, length: int) -> list[tuple[int, int]]:
    ends = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    return [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False) if start < end]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_editing_marking_and_reading_are_those_of_a_plain_list(data: st.DataObject) -> None:
    plain = one_by_one(data.draw(run_lists))
    runs = Runs(plain)
    for _ in range(3):
        ranges = data.draw(ranges_in(len(plain)))
        assert runs.inside(ranges) == joined([unit for start, end in ranges for unit in plain[start:end]])

        runs = runs.mark(ranges, lambda run: run._replace(strikes=run.strikes | {"œ"}))
        for start, end in ranges:
            plain[start:end] = [unit._replace(strikes=unit.strikes | {"œ"}) for unit in plain[start:end]]
        assert list(runs) == joined(plain)

        new = data.draw(run)
        changes = ChangeSet.replace(len(plain), [(start, end, "é" * new.length) for start, end in ranges])
        runs = runs.edit(changes, [new] * len(ranges))
        for start, end in reversed(ranges):
            plain[start:end] = one_by_one([new])
        assert list(runs) == joined(plain)
        assert runs.length == len(plain)
        assert Runs.from_json(runs.to_json()) == runs


def test_the_compact_form_leaves_out_what_is_empty() -> None:
    runs = Runs([Run(1, 2, 3), Run(4, 2, 3, "x"), Run(5, 2, 3, None, frozenset({"z", "y"}))])

    assert runs.to_json() == [[1, 2, 3], [4, 2, 3, "x"], [5, 2, 3, None, ["y", "z"]]]


def test_an_edit_leaves_the_former_value_as_it_was() -> None:
    before = Runs([Run(10, 1, 1)])

    after = before.edit(ChangeSet.parse([5, [0, "é"], 5], 10), [Run(1, 2, 2)])

    assert before.to_json() == [[10, 1, 1]]
    assert after.to_json() == [[5, 1, 1], [1, 2, 2], [5, 1, 1]]


@pytest.mark.parametrize("new", [[], [Run(1, 1, 1)], [Run(3, 1, 1)]])
def test_the_runs_of_new_text_must_be_as_long_as_it(new: list[Run]) -> None:
    with pytest.raises(InvalidChange):
        Runs([Run(5, 1, 1)]).edit(ChangeSet.parse([5, [0, "é’"]], 5), new)


@pytest.mark.parametrize("ranges", [[(0, 6)], [(-1, 2)], [(6, 7)], [(0, 1), (4, 9)]])
def test_what_lies_outside_the_text_is_refused(ranges: list[tuple[int, int]]) -> None:
    runs = Runs([Run(5, 1, 1)])

    with pytest.raises(InvalidChange):
        runs.mark(ranges, lambda run: run)
    with pytest.raises(InvalidChange):
        runs.inside(ranges)


def test_one_edit_in_thousands_of_places_takes_no_longer_than_its_size_asks() -> None:
    # A frame of 64 KiB can hold 8,000 deletions; walking all runs for each of them would take a minute.
    runs = Runs([Run(2, 1 + index % 2, 1) for index in range(20_000)])
    changes = ChangeSet.replace(40_000, [(at, at + 1, "") for at in range(0, 40_000, 5)])
    started = time.process_time()

    after = runs.edit(changes, [])
    inside = runs.inside([(start, end) for start, end, _, _ in changes.changes()])

    assert (after.length, sum(run.length for run in inside)) == (32_000, 8_000)
    assert time.process_time() - started < 1.5
