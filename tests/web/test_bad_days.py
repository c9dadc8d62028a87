"""Bad days: whatever breaks on our side or is too much, the page says so in words and loses nothing that was typed."""

from __future__ import annotations

import io
import re
import threading
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from drafting.extensions import db
from drafting.services import contributions
from exports import files
from exports.web import verifying
from tests import factories
from tests.exports import documents
from tests.exports.seals import sealed_pdf
from tests.signing_in import csrf_token, sign_in

TYPED = "L’œuvre « commune » · été 🙂\n\nÀ la ligne, <b>et</b> \"fin\"."
FIELDS = {"title": "Titre · neuf", "note": TYPED, "password": "un secret de trop", "language": "fr"}
WHERE = "/contributions/new/summit"
JSON = {"Accept": "application/json"}


def typed_in(answer: TestResponse) -> list[str]:
    """Return what an error page shows of what was typed."""
    shown = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.get_data(as_text=True), re.S)
    return [unescape(each) for each in shown]


@pytest.fixture
def browser(app: Flask, client: FlaskClient) -> FlaskClient:
    return sign_in(client, factories.member(factories.organisation()))


@pytest.mark.parametrize(("language", "title"), [
    ("fr", "Une erreur s’est produite de notre côté"), ("en", "Something went wrong on our side"),
])
def test_an_error_of_ours_shows_what_was_typed(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, language: str, title: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(contributions, "create", broken)
    browser.set_cookie("language", language)
    token = csrf_token(browser, "/profile")
    # The cookie does not count for somebody who has chosen a language; this person has not.

    answer = browser.post(WHERE, data={**FIELDS, "csrf_token": token, "deadline_zone": "Europe/Paris",
                                       "limit_unit": "words"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert title in page
    assert TYPED in [each.replace("\r\n", "\n") for each in typed_in(answer)]
    assert FIELDS["title"] in typed_in(answer)
    assert FIELDS["password"] not in page
    assert token not in typed_in(answer)
    assert "a fault" not in page
    assert "Traceback" not in page


def test_a_database_that_is_gone_shows_what_was_typed(browser: FlaskClient) -> None:
    token = csrf_token(browser, "/profile")

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    event.listen(db.engine, "before_cursor_execute", gone)
    try:
        answer = browser.post(WHERE, data={**FIELDS, "csrf_token": token})
        page = browser.get("/", headers={"Accept-Language": "fr"})
    finally:
        event.remove(db.engine, "before_cursor_execute", gone)

    assert (answer.status_code, page.status_code) == (503, 503)
    assert TYPED in [each.replace("\r\n", "\n") for each in typed_in(answer)]
    assert "réessayez dans un instant" in page.get_data(as_text=True)
    assert "the database is away" not in page.get_data(as_text=True)


def test_a_page_open_for_too_long_shows_what_was_typed(browser: FlaskClient) -> None:
    answer = browser.post(WHERE, data={**FIELDS, "csrf_token": "of yesterday"})

    assert answer.status_code == 400
    assert TYPED in [each.replace("\r\n", "\n") for each in typed_in(answer)]


def test_somebody_signed_out_while_typing_sees_what_was_typed(client: FlaskClient, app: Flask) -> None:
    answer = client.post(WHERE, data={**FIELDS, "csrf_token": csrf_token(client, "/sign-in")})

    assert answer.status_code == 401
    assert TYPED in [each.replace("\r\n", "\n") for each in typed_in(answer)]


LARGE = {
    "a long field": ("application/x-www-form-urlencoded", b"note=" + b"%C3%A9" * 100_000),
    "many fields": ("application/x-www-form-urlencoded", b"a&" * 300_000),
    "a long part": ("multipart/form-data; boundary=x",
                    b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"e" * 4_500_000 + b"\r\n--x--"),
    "many parts": ("multipart/form-data; boundary=x",
                   b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2_000 + b"--x--"),
    "a large file": ("multipart/form-data; boundary=x",
                     b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"e" * 61 * 2**20
                     + b"\r\n--x--"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_large_is_refused_in_words(browser: FlaskClient, kind: str) -> None:
    content_type, body = LARGE[kind]

    for path in (WHERE, "/verify"):
        for language, words in (("fr", "C’est trop volumineux"), ("en", "This is too large")):
            answer = browser.post(path, data=body, content_type=content_type, headers={"Accept-Language": language})
            assert (answer.status_code, words in answer.get_data(as_text=True)) == (413, True), path
    assert browser.post("/verify", data=body, content_type=content_type, headers=JSON).json["error"]


def test_only_the_verification_takes_large_files(browser: FlaskClient) -> None:
    content_type, body = LARGE["a large file"]
    body = body.replace(b"e" * 2**20, b"", 50)

    assert browser.post("/verify", data=body, content_type=content_type).status_code == 200
    assert browser.post("/organisations/any/logo", data=body, content_type=content_type).status_code == 413


def test_a_verification_that_has_to_wait_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PATIENCE_S", 0.01)
    held = [verifying.AT_ONCE.acquire(timeout=1) for _ in range(2)]
    try:
        answer = client.post("/verify", data={"file": (io.BytesIO(b"%PDF-1.7"), "é.pdf")},
                             headers={"Accept-Language": "fr"})
    finally:
        for _ in held:
            verifying.AT_ONCE.release()

    assert answer.status_code == 429
    assert "Réessayez dans une minute" in answer.get_data(as_text=True)


def test_what_is_published_can_be_verified_while_hostile_files_keep_us_busy(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = documents.scene()
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())
    files.publish(scene.coordinator, file.key)
    address = f"/verify/{file.code}"
    assert client.get(address).status_code == 200

    monkeypatch.setattr(verifying, "PATIENCE_S", 0.01)
    with verifying.AT_ONCE, verifying.AT_ONCE:
        by_code = client.get(address)
        by_file = client.post("/verify", data={"file": (io.BytesIO(sealed_pdf()), "é.pdf")}, headers=JSON)

    assert by_code.status_code == 200
    assert by_file.json["authentic"] is True


def test_uploads_in_hand_are_limited(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "IN_HAND", threading.BoundedSemaphore(1))
    with verifying.IN_HAND:
        assert client.post("/verify", data={}).status_code == 429

    assert client.post("/verify", data={}).status_code == 422


def test_where_no_page_can_be_made_there_is_still_an_answer(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = csrf_token(browser, "/profile")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("drafting.web.errors.render_template", broken)
    monkeypatch.setattr(contributions, "create", broken)
    answer = browser.post(WHERE, data={**FIELDS, "csrf_token": token, "limit_unit": "words"})

    assert answer.status_code == 500
    assert TYPED in [each.replace("\r\n", "\n") for each in typed_in(answer)]
    assert "<b>et</b>" not in answer.get_data(as_text=True)
    assert "a fault" not in answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers


def test_links_that_hold_a_secret_do_not_come_into_the_log(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    for name, path in (("password_resets.person_of", "password-reset"), ("invitations.find_invitation", "join")):
        monkeypatch.setattr(f"drafting.services.{name}", broken)
        assert client.get(f"/{path}/tres-secret-5Xp").status_code == 500

    assert "a fault" in caplog.text
    assert "tres-secret" not in caplog.text
