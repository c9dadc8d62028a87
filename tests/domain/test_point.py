"""Points in time as addresses write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from drafting.domain.deadline import NoSuchDay, NoSuchTime
from drafting.domain.point import NOW, VISIT, MalformedPoint, Point, PointKind

PARIS = "Europe/Paris"


@pytest.mark.parametrize("text", [
    "v1", "v12", "r0", "r250000", "now", "visit", "d2026-03-03", "d2026-03-03T14:00", "d2026-03-03T14:00:07",
    "d2026-03-03T13:00:05Z", "d2026-03-03T13:00:05.120000Z",
])
def test_a_point_is_written_as_it_was_read(text: str) -> None:
    assert str(Point.parse(text)) == text


@pytest.mark.parametrize("text", [
    "", "v", "vé", "v-1", "v1x", "r1.5", "v٣", "v9999999999", "now!", "maintenant", "2026-03-03", "d2026-3-3",
    "d2026-02-31", "d2026-03-03T25:00", "d2026-03-03 14:00", "d2026-03-03T14", "d0000-01-01", "d2026-03-03Z", "👍",
    "v1\nv2",
])
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(MalformedPoint):
        Point.parse(text)


def test_points_are_made_without_an_address() -> None:
    assert [str(one) for one in (Point.version(2), Point.revision(7), NOW, VISIT)] == ["v2", "r7", "now", "visit"]
    assert str(Point.exact(datetime(2026, 3, 3, 13, tzinfo=UTC))) == "d2026-03-03T13:00:00Z"


def test_a_day_means_its_end_where_the_paper_is_handed_in() -> None:
    point = Point.parse("d2026-03-03")

    assert point.is_day
    assert point.instant(PARIS) == datetime(2026, 3, 3, 22, 59, 59, 999999, UTC)
    assert point.instant("America/New_York") == datetime(2026, 3, 4, 4, 59, 59, 999999, UTC)


@pytest.mark.parametrize(("day", "zone", "end"), [
    ("d2025-03-30", PARIS, datetime(2025, 3, 30, 21, 59, 59, 999999, UTC)),  # Clocks went forward: 23 hours.
    ("d2025-10-26", PARIS, datetime(2025, 10, 26, 22, 59, 59, 999999, UTC)),  # And back: 25 hours.
    ("d2025-03-29", "Asia/Beirut", datetime(2025, 3, 29, 21, 59, 59, 999999, UTC)),  # Midnight itself is skipped.
])
def test_a_day_on_which_clocks_change_ends_when_the_next_begins(day: str, zone: str, end: datetime) -> None:
    assert Point.parse(day).instant(zone) == end


def test_an_hour_is_the_wall_clock_there_and_in_utc_it_is_the_same_everywhere() -> None:
    assert Point.parse("d2026-07-03T14:00").instant(PARIS) == datetime(2026, 7, 3, 12, tzinfo=UTC)
    assert Point.parse("d2026-07-03T14:00Z").instant(PARIS) == datetime(2026, 7, 3, 14, tzinfo=UTC)


def test_an_hour_that_is_skipped_and_a_year_of_no_paper_are_refused() -> None:
    with pytest.raises(NoSuchTime):
        Point.parse("d2025-03-30T02:30").instant(PARIS)
    for far in ("d0001-01-01", "d9999-12-31", "d9999-12-31T23:59Z"):
        with pytest.raises(NoSuchDay):
            Point.parse(far).instant(PARIS)


def test_only_what_means_the_same_for_ever_is_fixed() -> None:
    fixed = [text for text in ("v1", "r1", "now", "visit", "d2026-03-03", "d2026-03-03T14:00", "d2026-03-03T14:00Z")
             if Point.parse(text).is_fixed]

    assert fixed == ["v1", "r1", "d2026-03-03T14:00Z"]
    assert Point(PointKind.DATE, moment=date(2026, 3, 3)) == Point.parse("d2026-03-03")
