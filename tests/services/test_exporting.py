"""Sealing and publishing by many at once, on both databases: done once, whoever comes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from drafting.domain.errors import Conflict
from drafting.extensions import db
from drafting.models import AuditEntry, File, Job, Seal
from drafting.models.columns import now
from exports import files, jobs, making, seals
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.seals import sealed_pdf
from tests.exports.test_making import Press

AT_ONCE = 100


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def together(app: Flask, act: Callable[[], object], count: int = AT_ONCE) -> Counter[str]:
    """Do this in many threads at the same moment; count what came of it."""
    gate, outcomes = threading.Barrier(count), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                outcomes.append(str(act()))
            except Conflict:
                outcomes.append("conflict")
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_a_hundred_requests_for_a_seal_are_one_job(app: Flask, scene: Scene) -> None:
    version = documents.freeze(scene)
    key, actor = version.key, scene.coordinator

    outcomes = together(app, lambda: jobs.order_seal(actor, key).id)

    assert sorted(outcomes.values()) == [AT_ONCE]
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_a_hundred_publish_once(app: Flask, scene: Scene) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())
    key, actor = file.key, scene.coordinator

    outcomes = together(app, lambda: files.publish(actor, key).key)

    assert outcomes == {key: 1, "conflict": AT_ONCE - 1}
    acts = select(func.count(AuditEntry.id)).where(AuditEntry.action == "file.publish")
    assert db.session.scalar(acts) == 1


def test_a_job_is_taken_by_one_of_many_workers(app: Flask, scene: Scene) -> None:
    job = jobs.order_seal(scene.coordinator, documents.freeze(scene).key)
    job_id = job.id

    outcomes = together(app, jobs.claim, count=20)

    assert outcomes == {str(job_id): 1, "None": 19}


def test_one_demonstration_seal_is_made_for_an_organisation(app: Flask, scene: Scene) -> None:
    organisation_id = scene.confederation.id

    outcomes = together(app, lambda: seals.credentials_of(organisation_id, at=now())[0].fingerprint, count=8)

    assert len(outcomes) == 1
    assert db.session.scalar(select(func.count(Seal.id))) == 1


def test_the_whole_way_on_this_database(app: Flask, scene: Scene) -> None:
    version = documents.freeze(scene)
    jobs.order_seal(scene.coordinator, version.key)

    making.perform(app, jobs.claim(), Press())

    file = files.sealed_file(version.id)
    assert file is not None
    files.publish(scene.coordinator, file.key)
    found = files.PublishedFiles().by_digest(file.sha256)
    assert found is not None
    assert (found.code, found.version) == (file.code, 1)
    assert db.session.scalar(select(func.count(File.id))) == 1
