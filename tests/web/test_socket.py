"""The door of the live socket, from the outside: who may open one, and on which server."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.web.socket import is_own_origin
from tests import factories
from tests.signing_in import sign_in

UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Origin": "http://localhost", "Accept-Language": "fr"}


def test_a_server_that_cannot_converse_says_so(
    client: FlaskClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, factories.member(factories.organisation()))

    with caplog.at_level(logging.ERROR):
        answer = client.get("/live", headers=UPGRADE)  # Neither werkzeug nor this client has gunicorn's connection.

    assert answer.status_code == 503
    assert "L’écriture en direct n’est pas disponible" in answer.get_data(as_text=True)
    assert "Use gunicorn" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("origin", [
    None, "", "null", "http://localhost.elsewhere.example", "http://elsewhere.example", "https://localhost",
    "http://localhost:8001", "http://localhost@elsewhere.example", "http://[::1", "http://localhost:99999",
    "http://127.0.0.1.nip.example", "file://", "http://localhost/ http://elsewhere.example",
])
def test_pages_of_other_sites_do_not_converse(client: FlaskClient, app: Flask, origin: str | None) -> None:
    sign_in(client, factories.member(factories.organisation()))
    headers = {name: value for name, value in UPGRADE.items() if name != "Origin"}

    answer = client.get("/live", headers=headers if origin is None else {**headers, "Origin": origin})

    assert answer.status_code == 403


def test_the_own_origin_on_a_public_address_has_no_other_names() -> None:
    own = "https://contributions.example"

    assert is_own_origin("https://contributions.example", own)
    for other in ("http://contributions.example", "https://contributions.example:8443", "https://localhost", "null",
                  "https://contributions.example.attacker.example", "https://sub.contributions.example"):
        assert not is_own_origin(other, own)
