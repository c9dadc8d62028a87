"""Bad days of the exports: the worker killed, the disk full. The job says so and can be asked for again."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from drafting.domain.errors import DomainError
from drafting.extensions import db
from drafting.models import File, Job, Version
from drafting.models.export import JobState
from exports import explanations, files, jobs, making, worker
from exports.instance import file_store
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.test_making import Press, do

LONG = "Un paragraphe d’été, « entre guillemets », avec une œuvre · et 🙂.\n\n" * 2_000


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def version(scene: Scene) -> Version:
    return documents.freeze(scene, text=LONG)


def children_of(process: int) -> list[int]:
    """Return the processes that this one has forked."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(each) for each in found]


def render_and_kill(whom: str) -> making.Render:
    """Render in the guarded worker, and kill it (or its warm parent) once it is at work."""

    def render(text: object, report: making.Report) -> bytes:
        killed = threading.Event()

        def on_progress(step: str, done_percent: int) -> None:
            process = worker._parent.process
            assert process is not None
            if not killed.is_set():
                killed.set()
                for victim in children_of(process.pid) if whom == "child" else [process.pid]:
                    os.kill(victim, signal.SIGKILL)

        return worker.render(text, on_progress=on_progress)  # type: ignore[arg-type]

    return render


@pytest.mark.parametrize("whom", ["child", "warm parent"])
def test_a_killed_worker_ends_its_job_in_words_and_the_next_one_is_done(
    app: Flask, scene: Scene, version: Version, whom: str
) -> None:
    job_key = jobs.order_seal(scene.coordinator, version.key).key
    begun = time.monotonic()
    job_id = jobs.claim()
    assert job_id is not None

    making.perform(app, job_id, render_and_kill(whom))

    db.session.rollback()
    job = jobs.find_job(scene.coordinator, job_key)
    assert time.monotonic() - begun < 60
    assert job.state is JobState.FAILED
    assert explanations.failure(job.error)
    assert db.session.query(File).count() == 0
    again = jobs.order_seal(scene.coordinator, version.key)
    assert again.key != job_key
    assert do(app, Press()).state is JobState.DONE


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_ends_the_job_in_words_and_leaves_nothing_behind(
    app: Flask, scene: Scene, version: Version, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    jobs.order_seal(scene.coordinator, version.key)
    with monkeypatch.context() as patch:
        if step == "write":
            patch.setattr("exports.instance.tempfile.mkstemp", full)
        else:
            patch.setattr(f"exports.instance.os.{step}", full)
        job = do(app, Press())

    assert (job.state, job.error) == (JobState.FAILED, "disk-full")
    assert "plus de place" in explanations.failure(job.error)
    assert db.session.query(File).count() == 0
    assert list(file_store().folder.glob("**/*")) == []
    jobs.order_seal(scene.coordinator, version.key)
    assert do(app, Press()).state is JobState.DONE


def test_a_file_that_vanished_is_not_published(scene: Scene, version: Version) -> None:
    file = documents.keep_sealed(scene, version, b"%PDF-1.7 \xc3\xa9")
    for each in file_store().folder.glob("*.pdf"):
        each.unlink()

    with pytest.raises((DomainError, LookupError)):
        files.publish(scene.coordinator, file.key)

    db.session.rollback()
    assert db.session.get_one(File, file.id).published_at is None
    assert db.session.query(Job).count() == 0
