"""Sections: add, rename, move, entrust, stage, retire, restore; their revisions."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from drafting.domain.errors import InvalidInput
from drafting.domain.permissions import Action, Stage
from drafting.domain.point import NOW, Point
from drafting.models import Section
from drafting.services import histories, reading, revisions, sections, texts, traces
from drafting.services.access import find_contribution, find_section
from drafting.services.histories import Filters
from drafting.web import comparisons
from drafting.web.actor import require_actor, signed_in
from drafting.web.contribution_forms import DetailsForm, SectionForm
from drafting.web.contributions import frame, settings_page
from drafting.web.histories import before_asked, filters_asked, moment_asked, revision_page, time_line

blueprint = Blueprint("sections", __name__)


def back(section: Section) -> Response:
    """Return to the list of sections in the settings."""
    anchor = f"section-{section.key}"
    return redirect(url_for("contributions.settings", key=section.contribution.key, _anchor=anchor), 303)


@blueprint.post("/contributions/<key>/sections")
@signed_in
def add(key: str) -> Response | tuple[str, int]:
    """Add a section at the end."""
    actor = require_actor()
    contribution = find_contribution(actor, key, Action.MANAGE)
    form = SectionForm(prefix="new-")
    if form.validate():
        section = sections.add(actor, key, form.title.data or "", question=form.question.data or "")
        flash(_("La section « %(title)s » est ajoutée à la fin.", title=section.title), "good")
        return back(section)
    details = DetailsForm(formdata=None)
    details.fill(contribution)
    return settings_page(actor, contribution, details, form), 422


@blueprint.route("/sections/<key>/edit", methods=["GET", "POST"])
@signed_in
def edit(key: str) -> str | Response | tuple[str, int]:
    """Change a section's title, question and limit."""
    actor = require_actor()
    section = find_section(actor, key, Action.MANAGE)
    form = SectionForm(obj=section)
    form.count_in(section.contribution.limit_unit)
    if form.validate_on_submit():
        try:
            sections.rename(
                actor, key, form.title.data or "", question=form.question.data or "", text_limit=form.text_limit.data
            )
        except InvalidInput as refused:
            form.show(refused)
        else:
            return back(section)
    page = render_template("sections/edit.html", form=form, section=section, **frame(actor, section.contribution))
    return (page, 422) if form.errors else page


@blueprint.post("/sections/<key>/move")
@signed_in
def move(key: str) -> Response:
    """Move a section one place up or down."""
    actor = require_actor()
    steps = {"up": -1, "down": 1}.get(request.form.get("to", ""))
    if steps is None:
        raise InvalidInput(_("Choisissez « monter » ou « descendre »."))
    return back(sections.move(actor, key, steps))


@blueprint.post("/sections/<key>/entrust")
@signed_in
def entrust(key: str) -> Response:
    """Choose the lead organisation."""
    actor = require_actor()
    section = sections.entrust(actor, key, request.form.get("participation", ""))
    if section.lead is None:
        flash(_("La section « %(title)s » n’est conduite par personne.", title=section.title), "good")
    else:
        flash(_("La section « %(title)s » est conduite par %(name)s.",
                title=section.title, name=section.lead.acronym), "good")
    return back(section)


@blueprint.post("/sections/<key>/stage")
@signed_in
def set_stage(key: str) -> Response:
    """Put a section at a stage."""
    actor = require_actor()
    stage, seen = request.form.get("stage", ""), request.form.get("seen", "")
    if stage not in list(Stage):
        raise InvalidInput(_("Choisissez un état dans la liste."))
    return back(sections.set_stage(actor, key, Stage(stage), seen=Stage(seen) if seen in list(Stage) else None))


@blueprint.post("/contributions/<key>/sections/reopen")
@signed_in
def reopen(key: str) -> Response:
    """Let the sections that were agreed on be written again."""
    count = sections.reopen_agreed(require_actor(), key)
    flash(ngettext("%(num)d section convenue est de nouveau en rédaction.",
                   "%(num)d sections convenues sont de nouveau en rédaction.", count), "good")
    return redirect(url_for("contributions.show", key=key), 303)


@blueprint.post("/sections/<key>/retire")
@signed_in
def retire(key: str) -> Response:
    """Take a section out of the contribution."""
    actor = require_actor()
    section = sections.retire(actor, key)
    flash(_("La section « %(title)s » est retirée. Vous pouvez la rétablir plus bas.", title=section.title), "good")
    return back(section)


@blueprint.post("/sections/<key>/restore")
@signed_in
def restore(key: str) -> Response:
    """Bring a retired section back."""
    actor = require_actor()
    section = sections.restore(actor, key)
    flash(_("La section « %(title)s » est de retour, à la fin.", title=section.title), "good")
    return back(section)


@blueprint.get("/sections/<key>/text")
@signed_in
def text(key: str) -> Response:
    """Show the text alone, and say how long it is, for a page that is open while others write."""
    part = reading.part(require_actor(), key)
    response = make_response(render_template("sections/text.html", part=part))
    response.headers["Section-Length"] = str(part.length)
    return response


@blueprint.get("/sections/<key>/history")
@signed_in
def history(key: str) -> str:
    """Show the section's time line."""
    return time_line(histories.of_section(require_actor(), key, filters_asked(), before_asked()))


@blueprint.get("/sections/<key>/revisions")
@signed_in
def revision_list(key: str) -> ResponseReturnValue:
    """Lead to the time line, in which the revisions are; with a date, or near a number, to that revision."""
    actor = require_actor()
    if "near" in request.args:
        end = revisions.stop_at(actor, key, request.args.get("near", 0, type=int))
        return redirect(url_for("sections.revision", key=key, revision=end), 303)
    if "moment" not in request.args:
        return redirect(url_for("sections.history", key=find_section(actor, key).key), 303)
    try:
        found = revisions.revision_at(actor, key, moment_asked())
    except InvalidInput as refused:
        return time_line(histories.of_section(actor, key, Filters(), None), moment_error=refused.message), 422
    return redirect(url_for("sections.revision", key=key, revision=found), 303)


@blueprint.get("/sections/<key>/revisions/<int:revision>")
@signed_in
def revision(key: str, revision: int) -> str:
    """Show the text at a revision, and who wrote what."""
    return revision_page(revisions.at(require_actor(), key, revision))


@blueprint.get("/sections/<key>/revisions/<int:revision>/compare")
@signed_in
def compare(key: str, revision: int) -> Response:
    """Lead to what changed in the text since a revision: its address before comparisons were of any two moments."""
    section = find_section(require_actor(), key)
    until = NOW if section.retired_at is None else Point.revision(texts.head_of(section))
    return redirect(comparisons.address(section.contribution.key, Point.revision(revision), until, key), 301)


@blueprint.get("/sections/<key>/trace")
@signed_in
def trace(key: str) -> str:
    """Show who wrote, proposed, decided and deleted each passage."""
    actor = require_actor()
    with_corrections = request.args.get("corrections") == "yes"
    view = traces.traced(
        actor, key, page=request.args.get("page", 1, type=int), with_corrections=with_corrections,
        until=request.args.get("until", type=int),
    )
    section = view.section
    return render_template(
        "sections/trace.html", view=view, section=section, with_corrections=with_corrections,
        **frame(actor, section.contribution),
    )
