"""The past in a real browser: the time line, the text at any moment, the slider by keyboard, and without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from drafting.extensions import db
from drafting.models import Section
from drafting.models.columns import now, recorded_at
from drafting.services import versions
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.review_world import ReviewWorld, review_world
from tests.writing import write


@pytest.fixture
def world(app: Flask) -> ReviewWorld:
    """The paper under review, written two days ago; since then its second section grew in five sittings."""
    began = now() - timedelta(days=2)
    with recorded_at(began):
        world = review_world()
    for number in range(1, 6):
        actor = world.paper.lead if number % 2 else world.paper.coordinator
        text = "L’œuvre des salarié·es 👍." + " Elle dure." * number
        write(db.session.get_one(Section, world.second.id), actor, text, at=began + timedelta(hours=number))
    with recorded_at(began + timedelta(hours=6)):
        versions.freeze(world.paper.coordinator, world.contribution.key, label="Projet")
    return world


def revision_of(page: Page) -> str | None:
    found = re.search(r"/revisions/(\d+)", page.url)
    return found[1] if found else None


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(
    world: ReviewWorld, visit: Visit, language: str, width: int, dark: bool
) -> None:
    key, section = world.contribution.key, world.paper.section_key
    someone = visit(world.paper.observer, language=language, width=width, dark=dark)
    paths = {
        "history": f"/contributions/{key}/history",
        "history-decisions": f"/contributions/{key}/history?kind=decision",
        "history-nothing": f"/contributions/{key}/history?kind=amendment",
        "history-section": f"/sections/{section}/history",
        "revision": f"/sections/{section}/revisions/5",
        "revision-0": f"/sections/{section}/revisions/0",
        "moment": f"/contributions/{key}/at",
    }
    for name, path in paths.items():
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")


def test_the_slider_goes_from_session_to_session_by_keyboard_and_keeps_the_focus(
    world: ReviewWorld, visit: Visit
) -> None:
    someone = visit(world.paper.observer)
    page = someone.go(f"/sections/{world.second.key}/revisions/5")
    slider = page.get_by_role("slider")
    slider.focus()

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^révision 3 sur 5, .*Nadia Œuvre"))
    page.wait_for_url("**/revisions/3")
    expect(page.locator("#past-text .prose")).to_have_text(re.compile(r"👍\.( Elle dure\.){3}\s*$"))
    expect(slider).to_be_focused()
    assert page.title().startswith("Révision 3")
    page.keyboard.press("PageDown")
    page.wait_for_url("**/revisions/0")
    page.keyboard.press("End")
    page.wait_for_url("**/revisions/5")
    expect(slider).to_be_focused()
    someone.check_screen("revision-after-slider")


def test_the_contributions_slider_goes_from_event_to_event(world: ReviewWorld, visit: Visit) -> None:
    someone = visit(world.paper.observer)
    page = someone.go(f"/contributions/{world.contribution.key}/at")
    slider = page.get_by_role("slider")
    slider.focus()

    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("version 1 figée"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#past-text")).to_contain_text("Elle dure. Elle dure. Elle dure. Elle dure.")
    expect(page.locator("#past-text")).not_to_contain_text("Elle dure. Elle dure. Elle dure. Elle dure. Elle dure.")
    expect(slider).to_be_focused()
    assert someone.problems == []


def test_without_javascript_links_and_a_date_lead_through_the_past(world: ReviewWorld, visit: Visit) -> None:
    someone = visit(world.paper.observer)
    someone.context.route("**/*.js", lambda route: route.abort())
    page = someone.go(f"/contributions/{world.contribution.key}/history?section={world.second.key}&kind=work")

    page.get_by_role("link", name="Lire le texte à ce moment").first.click()
    assert revision_of(page) == "5"
    expect(page.get_by_role("slider")).to_be_hidden()
    page.get_by_role("link", name="Séance précédente").click()
    assert revision_of(page) == "4"
    page.get_by_label("Lire le texte tel qu’il était le").fill((now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Lire").click()
    assert revision_of(page) == "5"


def test_an_entry_leads_to_what_changed_in_it(world: ReviewWorld, visit: Visit) -> None:
    someone = visit(world.paper.observer)
    page = someone.go(f"/sections/{world.second.key}/history?kind=work")

    page.get_by_role("link", name="Voir ce qui a changé").nth(1).click()

    expect(page.locator("main ins", has_text="Elle dure.")).to_have_count(1)
    assert "from=r3&to=r4" in page.url
