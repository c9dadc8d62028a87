"""Validation and signing in real browsers: every screen, and the whole way from the question to a stranger's phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from drafting.config import Settings
from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.domain.validation import Decision
from drafting.extensions import db, transaction
from drafting.models import Certificate, Validation
from drafting.models.columns import now
from drafting.services import closings, validations
from exports import files, signatures, signing_keys
from exports.credentials import der, fingerprint, subject_name
from exports.signing import sign
from tests.codes import switch_on
from tests.e2e.conftest import SCREENS, Visit, Visitor
from tests.mail_box import Box, link_in, listening
from tests.rounds import Assembly, assembly, put
from tests.server import Server
from tests.signing import PASSPHRASE, current, sealed


@pytest.fixture
def there(app: Flask) -> Assembly:
    return assembly()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_screens_of_a_round(there: Assembly, visit: Visit, language: str, width: int, dark: bool) -> None:
    def seen(actor: Actor, path: str, name: str) -> Page:
        someone: Visitor = visit(actor, language=language, width=width, dark=dark)
        page = someone.go(path)
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        someone.check_screen(f"{name}-{language}-{width}")
        return page

    home = f"/contributions/{there.contribution.key}/validation"
    seen(there.coordinator, home, "rounds-none")
    seen(there.coordinator, f"/versions/{there.version.key}/round", "round-open")
    asked = there.open_round(message="Merci de lire la section 2 · 🙂")
    other, code = there.secretaries[1], switch_on(there.secretaries[1])[0]
    validations.decide(other, asked.key, Decision(Stance.OPPOSED, "Trop tôt.", dissent="Nous disons autre chose."),
                       digest=asked.digest, seen=0, code=code)
    seen(there.secretaries[0], f"/rounds/{asked.key}/validation", "validation-no-factor")
    switch_on(there.secretaries[0])
    page = seen(there.secretaries[0], f"/rounds/{asked.key}/validation", "validation")
    page.locator("#stance-approved_with_reservation").check()
    expect(page.locator("#reservation-1-text")).to_be_visible()
    expect(page.locator("#dissent")).not_to_be_visible()
    seen(there.coordinator, f"/rounds/{asked.key}", "round-shown")
    seen(other, "/delegations", "delegations")
    for secretary in (there.secretaries[0], there.secretaries[2]):
        put(asked, secretary, Stance.APPROVED)
    closings.close(there.coordinator, asked.key)
    seen(there.coordinator, f"/rounds/{asked.key}", "round-closed")
    seen(there.coordinator, home, "rounds")


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_screens_of_signing_and_publishing(
    app: Flask, visit: Visit, language: str, width: int, dark: bool
) -> None:
    table = sealed(2, own_text=True)
    first, second = table.there.secretaries
    key = signing_keys.upload(
        first, pkcs12=current("Signataire 1").to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE).key
    signatures.sign_with_kept_key(
        first, table.signatory(1).key, key=key, passphrase=PASSPHRASE, code=switch_on(first)[0])
    files.publish(table.there.coordinator, table.file.key)

    def seen(actor: Actor | None, path: str, name: str) -> None:
        someone: Visitor = visit(actor, language=language, width=width, dark=dark)
        page = someone.go(path)
        for details in page.locator("main details").all():
            details.evaluate("one => one.open = true")
        someone.check_screen(f"{name}-{language}-{width}")

    seen(table.there.coordinator, f"/versions/{table.there.version.key}/signing", "signing")
    seen(second, f"/signatories/{table.signatory(2).key}", "sign")
    seen(first, "/signing-keys", "signing-keys")
    seen(table.there.coordinator, f"/files/{table.file.key}/publication", "publication")
    seen(None, f"/published/{table.there.contribution.slug}", "published")
    seen(None, f"/verify/{table.file.code}", "verified-by-code")


def test_the_screen_where_signatories_are_planned(there: Assembly, visit: Visit) -> None:
    asked = there.open_round()
    for secretary in there.secretaries:
        put(asked, secretary, Stance.APPROVED)
    closings.close(there.coordinator, asked.key)
    someone = visit(there.coordinator, width=375)

    page = someone.go(f"/versions/{there.version.key}/signing")
    someone.check_screen("signing-plan-375")
    page.get_by_role("button", name="Enregistrer les signataires").click()

    expect(page.get_by_text("Les signataires sont enregistrés.")).to_be_visible()
    someone.check_screen("signing-planned-375")


# --- The whole way ---


@pytest.fixture
def box() -> Iterator[Box]:
    with listening() as box:
        yield box


@pytest.fixture
def server(app: Flask, settings: Settings, box: Box) -> Iterator[Server]:
    """A server that sends mail."""
    server = Server(settings, {"DRAFTING_SMTP_HOST": "127.0.0.1", "DRAFTING_SMTP_PORT": str(box.port)}).start()
    yield server
    server.kill()


def trust(*certificates: object) -> None:
    """Trust these certificates, as an administrator would."""
    with transaction() as session:
        for one in certificates:
            session.add(Certificate(
                der=der(one), fingerprint=fingerprint(one), subject=subject_name(one),  # type: ignore[arg-type]
                expires_at=one.not_valid_after_utc))  # type: ignore[attr-defined]


def test_from_the_question_to_a_strangers_phone(
    app: Flask, visit: Visit, box: Box, server: Server, tmp_path: Path
) -> None:
    there = assembly(2)
    codes = [iter(switch_on(one)) for one in there.secretaries]
    trust(current("Signataire 1", 1).certificate, current("Signataire 2", 2).certificate)
    coordinator = visit(there.coordinator)

    # The coordination asks.
    page = coordinator.go(f"/versions/{there.version.key}")
    page.get_by_role("link", name="Soumettre cette version aux organisations").click()
    local = (now() + timedelta(days=5)).astimezone(ZoneInfo("Europe/Paris"))
    page.locator("#closes_day").fill(local.date().isoformat())
    page.locator("#roll_call").select_option("public")
    page.locator("#message").fill("Merci de lire la section 1 · 🙂")
    page.get_by_role("button", name="Ouvrir le tour de validation").click()
    expect(page.get_by_text("Le tour de validation est ouvert.")).to_be_visible()
    wait_for(lambda: len(box.mails) == 2, page)

    # From the mail, each federation decides: three clicks and a code.
    for number, secretary in enumerate(there.secretaries):
        someone = visit(secretary, width=390)
        link = link_in(box.to(secretary.email)[0])
        page = someone.go(link.removeprefix(server.address))
        choice = ("approved_with_reservation", "approved")[number]
        page.locator(f"#stance-{choice}").check()
        if number == 0:
            page.locator("#reservation-1-place").fill("convention n° 87")
            page.locator("#reservation-1-text").fill("Nous voulons aussi la n° 98.")
            page.locator("#reservation-1-printed").select_option("footnote")
        page.locator("#code").fill(next(codes[number]))
        if number:
            page.locator("#code").press("Enter")
        else:
            page.get_by_role("button", name="Enregistrer la décision").click()
        expect(page.get_by_text("C’est enregistré")).to_be_visible()

    # The coordination closes, plans, seals.
    page = coordinator.go(f"/contributions/{there.contribution.key}/validation")
    page.get_by_role("link", name="Tour 1").click()
    page.get_by_role("button", name="Clore maintenant").click()
    expect(page.get_by_role("heading", name="est adoptée")).to_be_visible()
    page.get_by_role("link", name="Passer à la signature").click()
    page.locator("input[name^=capacity-]").first.fill("trésorière")
    page.get_by_role("button", name="Enregistrer et sceller le fichier avec ces signataires").click()
    page.get_by_role("link", name="Télécharger").first.wait_for(timeout=60_000)

    # One signs with a key kept here, the other with a program of their own.
    _sign_with_kept_key(visit(there.secretaries[0], width=390), there, codes[0], tmp_path)
    _sign_elsewhere(visit(there.secretaries[1]), there, codes[1], tmp_path)

    # It is published, and a stranger verifies it on a phone.
    page = coordinator.go(f"/versions/{there.version.key}")
    page.get_by_role("link", name="Publier ce document").click()
    page.get_by_role("button", name="Publier ce document").click()
    address = page.locator("main a[href*='/published/']").first.get_attribute("href") or ""
    stranger = visit(None, width=390)
    page = stranger.go(address.removeprefix(server.address))
    expect(page.get_by_text("Nous voulons aussi la n° 98.")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Télécharger le PDF scellé et signé").click()
    saving.value.save_as(tmp_path / "received.pdf")
    page = stranger.go("/verify")
    page.locator("#file").set_input_files(tmp_path / "received.pdf")
    expect(page.get_by_text("C’est exactement un fichier publié ici")).to_be_visible()
    page.get_by_role("button", name="Vérifier ce fichier").click()
    expect(page.get_by_role("heading", name="C’est bien le fichier publié")).to_be_visible()
    for name in ("Signataire 1", "Signataire 2"):
        expect(page.get_by_text(f"Signature de {name}")).to_be_visible()
    expect(page.get_by_text("Reconnue.")).to_have_count(2)
    expect(page.get_by_text("Reconnue. Trésorière, ")).to_be_visible()
    assert stranger.problems == []
    db.session.rollback()
    assert {one.stance for one in db.session.query(Validation)} == {Stance.APPROVED, Stance.RESERVED}


def wait_for(condition: object, page: Page) -> None:
    """Wait until it is so, ten seconds at most."""
    end = datetime.now().timestamp() + 10  # noqa: DTZ005
    while not condition():  # type: ignore[operator]
        assert datetime.now().timestamp() < end, "it took too long"  # noqa: DTZ005
        page.wait_for_timeout(100)


def _sign_with_kept_key(someone: Visitor, there: Assembly, codes: Iterator[str], folder: Path) -> None:
    (folder / "cle.p12").write_bytes(current("Signataire 1", 1).to_pkcs12(PASSPHRASE.encode()))
    page = someone.go("/signing-keys")
    page.locator("#pkcs12").set_input_files(folder / "cle.p12")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Garder cette clé").click()
    page = someone.go(f"/versions/{there.version.key}/signing")
    page.get_by_role("link", name="Signer").click()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#kept-code").fill(next(codes))
    page.locator(".way").first.get_by_role("button", name="Signer").click()
    expect(page.get_by_text("C’est signé.")).to_be_visible()


def _sign_elsewhere(someone: Visitor, there: Assembly, codes: Iterator[str], folder: Path) -> None:
    page = someone.go(f"/versions/{there.version.key}/signing")
    page.get_by_role("link", name="Signer").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Télécharger le fichier à signer").click()
    saving.value.save_as(folder / "to-sign.pdf")
    signed = sign((folder / "to-sign.pdf").read_bytes(), current("Signataire 2", 2), field="signature-2", at=now(),
                  reason="", shown=("Signé avec mon programme",))
    (folder / "signed.pdf").write_bytes(signed)
    page.locator("#file").set_input_files(folder / "signed.pdf")
    page.locator("#back-code").fill(next(codes))
    page.get_by_role("button", name="Rendre le fichier signé").click()
    expect(page.get_by_text("C’est signé.")).to_be_visible()
