"""Words for deadlines and times, in the reader's language and the recipient's time zone."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from drafting.domain.deadline import USUAL_ZONES, Remaining, zone_of

NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "fr"


def zone_words(zone_name: str) -> str:
    """Return « heure de Paris »."""
    if zone_name == "UTC":
        return _("temps universel")
    return _("heure de %(city)s", city=city_of(zone_name, _language()))


@cache
def city_of(zone_name: str, language: str) -> str:
    """Return the city by which people know a time zone."""
    return str(get_timezone_location(zone_of(zone_name), locale=language, return_city=True))


@cache
def zone_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones to choose from: the usual ones, then all by continent, each by its city."""
    from zoneinfo import available_timezones

    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        continent, slash, _place = name.partition("/")
        if slash and not name.startswith(NOT_PLACES):
            groups.setdefault(continent, []).append((name, city_of(name, language)))
    usual = [(name, "UTC" if name == "UTC" else city_of(name, language)) for name in USUAL_ZONES]
    return [("", usual)] + [(group, sorted(zones, key=lambda zone: zone[1])) for group, zones in groups.items()]


def deadline_words(at: datetime, zone_name: str) -> str:
    """Return « lundi 10 février 2025 à 18:00, heure de Paris »."""
    local = at.astimezone(zone_of(zone_name))
    day = format_date(local, "full", locale=_language())
    return _("%(day)s à %(time)s, %(zone)s", day=day, time=format_time(local, "short", locale=_language()),
             zone=zone_words(zone_name))


def left_words(left: Remaining) -> str:
    """Return « encore 3 jours », « encore 5 heures », « échéance passée »."""
    if left.is_past:
        return _("échéance passée")
    if left.days:
        return ngettext("encore %(num)d jour", "encore %(num)d jours", left.days)
    if left.hours:
        return ngettext("encore %(num)d heure", "encore %(num)d heures", left.hours)
    return ngettext("encore %(num)d minute", "encore %(num)d minutes", left.minutes)


def time_words(at: datetime, zone_name: str = "Europe/Paris") -> str:
    """Return a day and time as « 6 janv. 2025, 10:04 »."""
    local = at.astimezone(zone_of(zone_name))
    day = format_date(local, "medium", locale=_language())
    return f"{day}, {format_time(local, 'short', locale=_language())}"


def number(value: int) -> str:
    """Return « 3 976 » or “3,976”."""
    return format_decimal(value, locale=_language())


def init_app(app: Flask) -> None:
    """Register the words as template filters."""
    app.jinja_env.filters.update(
        deadline_words=deadline_words, left_words=left_words, time_words=time_words, zone_words=zone_words,
        number=number,
    )
