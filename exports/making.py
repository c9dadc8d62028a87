"""Do one job: read the text, lay it out, seal it, check it, keep it."""

from __future__ import annotations

import errno
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from sqlalchemy import select

from drafting.extensions import db, transaction
from drafting.models import Contribution, File, Job, Organisation, Version
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind, JobState
from drafting.services.audit import record
from drafting.services.texts import text_of
from drafting.services.versions import is_intact
from exports import jobs, manuscript, worker
from exports.codes import grouped, new_code
from exports.credentials import Credentials, UnusableCredentials
from exports.inspection import inspect
from exports.instance import file_store
from exports.keys import KeyMissing
from exports.manuscript import Manuscript
from exports.seals import credentials_of
from exports.signing import seal

logger = logging.getLogger(__name__)

Report = Callable[[str, int], None]
Render = Callable[[Manuscript, Report], bytes]


@dataclass(frozen=True)
class Plan:
    """What a job needs to know, read from the database once."""

    job_id: int
    attempt: int
    manuscript: Manuscript
    credentials: Credentials | None
    """None for a working copy."""
    demonstration: bool
    code: str | None
    sealed_by_id: int


class VersionDamaged(Exception):
    """The stored text is no longer what the version's digest was made over."""


class NotSealedWell(Exception):
    """Our own verification does not accept the file just sealed."""


def perform(app: Flask, job_id: int, render: Render) -> None:
    """Do a claimed job to its end: a file, or a failure with its reason. Never raises."""
    attempt = 0
    try:
        attempt = db.session.execute(select(Job.attempts).where(Job.id == job_id)).scalar_one()
        db.session.rollback()
        with _signs_of_life(app, job_id):
            _make(_plan(job_id, attempt), render)
    except worker.TooMuch:
        jobs.fail(job_id, attempt, "too-long")
    except (UnusableCredentials, KeyMissing):
        logger.exception("Job %s: the organisation's seal cannot serve", job_id)
        jobs.fail(job_id, attempt, "seal-unusable")
    except VersionDamaged:
        logger.exception("Job %s: the version is not what was frozen", job_id)
        jobs.fail(job_id, attempt, "damaged")
    except OSError as error:
        logger.exception("Job %s: its file could not be kept", job_id)
        jobs.fail(job_id, attempt, "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed")
    except Exception:  # The edge of the worker: whatever went wrong, the job ends and the next one is done.
        logger.exception("Job %s failed", job_id)
        jobs.fail(job_id, attempt, "failed")


def render_guarded(text: Manuscript, report: Report) -> bytes:
    """Lay a manuscript out in the guarded worker."""

    def on_progress(step: str, pages: int) -> None:
        # How many pages there will be is not known before the end: each one brings the bar a little closer to it.
        report("rendering", {"fonts": 70, "writing": 80}.get(step, round(65 - 60 * 0.97**pages)))

    return worker.render(text, on_progress=on_progress)


def _make(plan: Plan, render: Render) -> None:
    def report(step: str, done_percent: int) -> None:
        jobs.report(plan.job_id, step, done_percent)

    report("rendering", 5)
    pdf = render(plan.manuscript, report)
    sealed_at = None
    if plan.credentials is not None:
        report("sealing", 85)
        sealed_at = now().replace(microsecond=0)
        pdf = _seal(pdf, plan, plan.credentials, sealed_at)
        report("checking", 90)
        _check(pdf, sealed_at)
    report("keeping", 95)
    sha256 = file_store().put(pdf)
    _finish(plan, sha256, len(pdf), sealed_at)


def _seal(pdf: bytes, plan: Plan, credentials: Credentials, at: datetime) -> bytes:
    text = plan.manuscript
    french = text.language == "fr"
    title = "Cachet électronique de {}" if french else "Electronic seal of {}"
    reason = f"Version {text.number} · {text.digest}"
    return seal(pdf, credentials, at=at, reason=reason, field_title=title.format(text.sealed_by))


def _check(pdf: bytes, at: datetime) -> None:
    """Read the file back as a stranger would, before anybody relies on it."""
    found = inspect(pdf, trusted=[], demonstration=[], at=at)
    if not (found.intact and found.valid):
        raise NotSealedWell(found.refusal)


def _finish(plan: Plan, sha256: str, size: int, sealed_at: datetime | None) -> None:
    with transaction():
        job = db.session.get_one(Job, plan.job_id)
        if job.state is not JobState.RUNNING or job.attempts != plan.attempt:
            return  # Taken for lost and given to another worker, whose file counts.
        file = db.session.scalar(select(File).where(File.sha256 == sha256))
        if file is None:
            assert job.contribution_id is not None  # noqa: S101 - as above
            file = File(
                contribution_id=job.contribution_id,
                version_id=job.version_id,
                kind=FileKind(job.kind.value),
                sha256=sha256,
                size=size,
                code=plan.code,
                sealed_by_id=plan.sealed_by_id if sealed_at else None,
                sealed_at=sealed_at,
                demonstration=plan.demonstration,
                created_by_id=job.created_by_id,
            )
            db.session.add(file)
            db.session.flush()
        job.file_id, job.state, job.ended_at, job.done_percent = file.id, JobState.DONE, now(), 100
        record(None, "file.made", f"file:{file.key}", sha256=sha256, kind=file.kind.value, job=job.key)


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


# --- What to print ---


def _plan(job_id: int, attempt: int) -> Plan:
    job = db.session.get_one(Job, job_id)
    sealing = job.kind is JobKind.SEALED
    if job.version is not None and not is_intact(job.version):
        raise VersionDamaged(job.version.key)
    assert job.contribution is not None  # noqa: S101 - only an import has none (ck_job_only_import_without_contribution)
    text = manuscript_of(job.version) if job.version else manuscript_of_present(job.contribution)
    organisation_id = job.created_for_id
    organisation = db.session.get_one(Organisation, organisation_id)
    text = replace(text, logo=_logo(organisation))
    if not sealing:
        text = manuscript.working_copy(text)
        db.session.rollback()
        return Plan(job_id, attempt, text, None, False, None, organisation_id)
    code, name = new_code(), organisation.name
    db.session.rollback()
    credentials, demonstration = credentials_of(organisation_id, at=now())
    address = f"{current_app.config['SETTINGS'].base_url}/verify/{code}"
    text = replace(
        text, code=grouped(code), verify_url=address, sealed_by=name, demonstration=demonstration
    )
    return Plan(job_id, attempt, text, credentials, demonstration, code, organisation_id)


def manuscript_of(version: Version) -> Manuscript:
    """A frozen version as a manuscript, dated in the time zone of the contribution's deadline."""
    return Manuscript(
        title=version.title,
        recipient=version.recipient,
        event=version.event,
        language=version.language,
        number=version.number,
        label=version.label,
        digest=version.digest,
        frozen_at=version.frozen_at.astimezone(ZoneInfo(version.contribution.deadline_zone)),
        organisations=tuple(
            manuscript.Organisation(acronym, name, role)
            for acronym, name, role in json.loads(version.organisations)
        ),
        sections=tuple(
            manuscript.Section(number, section.title, section.text, section.lead)
            for number, section in enumerate(version.sections, start=1)
        ),
    )


def manuscript_of_present(contribution: Contribution) -> Manuscript:
    """The text as it is now as a manuscript, for a working copy. It has no number and no digest yet."""
    used = [section for section in contribution.sections if section.retired_at is None]
    return Manuscript(
        title=contribution.title,
        recipient=contribution.recipient,
        event=contribution.event,
        language=contribution.language,
        number=0,
        label="",
        digest="",
        frozen_at=now().astimezone(ZoneInfo(contribution.deadline_zone)),
        organisations=tuple(
            manuscript.Organisation(each.organisation.acronym, each.organisation.name, each.role.value)
            for each in contribution.participations
        ),
        sections=tuple(
            manuscript.Section(number, section.title, text_of(section), section.lead.acronym if section.lead else "")
            for number, section in enumerate(used, start=1)
        ),
    )


def _logo(organisation: Organisation) -> manuscript.Picture | None:
    if not organisation.logo:
        return None
    return manuscript.Picture(organisation.logo, organisation.logo_description or organisation.name)
