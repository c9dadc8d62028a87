"""How long a sign-in lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

IDLE = timedelta(days=3)  # A weekend of absence does not sign anybody out.
ABSOLUTE = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=5)  # Writing down each request would be a database write each.


def is_live(
    *, created_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a sign-in still holds: neither ended, nor unused for too long, nor too old."""
    return ended_at is None and now - seen_at <= IDLE and now - created_at <= ABSOLUTE
