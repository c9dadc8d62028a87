"""Jobs: durable, one for each seal, redone when their worker is gone, but not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from drafting.domain.errors import Conflict, Forbidden, NotFound, TooMany
from drafting.extensions import db, transaction
from drafting.models import Job
from drafting.models.columns import now
from drafting.models.export import FileKind, JobState
from exports import jobs
from tests.exports import documents
from tests.exports.documents import Scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def version(scene: Scene):
    return documents.freeze(scene)


def state_of(job: Job) -> JobState:
    db.session.rollback()
    return db.session.get_one(Job, job.id).state


def lose(job_id: int) -> None:
    """As if the worker had been killed some time ago."""
    with transaction():
        gone = now() - jobs.LOST_AFTER - timedelta(seconds=1)
        db.session.execute(update(Job).where(Job.id == job_id).values(beat_at=gone))


def test_only_the_coordinator_asks_for_a_seal(scene: Scene, version) -> None:
    with pytest.raises(Forbidden):
        jobs.order_seal(scene.author, version.key)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotFound):
            jobs.order_seal(actor, version.key)
    with pytest.raises(NotFound):
        jobs.order_seal(scene.coordinator, "inconnue")

    job = jobs.order_seal(scene.coordinator, version.key)

    assert (job.state, job.kind, job.created_for_id) == (JobState.QUEUED, FileKind.SEALED, scene.confederation.id)


def test_every_participant_asks_for_working_copies(scene: Scene, version) -> None:
    assert jobs.order_working_copy(scene.author, version.key).version_id == version.id
    assert jobs.order_present_copy(scene.author, scene.contribution.key).version_id is None
    with pytest.raises(NotFound):
        jobs.order_working_copy(scene.stranger, version.key)
    with pytest.raises(NotFound):
        jobs.order_present_copy(scene.stranger, scene.contribution.key)


def test_asking_twice_for_the_same_seal_leads_to_the_same_job(scene: Scene, version) -> None:
    first = jobs.order_seal(scene.coordinator, version.key)

    second = jobs.order_seal(scene.coordinator, version.key)

    assert second.id == first.id
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_a_sealed_version_is_not_sealed_again(scene: Scene, version) -> None:
    documents.keep_sealed(scene, version, b"%PDF")

    with pytest.raises(Conflict):
        jobs.order_seal(scene.coordinator, version.key)


def test_jobs_are_taken_oldest_first_and_by_one_worker_each(scene: Scene, version) -> None:
    first = jobs.order_working_copy(scene.author, version.key)
    second = jobs.order_working_copy(scene.author, version.key)

    taken = [jobs.claim(), jobs.claim(), jobs.claim()]

    assert taken == [first.id, second.id, None]
    assert state_of(first) is JobState.RUNNING
    assert jobs.is_anything_pending()


def test_a_job_whose_worker_is_gone_is_done_again(scene: Scene, version) -> None:
    job = jobs.order_seal(scene.coordinator, version.key)
    assert jobs.claim() == job.id
    assert jobs.claim() is None

    lose(job.id)

    assert jobs.claim() == job.id


def test_a_sign_of_life_keeps_a_job_with_its_worker(scene: Scene, version) -> None:
    job = jobs.order_seal(scene.coordinator, version.key)
    jobs.claim()
    lose(job.id)

    jobs.beat(job.id)

    assert jobs.claim() is None
    assert state_of(job) is JobState.RUNNING


def test_work_that_takes_its_server_down_is_given_up_and_can_be_asked_for_again(scene: Scene, version) -> None:
    job = jobs.order_seal(scene.coordinator, version.key)
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim() == job.id
        lose(job.id)

    assert jobs.claim() is None
    assert state_of(job) is JobState.FAILED
    assert job.error == "interrupted"
    assert jobs.order_seal(scene.coordinator, version.key).id != job.id


def test_a_worker_that_was_given_up_cannot_fail_its_successors_work(scene: Scene, version) -> None:
    job = jobs.order_seal(scene.coordinator, version.key)
    jobs.claim()
    lose(job.id)
    jobs.claim()

    jobs.fail(job.id, 1, "failed")
    assert state_of(job) is JobState.RUNNING

    jobs.fail(job.id, 2, "failed")
    assert state_of(job) is JobState.FAILED


def test_those_who_read_the_contribution_see_its_jobs(scene: Scene, version) -> None:
    job = jobs.order_seal(scene.coordinator, version.key)

    assert jobs.find_job(scene.author, job.key).id == job.id
    for actor in (scene.stranger, scene.administrator, None):
        with pytest.raises(NotFound):
            jobs.find_job(actor, job.key)


def test_one_person_cannot_fill_the_queue(scene: Scene, version) -> None:
    for _ in range(jobs.MOST_AT_ONCE):
        jobs.order_working_copy(scene.author, version.key)

    with pytest.raises(TooMany):
        jobs.order_working_copy(scene.author, version.key)

    assert jobs.order_working_copy(scene.coordinator, version.key).state is JobState.QUEUED
