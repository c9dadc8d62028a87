"""Export, seal, publish, verify: the whole way in a real browser, with the files that really come out of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from playwright.sync_api import Page, expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.models import Contribution, Version
from drafting.models.columns import now
from drafting.models.organisation import OrganisationKind
from drafting.services import contributions, versions
from drafting.services.contributions import Details
from exports import logos, seals
from tests import factories
from tests.e2e.conftest import SCREENS, Visit, Visitor
from tests.exports import seals as made
from tests.exports import verapdf
from tests.exports.test_logos import ALT, picture
from tests.exports.test_seals import PASSPHRASE
from tests.writing import write

TEXT = """Les **travailleurs·ses** demandent une *vraie* place[^1], « dès maintenant » 🙂.

| Pays | Couverture |
| --- | --- |
| Autriche | 98 % |

[^1]: Règlement (UE) 2024/1689, l’œuvre commune.
"""


@dataclass
class World:
    contribution: Contribution
    coordinator: Actor
    author: Actor
    administrator: Actor
    organisation: str
    first: Version
    second: Version


@pytest.fixture
def world(app: Flask) -> World:
    home = factories.organisation(
        acronym="CET", colour="crimson", name="Confédération exemple du travail", kind=OrganisationKind.CONFEDERATION
    )
    away = factories.organisation(acronym="FEM", colour="blue")
    coordinator = factories.member(home, MembershipRole.SECRETARY, name="Secrétariat CET")
    author = factories.member(away, name="Rédaction Métallurgie")
    administrator = factories.member(away, name="Administration", administrator=True)
    details = Details(
        "L’intelligence artificielle & le travail : « rien sans nous »", "Sommet pour l’action sur l’IA", "Paris", "fr",
        now() + timedelta(days=2), "Europe/Paris", None, "words",
    )
    made = contributions.create(coordinator, details, kind="summit")
    contributions.take_in(coordinator, made.key, away.key, ParticipationRole.AUTHOR)
    write(made.sections[0], coordinator, TEXT)
    first = versions.freeze(coordinator, made.key, label="projet")
    write(made.sections[0], coordinator, TEXT.replace("demandent", "exigent"))
    second = versions.freeze(coordinator, made.key, label="déposée")
    return World(made, coordinator, author, administrator, home.key, first, second)


def make_and_download(someone: Visitor, version: Version, path: Path) -> Path:
    """Ask for the sealed PDF on the version's page, wait for it, and save it."""
    page = someone.go(f"/versions/{version.key}")
    page.get_by_role("button", name="Produire le PDF scellé").click()
    expect(page.get_by_role("heading", name="Le document est prêt")).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    download.value.save_as(path)
    return path


def publish(page: Page) -> None:
    page.get_by_role("link", name="Publier ce document").click()
    page.get_by_role("button", name="Publier ce document").click()
    expect(page.get_by_text("Le document est publié.")).to_be_visible()


def verify(someone: Visitor, path: Path) -> Page:
    page = someone.go("/verify")
    page.get_by_label("Fichier PDF").set_input_files(path)
    page.get_by_role("button", name="Vérifier ce fichier").click()
    return page


def test_a_document_is_sealed_published_and_verified_by_anybody(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    secretary, anybody = visit(world.coordinator), visit()

    path = make_and_download(secretary, world.first, tmp_path / "v1.pdf")
    page = verify(anybody, path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous ne connaissons pas ce fichier")
    anybody.check_screen("verify-unpublished")

    secretary.page.get_by_role("link", name="Revenir au document").click()
    secretary.check_screen("document-sealed")
    publish(secretary.page)
    secretary.check_screen("document-published")
    page = verify(anybody, path)
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est bien le fichier publié")
    expect(page.locator(".verdict")).to_contain_text("démonstration")
    anybody.check_screen("verify-demonstration")

    assert verapdf.failures(path.read_bytes(), tmp_path) == {}
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said

    changed = tmp_path / "changé.pdf"
    changed.write_bytes(path.read_bytes() + "\n% ajouté · é".encode())
    page = verify(anybody, changed)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ce n’est pas le fichier publié : il a été modifié", use_inner_text=True
    )
    anybody.check_screen("verify-changed")
    page.get_by_role("link", name="Voir ce qui a été publié").click()
    expect(page.get_by_text("un faux peut porter le même")).to_be_visible()
    anybody.check_screen("verify-code")

    make_and_download(secretary, world.second, tmp_path / "v2.pdf")
    secretary.page.get_by_role("link", name="Revenir au document").click()
    publish(secretary.page)
    page = verify(anybody, path)
    page.get_by_role("link", name="La version 2 a été publiée depuis.").click()
    expect(page.get_by_text("Version 2 · déposée")).to_be_visible()
    assert secretary.problems == anybody.problems == []


def test_a_real_seal_is_uploaded_used_and_recognised(world: World, visit: Visit, tmp_path: Path) -> None:
    begin, end = now() - made.YEAR, now() + made.YEAR
    root = made.make_credentials(
        "Autorité · essai", ca=True, usage=("key_cert_sign",), begin=begin, end=end, key=made.rsa_key("racine")
    )
    own = made.make_credentials("Cachet de la CET", issuer=root, begin=begin, end=end)
    (tmp_path / "cachet.p12").write_bytes(own.to_pkcs12(PASSPHRASE.encode()))
    (tmp_path / "racine.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    secretary, anybody, administration = visit(world.coordinator), visit(), visit(world.administrator)

    page = secretary.go(f"/organisations/{world.organisation}/seal")
    page.get_by_label("Fichier du cachet").set_input_files(tmp_path / "cachet.p12")
    page.get_by_label("Phrase de passe").fill("fausse")
    page.get_by_role("button", name="Enregistrer le cachet").click()
    expect(page.get_by_text("La phrase de passe n’ouvre pas ce fichier.")).to_be_visible()
    page.get_by_label("Fichier du cachet").set_input_files(tmp_path / "cachet.p12")
    page.get_by_label("Phrase de passe").fill(PASSPHRASE)
    page.get_by_role("button", name="Enregistrer le cachet").click()
    expect(page.get_by_text("Délivré par")).to_be_visible()

    path = make_and_download(secretary, world.first, tmp_path / "v1.pdf")
    page.get_by_role("link", name="Revenir au document").click()
    publish(page)
    page = verify(anybody, path)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "C’est bien le fichier publié, mais son cachet n’est pas reconnu"
    )
    anybody.check_screen("verify-not-recognised")

    page = administration.go("/certificates")
    page.get_by_label("Fichier du certificat").set_input_files(tmp_path / "racine.pem")
    page.get_by_role("button", name="Reconnaître ce certificat").click()
    expect(page.get_by_role("heading", name="Autorité · essai")).to_be_visible()
    administration.check_screen("certificates-one")
    page = verify(anybody, path)
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est bien le fichier publié")
    expect(page.locator(".answer-yes")).to_have_count(3)
    anybody.check_screen("verify-authentic")


def test_without_javascript_the_progress_page_reloads_itself(world: World, visit: Visit) -> None:
    someone = visit(world.author)
    context = someone.context.browser.new_context(java_script_enabled=False, locale="fr")  # type: ignore[union-attr]
    context.add_cookies(someone.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()

    page.goto(f"{someone.address}/contributions/{world.contribution.key}/versions")
    page.locator("form[action$='/working-copy'] button").click()
    expect(page.get_by_role("heading", name="Le document est prêt")).to_be_visible(timeout=90_000)

    expect(page.get_by_text("C’est une copie de travail, sans cachet.")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    logos.upload(world.coordinator, world.organisation, image=picture(), description=ALT)
    seals.trust(world.administrator, made.authority().certificate.public_bytes(Encoding.PEM), note="Essai · é")
    look = {"language": language, "width": width, "dark": dark}
    anybody, secretary, administration = visit(**look), visit(world.coordinator, **look), visit(
        world.administrator, **look
    )

    for name, someone, path in (
        ("verify", anybody, "/verify"),
        ("seal", secretary, f"/organisations/{world.organisation}/seal"),
        ("certificates", administration, "/certificates"),
        ("document", secretary, f"/versions/{world.first.key}/document"),
    ):
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")
    anybody.page.goto(f"{anybody.address}/verify/aaaabbbbccccdddd")
    anybody.problems.clear()  # A 404 is what the browser's console calls an error.
    anybody.check_screen(f"verify-unknown-{language}-{width}")
