"""Days and times in words, as one writes them in each language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from drafting.services.time_words import day_words, deadline_words, time_words


@pytest.mark.parametrize(("language", "day", "said"), [
    ("fr", date(2026, 12, 1), "1er décembre 2026"), ("fr", date(2026, 12, 11), "11 décembre 2026"),
    ("en", date(2026, 12, 1), "1 December 2026"),
])
def test_the_first_of_a_month_is_an_ordinal_in_french(app: Flask, language: str, day: date, said: str) -> None:
    with force_locale(language):
        assert day_words(day) == said


def test_so_it_is_in_a_deadline_and_beside_what_was_done(app: Flask) -> None:
    at = datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
    with force_locale("fr"):
        assert deadline_words(at, "Europe/Paris") == "mardi 1er décembre 2026 à 10:05, heure de Paris"
        assert time_words(at) == "1er déc. 2026, 10:05"
