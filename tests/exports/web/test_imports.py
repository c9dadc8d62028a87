"""The pages of the way in from Word and out to it."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.extensions import db
from drafting.models import Contribution, Job
from exports import jobs, making, pandoc
from exports.docx import package
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.docx.words import docx, h, p
from tests.signing_in import token_for

DATA = docx(h("Œuvre") + p("« été » 🙂", looks='<w:color w:val="FF0000"/>') + h("Demandes") + p("une &lt;b&gt;"))


@pytest.fixture
def scene(app: Flask) -> Scene:
    app.config |= {"WTF_CSRF_ENABLED": False, "EXPORTS_IN_BACKGROUND": False}
    return documents.scene()


@pytest.fixture
def browser(app: Flask, scene: Scene) -> FlaskClient:
    """The coordinator's browser."""
    client = app.test_client()
    client.set_cookie("session", token_for(scene.coordinator))
    return client


def do_all(app: Flask) -> None:
    while (job_id := jobs.claim()) is not None:
        making.perform(app, job_id, making.render_guarded)
    db.session.rollback()


def hand_in(browser: FlaskClient, path: str, data: bytes, name: str = "œuvre.docx") -> str:
    """Hand a document in; return the page that follows."""
    answer = browser.post(path, data={"document": (io.BytesIO(data), name), "changes": "accept"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def test_what_was_found_is_shown_and_taken(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    progress = hand_in(browser, "/contributions/new/word", DATA)
    do_all(app)

    shown = browser.get(progress, follow_redirects=True)
    page = shown.get_data(as_text=True)
    made = browser.post(shown.request.path, data={
        "title": "Une œuvre de Word", "language": "fr", "limit_unit": "words", "deadline_zone": "Europe/Paris",
        "take-0": "yes", "title-0": "Notre œuvre", "title-1": "Pas celle-ci",
    })

    assert "1 paragraphe avec des couleurs" in page
    assert 'value="Œuvre"' in page
    assert "«&nbsp;été&nbsp;» 🙂" in page
    assert "une &lt;b&gt;" in page
    contribution = db.session.query(Contribution).filter_by(title="Une œuvre de Word").one()
    assert made.location.endswith(f"/contributions/{contribution.key}/settings")
    assert [one.title for one in contribution.sections] == ["Notre œuvre"]
    again = browser.post(shown.request.path, data={"take-0": "yes"})
    assert again.status_code == 409
    assert "a déjà été repris" in browser.get(shown.request.path).get_data(as_text=True)


def test_what_is_wrong_in_the_form_is_said_and_what_was_typed_stays(
    app: Flask, scene: Scene, browser: FlaskClient
) -> None:
    progress = hand_in(browser, "/contributions/new/word", DATA)
    do_all(app)
    address = browser.get(progress, follow_redirects=True).request.path

    answer = browser.post(address, data={
        "title": "Une œuvre", "language": "fr", "limit_unit": "words", "deadline_zone": "Europe/Paris",
        "take-1": "yes", "title-0": "Mon titre · é", "title-1": "",
    })

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Mon titre · é"' in page
    assert "un titre de 200 caractères au plus" in page
    assert re.search(r'id="take-0"[^>]*value="yes">', page)
    assert re.search(r'id="take-1"[^>]*value="yes" checked>', page)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.7", "x.pdf", "C’est un PDF"), (b"", "x.docx", "Choisissez le document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "x.doc", "ancien format"),
        (b"PK\x03\x04" + b"\0" * package.MAX_BYTES, "x.docx", "dépasse 30"),
    ],
    ids=["PDF", "nothing", ".doc", "too large"],
)
def test_what_is_no_docx_is_refused_on_the_page(
    scene: Scene, browser: FlaskClient, data: bytes, name: str, words: str
) -> None:
    answer = browser.post("/contributions/new/word", data={"document": (io.BytesIO(data), name)})

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert db.session.query(Job).count() == 0


def test_a_document_that_cannot_be_read_says_why_and_leads_back(
    app: Flask, scene: Scene, browser: FlaskClient
) -> None:
    section = scene.contribution.sections[0]
    progress = hand_in(browser, f"/sections/{section.key}/word", docx("<w:p/>"))
    do_all(app)

    page = browser.get(progress).get_data(as_text=True)

    assert "Votre document n’a pas pu être lu" in page
    assert "ne contient pas de texte" in page
    assert f'href="/sections/{section.key}/word"' in page


def test_a_machine_without_pandoc_says_so(
    app: Flask, scene: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise pandoc.Missing("none for this machine")

    monkeypatch.setattr(pandoc, "program", missing)
    progress = hand_in(browser, "/contributions/new/word", DATA)
    do_all(app)

    assert "pandoc n’existe pas pour ce genre de machine" in browser.get(progress).get_data(as_text=True)


def test_a_section_is_offered_a_document_while_it_is_empty(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    key = scene.contribution.sections[0].key
    before = browser.get(f"/contributions/{scene.contribution.key}").get_data(as_text=True)
    progress = hand_in(browser, f"/sections/{key}/word", DATA)
    do_all(app)

    filled = browser.post(browser.get(progress, follow_redirects=True).request.path)

    assert f'href="/sections/{key}/word"' in before
    after = browser.get(filled.location).get_data(as_text=True)
    assert "«&nbsp;été&nbsp;» 🙂" in after
    assert f'href="/sections/{key}/word"' not in after
    assert browser.get(f"/sections/{key}/word").status_code == 409


def test_a_version_is_downloaded_as_a_word_document(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    version = documents.freeze(scene)
    progress = browser.post(f"/versions/{version.key}/word").location
    do_all(app)

    page = browser.get(progress).get_data(as_text=True)
    file = browser.get(re.search(r"/files/\w+", page)[0])  # type: ignore[index]

    assert "Télécharger le document Word" in page
    assert file.mimetype.endswith("wordprocessingml.document")
    assert file.headers["Content-Disposition"].endswith(f"{scene.contribution.slug}-v1.docx")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        custom = archive.read("docProps/custom.xml").decode()
    assert version.digest in custom
    assert f"{scene.contribution.sections[0].key} {version.sections[0].revision}" in custom
