"""Reviewing on pages: the list of suggestions, what changed meanwhile, without any script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.extensions import db
from drafting.models.columns import now, recorded_at
from drafting.services import suggestions, visits
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.review_world import ReviewWorld, review_world
from tests.suggesting import insert, seen


@pytest.fixture
def world(app: Flask) -> ReviewWorld:
    return review_world()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(
    world: ReviewWorld, visit: Visit, language: str, width: int, dark: bool
) -> None:
    key, section = world.contribution.key, world.paper.section_key
    someone = visit(world.paper.lead, language=language, width=width, dark=dark)
    paths = {
        "suggestions": f"/contributions/{key}/suggestions",
        "suggestions-decided": f"/contributions/{key}/suggestions?state=decided",
        "suggestions-none": f"/contributions/{key}/suggestions?whose=mine",
        "dashboard-review": "/",
        "view-original": f"/contributions/{key}?view=original",
        "view-accepted": f"/contributions/{key}?view=accepted",
        "trace": f"/sections/{section}/trace",
    }
    for name, path in paths.items():
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")
    proposer = visit(world.paper.author, language=language, width=width, dark=dark)
    proposer.go(f"/contributions/{key}/suggestions?whose=mine&state=decided")
    proposer.check_screen(f"suggestions-mine-{language}-{width}")


def test_a_reader_sees_what_changed_since_the_last_visit(world: ReviewWorld, visit: Visit) -> None:
    contribution = world.contribution
    with recorded_at(now() - timedelta(days=2)):
        visits.arrive(world.paper.observer, db.session.merge(contribution))
    insert(world.paper, world.paper.author, "interdits", " et punis", "s9")
    suggestions.decide(world.paper.lead, world.paper.section_key, "accept", ["s9"], seen(world.paper, "s9"))
    insert(world.paper, world.paper.author, "punis", ", partout 😀", "s10")
    for language, width, dark in SCREENS:
        someone = visit(world.paper.observer, language=language, width=width, dark=dark)
        page = someone.go(f"/contributions/{contribution.key}")
        expect(page.locator(".since-visit")).to_have_count(1)
        page.wait_for_timeout(300)
        someone.check_screen(f"since-visit-{language}-{width}")
        page.locator(".since-visit a").first.click()
        someone.check_screen(f"since-compare-{language}-{width}")
        expect(page.locator(".redline ins", has_text="et punis")).to_have_count(1)
        expect(page.locator(".redline ins", has_text="partout")).to_have_count(0)


def test_everything_is_decided_without_javascript_and_open_pages_see_it(world: ReviewWorld, visit: Visit) -> None:
    reader = visit(world.paper.observer)
    text = reader.go(f"/contributions/{world.contribution.key}").locator(".section-text").first
    lead = visit(world.paper.lead)
    lead.context.route("**/*.js", lambda route: route.abort())
    page = lead.go(f"/contributions/{world.contribution.key}/suggestions")

    first = page.locator(".suggestion").nth(2)
    first.get_by_text("Ajouter un motif").click()
    first.get_by_role("textbox").fill("Juste · merci 👍")
    first.get_by_role("button", name="Accepter").click()

    page.get_by_text("1 suggestion est acceptée.").wait_for()
    text.get_by_text("et les délégué·es du personnel").wait_for(timeout=5_000)
    page.get_by_role("button", name="Annuler cette décision").click()
    page.get_by_text("de nouveau ouverte").wait_for()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("checkbox").nth(1).press("Enter")
    page.get_by_text("Choisissez d’accepter").wait_for()
    expect(page.locator(".suggestion"), "Enter decides nothing").to_have_count(4)
    expect(page.locator("input[type=checkbox]:checked")).to_have_count(2)
    page.get_by_role("button", name="Refuser ces suggestions").click()
    page.get_by_text("2 suggestions sont refusées.").wait_for()
    expect(page.locator(".suggestion")).to_have_count(2)


def test_what_changed_meanwhile_is_shown(world: ReviewWorld, visit: Visit) -> None:
    for language, width, dark in SCREENS:
        lead = visit(world.paper.lead, language=language, width=width, dark=dark)
        page = lead.go(f"/contributions/{world.contribution.key}/suggestions")
        insert(world.paper, world.paper.contributor, "du personnel", f" et l’été {width}", "s3")

        page.locator("button[value='accept:s3']").click()

        page.locator(".before-after").wait_for()
        lead.problems.clear()  # The 409 itself.
        lead.check_screen(f"suggestions-changed-{language}-{width}")
