"""When the story happens: its days are working days before the seeding, its hours those of Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from drafting.demonstration.story import DEADLINE_IN_DAYS, DEADLINE_TIME, ZONE

SATURDAY = 5


def moment(today: date, days_before: int, at: str) -> datetime:
    """Return the time in UTC of an hour of Paris, so many working days before today."""
    day = today
    while days_before:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            days_before -= 1
    return _utc(day, at)


def deadline(today: date) -> datetime:
    """Return the deadline in UTC: a working day some days after today."""
    day = today + timedelta(days=DEADLINE_IN_DAYS)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return _utc(day, DEADLINE_TIME)


def _utc(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
