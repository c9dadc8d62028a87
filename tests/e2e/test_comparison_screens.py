"""Comparing two moments in a real browser: chosen, read in the text and side by side, by keyboard, without script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.domain.tracking import seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.models import Section
from drafting.models.columns import now, recorded_at
from drafting.services import amendments, contributions, sections, suggestions, versions, visits
from drafting.services.access import find_contribution
from drafting.services.contributions import Details
from tests import factories
from tests.e2e.conftest import SCREENS, Visit
from tests.writing import propose, write

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEXT = """## Nos constats

Les travailleurs·ses demandent une *vraie* place 😀.

Ce paragraphe ne change pas, ni le suivant.

Personne n’y touche : « c’est dit ».

Encore un, pour que l’on plie.

- protéger les lanceurs d’alerte ;
- négocier avant tout déploiement.

| Pays | Couverture |
| --- | --- |
| Autriche | 98 % |
"""


@dataclass
class World:
    """A contribution whose sections were written, amended, renamed, moved, retired and added to."""

    key: str
    section: str
    coordinator: Actor
    author: Actor


@pytest.fixture
def world(app: Flask) -> World:
    home = factories.organisation(acronym="CET", colour="crimson")
    away = factories.organisation(acronym="CET Métallurgie", colour="blue", name="Fédération exemple de la métallurgie")
    coordinator = factories.member(home, MembershipRole.SECRETARY, name="Secrétariat CET")
    author = factories.member(away, MembershipRole.SECRETARY, name="Rédaction Métallurgie")
    details = Details(
        "L’œuvre commune", "Sommet pour l’action sur l’IA", "Paris", "fr", None, "Europe/Paris", None, "words")
    with recorded_at(MONDAY):
        made = contributions.create(coordinator, details, kind="summit")
        contributions.take_in(coordinator, made.key, away.key, ParticipationRole.AUTHOR)
    first, second, third, fourth = [section.key for section in made.sections[:4]]
    write(made.sections[0], coordinator, TEXT, at=MONDAY)
    write(made.sections[1], author, "Un premier texte.", at=MONDAY)
    with recorded_at(MONDAY + timedelta(days=1)):
        versions.freeze(coordinator, made.key, label="projet soumis aux fédérations")
        visits.arrive(author, find_contribution(author, made.key))
    _amend(made.sections[0], coordinator, author)
    write(made.sections[1], author, "Un premier texte, plus net.", at=now())
    sections.rename(coordinator, second, "Investir · autrement", question="", text_limit=None)
    sections.retire(coordinator, third)
    sections.move(coordinator, fourth, -2)
    sections.add(coordinator, made.key, "Suites à donner")
    return World(made.key, first, coordinator, author)


def _amend(section: Section, coordinator: Actor, author: Actor) -> None:
    """Propose, file and accept a change; strike something and edit the table."""
    key, section_id = section.key, section.id
    propose(section, author, "s1", "demandent", "exigent")
    amendments.file(author, key, ["s1"], "Il faut « exiger » · é.")
    section = db.session.get_one(Section, section_id)
    propose(section, author, "s2", "- négocier avant tout déploiement.\n")
    state = log.state_at(db.session(), section_id)
    suggestions.decide(coordinator, key, "accept", ["s1", "s2"], seen_of(state, ["s1", "s2"]))
    section = db.session.get_one(Section, section_id)
    text = log.text_at(db.session(), section_id)
    write(section, coordinator, text.replace("98 %", "98,5 %"), at=now())


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    someone = visit(world.author, language=language, width=width, dark=dark)
    compare = f"/contributions/{world.key}/compare"
    paths = {
        "choose": compare,
        "inline": f"{compare}?from=v1&to=now",
        "side": f"{compare}?from=v1&to=now&side=yes",
        "section": f"{compare}?from=r1&to=now&section={world.section}",
        "since": f"{compare}?from=visit&to=now",
        "nothing": f"{compare}?from=v1&to=v1",
        "refused": f"{compare}?from=date&from_day=&to=now",
    }
    for name, path in paths.items():
        page = someone.go(path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        someone.problems[:] = [one for one in someone.problems if "422" not in one]
        someone.check_screen(f"compare-{name}-{language}-{width}")


def test_who_was_away_sees_all_that_changed_with_one_click(world: World, visit: Visit) -> None:
    someone = visit(world.author)
    page = someone.go(f"/contributions/{world.key}")

    page.get_by_role("link", name="Tout voir, mot par mot").click()

    heading = page.get_by_role("heading", level=2).first
    expect(heading).to_have_text("De votre visite du 3 mars 2026, 09:00 à maintenant")
    expect(page.locator(f"#part-{world.section} .redline")).to_contain_text("exigent")
    expect(page.locator("main")).to_contain_text("Renommée")
    # Left open for hours and reloaded, it compares with the same visit.
    assert "from=d2026-03-03T08%3A00%3A00Z" in page.url or "from=d2026-03-03T08:00:00Z" in page.url


def test_moments_are_chosen_by_keyboard_and_without_script(world: World, visit: Visit) -> None:
    someone = visit(world.author)
    someone.context.route("**/*.js", lambda route: route.abort())
    page = someone.go(f"/contributions/{world.key}/compare")

    expect(page.get_by_label("Depuis : jour")).not_to_be_visible()
    page.get_by_label("Depuis", exact=True).select_option("date")
    page.get_by_label("Depuis : jour").fill("2026-03-02")
    page.get_by_label("Côte à côte").check()
    page.get_by_role("button", name="Comparer", exact=True).press("Enter")

    expect(page.get_by_role("heading", name="De la fin du 2 mars 2026 à maintenant")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"from": ["d2026-03-02"], "to": ["now"], "side": ["yes"]}
    page.get_by_role("navigation", name="Présentation").get_by_role("link", name="Dans le texte").press("Enter")
    expect(page).not_to_have_url(re.compile("side"))


def test_a_refused_date_keeps_what_was_typed_and_leads_to_the_field(world: World, visit: Visit) -> None:
    page = visit(world.author).go(f"/contributions/{world.key}/compare?from=date&from_day=&from_time=10:30&to=v1")

    assert "Donnez la date" in page.get_by_role("alert").inner_text()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.name") == "from_day"
    assert page.get_by_label("Depuis : heure").input_value() == "10:30"
    assert page.get_by_label("Jusqu’à", exact=True).input_value() == "v1"


def test_one_goes_from_change_to_change_and_what_is_folded_opens(world: World, visit: Visit) -> None:
    someone = visit(world.author)
    page = someone.go(f"/contributions/{world.key}/compare?from=v1&to=now")
    steps, said = page.get_by_role("group", name="D’une modification à l’autre"), page.locator(".change-steps output")
    count = page.locator("main [id^='change-']").count()

    steps.get_by_role("button", name="Modification suivante").press("Enter")
    assert said.inner_text() == f"1 sur {count}"
    assert page.evaluate("document.activeElement.id") == "change-1"
    steps.get_by_role("button", name="Modification précédente").press("Enter")
    assert said.inner_text() == f"{count} sur {count}"
    assert page.evaluate("document.activeElement.id") == f"change-{count}"

    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "change-1"
    page.keyboard.press("Shift+P")
    assert page.evaluate("document.activeElement.id") == f"change-{count}"
    page.keyboard.press("Control+p")
    page.get_by_text("Comparer d’autres moments").focus()
    page.keyboard.press("n")
    assert said.inner_text() == f"{count} sur {count}", "single keys act in the redline alone"
    assert someone.problems == []
