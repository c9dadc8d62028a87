"""A server that is killed while it makes a document: the next one finishes it."""

from __future__ import annotations

import json
import time
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from drafting.config import Settings
from drafting.extensions import db
from drafting.models import File, Job
from drafting.models.export import JobState
from exports import files, guarded, jobs, seals
from exports.instance import file_store
from tests.exports import documents
from tests.exports.documents import TEXT
from tests.server import Server, cookie_for

PATIENCE_S = 100


def state_of(job_id: int) -> JobState:
    db.session.rollback()
    return db.session.get_one(Job, job_id).state


def look(server: Server, job: str, cookie: str) -> dict[str, object]:
    request = Request(f"{server.address}/jobs/{job}", headers={"Cookie": cookie, "Accept": "application/json"})
    with urlopen(request, timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
        return found


@pytest.mark.timeout(300)
def test_a_document_under_way_survives_the_death_of_its_server(app: Flask, settings: Settings) -> None:
    scene = documents.scene()
    version = documents.freeze(scene, text="\n\n".join(TEXT.replace("[^1]", f"[^{n}]") for n in range(1, 90)))
    job = jobs.order_seal(scene.coordinator, version.key)
    job_id, job_key, cookie = job.id, job.key, cookie_for(scene.coordinator)
    server = Server(settings)
    try:
        server.start()
        look(server, job_key, cookie)  # Whoever looks wakes the worker.
        end = time.monotonic() + PATIENCE_S
        while state_of(job_id) is not JobState.RUNNING and time.monotonic() < end:
            time.sleep(0.02)
        server.kill()
        assert state_of(job_id) is JobState.RUNNING

        server.start()
        end = time.monotonic() + PATIENCE_S
        while look(server, job_key, cookie)["state"] not in ("done", "failed") and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        server.stop()

    db.session.rollback()
    assert (state_of(job_id), db.session.get_one(Job, job_id).attempts) == (JobState.DONE, 2)
    assert db.session.query(File).count() == 1
    file = files.sealed_file(version.id)
    assert file is not None
    assert file.sealed_at is not None
    found = guarded.inspect(
        file_store().get(file.sha256), trusted=[], demonstration=seals.demonstration_certificates(), at=file.sealed_at
    )
    assert (found.intact, found.valid) == (True, True)
