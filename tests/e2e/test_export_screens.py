"""Texts to take away, in a real browser: the ways offered, and a comparison ordered, followed and saved."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.models import Version
from drafting.services import versions
from tests import amending
from tests.amending import Paper
from tests.e2e.conftest import SCREENS, Visit


@pytest.fixture
def paper(app: Flask) -> Paper:
    return amending.paper()


@pytest.fixture
def version(paper: Paper) -> Version:
    made = versions.freeze(paper.coordinator, paper.contribution.key, label="Déposée « à l’heure »")
    paper.edit(paper.coordinator, "trente-cinq", "trente-deux œuvre 🙂")
    return made


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_ways_to_take_a_text_away_are_accessible_and_fit(
    paper: Paper, version: Version, visit: Visit, language: str, width: int, dark: bool
) -> None:
    someone = visit(paper.observer, language=language, width=width, dark=dark)

    someone.go(f"/versions/{version.key}")
    someone.check_screen(f"version-downloads-{language}-{width}")
    page = someone.go(f"/contributions/{paper.contribution.key}/compare?from=v1&to=now")
    page.locator("details.downloads summary").click()
    someone.check_screen(f"comparison-downloads-{language}-{width}")


def test_a_comparison_is_ordered_followed_and_saved(paper: Paper, version: Version, visit: Visit) -> None:
    someone = visit(paper.observer)
    page = someone.go(f"/contributions/{paper.contribution.key}/compare?from=v1&to=now")

    page.locator("details.downloads summary").click()
    page.get_by_role("button", name="PDF comparé").click()
    page.get_by_role("heading", name="Le texte comparé est prêt").wait_for(timeout=60_000)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Télécharger le PDF").click()

    assert saving.value.suggested_filename == f"{paper.contribution.slug}-texte-compare.pdf"
    page.get_by_role("link", name="Revenir à la comparaison").click()
    expect(page.locator("main")).to_contain_text("trente-deux")
    page.locator("details.downloads summary").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="HTML comparé").click()
    assert saving.value.suggested_filename == f"{paper.contribution.slug}-texte-compare.html"
    assert someone.problems == []
