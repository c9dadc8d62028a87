"""What "since my last visit" means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drafting.domain.visit import Visited, arriving

NOON = datetime(2025, 2, 10, 12, 0, tzinfo=UTC)
SOON, LATER = NOON + timedelta(minutes=30), NOON + timedelta(minutes=31)
BEFORE = NOON - timedelta(days=2)


@pytest.mark.parametrize(("last", "at", "revision", "expected"), [
    (None, NOON, 7, Visited(NOON, 7)),
    # Back within half an hour: the same visit, compared with the same one before.
    (Visited(NOON, 7), SOON, 9, Visited(SOON, 9)),
    (Visited(NOON, 7, BEFORE, 3), SOON, 9, Visited(SOON, 9, BEFORE, 3)),
    # Later: what was seen at the end of the last visit is what counts.
    (Visited(NOON, 7, BEFORE, 3), LATER, 9, Visited(LATER, 9, NOON, 7)),
    (Visited(NOON, 7), LATER, 7, Visited(LATER, 7, NOON, 7)),
    # A clock that goes back, a page that was slow: nothing is forgotten.
    (Visited(NOON, 7), BEFORE, 5, Visited(NOON, 7)),
])
def test_a_visit_lasts_until_half_an_hour_of_absence(
    last: Visited | None, at: datetime, revision: int, expected: Visited
) -> None:
    assert arriving(last, at, revision) == expected
