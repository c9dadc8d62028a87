"""The pages of seals, logos and trusted certificates, from a browser."""

from __future__ import annotations

import io

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient

from drafting.extensions import db
from exports import seals as service
from tests.exports import documents, seals
from tests.exports.documents import Scene
from tests.exports.test_logos import ALT, picture
from tests.exports.test_seals import PASSPHRASE, pkcs12
from tests.exports.web.test_verifying import text
from tests.signing_in import csrf_token, sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def post(client: FlaskClient, path: str, **values: object):
    return client.post(path, data={"csrf_token": csrf_token(client), **values}, follow_redirects=True)


def test_a_secretary_uploads_and_retires_a_seal(client: FlaskClient, scene: Scene) -> None:
    sign_in(client, scene.coordinator)
    path = f"/organisations/{scene.confederation.key}/seal"
    assert "cachet de démonstration" in text(client.get(path))

    page = post(client, path, pkcs12=(io.BytesIO(pkcs12()), "cachet.p12"), passphrase=PASSPHRASE)

    assert "Le cachet « Cachet de la confédération » est enregistré." in text(page)
    db.session.rollback()  # What was read before is not what is there now.
    seal = service.seal_in_use(scene.confederation.id)
    assert seal is not None

    page = post(client, f"/seals/{seal.key}/retire")

    assert "Ce cachet ne servira plus." in text(page)


@pytest.mark.parametrize(
    ("data", "passphrase", "words"),
    [(b"", PASSPHRASE, "Choisissez le fichier du cachet"), (b"rien", PASSPHRASE, "PKCS#12"),
     (pkcs12(), "autre", "La phrase de passe n’ouvre pas ce fichier.")],
)
def test_a_bad_seal_gets_words_and_never_its_passphrase_back(
    client: FlaskClient, scene: Scene, data: bytes, passphrase: str, words: str
) -> None:
    sign_in(client, scene.coordinator)

    path = f"/organisations/{scene.confederation.key}/seal"
    page = post(client, path, pkcs12=(io.BytesIO(data), "é.p12"), passphrase=passphrase)

    assert page.status_code == 422
    assert words in text(page)
    assert passphrase not in page.get_data(as_text=True)


def test_a_secretary_gives_a_logo(client: FlaskClient, scene: Scene) -> None:
    sign_in(client, scene.coordinator)
    path = f"/organisations/{scene.confederation.key}/logo"

    refused = post(client, path, logo=(io.BytesIO(b"<svg/>"), "logo.svg"), logo_description="Déjà « saisi »")
    accepted = post(client, path, logo=(io.BytesIO(picture()), "logo.png"), logo_description=ALT)

    assert refused.status_code == 422
    assert 'value="Déjà « saisi »"' in refused.get_data(as_text=True)
    assert "Le logo est enregistré." in text(accepted)
    shown = client.get(path)
    assert (shown.mimetype, shown.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "Le logo est retiré." in text(post(client, f"{path}/remove"))
    assert client.get(path).status_code == 404


def test_others_do_not_see_that_an_organisation_has_such_pages(client: FlaskClient, scene: Scene) -> None:
    path = f"/organisations/{scene.confederation.key}/seal"
    assert client.get(path).status_code == 302

    for actor in (scene.author, scene.stranger):
        sign_in(client, actor)
        assert client.get(path).status_code == 404
        assert post(client, path).status_code == 404


def test_the_administrator_keeps_the_list(client: FlaskClient, scene: Scene) -> None:
    sign_in(client, scene.administrator)
    pem = seals.authority().certificate.public_bytes(Encoding.PEM)
    assert "Aucun certificat n’est reconnu" in text(client.get("/certificates"))

    added = post(client, "/certificates", certificate=(io.BytesIO(pem), "a.pem"), note="Pour l’essai · é")
    twice = post(client, "/certificates", certificate=(io.BytesIO(pem), "a.pem"))
    bad = post(client, "/certificates", certificate=(io.BytesIO(b"rien"), "a.pem"), note="gardée é")
    none = post(client, "/certificates", note="gardée é")

    assert "Autorité d’essai" in text(added)
    assert "Pour l’essai · é" in text(added)
    assert "déjà dans la liste" in text(twice)
    assert [page.status_code for page in (added, twice, bad, none)] == [200, 422, 422, 422]
    assert 'value="gardée é"' in bad.get_data(as_text=True)
    db.session.rollback()
    row = service.certificates(scene.administrator)[0]
    assert "Ce certificat n’est plus reconnu." in text(post(client, f"/certificates/{row.key}/remove"))


def test_nobody_else_sees_the_list(client: FlaskClient, scene: Scene) -> None:
    sign_in(client, scene.coordinator)

    assert client.get("/certificates").status_code == 404
    assert post(client, "/certificates").status_code == 404


def test_a_form_without_its_token_is_refused(client: FlaskClient, scene: Scene) -> None:
    sign_in(client, scene.coordinator)

    answer = client.post(f"/organisations/{scene.confederation.key}/seal", data={"passphrase": PASSPHRASE})

    assert answer.status_code == 400
    assert PASSPHRASE not in answer.get_data(as_text=True)
