"""The pages that choose two moments and show what changed between them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.models import Contribution
from drafting.models.columns import recorded_at
from drafting.services import sections, versions, visits
from drafting.services.access import find_contribution
from tests import factories
from tests.signing_in import sign_in
from tests.writing import write

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Desk:
    """A contribution with some sections and two versions, and a reader's browser on it."""

    def __init__(self, client: FlaskClient, titles: tuple[str, ...] = ("Constats", "Demandes · œuvre")) -> None:
        home = factories.organisation(acronym="CEX")
        contribution = factories.contribution(created_at=BEGAN, title="L’œuvre « commune »")
        factories.participation(contribution, home, ParticipationRole.COORDINATOR)
        self.actor = factories.member(home, name="Camille Œuvre")
        for title in titles:
            factories.section(contribution, title=title, lead_id=home.id, created_at=BEGAN)
        self.key = contribution.key
        self.section_key = contribution.sections[0].key
        self.write(0, "L’été des salariés 👍.", 1)
        with recorded_at(BEGAN + timedelta(days=2)):
            versions.freeze(self.actor, self.key, label="Projet · é")
        self.write(0, "L’été des travailleurs·ses 👍.", 3)
        with recorded_at(BEGAN + timedelta(days=4)):
            versions.freeze(self.actor, self.key, label="")
        self.client = sign_in(client, self.actor)

    @property
    def contribution(self) -> Contribution:
        db.session.rollback()
        return find_contribution(self.actor, self.key)

    def write(self, place: int, text: str, day: float) -> None:
        write(self.contribution.sections[place], self.actor, text, at=BEGAN + timedelta(days=day))

    def get(self, query: str = "", *, status: int = 200) -> str:
        answer = self.client.get(f"/contributions/{self.key}/compare{'?' * bool(query)}{query}")
        assert answer.status_code == status, answer.location
        return unescape(answer.get_data(as_text=True))


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> Desk:
    return Desk(client)


def words(page: str) -> str:
    """Return what a page says, without its marks."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def value_of(page: str, name: str) -> str:
    """Return what a field of the form shows."""
    box = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    if box is not None:
        value = re.search(r'value="([^"]*)"', box[0])
        return value[1] if value else ""
    choice = re.search(rf'<select[^>]*name="{name}"[^>]*>.*?</select>', page, re.DOTALL)
    assert choice is not None
    chosen = re.search(r'<option selected value="([^"]*)"', choice[0])
    return chosen[1] if chosen else ""


def test_the_form_offers_versions_dates_and_now(desk: Desk) -> None:
    page = desk.get()

    assert "la version 1 (Projet · é)" in page
    assert (value_of(page, "from"), value_of(page, "to")) == ("v2", "now")
    assert "ma dernière visite" not in page
    assert "Comparer deux moments" in unescape(
        desk.client.get(f"/contributions/{desk.key}/versions").get_data(as_text=True))


def test_a_comparison_says_in_words_what_is_compared_and_by_whom_it_was_changed(desk: Desk) -> None:
    page = desk.get("from=v1&to=v2")

    assert "De la version 1 (Projet · é) à la version 2" in words(page)
    assert re.search(r"1 modification dans 1 section sur 2, par CEX\.", words(page))
    assert "1 section inchangée" in words(page)
    assert "Texte net de la version 2" in words(page)
    assert (value_of(page, "from"), value_of(page, "to")) == ("v1", "v2")


def test_a_date_typed_in_the_form_gets_its_address_and_stays_in_the_form(desk: Desk) -> None:
    answer = desk.client.get(
        f"/contributions/{desk.key}/compare?from=date&from_day=2026-03-04&from_time=&to=date&to_day=2026-03-06"
        "&to_time=11%3A30&section=&side=yes")

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query) == {
        "from": ["d2026-03-04"], "to": ["d2026-03-06T11:30"], "side": ["yes"]}
    page = desk.get(urlsplit(answer.location).query)
    assert "De la fin du 4 mars 2026 à l’état du 6 mars 2026, 11:30" in words(page)
    assert [value_of(page, name) for name in ("from", "from_day", "to", "to_day", "to_time")] == [
        "date", "2026-03-04", "date", "2026-03-06", "11:30"]


@pytest.mark.parametrize(("query", "status", "message", "kept"), [
    ("from=abc&to=v2", 422, "« abc » n’est pas un moment", {"to": "v2"}),
    ("from=v9&to=v2", 404, "Il n’y a pas de version 9", {"from": "v9", "to": "v2"}),
    ("from=date&from_day=&to=v2", 422, "Donnez la date.", {"from": "date", "to": "v2"}),
    ("from=date&from_day=2026-02-31&to=v2", 422, "date", {"from": "date", "from_day": "2026-02-31"}),
    ("from=d2999-01-01&to=v1", 422, "Vérifiez l’année", {"from": "date", "from_day": "2999-01-01"}),
    ("from=d2190-01-01T10:00&to=v1", 422, "à venir", {"from_day": "2190-01-01", "from_time": "10:00"}),
    ("from=d2020-01-01&to=v1", 422, "n’existait pas encore", {"from_day": "2020-01-01", "to": "v1"}),
    ("from=visit&to=now", 422, "pas encore venu", {"to": "now"}),
    ("from=r1&to=now", 422, "choisissez aussi la section", {"from": "r1"}),
    ("from=v1&to=v2&section=inconnue", 404, "Cette section n’existe pas", {"from": "v1", "to": "v2"}),
    ("to=v2", 422, "Choisissez un moment", {"to": "v2"}),
])
def test_what_cannot_be_compared_says_why_and_keeps_what_was_typed(
    desk: Desk, query: str, status: int, message: str, kept: dict[str, str]
) -> None:
    page = desk.get(query, status=status)

    assert message in words(page)
    assert {name: value_of(page, name) for name in kept} == kept


def test_a_revision_that_was_not_reached_is_not_found(desk: Desk) -> None:
    assert "n’a pas de révision 99" in desk.get(f"from=r99&to=now&section={desk.section_key}", status=404)


def test_points_in_the_wrong_order_are_put_right_and_it_is_said(desk: Desk) -> None:
    page = desk.get("from=v2&to=v1")

    assert "remis dans l’ordre du temps" in words(page)
    assert "De la version 1 (Projet · é) à la version 2" in words(page)


def test_the_same_moment_twice_and_nothing_changed_are_told(desk: Desk) -> None:
    assert "deux fois le même moment" in words(desk.get("from=v2&to=v2"))
    assert "Rien n’a changé entre ces deux moments" in words(desk.get("from=v2&to=now"))


def test_the_lasting_address_shows_the_same_later(desk: Desk) -> None:
    [lasting] = re.findall(r'<a href="http://localhost([^"]*)"', desk.get("from=v1&to=now"))
    write(desk.contribution.sections[0], desk.actor, "Tout autre chose, é.", at=datetime.now(UTC) + timedelta(hours=1))

    page = unescape(desk.client.get(lasting).get_data(as_text=True))

    assert "travailleurs·ses" in words(page)
    assert "Tout autre chose" not in page


def test_what_changed_since_the_last_visit_is_one_click_away(desk: Desk) -> None:
    with recorded_at(BEGAN + timedelta(days=5)):
        visits.arrive(desk.actor, desk.contribution)
    other = factories.member(factories.organisation(acronym="FEX"), name="Sacha Été")
    write(desk.contribution.sections[1], other, "« Oui » 👍", at=BEGAN + timedelta(days=6))

    page = desk.client.get(f"/contributions/{desk.key}").get_data(as_text=True)
    [link] = re.findall(r'since-all" href="([^"]*)"', page)
    compared = unescape(desk.client.get(unescape(link)).get_data(as_text=True))

    assert "De votre visite du 7 mars 2026, 09:00 à maintenant" in words(compared)
    assert "1 section sur 2, par FEX." in words(compared)


def test_what_became_of_sections_is_said_with_who_did_it(desk: Desk) -> None:
    key = desk.contribution.sections[1].key
    sections.rename(desk.actor, desk.section_key, "Nos constats", question="", text_limit=None)
    sections.retire(desk.actor, key)
    sections.add(desk.actor, desk.key, "Suites <3")

    page = desk.get("from=v2&to=now")
    said = words(page)

    assert "Renommée (avant : « Constats ») par Camille Œuvre CEX" in said
    assert "section retirée : elle portait le n° 2" in said
    assert "nouvelle section" in said
    assert "Rien n’y est encore écrit" in said
    assert re.search(r"3 sections changées sur 3, par CEX", said)


def test_one_section_is_compared_alone_and_leads_back_to_all(desk: Desk) -> None:
    page = desk.get(f"from=r1&to=now&section={desk.section_key}")

    assert "De la révision 1 à maintenant" in words(page)
    [whole] = re.findall(r'<a href="([^"]*)">Comparer toute la contribution', page)
    assert "à maintenant" in words(unescape(desk.client.get(whole).get_data(as_text=True)))


def test_forty_sections_of_which_two_changed_are_told_shortly(app: Flask, client: FlaskClient) -> None:
    desk = Desk(client, tuple(f"Œuvre n° {n}" for n in range(1, 41)))
    desk.write(30, "« Oui » 👍", 5)

    page = desk.get("from=v1&to=now")

    assert page.count('class="sheet spaced part"') == 2
    assert "2 sections sur 40" in words(page)
    assert "38 sections inchangées" in words(page)


def test_former_addresses_lead_to_the_comparison(desk: Desk) -> None:
    one, two = sorted(versions.versions_of(desk.contribution), key=lambda version: version.number)

    for former, query in (
        (f"/versions/{one.key}/compare/{two.key}", "from=v1&to=v2"),
        (f"/contributions/{desk.key}/compare?a={one.key}&b={two.key}", "from=v1&to=v2"),
        (f"/sections/{desk.section_key}/revisions/1/compare", f"from=r1&to=now&section={desk.section_key}"),
    ):
        answer = desk.client.get(former, follow_redirects=True)
        assert (answer.status_code, parse_qs(urlsplit(answer.request.url).query)) == (200, parse_qs(query))


def test_versions_of_two_contributions_are_not_compared(desk: Desk, app: Flask) -> None:
    other = factories.contribution()
    factories.participation(other, desk.contribution.participations[0].organisation, ParticipationRole.COORDINATOR)
    factories.section(other)
    foreign = versions.freeze(desk.actor, other.key, label="")
    own = versions.versions_of(desk.contribution)[0]

    assert desk.client.get(f"/versions/{own.key}/compare/{foreign.key}").status_code == 422


def test_the_english_page_says_it_in_english(desk: Desk) -> None:
    answer = desk.client.get(f"/contributions/{desk.key}/compare?from=v1&to=now", headers={"Accept-Language": "en"})

    assert "From version 1 (Projet · é) to now" in words(answer.get_data(as_text=True))
