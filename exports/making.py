"""Do one job: plan it by its kind, make it, keep its file, or say why not."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select

from drafting.extensions import db, transaction
from drafting.models import File, Job
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind, JobState
from drafting.services.audit import record
from exports import jobs, worker
from exports.credentials import UnusableCredentials
from exports.instance import file_store
from exports.keys import KeyMissing
from exports.kinds import amendment_table, redline, version_documents, word, word_import
from exports.work import CannotMake, Made, Plan, Render, Report

logger = logging.getLogger(__name__)

PLANS: dict[JobKind, Plan] = {
    JobKind.WORKING_COPY: version_documents.plan_working_copy,
    JobKind.SEALED: version_documents.plan_sealed,
    JobKind.AMENDMENTS: amendment_table.plan,
    JobKind.REDLINE: redline.plan,
    JobKind.WORD: word.plan,
    JobKind.IMPORT: word_import.plan,
}


def perform(app: Flask, job_id: int, render: Render) -> None:
    """Do a claimed job to its end: a file or a result, or a failure with its reason. Never raises."""
    attempt = 0
    try:
        attempt = db.session.execute(select(Job.attempts).where(Job.id == job_id)).scalar_one()
        db.session.rollback()
        with _signs_of_life(app, job_id):
            _make(job_id, attempt, render)
    except worker.TooMuch:
        jobs.fail(job_id, attempt, "too-long")
    except (UnusableCredentials, KeyMissing):
        logger.exception("Job %s: the organisation's seal cannot serve", job_id)
        jobs.fail(job_id, attempt, "seal-unusable")
    except CannotMake as error:
        logger.exception("Job %s cannot be done", job_id)
        jobs.fail(job_id, attempt, error.reason)
    except OSError as error:
        logger.exception("Job %s: its file could not be kept", job_id)
        jobs.fail(job_id, attempt, "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed")
    except Exception:  # The edge of the worker: whatever went wrong, the job ends and the next one is done.
        logger.exception("Job %s failed", job_id)
        jobs.fail(job_id, attempt, "failed")


def render_guarded(subject: Any, report: Report) -> bytes:
    """Lay plain values out in the guarded worker."""

    def on_progress(step: str, pages: int) -> None:
        # How many pages there will be is not known before the end: each one brings the bar a little closer to it.
        report("rendering", {"fonts": 70, "writing": 80}.get(step, round(65 - 60 * 0.97**pages)))

    return worker.render(subject, on_progress=on_progress)


def _make(job_id: int, attempt: int, render: Render) -> None:
    def report(step: str, done_percent: int) -> None:
        jobs.report(job_id, step, done_percent)

    job = db.session.get_one(Job, job_id)
    work = PLANS[job.kind](job)
    db.session.rollback()  # Nothing is held while it is made.
    report("rendering", 5)
    made = work(render, report)
    report("keeping", 95)
    sha256 = file_store().put(made.content, _ending(job_id)) if made.content else None
    _finish(job_id, attempt, made, sha256)


def _ending(job_id: int) -> str:
    kind = db.session.execute(select(Job.kind).where(Job.id == job_id)).scalar_one()
    db.session.rollback()
    return FileKind(kind.value).ending


def _finish(job_id: int, attempt: int, made: Made, sha256: str | None) -> None:
    with transaction():
        job = db.session.get_one(Job, job_id)
        if job.state is not JobState.RUNNING or job.attempts != attempt:
            return  # Taken for lost and given to another worker, whose file counts.
        if sha256 is not None:
            job.file_id = _file(job, made, sha256).id
        job.result, job.state, job.ended_at, job.done_percent = made.result, JobState.DONE, now(), 100


def _file(job: Job, made: Made, sha256: str) -> File:
    """Return the file with these bytes, known from now on where it was not.

    Texts of two contributions may be the same to the last letter: the file of one is not the other's.
    """
    file = db.session.scalar(select(File).where(
        File.sha256 == sha256, File.contribution_id == job.contribution_id, File.version_id == job.version_id,
        File.kind == FileKind(job.kind.value)).order_by(File.id).limit(1))
    if file is None:
        assert job.contribution_id is not None  # noqa: S101 - an import makes no file
        file = File(
            contribution_id=job.contribution_id,
            version_id=job.version_id,
            kind=FileKind(job.kind.value),
            sha256=sha256,
            size=len(made.content),
            code=made.code,
            sealed_by_id=made.sealed_by_id,
            sealed_at=made.sealed_at,
            demonstration=made.demonstration,
            created_by_id=job.created_by_id,
        )
        db.session.add(file)
        db.session.flush()
    record(None, "file.made", f"file:{file.key}", sha256=sha256, kind=file.kind.value, job=job.key)
    return file


@contextmanager
def _signs_of_life(app: Flask, job_id: int) -> Iterator[None]:
    """Beat in another thread as long as the work goes on, however long one step takes."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(jobs.BEAT_EVERY_S):
            with app.app_context():
                jobs.beat(job_id)

    thread = threading.Thread(target=beat, name="export-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
