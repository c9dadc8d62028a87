"""Words for what is left until a deadline, and the time zones to choose from, in the reader's language."""

from __future__ import annotations

from functools import cache

from babel.core import get_global
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from drafting.domain.deadline import USUAL_ZONES, Remaining
from drafting.services.time_words import city_of, deadline_words, language, time_words, zone_words

NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def zone_choices(in_language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones to choose from: the usual ones, then all by continent, each once, by its city."""
    from zoneinfo import available_timezones

    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        continent, slash, _place = name.partition("/")
        if slash and not name.startswith(NOT_PLACES) and listed_zone(name) == name:
            groups.setdefault(continent, []).append((name, city_of(name, in_language)))
    usual = [(name, "UTC" if name == "UTC" else city_of(name, in_language)) for name in USUAL_ZONES]
    return [("", usual)] + [(group, sorted(zones, key=lambda zone: zone[1])) for group, zones in groups.items()]


def listed_zone(name: str) -> str:
    """Return the name under which a time zone is listed, where it has several: America/Montreal is America/Toronto."""
    return str(get_global("zone_aliases").get(name, name)) if name not in USUAL_ZONES else name


def left_words(left: Remaining) -> str:
    """Return « encore 3 jours », « encore 5 heures », « échéance passée »."""
    if left.is_past:
        return _("échéance passée")
    if left.days:
        return ngettext("encore %(num)d jour", "encore %(num)d jours", left.days)
    if left.hours:
        return ngettext("encore %(num)d heure", "encore %(num)d heures", left.hours)
    return ngettext("encore %(num)d minute", "encore %(num)d minutes", left.minutes)


def number(value: int) -> str:
    """Return « 3 976 » or “3,976”."""
    return format_decimal(value, locale=language())


def init_app(app: Flask) -> None:
    """Register the words as template filters."""
    app.jinja_env.filters.update(
        deadline_words=deadline_words, left_words=left_words, time_words=time_words, zone_words=zone_words,
        number=number, listed_zone=listed_zone,
    )
