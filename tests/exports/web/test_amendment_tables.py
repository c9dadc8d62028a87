"""The printed table of amendments, asked for from the screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.extensions import db
from drafting.models import Job
from drafting.models.export import JobState
from exports import jobs, making
from tests import amending
from tests.amending import Paper
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Paper:
    app.config |= {"WTF_CSRF_ENABLED": False, "EXPORTS_IN_BACKGROUND": False}
    return amending.paper()


@pytest.fixture
def reader(app: Flask, paper: Paper) -> FlaskClient:
    """An observer's browser: they may read, so they may print."""
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    return client


def words_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "table.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()


def test_the_printed_table_is_made_as_asked(app: Flask, paper: Paper, reader: FlaskClient, tmp_path: Path) -> None:
    paper.file(paper.replace(paper.member, "été|", " premier · œ", "s1"))
    path = f"/contributions/{paper.contribution.key}/amendments.pdf"

    waiting = reader.post(f"{path}?state=proposed&sort=-date", follow_redirects=True).get_data(as_text=True)
    empty = reader.post(f"{path}?state=rejected", follow_redirects=True)

    assert "Le tableau des amendements se prépare" in waiting
    assert f"/contributions/{paper.contribution.key}/amendments?state=proposed&amp;sort=-date" in waiting
    while (job_id := jobs.claim()) is not None:
        making.perform(app, job_id, making.render_guarded)
    done = reader.get(empty.request.path).get_data(as_text=True)
    assert "Le tableau des amendements est prêt" in done
    first, second = db.session.query(Job).order_by(Job.id)
    assert (first.state, second.state) == (JobState.DONE, JobState.DONE)
    given = reader.get(f"/files/{first.file.key}")
    assert given.mimetype == "application/pdf"
    assert given.headers["Content-Disposition"] == f"attachment; filename={paper.contribution.slug}-amendements.pdf"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert "premier · œ" in words_of(given.data, tmp_path)
    assert "premier" not in words_of(reader.get(f"/files/{second.file.key}").data, tmp_path)
