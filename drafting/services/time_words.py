"""Words for an instant in somebody's time zone, in the reader's language: on pages and in mails."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Literal

from babel.dates import format_date, format_time, get_timezone_location
from flask_babel import get_locale
from flask_babel import gettext as _

from drafting.domain.deadline import zone_of


def language() -> str:
    """Return the language that is spoken now."""
    locale = get_locale()
    return locale.language if locale else "fr"


def region() -> str:
    """Return how that language writes dates and times here: English as in Britain, like its spelling."""
    return "en_GB" if language() == "en" else language()


def day_words(day: date, form: Literal["full", "long", "medium"] = "long") -> str:
    """Return « 10 février 2025 », « lundi 10 février 2025 » or « 10 févr. 2025 »; the first of a month as « 1er »."""
    words = format_date(day, form, locale=region())
    return re.sub(r"\b1(?= \D)", "1er", words) if language() == "fr" and day.day == 1 else words


def zone_words(zone_name: str) -> str:
    """Return « heure de Paris »."""
    if zone_name == "UTC":
        return _("temps universel")
    return _("heure de %(city)s", city=city_of(zone_name, language()))


@cache
def city_of(zone_name: str, in_language: str) -> str:
    """Return the city by which people know a time zone."""
    return str(get_timezone_location(zone_of(zone_name), locale=in_language, return_city=True))


def deadline_words(at: datetime, zone_name: str) -> str:
    """Return « lundi 10 février 2025 à 18:00, heure de Paris »."""
    local = at.astimezone(zone_of(zone_name))
    day = day_words(local, "full")
    return _("%(day)s à %(time)s, %(zone)s", day=day, time=format_time(local, "short", locale=region()),
             zone=zone_words(zone_name))


def time_words(at: datetime, zone_name: str = "Europe/Paris") -> str:
    """Return a day and time as « 6 janv. 2025, 10:04 »."""
    local = at.astimezone(zone_of(zone_name))
    day = day_words(local, "medium")
    return f"{day}, {format_time(local, 'short', locale=region())}"
