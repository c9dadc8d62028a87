"""Amendments in a real browser: filed by a federation, decided by the lead, the same in a table and on a phone."""

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.amendment import AmendmentState
from drafting.services import amendments
from tests import amending
from tests.amending import Paper, amendment
from tests.e2e.conftest import SCREENS, Visit


@dataclass
class World:
    """A paper with amendments of two federations in several states, and suggestions that are not filed yet."""

    paper: Paper
    proposed: str
    waiting: str
    """Rejected in the text, without a word."""


@pytest.fixture
def world(app: Flask) -> World:
    paper = amending.paper()
    paper.replace(paper.member, "salariés", "travailleurs·ses", "words")
    paper.replace(paper.secretary, "trente-cinq", "trente-deux", "hours")
    paper.replace(paper.contributor, "lanceurs d’alerte|", " et leurs proches", "alert")
    paper.replace(paper.contributor, "déploiement ;|", "\n- former toutes les équipes 🙂 ;", "item")
    paper.replace(paper.member, "commune|", " de toutes et de tous", "later")
    at, length = paper.state.text.index("négocier"), len(paper.state.text)
    bold = [at, [0, "**"], len("négocier"), [0, "**"], length - at - len("négocier")]
    paper.send(paper.secretary, {"changes": bold, "suggestion": "bold"})
    proposed = paper.file(
        "words", "hours", why="Le congrès de 2024 a voté les deux ensemble.\nIls sont indissociables « par nature ».")
    kept = paper.file("item", actor=paper.contributor, why="Sans formation, rien ne change sur le terrain.")
    waiting = paper.file("alert", actor=paper.contributor, why="Les proches subissent aussi des pressions.")
    amendments.decide(paper.lead, kept, AmendmentState.INTEGRATED, "Repris de la plateforme commune.",
                      seen=paper.seen(["item"]))
    paper.decide(paper.lead, "reject", "alert")
    return World(paper, proposed, waiting)


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    paper = world.paper
    secretary = visit(paper.secretary, language=language, width=width, dark=dark)
    lead = visit(paper.lead, language=language, width=width, dark=dark)
    key = paper.contribution.key
    for someone, name, path in (
        (secretary, "amendments", f"/contributions/{key}/amendments"),
        (secretary, "amendments-file", f"/sections/{paper.section_key}/amendments/new?suggestion=later"),
        (secretary, "suggestions-to-file", f"/contributions/{key}/suggestions"),
        (secretary, "amendment-own", f"/amendments/{world.proposed}"),
        (lead, "amendments-lead", f"/contributions/{key}/amendments?sort=-date"),
        (lead, "amendment", f"/amendments/{world.proposed}"),
        (lead, "amendment-waiting", f"/amendments/{world.waiting}"),
        (lead, "amendments-none", f"/contributions/{key}/amendments?state=fell"),
    ):
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_secretary_files_without_javascript_and_loses_nothing(world: World, visit: Visit, width: int) -> None:
    someone = visit(world.paper.secretary, width=width)
    someone.context.route("**/*.js", lambda route: route.abort())
    page = someone.go(f"/contributions/{world.paper.contribution.key}/suggestions")

    page.get_by_role("link", name="Déposer comme amendement").first.click()
    expect(page.get_by_label("de toutes et de tous")).to_be_checked()
    page.get_by_label("de toutes et de tous").uncheck()
    page.get_by_label("Exposé des motifs").fill("Parce que l’œuvre est à tous·tes 🙂.")
    page.get_by_role("button", name="Déposer l’amendement").click()
    expect(page.get_by_role("alert").get_by_text("Choisissez")).to_be_visible()
    assert page.get_by_label("Exposé des motifs").input_value() == "Parce que l’œuvre est à tous·tes 🙂."
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")

    page.get_by_label("de toutes et de tous").check()
    page.get_by_label("Mise en gras").check()
    page.get_by_role("button", name="Déposer l’amendement").click()

    expect(page.get_by_role("heading", name="Amendement 2-2-2")).to_be_visible()
    expect(page.get_by_text("Parce que l’œuvre est à tous·tes 🙂.")).to_be_visible()
    page.get_by_text("Retirer cet amendement").click()
    page.get_by_role("button", name="Retirer l’amendement").click()
    expect(page.get_by_role("heading", name="Retiré")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_lead_decides_by_keyboard_and_takes_it_back(world: World, visit: Visit) -> None:
    page = visit(world.paper.lead).go(f"/contributions/{world.paper.contribution.key}/amendments")

    page.get_by_role("link", name="2-2-1").press("Enter")
    page.get_by_label("Refuser").press("Space")
    page.get_by_role("button", name="Enregistrer l’issue").press("Enter")
    expect(page.get_by_role("alert").get_by_text("Donnez la raison")).to_be_visible()
    expect(page.get_by_label("Refuser")).to_be_checked()
    page.get_by_label("Motif").fill("La plateforme de « 2023 » reste la base.")
    page.get_by_role("button", name="Enregistrer l’issue").press("Enter")

    expect(page.get_by_role("heading", name="Refusé")).to_be_visible()
    assert world.paper.state.suggestions["hours"].outcome == "reject"
    page.locator("summary", has_text="Annuler cette issue").press("Enter")
    page.get_by_role("button", name="Annuler l’issue").press("Enter")
    expect(page.get_by_role("heading", name="Amendement 2-2-1 FED ○ Proposé")).to_be_visible()
    assert world.paper.state.suggestions["hours"].is_open


def test_who_decides_on_a_text_that_changed_sees_what_stands_there_now(world: World, visit: Visit) -> None:
    page = visit(world.paper.lead).go(f"/amendments/{world.proposed}")
    page.get_by_label("Intégrer :").check()
    page.get_by_label("Motif").fill("D’accord.")
    world.paper.edit(world.paper.coordinator, "trente-deux", "trente")

    page.get_by_role("button", name="Enregistrer l’issue").click()

    expect(page.get_by_role("alert").get_by_text("ont changé depuis que vous les avez lues")).to_be_visible()
    expect(page.get_by_text("Le texte a changé depuis le dépôt")).to_be_visible()
    assert page.get_by_label("Motif").input_value() == "D’accord."
    page.get_by_role("button", name="Enregistrer l’issue").click()
    expect(page.get_by_role("heading", name="Intégré")).to_be_visible()
    assert amendment(world.proposed).state is AmendmentState.INTEGRATED


def test_the_table_is_filtered_and_sorted_by_its_address(world: World, visit: Visit) -> None:
    page = visit(world.paper.observer).go(f"/contributions/{world.paper.contribution.key}/amendments")
    numbers = page.locator(".amendment-table tbody th a")

    expect(numbers).to_contain_text(["2-2-1", "2-3-1", "2-4-1"])
    page.get_by_role("link", name="Numéro").click()
    expect(page.get_by_role("columnheader", name="Numéro")).to_have_attribute("aria-sort", "descending")
    expect(numbers).to_contain_text(["2-4-1", "2-3-1", "2-2-1"])
    page.get_by_label("Organisation").select_option("CON")
    page.get_by_label("Issue").select_option("Intégré")
    page.get_by_role("button", name="Montrer").click()

    expect(numbers).to_contain_text(["2-3-1"])
    expect(page.get_by_role("row").nth(1).get_by_text("Repris de la plateforme commune.")).to_be_visible()
