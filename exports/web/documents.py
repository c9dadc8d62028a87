"""A version's document: working copy, sealing, progress, download, publishing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import NotFound
from drafting.domain.permissions import Action, may
from drafting.extensions import db
from drafting.live.rights import standing_of
from drafting.models import File, Job, Version
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind, JobState
from drafting.services import rounds
from drafting.services.access import find_version
from drafting.web.actor import require_actor, signed_in
from exports import descriptions, explanations, files, fonts, jobs, signings
from exports.codes import grouped
from exports.instance import FileMissing
from exports.kinds.version_documents import manuscript_of
from exports.seals import seal_in_use
from exports.web.job_pages import page_behind, page_of_result

blueprint = Blueprint("documents", __name__)

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def wake() -> None:
    """Make sure that waiting jobs are being done."""
    current_app.extensions["exports"].wake()


def document_state(version: Version, actor: Actor | None) -> dict[str, Any]:
    """The document's state and what the actor may do with it: what exports/panel.html shows on a version's page."""
    standing = standing_of(db.session(), actor, version.contribution_id)
    sealer = actor.organisation_id if actor else None
    sealed = files.sealed_file(version.id)
    real_seal = seal_in_use(sealer) if sealer else None
    return {
        "sealed": sealed,
        "code": grouped(sealed.code) if sealed and sealed.code else "",
        "job": jobs.job_under_way(version.id, JobKind.SEALED),
        "may_seal": may(Action.EXPORT, standing),
        "is_being_decided": jobs.is_being_decided(version.contribution, version),
        "is_rejected": rounds.is_rejected(version),
        "may_publish": may(Action.PUBLISH, standing),
        "may_print": may(Action.PRINT, standing),
        "real_seal": real_seal,
        "seal_is_expired": real_seal is not None and real_seal.expires_at < now(),
        "signing": signings.signing_of(version),
        "may_plan_signing": signings.may_plan(standing) and signings.round_of(version) is not None,
        "missing": [] if sealed else fonts.missing_characters(manuscript_of(version)),
    }


@blueprint.get("/versions/<key>/document")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show a version's document and what can be done with it."""
    version = find_version(require_actor(), key)
    return render_template("exports/document.html", version=version)


@blueprint.post("/versions/<key>/seal")
@signed_in
def seal(key: str) -> ResponseReturnValue:
    """Ask for the sealed file."""
    return follow(jobs.order_seal(require_actor(), key))


@blueprint.post("/versions/<key>/working-copy")
@signed_in
def working_copy(key: str) -> ResponseReturnValue:
    """Ask for a working copy of a version."""
    return follow(jobs.order_working_copy(require_actor(), key, line_numbers=_wants_lines()))


@blueprint.post("/contributions/<key>/working-copy")
@signed_in
def present_copy(key: str) -> ResponseReturnValue:
    """Ask for a working copy of the text as it is now."""
    return follow(jobs.order_present_copy(require_actor(), key, line_numbers=_wants_lines()))


def _wants_lines() -> bool:
    return request.form.get("numbers") == "lines"


def follow(job: Job) -> ResponseReturnValue:
    """Have a job done, and lead to its page."""
    wake()
    return redirect(url_for("documents.progress", key=job.key), 303)


@blueprint.get("/jobs/<key>")
@signed_in
def progress(key: str) -> ResponseReturnValue:
    """Show how far a job is: a page that reloads itself, or JSON for the page's script."""
    job = jobs.find_job(require_actor(), key)
    if job.state in (JobState.QUEUED, JobState.RUNNING):
        wake()
    step = explanations.step(job.step)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(state=job.state.value, step=step, done_percent=job.done_percent)
    if job.state is JobState.DONE and job.file is None:
        return redirect(page_of_result(job))
    return render_template(
        "exports/progress.html",
        job=job,
        words=descriptions.of_job(job.kind),
        download_label=descriptions.download_label(job.file.kind) if job.file else "",
        step=step,
        is_over=job.state in (JobState.DONE, JobState.FAILED),
        failure=explanations.failure(job.error) if job.state is JobState.FAILED else "",
        back=page_behind(job), to_sign=_to_sign(job),
    )


def _to_sign(job: Job) -> str:
    """Return where the signatories of what was sealed are, if there are any."""
    if job.kind is not JobKind.SEALED or job.version is None or signings.signing_of(job.version) is None:
        return ""
    return url_for("signings.show", key=job.version.key)


@blueprint.get("/files/<key>")
@signed_in
def download(key: str) -> ResponseReturnValue:
    """Give a file to a participant, to be saved."""
    try:
        file, data = files.read(require_actor(), key)
    except FileMissing as error:
        current_app.logger.error("An exported file is missing or changed: %s", error)
        raise NotFound(_("Ce fichier n’est plus là. Prévenez l’administration du site.")) from error
    response = current_app.response_class(data, mimetype=MEDIA_TYPES[file.kind.ending])
    response.headers.set("Content-Disposition", "attachment", filename=file_name(file))
    # A viewer inside the browser would run under our address: nothing in it may load or run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def file_name(file: File) -> str:
    """A name that says what the file is, made of the slug: letters, digits and dashes only."""
    parts = [file.contribution.slug]
    if file.version is not None:
        parts.append(f"v{file.version.number}")
    parts += {
        FileKind.WORKING_COPY: [_("copie-de-travail")],
        FileKind.REDLINE: [_("texte-compare")],
        FileKind.AMENDMENTS: [_("amendements")],
    }.get(file.kind, [])
    return "-".join(parts) + f".{file.kind.ending}"
