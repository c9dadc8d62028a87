"""The list of time zones: each once, and the one that was chosen is shown under whatever name it was kept."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from drafting.extensions import transaction
from drafting.web.deadlines import listed_zone, zone_choices
from tests.rounds import assembly
from tests.signing_in import sign_in


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_place_stands_once_among_its_continent(language: str) -> None:
    for _group, zones in zone_choices(language):
        cities = [city for _name, city in zones]
        assert sorted(set(cities)) == sorted(cities)
        assert [name for name, _city in zones if listed_zone(name) != name] == []


@pytest.mark.parametrize(("kept", "shown"), [("America/Montreal", "America/Toronto"), ("Europe/Kyiv", "Europe/Kyiv")])
def test_a_zone_of_another_name_is_chosen_in_the_list(app: Flask, kept: str, shown: str) -> None:
    there = assembly(1)
    with transaction() as session:
        session.merge(there.contribution).deadline_zone = kept

    page = sign_in(app.test_client(), there.coordinator).get(f"/versions/{there.version.key}/round")

    listed = page.get_data(as_text=True).partition('id="zone"')[2]
    assert re.findall(r'value="([\w/]+)" selected>', listed)[:1] == [shown]
