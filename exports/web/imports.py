"""The way in from Word: hand a document in, look at what was found, take it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from drafting.domain.errors import Conflict, InvalidInput
from drafting.domain.permissions import Action
from drafting.models import Contribution, Job, Section
from drafting.models.export import JobState
from drafting.services import reading as reading_service
from drafting.services.access import find_contribution, find_section
from drafting.web.actor import require_actor, signed_in
from drafting.web.contribution_forms import NewContributionForm
from drafting.web.deadlines import zone_choices
from exports import docx_words, imports
from exports.docx.package import MAX_BYTES
from exports.imports import Chosen
from exports.kinds import word, word_import
from exports.web.documents import follow
from exports.web.job_pages import page_behind
from exports.web.seals import read_upload

blueprint = Blueprint("imports", __name__)


def language() -> str:
    """Return the reader's language."""
    locale = get_locale()
    return locale.language if locale else "fr"


@blueprint.post("/versions/<key>/word")
@signed_in
def export(key: str) -> ResponseReturnValue:
    """Ask for a version's Word document."""
    return follow(word.order(require_actor(), key))


@blueprint.route("/contributions/new/word", methods=["GET", "POST"])
@signed_in
def into_new() -> ResponseReturnValue:
    """Hand in a document that is to become a contribution."""
    return _hand_in()


@blueprint.route("/contributions/<key>/word", methods=["GET", "POST"])
@signed_in
def into_contribution(key: str) -> ResponseReturnValue:
    """Hand in a document whose parts are to become sections of a contribution."""
    return _hand_in(contribution=find_contribution(require_actor(), key, Action.MANAGE))


@blueprint.route("/sections/<key>/word", methods=["GET", "POST"])
@signed_in
def into_section(key: str) -> ResponseReturnValue:
    """Hand in a document that is to fill an empty section."""
    return _hand_in(section=find_section(require_actor(), key))


def _hand_in(*, contribution: Contribution | None = None, section: Section | None = None) -> ResponseReturnValue:
    actor = require_actor()
    where = {
        "contribution_key": contribution.key if contribution else "", "section_key": section.key if section else ""
    }
    imports.require(actor, **where)
    problem = ""
    if request.method == "POST":
        upload = request.files.get("document")
        data = read_upload(upload, MAX_BYTES)
        name = (upload.filename or "") if upload else ""
        try:
            changes = request.form.get("changes", "accept")
            return follow(word_import.order(actor, data, name=name, changes=changes, **where))
        except InvalidInput as refused:
            problem = str(refused.message)
    page = render_template("exports/word_upload.html", problem=problem, contribution=contribution, section=section)
    return (page, 422) if problem else page


@blueprint.route("/imports/<key>", methods=["GET", "POST"])
@signed_in
def review(key: str) -> ResponseReturnValue:
    """Show what was found in a document, and take it."""
    actor = require_actor()
    job = imports.find(actor, key)
    if job.state is not JobState.DONE:
        return redirect(url_for("documents.progress", key=key), 303)
    word_import.forget_upload(job)
    if "taken" in job.result:
        if request.method == "POST":
            raise Conflict(_("Ce document a déjà été repris. S’il le faut, déposez-le de nouveau."))
        return render_template("exports/word_taken.html", job=job, taken=job.result["taken"])
    form = NewContributionForm()
    if request.method == "GET":
        form.title.data = job.result["title"]
        spoken = job.result.get("language", "")
        form.language.data = spoken if spoken in ("fr", "en") else language()
    problem: InvalidInput | None = None
    if request.method == "POST":
        try:
            taken = _take(job, form)
            if taken is not None:
                return taken
        except InvalidInput as refused:
            form.show(refused)
            problem = refused
    page = _review_page(job, form, problem)
    return (page, 422) if request.method == "POST" else page


def _take(job: Job, form: NewContributionForm) -> ResponseReturnValue | None:
    """Take what was chosen; None where the form has to be corrected. Raise InvalidInput."""
    actor = require_actor()
    if job.spec["section"]:
        section = imports.fill_section(actor, job.key)
        flash(_("Le texte du document est dans la section « %(title)s ».", title=section.title), "good")
        anchor = f"section-{section.key}"
        return redirect(url_for("contributions.show", key=section.contribution.key, _anchor=anchor), 303)
    if job.contribution is not None:
        added = imports.add_sections(actor, job.key, chosen_of(job))
        flash(ngettext("%(num)d section est ajoutée à la fin.", "%(num)d sections sont ajoutées à la fin.", len(added)),
              "good")
        anchor = f"section-{added[0].key}"
        return redirect(url_for("contributions.show", key=added[0].contribution.key, _anchor=anchor), 303)
    if not form.validate():
        return None
    made = imports.create_contribution(actor, job.key, form.details(), chosen_of(job))
    flash(_("La contribution est créée avec le texte du document. Invitez maintenant les organisations qui "
            "l’écriront."), "good")
    return redirect(url_for("contributions.settings", key=made.key), 303)


def chosen_of(job: Job) -> list[Chosen]:
    """Return the sections that the form names, with their titles."""
    places = [place for place in range(len(job.result["sections"])) if request.form.get(f"take-{place}")]
    return [Chosen(place, " ".join(request.form.get(f"title-{place}", "").split())) for place in places]


def _review_page(job: Job, form: NewContributionForm, problem: InvalidInput | None) -> str:
    found = job.result
    sent = request.method == "POST"
    spoken = form.language.data if job.contribution is None else job.contribution.language
    rows = [
        {
            "place": place,
            "title": request.form.get(f"title-{place}", "") if sent else one["title"] or _("Introduction"),
            "is_taken": bool(request.form.get(f"take-{place}")) if sent else True,
            "error": (problem.fields if problem else {}).get(f"title-{place}", ""),
            "words": reading_service.length_of(one["text"], "words"),
            "html": reading_service.html_of(one["text"], spoken or "fr", f"found-{place}"),
        }
        for place, one in enumerate(found["sections"])
    ]
    section = find_section(require_actor(), job.spec["section"]) if job.spec["section"] else None
    return render_template(
        "exports/word_review.html", job=job, rows=rows, form=form, problem=problem, section=section,
        report=docx_words.report(found["losses"], found["running"], job.spec["changes"]), spoken=spoken,
        words=sum(row["words"] for row in rows), title=found["title"], zones=zone_choices(language()),
        again=page_behind(job),
    )
