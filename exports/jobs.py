"""Services: durable jobs that make files. A job can be left and come back to, and outlives a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, NotFound, TooMany
from drafting.domain.permissions import Action
from drafting.domain.point import Point
from drafting.extensions import db, transaction
from drafting.models import Contribution, Job, Version
from drafting.models.columns import now
from drafting.models.export import JobKind, JobState
from drafting.services.access import find_contribution, find_section, find_version, hold
from drafting.services.audit import record
from drafting.services.points import Points
from drafting.services.rounds import is_rejected, round_under_way
from exports.files import require, sealed_file

# A worker gives a sign of life every few seconds; without one for this long it is gone.
BEAT_EVERY_S = 3
LOST_AFTER = timedelta(seconds=15)
MAX_ATTEMPTS = 3
MOST_AT_ONCE = 20
"""Jobs that one person may have waiting: the server has one worker for everybody."""

LINE_NUMBERS = {"numbers": "lines"}
"""In a job's `spec`: a working copy whose lines are numbered."""


def order_seal(actor: Actor, version_key: str) -> Job:
    """Ask for a version's sealed file; the job under way if there is one.

    Raises NotFound, Forbidden, Conflict: a version is sealed once and never again.
    """
    try:
        with transaction():
            version = find_version(actor, version_key, Action.EXPORT)
            if sealed_file(version.id) is not None:
                raise Conflict(_("Cette version est déjà scellée : son fichier ne change plus."))
            if is_being_decided(hold(version.contribution), version):
                raise Conflict(_(
                    "Les organisations sont en train de décider sur cette version. Scellez-la une fois le tour clos : "
                    "leurs décisions et les signataires y seront imprimés."))
            if is_rejected(version):
                raise Conflict(_(
                    "Les organisations n’ont pas adopté cette version : elle ne se scelle pas. Reprenez la rédaction, "
                    "puis soumettez-leur une nouvelle version."))
            return add(actor, JobKind.SEALED, version.contribution_id, version=version)
    except IntegrityError:
        # Somebody asked in the same moment (uq_job_sealing_version): theirs is the job.
        with transaction():
            version = find_version(actor, version_key, Action.EXPORT)
            job = db.session.scalar(
                select(Job).where(
                    Job.version_id == version.id,
                    Job.kind == JobKind.SEALED,
                    Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
                )
            )
            if job is None:
                raise Conflict(_("Rechargez la page pour voir l’état présent, puis recommencez.")) from None
            return job


def is_being_decided(contribution: Contribution, version: Version) -> bool:
    """Tell whether a round is open on this version: its decisions and signatories are not known yet."""
    asked = round_under_way(contribution)
    return asked is not None and asked.version_id == version.id


def order_from_console(version: Version, kind: JobKind) -> Job:
    """Ask for a file in the name of whoever froze the version, from the server's command line."""
    with transaction():
        present = job_under_way(version.id, kind)
        if present and kind is JobKind.SEALED:
            return present
        job = Job(
            kind=kind, contribution_id=version.contribution_id, version_id=version.id,
            created_by_id=version.frozen_by_id, created_for_id=version.frozen_for_id,
        )
        db.session.add(job)
        db.session.flush()
        return job


def order_working_copy(actor: Actor, version_key: str, *, line_numbers: bool = False) -> Job:
    """Ask for a watermarked, unsealed copy of a version; raises NotFound."""
    with transaction():
        version = find_version(actor, version_key, Action.PRINT)
        spec = LINE_NUMBERS if line_numbers else None
        return add(actor, JobKind.WORKING_COPY, version.contribution_id, version=version, spec=spec)


def order_present_copy(actor: Actor, contribution_key: str, *, line_numbers: bool = False) -> Job:
    """Ask for a watermarked, unsealed copy of the text as it is now; raises NotFound."""
    with transaction():
        contribution = find_contribution(actor, contribution_key, Action.PRINT)
        spec = LINE_NUMBERS if line_numbers else None
        return add(actor, JobKind.WORKING_COPY, contribution.id, spec=spec)


def order_clean_copy(actor: Actor, contribution_key: str, point: Point, *, section_key: str = "") -> Job:
    """Ask for a working copy of the text as it was at a point, or is now, without marks of change.

    Raises NotFound, Forbidden, InvalidInput, TooMany.
    """
    with transaction():
        contribution = find_contribution(actor, contribution_key, Action.PRINT)
        section = find_section(actor, section_key, Action.PRINT) if section_key else None
        moment = Points(actor, contribution, section).find(point)
        if moment.version is not None and section is None:
            return add(actor, JobKind.WORKING_COPY, contribution.id, version=moment.version)
        spec = {"at": str(moment.fixed), "section": section_key}
        return add(actor, JobKind.WORKING_COPY, contribution.id, spec=spec)


def find_job(actor: Actor | None, key: str) -> Job:
    """The job with this key, for those who may read its contribution; a document's, for who handed it in alone.

    Raises NotFound.
    """
    job = db.session.scalar(select(Job).where(Job.key == key))
    if job is None:
        raise NotFound()
    if job.contribution_id is not None:
        require(actor, job.contribution_id, Action.READ)
    is_own = actor is not None and actor.person_id == job.created_by_id
    if job.kind is JobKind.IMPORT and not is_own:
        raise NotFound()
    return job


def job_under_way(version_id: int, kind: JobKind) -> Job | None:
    """The newest job of this kind that is waiting or running for a version."""
    return db.session.scalar(
        select(Job)
        .where(
            Job.version_id == version_id,
            Job.kind == kind,
            Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
        )
        .order_by(Job.id.desc())
        .limit(1)
    )


def add(
    actor: Actor, kind: JobKind, contribution_id: int | None, *, version: Version | None = None, spec: Any = None
) -> Job:
    """Ask for something to be made, in the caller's transaction, which has found it for the actor. Raise TooMany.

    `spec` is plain JSON: what exactly is asked for, where kind and version do not say it.
    """
    assert actor.organisation_id is not None  # noqa: S101 - nobody else has a standing
    waiting = select(func.count(Job.id)).where(
        Job.created_by_id == actor.person_id, Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    )
    if (db.session.scalar(waiting) or 0) >= MOST_AT_ONCE:
        raise TooMany(_("Beaucoup de vos demandes sont déjà en préparation. Réessayez dans un instant."))
    job = Job(
        kind=kind, contribution_id=contribution_id, version_id=version.id if version else None, spec=spec,
        created_by_id=actor.person_id, created_for_id=actor.organisation_id,
    )
    db.session.add(job)
    db.session.flush()
    record(actor, f"job.{kind.value}", f"job:{job.key}", version=version.key if version else None)
    return job


# --- For whoever does the work ---


def claim() -> int | None:
    """Take the oldest waiting job and return its id; nobody else has it then.

    A job whose worker is gone is waiting again, but not for ever.
    """
    with transaction():
        _give_back_lost_jobs()
        at = now()
        waiting = select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id)
        for job_id in db.session.scalars(waiting):
            taken = db.session.execute(
                update(Job)
                .where(Job.id == job_id, Job.state == JobState.QUEUED)
                .values(
                    state=JobState.RUNNING, attempts=Job.attempts + 1, step="reading", done_percent=0,
                    started_at=at, beat_at=at,
                )
            )
            if cast("CursorResult[tuple[()]]", taken).rowcount == 1:
                return int(job_id)
        return None


def _give_back_lost_jobs() -> None:
    at = now()
    lost = (Job.state == JobState.RUNNING) & or_(Job.beat_at.is_(None), Job.beat_at < at - LOST_AFTER)
    db.session.execute(
        update(Job)
        .where(lost, Job.attempts >= MAX_ATTEMPTS)
        .values(state=JobState.FAILED, error="interrupted", ended_at=at)
    )
    db.session.execute(update(Job).where(lost).values(state=JobState.QUEUED, step="queued"))


def is_anything_pending() -> bool:
    """True while some job waits or runs, here or elsewhere."""
    pending = select(Job.id).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING])).limit(1)
    found = db.session.scalar(pending) is not None
    db.session.rollback()
    return found


def beat(job_id: int) -> None:
    """Give a sign of life."""
    with transaction():
        db.session.execute(update(Job).where(Job.id == job_id).values(beat_at=now()))


def report(job_id: int, step: str, done_percent: int) -> None:
    """Say how far the work is."""
    with transaction():
        values = {"step": step, "done_percent": done_percent, "beat_at": now()}
        db.session.execute(update(Job).where(Job.id == job_id).values(values))


def fail(job_id: int, attempt: int, why: str) -> None:
    """End a job without a file; `why` is a word that the page explains."""
    with transaction():
        db.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.attempts == attempt, Job.state == JobState.RUNNING)
            .values(state=JobState.FAILED, error=why, ended_at=now())
        )
