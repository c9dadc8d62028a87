"""A contribution's pages in a real browser: what a coordinator and a federation see and do."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole, ParticipationRole, Stage
from drafting.models import Contribution, Version
from drafting.models.columns import now
from drafting.services import contributions, sections, versions
from drafting.services.contributions import Details
from tests import factories
from tests.e2e.conftest import SCREENS, Visit
from tests.writing import write

TEXT = """## Nos constats

Les **travailleurs·ses** demandent une *vraie* place[^1] 😀.

- protéger les lanceurs d’alerte ;
- négocier avant tout déploiement.

|  | Couverture conventionnelle | Représentation | Consultation obligatoire |
| --- | ---: | --- | --- |
| Autriche | 98 % | chambres du travail | comité d’établissement |

[^1]: Règlement (UE) 2024/1689.
"""


@dataclass
class World:
    """A contribution with two versions."""

    contribution: Contribution
    coordinator: Actor
    author: Actor
    a: Version
    b: Version


@pytest.fixture
def world(app: Flask) -> World:
    home = factories.organisation(acronym="CET", colour="crimson")
    away = factories.organisation(acronym="CET Métallurgie", colour="blue", name="Fédération exemple de la métallurgie")
    factories.organisation(acronym="FES", colour="green", name="Fédération exemple des services")
    coordinator = factories.member(home, MembershipRole.SECRETARY, name="Secrétariat CET")
    author = factories.member(away, name="Rédaction Métallurgie")
    details = Details(
        "Mettre l’intelligence artificielle au service du travail", "Sommet pour l’action sur l’IA", "Paris", "fr",
        now() + timedelta(days=2), "Europe/Paris", None, "words",
    )
    made = contributions.create(coordinator, details, kind="summit")
    joined = contributions.take_in(coordinator, made.key, away.key, ParticipationRole.AUTHOR)
    sections.entrust(coordinator, made.sections[1].key, joined.key)
    write(made.sections[0], coordinator, TEXT)
    write(made.sections[1], author, "Un premier texte.")
    a = versions.freeze(coordinator, made.key, label="projet", note="À relire.")
    write(made.sections[1], author, "Un premier texte, plus net.")
    sections.set_stage(coordinator, made.sections[1].key, Stage.UNDER_REVIEW)
    b = versions.freeze(coordinator, made.key, label="relu")
    return World(made, coordinator, author, a, b)


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    key, section = world.contribution.key, world.contribution.sections[0].key
    someone = visit(world.coordinator, language=language, width=width, dark=dark)
    paths = {
        "dashboard": "/",
        "settings": f"/contributions/{key}/settings",
        "edit-section": f"/sections/{section}/edit",
        "versions": f"/contributions/{key}/versions",
        "version": f"/versions/{world.b.key}",
        "compare": f"/versions/{world.a.key}/compare/{world.b.key}",
        "history": f"/sections/{section}/history",
        "revision": f"/sections/{section}/revisions/1",
        "outlines": "/contributions/new",
        "create": "/contributions/new/consultation",
    }
    for name, path in paths.items():
        someone.go(path).evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        someone.check_screen(f"{name}-{language}-{width}")


def test_a_contribution_is_created_from_questions(world: World, visit: Visit) -> None:
    someone = visit(world.coordinator)
    page = someone.go("/")

    page.get_by_role("link", name="Nouvelle contribution").click()
    page.get_by_role("link", name="Commencer : Réponse").click()
    page.get_by_label("Titre", exact=True).fill("Réponse sur l’œuvre numérique")
    page.get_by_label("Échéance : jour").fill("2027-03-28")
    page.get_by_label("Échéance : heure").fill("02:30")
    page.get_by_label("Questions du destinataire").fill("Quels droits ?\nQui décide ?")
    page.get_by_role("button", name="Créer la contribution").click()

    # Clocks go forward at 2 o’clock on that day in Paris: nothing typed is lost.
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.get_by_label("Titre", exact=True).input_value() == "Réponse sur l’œuvre numérique"
    assert "Qui décide" in page.get_by_label("Questions du destinataire").input_value()
    someone.problems.clear()  # The 422 itself.
    page.get_by_label("Échéance : heure").fill("18:00")
    page.get_by_role("button", name="Créer la contribution").click()

    page.get_by_role("heading", name="Sections", exact=True).wait_for()
    assert page.locator(".section-row strong", has_text="Qui décide").count() == 1
    expect(page.get_by_text("dimanche 28 mars 2027 à 18:00, heure de Paris")).to_be_visible()
    assert someone.problems == []


def test_the_coordination_organises_the_work(world: World, visit: Visit) -> None:
    someone = visit(world.coordinator)
    page = someone.go(f"/contributions/{world.contribution.key}/settings")
    titles = page.locator(".section-row strong")
    first, second = titles.nth(0).inner_text()[3:], titles.nth(1).inner_text()[3:]

    page.get_by_role("button", name=f"Descendre {first}").click()
    expect(titles.nth(0)).to_have_text(f"1. {second}")

    page.locator(".section-row").nth(0).get_by_text("Modifier").click()
    page.get_by_role("button", name=f"Retirer {second}").click()
    expect(titles.nth(0)).to_have_text(f"1. {first}")
    page.get_by_role("button", name=f"Rétablir {second}").click()
    expect(titles.last).to_contain_text(second)

    page.get_by_label("Inviter une organisation").select_option(label="FES – Fédération exemple des services")
    page.get_by_role("button", name="Inviter", exact=True).click()
    expect(page.get_by_role("rowheader", name="FES")).to_be_visible()
    assert someone.problems == []


def test_versions_are_frozen_and_compared_without_javascript(world: World, visit: Visit) -> None:
    someone = visit(world.coordinator)
    someone.context.route("**/*.js", lambda route: route.abort())
    page = someone.go(f"/contributions/{world.contribution.key}/versions")

    page.get_by_label("Nom de la version").fill("finale")
    page.get_by_role("button", name="Figer la version 3").click()
    page.get_by_role("heading", name="Version 3 – finale").wait_for()
    page.get_by_role("link", name="Toutes les versions").click()
    page.get_by_role("link", name="Ce qui a changé depuis la version 1").click()
    page.get_by_role("link", name="Lire les deux textes comparés").click()

    expect(page.locator(".redline ins").last).to_contain_text(", plus net")


def test_a_federation_reads_but_does_not_organise(world: World, visit: Visit) -> None:
    someone = visit(world.author)
    page = someone.go(f"/contributions/{world.contribution.key}")

    assert page.get_by_role("link", name="Organisation du travail").count() == 0
    someone.go(f"/contributions/{world.contribution.key}/settings")
    expect(page.get_by_role("heading", name="Vous ne pouvez pas faire cela")).to_be_visible()
