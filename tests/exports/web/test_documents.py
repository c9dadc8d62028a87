"""A version's document from a browser: sealing, progress, download, publishing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.extensions import db, transaction
from drafting.models import Job, Seal
from drafting.models.columns import now
from drafting.models.export import JobState
from exports import files, jobs, making, seals
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.seals import sealed_pdf
from tests.exports.test_making import Press
from tests.exports.test_seals import PASSPHRASE, pkcs12
from tests.exports.web.test_seals import post
from tests.exports.web.test_verifying import JSON, text
from tests.signing_in import csrf_token, sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    app.config["EXPORTS_IN_BACKGROUND"] = False
    return documents.scene()


@pytest.fixture
def version(scene: Scene):
    return documents.freeze(scene)


def work(app: Flask) -> None:
    """Do what waits, with a press that gives a finished PDF."""
    while (job_id := jobs.claim()) is not None:
        making.perform(app, job_id, Press())
    db.session.rollback()


def test_the_list_of_versions_says_which_are_published(client: FlaskClient, scene: Scene, version) -> None:
    newer = documents.freeze(scene, number=2)
    sealed = documents.keep_sealed(scene, version, b"%PDF-1 \xc5\x93uvre")
    documents.keep_sealed(scene, newer, b"%PDF-2 \xc5\x93uvre", code="zzzzzzzzzzzzzzzz")
    sign_in(client, scene.coordinator)
    path = f"/contributions/{version.contribution.key}/versions"

    before = client.get(path).get_data(as_text=True)
    files.publish(scene.coordinator, sealed.key)
    after = client.get(path).get_data(as_text=True)

    assert "Publiée le" not in before
    assert after.count("Publiée le") == 1
    assert after.index("Version 2") < after.index("Version 1") < after.index("Publiée le")


def test_the_coordinator_seals_follows_downloads_and_publishes(
    app: Flask, client: FlaskClient, scene: Scene, version
) -> None:
    sign_in(client, scene.coordinator)
    path = f"/versions/{version.key}/document"
    assert "le document portera un cachet de démonstration" in text(client.get(path))

    waiting = post(client, f"/versions/{version.key}/seal")
    db.session.rollback()
    job = db.session.query(Job).one()
    assert "Le document se prépare" in text(waiting)
    assert '<meta http-equiv="refresh"' in waiting.get_data(as_text=True)
    assert client.get(f"/jobs/{job.key}", headers=JSON).json == {
        "state": "queued", "step": "En attente", "done_percent": 0,
    }
    assert "Le document est en préparation." in text(client.get(path))

    work(app)

    done = client.get(f"/jobs/{job.key}")
    assert "Le document est prêt" in text(done)
    assert "http-equiv" not in done.get_data(as_text=True)
    assert client.get(f"/jobs/{job.key}", headers=JSON).json["state"] == "done"
    file = files.sealed_file(version.id)
    assert "Scellé, pas encore publié." in text(client.get(path))

    given = client.get(f"/files/{file.key}")
    assert given.mimetype == "application/pdf"
    assert given.headers["Content-Disposition"] == f"attachment; filename={scene.contribution.slug}-v1.pdf"
    assert given.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given.headers["Cache-Control"] == "no-store"
    assert len(given.data) == file.size

    published = post(client, f"/files/{file.key}/publish", when="now")
    assert "Le document est publié" in text(published)
    assert client.get(f"/verify/{file.code}").status_code == 200
    assert post(client, f"/files/{file.key}/publish", when="now").status_code == 409


def test_a_failed_job_says_why_and_can_be_asked_for_again(
    app: Flask, client: FlaskClient, scene: Scene, version
) -> None:
    sign_in(client, scene.coordinator)
    post(client, f"/versions/{version.key}/seal")
    making.perform(app, jobs.claim(), Press(error=RuntimeError("é")))
    job = db.session.query(Job).one()

    page = client.get(f"/jobs/{job.key}")

    assert job.state is JobState.FAILED
    assert "Le document n’a pas pu être produit" in text(page)
    assert "Produire le PDF scellé" in text(client.get(f"/versions/{version.key}/document"))
    assert post(client, f"/versions/{version.key}/seal").status_code == 200


def test_an_author_prints_and_reads_but_neither_seals_nor_publishes(
    app: Flask, client: FlaskClient, scene: Scene, version
) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene, number=2), sealed_pdf())
    sign_in(client, scene.author)

    assert "Produire le PDF scellé" not in text(client.get(f"/versions/{version.key}/document"))
    assert post(client, f"/versions/{version.key}/seal").status_code == 403
    assert post(client, f"/files/{file.key}/publish").status_code == 403
    assert client.get(f"/files/{file.key}").data == sealed_pdf()
    for path in (f"/versions/{version.key}/working-copy", f"/contributions/{scene.contribution.key}/working-copy"):
        assert "Le document se prépare" in text(post(client, path))
    work(app)
    assert all(job.state is JobState.DONE for job in db.session.query(Job))
    copy = client.get(f"/files/{db.session.query(Job).first().file.key}")
    assert copy.headers["Content-Disposition"].endswith("-v1-copie-de-travail.pdf")


def test_strangers_find_nothing(client: FlaskClient, scene: Scene, version) -> None:
    file = documents.keep_sealed(scene, version, sealed_pdf())
    job = jobs.order_working_copy(scene.author, version.key)
    pages = [f"/versions/{version.key}/document", f"/jobs/{job.key}", f"/files/{file.key}"]
    acts = [
        f"/versions/{version.key}/seal", f"/versions/{version.key}/working-copy", f"/files/{file.key}/publish",
        f"/contributions/{scene.contribution.key}/working-copy",
    ]

    assert [client.get(path).status_code for path in pages] == [302] * 3
    for actor in (scene.stranger, scene.administrator):
        sign_in(client, actor)
        assert [client.get(path).status_code for path in pages] == [404] * 3
        assert [post(client, path).status_code for path in acts] == [404] * 4


def test_every_act_needs_its_token(client: FlaskClient, scene: Scene, version) -> None:
    sign_in(client, scene.coordinator)
    csrf_token(client)

    assert client.post(f"/versions/{version.key}/seal").status_code == 400
    assert db.session.query(Job).count() == 0


def test_signs_that_no_font_has_are_named_before_the_export(client: FlaskClient, scene: Scene) -> None:
    version = documents.freeze(scene, text="Un signe rare : 𓀀 et « œuvre ».")
    sign_in(client, scene.coordinator)

    page = text(client.get(f"/versions/{version.key}/document"))

    assert "𓀀" in page
    assert "EGYPTIAN HIEROGLYPH" in page.upper()


def test_the_versions_own_page_shows_its_document(client: FlaskClient, scene: Scene, version) -> None:
    sign_in(client, scene.coordinator)

    assert "Produire le PDF scellé" in text(client.get(f"/versions/{version.key}"))
    assert "Imprimer le texte présent" in text(client.get(f"/contributions/{scene.contribution.key}/versions"))


def test_a_missing_file_is_said_to_be_missing(app: Flask, client: FlaskClient, scene: Scene, version) -> None:
    from exports.instance import file_store

    file = documents.keep_sealed(scene, version, sealed_pdf())
    next(file_store().folder.glob("*.pdf")).unlink()
    sign_in(client, scene.coordinator)

    assert "Ce fichier n’est plus là." in text(client.get(f"/files/{file.key}"))


def test_an_expired_seal_is_named_before_it_is_used(client: FlaskClient, scene: Scene, version) -> None:
    row = seals.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)
    sign_in(client, scene.coordinator)
    page = text(client.get(f"/versions/{version.key}"))
    assert "Le document portera le cachet « Cachet de la confédération »" in page

    with transaction():
        db.session.get_one(Seal, row.id).expires_at = now()

    assert "Le cachet de votre organisation a expiré" in text(client.get(f"/versions/{version.key}"))


def test_a_working_copy_has_line_numbers_when_its_box_is_ticked(client: FlaskClient, scene: Scene, version) -> None:
    sign_in(client, scene.author)
    paths = (f"/versions/{version.key}/working-copy", f"/contributions/{scene.contribution.key}/working-copy")
    assert 'name="numbers" value="lines"' in client.get(f"/versions/{version.key}/document").get_data(as_text=True)

    for path in paths:
        post(client, path, numbers="lines")
        post(client, path, numbers="œuvre")

    db.session.rollback()
    specs = [job.spec for job in db.session.query(Job).order_by(Job.id)]
    assert specs == [{"numbers": "lines"}, None, {"numbers": "lines"}, None]
