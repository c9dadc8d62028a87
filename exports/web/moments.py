"""Words for a moment, in the reader's language."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask_babel import gettext as _

from drafting.services.time_words import day_words, region

PARIS = ZoneInfo("Europe/Paris")


def moment(at: datetime) -> str:
    """« 10 février 2025 à 10:30, heure de Paris »: one zone for everybody, since the public page knows no reader."""
    local = at.astimezone(PARIS) if MINYEAR < at.year < MAXYEAR else at  # Those have no hour in every zone.
    day, time = day_words(local), format_time(local, "short", locale=region())
    return str(_("%(day)s à %(time)s, heure de Paris", day=day, time=time))
