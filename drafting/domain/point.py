"""Points in time as addresses write them: a version, a revision, the reader's last visit, a date, now.

    v3                    version 3
    r120                  revision 120 (of one section)
    visit                 when the reader was last here
    validation            the version that the reader's organisation last decided on
    now                   now
    d2026-03-03           the end of that day, in the contribution's time zone
    d2026-03-03T14:00     that day at 14:00 there
    d2026-03-03T13:00:05Z the same instant for ever, whatever the time zone: what a lasting address is made of
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from drafting.domain.deadline import YEARS, NoSuchDay, instant, zone_of
from drafting.domain.errors import InvalidInput

_NUMBERED = re.compile(r"([vr])([0-9]{1,9})")
_DATED = re.compile(r"d([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z?))?")


class PointKind(StrEnum):
    """What a point is given by."""

    VERSION = "version"
    REVISION = "revision"
    VISIT = "visit"
    VALIDATION = "validation"
    DATE = "date"
    NOW = "now"


class MalformedPoint(InvalidInput):
    """What stands in the address is none of the forms of a point."""


@dataclass(frozen=True)
class Point:
    """A point in time as it is asked for. Whether it exists is seen when it is looked up."""

    kind: PointKind
    number: int | None = None
    """Of the version or the revision."""
    moment: date | datetime | None = None
    """For a date: a day means its end, a time without zone is the contribution's wall clock, one in UTC is exact."""

    @classmethod
    def parse(cls, text: str) -> Point:
        """Read the form of an address. Raise MalformedPoint."""
        text = text.strip()
        if text in (PointKind.NOW, PointKind.VISIT, PointKind.VALIDATION):
            return cls(PointKind(text))
        if numbered := _NUMBERED.fullmatch(text):
            kind = PointKind.VERSION if numbered[1] == "v" else PointKind.REVISION
            return cls(kind, number=int(numbered[2]))
        if dated := _DATED.fullmatch(text):
            return cls(PointKind.DATE, moment=_moment(*dated.groups()))
        raise MalformedPoint(text)

    @classmethod
    def version(cls, number: int) -> Point:
        """Return the point of a version."""
        return cls(PointKind.VERSION, number=number)

    @classmethod
    def revision(cls, number: int) -> Point:
        """Return the point of a section's revision."""
        return cls(PointKind.REVISION, number=number)

    @classmethod
    def exact(cls, at: datetime) -> Point:
        """Return the point of an instant (aware), the same for ever."""
        return cls(PointKind.DATE, moment=at.astimezone(UTC))

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day, and so its end."""
        return self.kind is PointKind.DATE and not isinstance(self.moment, datetime)

    @property
    def is_fixed(self) -> bool:
        """Whether it means the same tomorrow, for everybody and in every time zone."""
        is_instant = isinstance(self.moment, datetime) and self.moment.tzinfo is not None
        return self.kind in (PointKind.VERSION, PointKind.REVISION) or is_instant

    def instant(self, zone_name: str) -> datetime:
        """Return a date's instant (UTC): what was done up to it, itself included, is in. Raise NoSuchTime, NoSuchDay.

        The end of 3 March is the last microsecond before 4 March begins in the zone.
        """
        moment = self.moment
        if moment is None:
            raise ValueError(f"{self} is not a date")
        if moment.year not in YEARS:
            raise NoSuchDay(f"{moment}")
        if not isinstance(moment, datetime):
            # Where clocks skip midnight, this is the instant at which they do.
            ends = datetime.combine(moment + timedelta(days=1), time(), tzinfo=zone_of(zone_name))
            return ends.astimezone(UTC) - timedelta(microseconds=1)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return instant(moment.date(), moment.time(), zone_name)

    def __str__(self) -> str:
        """Return the form of an address."""
        if self.kind is PointKind.VERSION:
            return f"v{self.number}"
        if self.kind is PointKind.REVISION:
            return f"r{self.number}"
        if self.moment is None:
            return self.kind.value
        if not isinstance(self.moment, datetime):
            return f"d{self.moment.isoformat()}"
        is_exact = self.moment.tzinfo is not None
        parts = "auto" if is_exact or self.moment.second or self.moment.microsecond else "minutes"
        return f"d{self.moment.replace(tzinfo=None).isoformat(timespec=parts)}{'Z' if is_exact else ''}"


NOW = Point(PointKind.NOW)
VISIT = Point(PointKind.VISIT)
VALIDATION = Point(PointKind.VALIDATION)


def _moment(day: str, clock: str | None, zulu: str | None) -> date | datetime:
    """Read a date, with or without a time. Raise MalformedPoint for 31 February or 25:00."""
    try:
        if clock is None:
            return date.fromisoformat(day)
        read = datetime.fromisoformat(f"{day}T{clock}")
    except ValueError as wrong:
        raise MalformedPoint(day) from wrong
    return read.replace(tzinfo=UTC) if zulu else read
