"""Strangers may ask so often, and no more; others are not held up by them."""

from __future__ import annotations

from exports.pace import Pace


def test_so_many_within_the_window_and_then_again() -> None:
    pace = Pace(3, window_s=10)

    assert [pace.allows("a", at) for at in (0, 1, 2, 3, 9.9)] == [True, True, True, False, False]
    assert [pace.allows("a", at) for at in (10, 10.5, 11, 12)] == [True, False, True, True]


def test_each_network_has_its_own_count() -> None:
    pace = Pace(1, window_s=10)

    assert [pace.allows(network, 0) for network in ("a", "b", "a", "b")] == [True, True, False, False]


def test_memory_is_bounded() -> None:
    pace = Pace(1, window_s=10)
    pace.MAX_NETWORKS = 5  # type: ignore[misc]

    for number in range(100):
        pace.allows(str(number), 0)

    assert len(pace._asked) == 5
