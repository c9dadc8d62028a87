"""Signing with a key that stays in the browser: it is never sent, and what comes back is a signature."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from playwright.sync_api import Page, Request, Route, expect

from drafting.domain.signing import Means
from drafting.extensions import db
from drafting.models.columns import now
from exports.credentials import Credentials
from exports.file_states import newest_state, steps_of
from exports.inspection import inspect
from tests.codes import switch_on
from tests.e2e.conftest import Visit
from tests.exports import seals
from tests.signing import PASSPHRASE, Table, sealed


@pytest.fixture
def table(app: Flask) -> Table:
    return sealed(1)


def credentials(kind: str) -> Credentials:
    """A key of this kind with a certificate that serves now."""
    key = seals.rsa_key("in a browser") if kind == "RSA" else ec.generate_private_key(
        ec.SECP256R1() if kind == "P-256" else ec.SECP384R1())
    return seals.make_credentials(
        f"Signataire « {kind} » de l’été", key=key, begin=now() - seals.YEAR, end=now() + seals.YEAR)


def open_in(page: Page, path: Path, passphrase: str) -> None:
    page.locator("#own-file").set_input_files(path)
    page.locator("#own-passphrase").fill(passphrase)
    page.get_by_role("button", name="Ouvrir la clé").click()


@pytest.mark.parametrize("kind", ["RSA", "P-256", "P-384"])
def test_a_key_in_the_browser_signs_and_is_never_sent(table: Table, visit: Visit, tmp_path: Path, kind: str) -> None:
    own, secretary = credentials(kind), table.there.secretaries[0]
    path = tmp_path / "cle.p12"
    path.write_bytes(own.to_pkcs12(PASSPHRASE.encode()))
    someone, code = visit(secretary), switch_on(secretary)[0]
    requests: list[Request] = []
    someone.context.on("request", lambda one: requests.append(one))
    page = someone.go(f"/signatories/{table.signatory(1).key}")

    open_in(page, path, PASSPHRASE)
    expect(page.get_by_text(f"Signataire « {kind} » de l’été")).to_be_visible()
    page.locator("#own-code").fill(code)
    page.locator("form[data-signing]").get_by_role("button", name="Signer").click()
    expect(page.get_by_text("C’est signé.")).to_be_visible()

    db.session.rollback()
    step = steps_of(table.file)[0]
    assert (step.means, step.fingerprint) == (Means.BROWSER, own.fingerprint)
    found = inspect(newest_state(table.file).read(), trusted=[], demonstration=[], at=now())
    assert (found.refusal, found.signatures[0].by.fingerprint) == (None, own.fingerprint)
    sent = b"".join(one.url.encode() + str(one.headers).encode() + (one.post_data_buffer or b"") for one in requests)
    assert b'"certificate"' in sent
    for secret in secrets_of(own, path):
        assert secret not in sent
        assert base64.b64encode(secret) not in sent
        assert secret.hex().encode() not in sent
    assert someone.problems == []


def secrets_of(own: Credentials, path: Path) -> list[bytes]:
    """Return what must not be sent: the passphrase, the file, the key in its forms and its private numbers."""
    key = own.private_key
    forms = [key.private_bytes(Encoding.DER, form, NoEncryption())
             for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)]
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        private = [numbers.d.to_bytes(256, "big"), numbers.p.to_bytes(128, "big"), numbers.q.to_bytes(128, "big")]
    else:
        private = [key.private_numbers().private_value.to_bytes((key.key_size + 7) // 8, "big")]
    return [PASSPHRASE.encode(), path.read_bytes()[100:200], *(one[20:80] for one in forms), *private]


def test_files_of_other_programs_and_wrong_ones_are_told_apart(table: Table, visit: Visit, tmp_path: Path) -> None:
    own, secretary = credentials("RSA"), table.there.secretaries[0]
    switch_on(secretary)
    (tmp_path / "key.pem").write_bytes(
        own.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + own.certificate.public_bytes(Encoding.PEM))
    for name, options in (("openssl", []), ("legacy", ["-legacy"]), ("certificate", ["-nokeys"])):
        command = ["openssl", "pkcs12", "-export", *options, "-in", "key.pem", "-out", f"{name}.p12"]
        subprocess.run([*command, "-passout", "pass:phrase"], cwd=tmp_path, check=True, capture_output=True)
    for command in (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -keyout k1.pem -out k1.crt -subj /CN=Autre",
        "pkcs12 -export -inkey k1.pem -in k1.crt -out other-curve.p12 -passout pass:phrase",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "text.p12").write_text("rien de tel · œuvre")
    someone = visit(secretary)
    page = someone.go(f"/signatories/{table.signatory(1).key}")

    for name, passphrase, said in (
        ("openssl", "fausse", "n’ouvre pas ce fichier"), ("text", "phrase", "pas une clé au format PKCS#12"),
        ("legacy", "phrase", "d’une ancienne façon"), ("certificate", "phrase", "pas de clé que les"),
        ("other-curve", "phrase", "pas de clé que les"),
        ("openssl", "phrase", "Est-ce bien le vôtre"),
    ):
        open_in(page, tmp_path / f"{name}.p12", passphrase)
        expect(page.locator("[data-said]")).to_contain_text(said)
        assert page.locator("#own-passphrase").input_value() == ""
    someone.check_screen("sign-in-browser")


def test_a_wrong_code_is_said_and_the_key_stays_open(table: Table, visit: Visit, tmp_path: Path) -> None:
    own, secretary = credentials("RSA"), table.there.secretaries[0]
    path = tmp_path / "cle.p12"
    path.write_bytes(own.to_pkcs12(PASSPHRASE.encode()))
    someone, code = visit(secretary), switch_on(secretary)[0]
    page = someone.go(f"/signatories/{table.signatory(1).key}")
    open_in(page, path, PASSPHRASE)
    signing = page.locator("form[data-signing]").get_by_role("button", name="Signer")

    page.locator("#own-code").fill("123456")
    signing.click()
    expect(page.locator("[data-said]")).to_contain_text("Ce code n’est pas le bon")
    page.locator("#own-code").fill(code)
    signing.click()

    expect(page.get_by_text("C’est signé.")).to_be_visible()


@pytest.mark.parametrize("lost", ["what is sent", "the answer"])
def test_a_network_that_goes_in_the_middle_costs_no_second_code(
    table: Table, visit: Visit, tmp_path: Path, lost: str
) -> None:
    path = tmp_path / "cle.p12"
    path.write_bytes(credentials("P-256").to_pkcs12(PASSPHRASE.encode()))
    secretary = table.there.secretaries[0]
    someone, code = visit(secretary), switch_on(secretary)[0]
    page = someone.go(f"/signatories/{table.signatory(1).key}")
    open_in(page, path, PASSPHRASE)

    def lose(route: Route) -> None:
        if lost == "the answer":
            route.fetch()
        route.abort("internetdisconnected")

    page.route("**/finish", lose)
    signing = page.locator("form[data-signing]").get_by_role("button", name="Signer")
    page.locator("#own-code").fill(code)
    signing.click()
    expect(page.locator("[data-said]")).to_contain_text("Le serveur n’a pas répondu")
    page.unroute("**/finish")
    signing.click()

    page.wait_for_url("**/signing")
    db.session.rollback()
    assert [one.means for one in steps_of(table.file)] == [Means.BROWSER]


def test_without_https_the_page_says_why_the_browser_cannot_sign(table: Table, visit: Visit) -> None:
    secretary = table.there.secretaries[0]
    someone = visit(secretary, width=375)
    someone.page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")

    page = someone.go(f"/signatories/{table.signatory(1).key}")

    expect(page.get_by_text("demande une adresse en https")).to_be_visible()
    expect(page.locator("#own-file")).to_be_hidden()
    someone.check_screen("sign-without-https")
