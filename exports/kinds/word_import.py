"""Reading a Word document that somebody hands in: what comes of it is sections to be looked at, not yet a text.

Where it is meant for a contribution or a section, those who may write there may hand it in; what is found is shown
to whoever handed it in, and taken from there (exports/imports.py).
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, TooMany
from drafting.extensions import db, transaction
from drafting.models import Job
from drafting.models.export import JobKind, JobState
from exports import explanations, imports, jobs, pandoc, worker
from exports.docx import package, reading
from exports.instance import FileMissing, upload_store
from exports.work import CannotMake, Made, Render, Report, Work

logger = logging.getLogger(__name__)

READER = "exports.docx.reading:read_to_json"
NAME_MAX = 120
MOST_WAITING = 3
"""Documents of one person at a time: one made to be slow keeps the others waiting for so long only."""
KEPT_S = 3600
"""How long a document is kept that no waiting job names: a moment would do, between putting it there and the job."""


def order(
    actor: Actor, data: bytes, *, name: str, changes: str, contribution_key: str = "", section_key: str = ""
) -> Job:
    """Hand a document in: for a new contribution, for new sections of one, or for an empty section.

    Raises NotFound, Forbidden, Conflict where the section has text, TooMany, InvalidInput naming the field `document`.
    """
    imports.require(actor, contribution_key=contribution_key, section_key=section_key)
    refused = package.look(data)
    if refused is not None:
        message = explanations.failure(refused.value)
        raise InvalidInput(message, {"document": message})
    if changes not in reading.CHANGES:
        raise InvalidInput(_("Choisissez ce que deviennent les modifications suivies."))
    if len(_awaited(actor.person_id)) >= MOST_WAITING:
        raise TooMany(
            _("Vos documents précédents ne sont pas encore lus. Attendez qu’ils le soient, puis recommencez.")
        )
    forget_uploads()
    sha256 = upload_store().put(data, "docx")
    with transaction():
        contribution_id = imports.require(actor, contribution_key=contribution_key, section_key=section_key)
        spec = {"sha256": sha256, "name": name[-NAME_MAX:], "changes": changes, "section": section_key}
        return jobs.add(actor, JobKind.IMPORT, contribution_id, spec=spec)


def forget_uploads() -> None:
    """Remove the documents that no waiting job names."""
    upload_store().forget(but=_awaited(), older_than_s=KEPT_S)


def forget_upload(job: Job) -> None:
    """Remove the document of a job that is over."""
    if job.spec["sha256"] not in _awaited():
        upload_store().remove(job.spec["sha256"], "docx")


def _awaited(person_id: int | None = None) -> list[str]:
    """Return which documents wait to be read, one person's or all."""
    pending = select(Job.spec).where(
        Job.kind == JobKind.IMPORT, Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    if person_id is not None:
        pending = pending.where(Job.created_by_id == person_id)
    return [spec["sha256"] for spec in db.session.scalars(pending)]


def plan(job: Job) -> Work:
    """Take the document up; raises CannotMake where it is gone."""
    try:
        data = upload_store().get(job.spec["sha256"], "docx")
    except FileMissing as error:
        raise CannotMake("upload-gone", job.key) from error
    return partial(_make, data, job.spec["changes"], bool(job.spec["section"]))


def _make(data: bytes, changes: str, whole: bool, render: Render, report: Report) -> Made:
    report("opening", 20)
    try:
        found = reading.from_json(worker.run(READER, data, changes, whole, limits=pandoc.limits(cpu_s=20, wall_s=45)))
    except package.Refused as refused:
        raise CannotMake(refused.reason.value) from refused
    except worker.TooMuch as error:
        raise CannotMake(package.Reason.TOO_COMPLEX.value, str(error)) from error
    except pandoc.Missing as error:
        raise CannotMake("no-pandoc", str(error)) from error
    return Made(result=asdict(found))
