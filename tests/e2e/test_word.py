"""From Word and to Word in a real browser: hand a document in, look, take; freeze, and take the document away."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole
from drafting.models.organisation import OrganisationKind
from tests import factories
from tests.e2e.conftest import SCREENS, Visit, Visitor
from tests.exports.docx.words import SPACES, call, docx, h, notes, p, r, table

PICTURE = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData/></a:graphic></wp:inline></w:drawing></w:r>"
DOCUMENT = docx(
    p("Pour un travail « décent »", style="Titre") + p("Projet d’été · pour l’œuvre commune 🙂")
    + h("Préambule") + f"<w:p>{r('Les travailleurs·ses demandent une vraie place')}{call(1)}{r('.')}</w:p>"
    + p("En rouge", looks='<w:color w:val="FF0000"/>') + h("Ce qui change", 2) + p("Beaucoup.")
    + h("Nos demandes") + table(["Pays", "Couverture"], ["Autriche", "98 %"], ["Suède", "90 %"])
    + f"<w:p>{PICTURE}{r('Sous l’image.')}</w:p>",
    more={"footnotes": notes("Règlement (UE) 2024/1689."), "header1": f"<w:hdr {SPACES}>{p('Confidentiel')}</w:hdr>"},
    kinds={"header1": "header"},
)


@pytest.fixture
def secretary(app: Flask) -> Actor:
    home = factories.organisation(
        acronym="CET", colour="crimson", name="Confédération exemple du travail", kind=OrganisationKind.CONFEDERATION
    )
    return factories.member(home, MembershipRole.SECRETARY, name="Secrétariat CET")


def hand_in(page: Page, data: bytes, name: str = "projet.docx") -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.locator("#document").set_input_files({"name": name, "mimeType": kind, "buffer": data})
    page.locator("main button.button-primary").click()


def begin(someone: Visitor) -> Page:
    """Hand the document in from the page of new contributions, and wait until it is read."""
    page = someone.go("/contributions/new")
    page.get_by_role("link", name="Choisir un document Word").click()
    hand_in(page, DOCUMENT)
    expect(page.get_by_role("heading", name="Ce qui a été trouvé dans le document")).to_be_visible(timeout=60_000)
    return page


def test_a_word_document_becomes_a_contribution_and_a_version_a_word_document(
    secretary: Actor, visit: Visit, tmp_path: Path
) -> None:
    someone = visit(secretary)
    page = begin(someone)

    expect(page.get_by_label("Titre de la section 1")).to_have_value("Introduction")
    expect(page.get_by_label("Titre", exact=True)).to_have_value("Pour un travail « décent »")
    expect(page.get_by_text("1 image")).to_be_visible()
    page.get_by_label("Reprendre la section 1").uncheck()
    page.get_by_label("Titre de la section 2").fill("Préambule · œuvre")
    page.get_by_text("Lire le texte de la section 2").click()
    expect(page.get_by_role("group", name="Texte de la section 2").get_by_text("une vraie place")).to_be_visible()
    page.get_by_role("button", name="Créer la contribution").click()
    page.get_by_role("link", name="Texte", exact=True).click()

    expect(page.get_by_role("heading", name="1. Préambule · œuvre")).to_be_visible()
    expect(page.get_by_role("cell", name="Autriche")).to_be_visible()
    page.goto(page.url.split("#")[0] + "/versions")
    page.get_by_label("Nom de la version").fill("projet")
    page.get_by_role("button", name="Figer la version 1").click()
    page.get_by_role("button", name="Word", exact=True).click()
    expect(page.get_by_role("heading", name="Le document Word est prêt")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le document Word").click()
    download.value.save_as(tmp_path / "version.docx")
    with zipfile.ZipFile(tmp_path / "version.docx") as archive:
        assert "Préambule · œuvre" in archive.read("word/document.xml").decode()


def test_the_way_in_works_without_a_script_and_by_keyboard(secretary: Actor, visit: Visit) -> None:
    page = begin(visit(secretary))

    page.get_by_role("button", name="Créer la contribution").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sections", exact=True)).to_be_visible()
    expect(page.get_by_text("3. Nos demandes")).to_be_visible()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_screens_of_the_way_in(
    secretary: Actor, visit: Visit, language: str, width: int, dark: bool
) -> None:
    someone = visit(secretary, width=width, language=language, dark=dark)
    french = language == "fr"

    page = someone.go("/contributions/new/word")
    someone.check_screen(f"word-upload-{language}-{width}")
    hand_in(page, b"%PDF-1.7", "projet.pdf")
    expect(page.get_by_role("alert")).to_contain_text("PDF")
    someone.problems.clear()  # The browser itself notes the answer 422.
    someone.check_screen(f"word-refused-{language}-{width}")
    hand_in(page, DOCUMENT)
    found = "Ce qui a été trouvé dans le document" if french else "What was found in the document"
    expect(page.get_by_role("heading", name=found)).to_be_visible(timeout=60_000)
    page.locator(".found-section summary").nth(1).click()
    someone.check_screen(f"word-review-{language}-{width}")


def test_a_document_that_cannot_be_read_says_so_in_the_browser(secretary: Actor, visit: Visit) -> None:
    someone = visit(secretary)
    page = someone.go("/contributions/new/word")
    cut = io.BytesIO(DOCUMENT).read()[:-30]

    hand_in(page, cut)

    expect(page.get_by_role("heading", name="Votre document n’a pas pu être lu")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("alert")).to_contain_text("abîmé")
    someone.check_screen("word-failed")
