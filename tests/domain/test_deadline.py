"""Deadlines in the recipient's time zone."""

from datetime import UTC, date, datetime, time

import pytest

from drafting.domain.deadline import NoSuchTime, NoSuchZone, instant, remaining

CASES = [
    (date(2025, 2, 10), time(18, 0), "Europe/Paris", datetime(2025, 2, 10, 17, 0, tzinfo=UTC)),
    (date(2025, 7, 10), time(18, 0), "Europe/Paris", datetime(2025, 7, 10, 16, 0, tzinfo=UTC)),
    (date(2025, 2, 10), time(23, 59), "America/New_York", datetime(2025, 2, 11, 4, 59, tzinfo=UTC)),
    # 02:30 comes twice on 26 October 2025: the first, in summer time.
    (date(2025, 10, 26), time(2, 30), "Europe/Paris", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("day", "clock", "zone", "expected"), CASES)
def test_a_wall_clock_is_an_instant(day: date, clock: time, zone: str, expected: datetime) -> None:
    assert instant(day, clock, zone) == expected


def test_a_time_skipped_by_summer_time_is_refused() -> None:
    with pytest.raises(NoSuchTime):
        instant(date(2025, 3, 30), time(2, 30), "Europe/Paris")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(NoSuchZone):
        instant(date(2025, 3, 30), time(2, 30), "Europe/Atlantide")


def test_what_remains_is_counted_in_days_hours_and_minutes() -> None:
    left = remaining(datetime(2025, 2, 10, 17, 30, tzinfo=UTC), datetime(2025, 2, 8, 16, 0, tzinfo=UTC))

    assert (left.days, left.hours, left.minutes, left.is_past, left.is_soon) == (2, 1, 30, False, True)
