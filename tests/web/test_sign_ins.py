"""The sign-in page, seen from a browser."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.app import create_app
from drafting.extensions import db
from drafting.models import Person
from drafting.services.passwords import hash_password
from drafting.services.sign_ins import actor_of
from tests import factories
from tests.conftest import Browser, settings_for
from tests.signing_in import csrf_token, sign_in

PASSWORD = "l’œuvre « commune » · 🙂"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def someone(app: Flask, hashed: str) -> Person:
    return factories.person(email="camille@exemple.example", name="Camille Exemple", password_hash=hashed)


def send(client: FlaskClient, **values: str):
    token = csrf_token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, **values})


def test_signing_in_and_out(client: FlaskClient, someone: Person) -> None:
    answer = send(client, email=someone.email, password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/")
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    held = cookie.value
    db.session.rollback()  # What was read before is not what is there now.
    assert actor_of(held) is not None

    client.post("/sign-out", data={"csrf_token": csrf_token(client)})

    assert client.get_cookie("session") is None
    db.session.rollback()
    assert actor_of(held) is None


def test_over_tls_the_cookie_is_bound_to_the_host(app: Flask, settings, someone: Person) -> None:
    over_tls = create_app(
        settings_for(settings.instance, settings.database_url, base_url="https://contributions.example"))
    over_tls.test_client_class = Browser
    client = over_tls.test_client()
    page = client.get("/sign-in", base_url="https://contributions.example")
    token = page.get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = client.post(
        "/sign-in", base_url="https://contributions.example",
        data={"csrf_token": token, "email": someone.email, "password": PASSWORD},
        headers={"Referer": "https://contributions.example/sign-in"},
    )

    written = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-session=")]
    assert len(written) == 1
    assert "Secure" in written[0]
    assert "Path=/" in written[0]
    assert "HttpOnly" in written[0]
    assert "Domain" not in written[0]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_secret_planted_before_signing_in_is_worth_nothing_after(client: FlaskClient, someone: Person) -> None:
    planted = "x" * 43
    client.set_cookie("session", planted)

    send(client, email=someone.email, password=PASSWORD)

    held = client.get_cookie("session")
    assert held is not None
    assert held.value != planted
    assert actor_of(planted) is None


def test_the_forms_secret_changes_at_sign_in(client: FlaskClient, someone: Person) -> None:
    before = csrf_token(client, "/sign-in")

    client.post("/sign-in", data={"csrf_token": before, "email": someone.email, "password": PASSWORD})

    assert client.post("/language", data={"csrf_token": before, "language": "en"}).status_code == 400


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(client: FlaskClient, someone: Person) -> None:
    answer = send(client, email=someone.email, password="ce n’est pas le bon", next="/contributions/abc?x=1")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "n’est pas le bon. Vérifiez-les" in page
    assert 'value="camille@exemple.example"' in page
    assert 'value="/contributions/abc?x=1"' in page
    assert "ce n’est pas le bon" not in page.replace("n’est pas le bon. Vérifiez-les", "")


def test_an_empty_form_names_its_fields(client: FlaskClient, app: Flask) -> None:
    answer = send(client, email="", password="")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-describedby="email-error"' in page
    assert "Saisissez votre adresse." in page
    assert "Saisissez votre mot de passe." in page


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/contributions/abc?section=2#p", "/contributions/abc?section=2#p"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\n/elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, someone: Person, target: str, expected: str) -> None:
    answer = send(client, email=someone.email, password=PASSWORD, next=target)

    assert (answer.status_code, answer.location) == (303, expected)


def test_somebody_signed_in_is_led_on(client: FlaskClient, app: Flask) -> None:
    sign_in(client, factories.member(factories.organisation()))

    assert client.get("/sign-in?next=/verify").location == "/verify"
    assert client.get("/sign-in?next=//elsewhere.example").location == "/"


def test_too_many_attempts_get_a_kind_message(client: FlaskClient, someone: Person) -> None:
    for _ in range(8):
        send(client, email=someone.email, password="ce n’est pas le bon")

    answer = send(client, email=someone.email, password=PASSWORD)

    assert answer.status_code == 429
    assert "Attendez un quart d’heure" in answer.get_data(as_text=True)
    assert client.get_cookie("session") is None


def test_signing_out_without_the_forms_secret_is_refused(client: FlaskClient, app: Flask) -> None:
    sign_in(client, factories.member(factories.organisation()))

    assert client.post("/sign-out").status_code == 400
    assert client.get("/sign-in").status_code == 303
