"""A comparison taken away from its page: PDF, HTML, and the newer text without marks."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.extensions import db
from drafting.models import Job
from drafting.models.export import JobState
from drafting.services import versions
from exports import jobs, making
from tests import amending
from tests.amending import Paper
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Paper:
    app.config |= {"WTF_CSRF_ENABLED": False, "EXPORTS_IN_BACKGROUND": False}
    paper = amending.paper()
    versions.freeze(paper.coordinator, paper.contribution.key, label="Déposée · é")
    paper.edit(paper.coordinator, "trente-cinq", "trente-deux œuvre 🙂")
    return paper


@pytest.fixture
def reader(app: Flask, paper: Paper) -> FlaskClient:
    """An observer's browser: they may read, so they may print."""
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    return client


def shown(answer) -> str:
    return unescape(answer.get_data(as_text=True)).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_comparison_is_made_as_a_pdf(app: Flask, paper: Paper, reader: FlaskClient) -> None:
    path = f"/contributions/{paper.contribution.key}/compare.pdf?from=v1&to=now"

    waiting = reader.post(path, follow_redirects=True)
    making.perform(app, jobs.claim(), making.render_guarded)

    assert "Le texte comparé se prépare" in shown(waiting)
    db.session.rollback()
    [job] = db.session.query(Job)
    assert job.state is JobState.DONE
    page = shown(reader.get(f"/jobs/{job.key}"))
    assert "Le texte comparé est prêt" in page
    assert f"/contributions/{paper.contribution.key}/compare?from=v1&to=d" in page
    file = reader.get(f"/files/{job.file.key}")
    assert file.headers["Content-Disposition"] == f"attachment; filename={paper.contribution.slug}-texte-compare.pdf"
    assert file.data.startswith(b"%PDF-")
    outside = app.test_client()
    outside.set_cookie("session", token_for(paper.stranger))
    assert outside.get(f"/files/{job.file.key}").status_code == 404
    assert outside.get(f"/jobs/{job.key}").status_code == 404


def test_the_comparison_is_given_as_one_file(paper: Paper, reader: FlaskClient) -> None:
    answer = reader.get(f"/contributions/{paper.contribution.key}/compare.html?from=v1&to=now")

    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename={paper.contribution.slug}-texte-compare.html")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    html = shown(answer)
    assert "trente-deux œuvre 🙂" in html
    assert "trente-cinq" in html
    assert "CEX · Camille Œuvre" in html.replace("<strong>", "").replace("</strong>", "")


def test_the_newer_text_is_given_without_marks(app: Flask, paper: Paper, reader: FlaskClient) -> None:
    now = reader.get(f"/contributions/{paper.contribution.key}/clean.html?at=now")
    then = reader.get(f"/contributions/{paper.contribution.key}/clean.html?at=v1&section={paper.section_key}")

    assert now.headers["Content-Disposition"].endswith(f"{paper.contribution.slug}-texte-net.html")
    assert "trente-deux" in shown(now)
    assert "trente-cinq" not in shown(now)
    assert "document de travail" in shown(now)
    assert then.headers["Content-Disposition"].endswith(f"{paper.contribution.slug}-v1.html")
    assert "trente-cinq" in shown(then)
    assert "Préambule" not in shown(then)
    waiting = reader.post(f"/contributions/{paper.contribution.key}/clean.pdf?at=now", follow_redirects=True)
    assert "Le document se prépare" in shown(waiting)


@pytest.mark.parametrize("path", [
    "compare.html?from=v1&to=été", "compare.html", "compare.html?from=r1&to=now", "clean.html?at=", "clean.html?at=v7",
])
def test_what_is_no_point_gets_words(paper: Paper, reader: FlaskClient, path: str) -> None:
    answer = reader.get(f"/contributions/{paper.contribution.key}/{path}")

    assert answer.status_code in (404, 422)
    assert "Traceback" not in shown(answer)


def test_the_page_of_a_comparison_offers_every_form(paper: Paper, reader: FlaskClient) -> None:
    page = shown(reader.get(f"/contributions/{paper.contribution.key}/compare?from=v1&to=now"))

    for name in ("compare.pdf?from=v1&to=d", "compare.html?from=v1&to=d", "clean.pdf?at=d", "clean.html?at=d"):
        assert f"/contributions/{paper.contribution.key}/{name}" in page
