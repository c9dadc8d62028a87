"""Versions: freeze, list, read, compare."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from drafting.domain.errors import InvalidInput
from drafting.domain.permissions import Action
from drafting.domain.point import Point
from drafting.domain.version import Citation, Numbers, OpenSuggestions, parse_citation
from drafting.models import Section, Version
from drafting.services import rounds, version_texts, versions
from drafting.services.access import find_contribution, find_version, find_version_by_number
from drafting.services.versions import SuggestionsOpen
from drafting.web import comparisons
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
    waiting: Mapping[Section, int] = {}
    if form.validate_on_submit():
        late = versions.gather(actor, key)
        try:
            version = versions.freeze(
                actor, key, label=form.label.data or "", note=form.note.data or "",
                open_suggestions=OpenSuggestions(form.open_suggestions.data),
            )
        except InvalidInput as refused:
            form.show(refused)
        except SuggestionsOpen as refused:
            waiting = refused.waiting
        else:
            _say_frozen(version, late)
            return redirect(url_for("versions.show", key=version.key), 303)
    page = render_template(
        "versions/index.html", form=form, waiting=waiting, versions=versions.versions_of(contribution),
        publications=versions.publications_of(contribution), comparison_form=comparisons.form_of(actor, contribution),
        **frame(actor, contribution),
    )
    return (page, 409) if waiting else (page, 422) if form.errors else page


def _say_frozen(version: Version, late: list[str]) -> None:
    flash(_("La version %(number)d est figée. Vous pouvez continuer à écrire.", number=version.number), "good")
    if late:
        flash(_("Ce que ces personnes venaient d’écrire n’est peut-être pas dans cette version, "
                "faute de réponse de leur page : %(names)s.", names=", ".join(late)), "warn")


@blueprint.get("/versions/<key>")
@signed_in
def show(key: str) -> str | Response | tuple[str, int]:
    """Read a version, with numbers in its margin if they are asked for; go to the place that somebody cites."""
    actor = require_actor()
    version = find_version(actor, key)
    asked = request.args.get("numbers", "")
    numbers = Numbers(asked) if asked in list(Numbers) else Numbers.NONE
    text = version_texts.text_of(version, numbers)
    cited = request.args.get("cite")
    citation = parse_citation(cited) if cited is not None else None
    if citation is not None and text.has(citation):
        return redirect(_place(version, numbers, citation), 302)
    earlier = [each for each in versions.versions_of(version.contribution) if each.number < version.number]
    page = render_template(
        "versions/show.html", version=version, before=earlier[0] if earlier else None, text=text, numbers=numbers,
        cited=cited, citation=citation, address=_permanent_address(version),
        version_rounds=[one for one in rounds.rounds_of(version.contribution) if one.version_id == version.id],
        may_ask=rounds.may_ask(actor, version.contribution), **frame(actor, version.contribution),
    )
    return page if cited is None else (page, 422)


def _permanent_address(version: Version) -> str:
    """Return the whole address that people can write down and cite: it leads to this version for ever."""
    path = url_for("versions.by_number", key=version.contribution.key, number=version.number)
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def _place(version: Version, numbers: Numbers, citation: Citation) -> str:
    """Return the address of a cited place, where its number is seen."""
    if numbers is Numbers.NONE or (citation.line and not numbers.has_lines):
        numbers = Numbers.LINES if citation.line else Numbers.PARAGRAPHS
    return url_for("versions.show", key=version.key, numbers=numbers.value, _anchor=citation.anchor)


@blueprint.get("/versions/<key>/canonical.json")
@signed_in
def canonical(key: str) -> Response:
    """Give the bytes over which the version's digest is made, to be saved (docs/canonical.md)."""
    version = find_version(require_actor(), key)
    response = current_app.response_class(version.canonical.encode(), mimetype="application/json")
    name = f"{version.contribution.slug}-v{version.number}.canonical.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.get("/contributions/<key>/versions/<int:number>")
@signed_in
def by_number(key: str, number: int) -> Response:
    """Go to the version with this number: the address that people can write by hand and cite."""
    version = find_version_by_number(require_actor(), key, number)
    return redirect(url_for("versions.show", key=version.key), 302)


@blueprint.get("/versions/<a_key>/compare/<b_key>")
@signed_in
def compare(a_key: str, b_key: str) -> Response:
    """Lead to the comparison of two versions: its address before comparisons were of any two moments."""
    actor = require_actor()
    a, b = find_version(actor, a_key), find_version(actor, b_key)
    if a.contribution_id != b.contribution_id:
        raise InvalidInput(_("Choisissez deux versions de la même contribution."))
    address = comparisons.address(a.contribution.key, Point.version(a.number), Point.version(b.number))
    return redirect(address, 301)
