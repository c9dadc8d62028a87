"""Deadlines count in the recipient's time zone: between a wall clock there and an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from drafting.domain.errors import InvalidInput

# Zones of the places to which such papers are handed in, offered first.
USUAL_ZONES = (
    "Europe/Paris", "Europe/Brussels", "Europe/Zurich", "America/New_York", "Europe/London", "Europe/Berlin",
    "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "America/Toronto", "Asia/Tokyo", "UTC",
)

# The first and last days that computers know have no hour in some time zones.
YEARS = range(1900, 2201)


class NoSuchTime(InvalidInput):
    """That wall-clock time is skipped on that day when clocks go forward."""


class NoSuchDay(InvalidInput):
    """A day of a year in which nobody hands in a paper."""


class NoSuchZone(InvalidInput):
    """Not the name of a time zone."""


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; raise NoSuchZone."""
    if name not in _names():
        raise NoSuchZone(name)
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    """Return the names of all zones, read from the disk once: it takes 10 ms, and a table has hundreds of times."""
    return frozenset(available_timezones())


def instant(day: date, clock: time, zone_name: str) -> datetime:
    """Return the instant (UTC) at which this wall clock is reached in the zone.

    A time that comes twice when clocks go back means its first coming, the safe side for a deadline.
    Raise NoSuchTime for one that does not come at all, NoSuchDay for one that is centuries away.
    """
    zone = zone_of(zone_name)
    if day.year not in YEARS:
        raise NoSuchDay(f"{day}")
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    result = local.astimezone(UTC)
    if result.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"{day} {clock} {zone_name}")
    return result


@dataclass(frozen=True)
class Remaining:
    """How long until a deadline."""

    days: int
    hours: int
    minutes: int
    is_past: bool

    @property
    def is_soon(self) -> bool:
        """Less than three days are left."""
        return not self.is_past and self.days < 3


def remaining(deadline: datetime, at: datetime) -> Remaining:
    """Return how long from `at` until the deadline (or since it, when it is past)."""
    left = deadline - at
    is_past = left < timedelta(0)
    seconds = int(abs(left).total_seconds())
    return Remaining(seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60, is_past)
