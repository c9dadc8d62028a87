"""What a browser may send where it signs: never an error of the server, and no code is lost on what cannot be read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier
from flask import Flask
from flask.testing import FlaskClient

from drafting.models.columns import now
from exports.credentials import der
from tests.exports import seals
from tests.signing import Table, codes_of, current, sealed
from tests.signing_in import csrf_token, sign_in

LONE = "\ud800"
"""Half of a character, as JSON can name it."""


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def certificate(part: str = "2.5.29.15") -> bytes:
    """Return a certificate in DER, of which this part is none that can be read."""
    key, name = seals.rsa_key("abîmée"), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signataire 1")])
    return der(
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(5)
        .not_valid_before(now() - timedelta(9)).not_valid_after(now() + timedelta(9))
        .add_extension(x509.UnrecognizedExtension(ObjectIdentifier(part), b"aucun"), critical=False)
        .sign(key, SHA256()))


def of_version_four() -> bytes:
    made = der(current("Signataire 1").certificate)
    return made.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03", 1)


UNREADABLE: dict[str, Callable[[], dict[str, Any]]] = {
    "nothing": lambda: {"certificate": ""},
    "no text": lambda: {"certificate": 5, "code": ["a"], "ticket": {}},
    "no certificate": lambda: {"certificate": encoded(b"aucun")},
    "a version that there is not": lambda: {"certificate": encoded(of_version_four())},
    "its use cannot be read": lambda: {"certificate": encoded(certificate("2.5.29.15"))},
    "its constraints cannot be read": lambda: {"certificate": encoded(certificate("2.5.29.19"))},
    "a certificate above it that is none": lambda: {"chain": [encoded(b"aucun")]},
    "a certificate above it that cannot be read": lambda: {"chain": [encoded(certificate())]},
    "its time is over": lambda: {"certificate": encoded(der(seals.make_credentials(
        "Signataire 1", begin=now() - 2 * seals.YEAR, end=now() - seals.YEAR).certificate))},
}
ODD: dict[str, dict[str, Any]] = {
    "a chain that is none": {"chain": 5},
    "half of a character as ticket": {"ticket": LONE},
    "half of a character as code": {"code": LONE},
}


@pytest.fixture
def table(app: Flask) -> Table:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return sealed(2)


def asking(client: FlaskClient, table: Table) -> Callable[..., tuple[int, dict[str, Any]]]:
    secret = csrf_token(client, "/profile")

    def ask(step: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = client.post(
            f"/signatories/{table.signatory(1).key}/{step}", data=json.dumps(said), content_type="application/json",
            headers={"X-CSRFToken": secret})
        return answer.status_code, answer.get_json(silent=True) or {}

    return ask


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said_and_loses_no_code(app: Flask, table: Table, name: str) -> None:
    actor = table.there.secretaries[0]
    ask, code = asking(sign_in(app.test_client(), actor), table), codes_of(actor)[0]
    good = {"certificate": encoded(der(current("Signataire 1").certificate)), "chain": [], "code": code}

    status, said = ask("prepare", good | UNREADABLE[name]())

    assert status == 422
    assert said["error"]
    assert ask("prepare", good)[0] == 200


@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_no_error_of_the_server(app: Flask, table: Table, name: str) -> None:
    actor = table.there.secretaries[0]
    ask, code = asking(sign_in(app.test_client(), actor), table), codes_of(actor)[0]
    good = {"certificate": encoded(der(current("Signataire 1").certificate)), "chain": [], "code": code}

    status, _said = ask("prepare", good | ODD[name])

    assert status in (200, 422)


@pytest.mark.parametrize("said", [{}, {"ticket": LONE, "signature": LONE}, {"ticket": 5, "signature": []}])
def test_finishing_what_was_never_prepared_is_refused(app: Flask, table: Table, said: dict[str, Any]) -> None:
    ask = asking(sign_in(app.test_client(), table.there.secretaries[0]), table)

    status, answer = ask("finish", said)

    assert (status, answer["error"]) == (404, "Trop de temps a passé. Recommencez la signature.")
