"""Versions: freeze, list, read, compare."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from drafting.domain.errors import InvalidInput
from drafting.domain.permissions import Action
from drafting.services import reading, versions
from drafting.services.access import find_contribution, find_version
from drafting.web.actor import require_actor, signed_in
from drafting.web.contribution_forms import VersionForm
from drafting.web.contributions import frame

blueprint = Blueprint("versions", __name__)


@blueprint.route("/contributions/<key>/versions", methods=["GET", "POST"])
@signed_in
def index(key: str) -> str | Response | tuple[str, int]:
    """List the versions; freeze a new one."""
    actor = require_actor()
    contribution = find_contribution(actor, key, Action.FREEZE if request.method == "POST" else Action.READ)
    form = VersionForm()
    if form.validate_on_submit():
        late = versions.gather(actor, key)
        try:
            version = versions.freeze(actor, key, label=form.label.data or "", note=form.note.data or "")
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("La version %(number)d est figée. Vous pouvez continuer à écrire.", number=version.number), "good")
            if late:
                flash(_("Ce que ces personnes venaient d’écrire n’est peut-être pas dans cette version, "
                        "faute de réponse de leur page : %(names)s.", names=", ".join(late)), "warn")
            return redirect(url_for("versions.show", key=version.key), 303)
    page = render_template(
        "versions/index.html", form=form, versions=versions.versions_of(contribution),
        publications=versions.publications_of(contribution), **frame(actor, contribution),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/versions/<key>")
@signed_in
def show(key: str) -> str:
    """Read a version."""
    actor = require_actor()
    version = find_version(actor, key)
    parts = [
        (section, reading.html_of(section.text, version.language, f"v{section.position}"))
        for section in version.sections
    ]
    earlier = [each for each in versions.versions_of(version.contribution) if each.number < version.number]
    return render_template(
        "versions/show.html", version=version, before=earlier[0] if earlier else None, parts=parts,
        **frame(actor, version.contribution),
    )


@blueprint.get("/contributions/<key>/compare")
@signed_in
def choose(key: str) -> Response:
    """Go to the comparison of the two versions chosen in a form."""
    actor = require_actor()
    find_contribution(actor, key)
    a, b = request.args.get("a", ""), request.args.get("b", "")
    if a == b:
        flash(_("Choisissez deux versions différentes."), "warn")
        return redirect(url_for("versions.index", key=key), 303)
    return redirect(url_for("versions.compare", a_key=a, b_key=b), 303)


@blueprint.get("/versions/<a_key>/compare/<b_key>")
@signed_in
def compare(a_key: str, b_key: str) -> str:
    """Compare two versions by words, the older first."""
    actor = require_actor()
    a, b, sections = versions.compare_versions(actor, a_key, b_key)
    return render_template(
        "versions/compare.html", a=a, b=b, sections=sections,
        versions=versions.versions_of(b.contribution), **frame(actor, b.contribution),
    )
