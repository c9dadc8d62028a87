"""Contributions: create one, read and write it, and its settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput
from drafting.domain.outlines import OutlineKind, outline, outlines, questions_from
from drafting.domain.permissions import Action, ParticipationRole, Stage, may
from drafting.extensions import db
from drafting.models import Contribution, Organisation
from drafting.models.columns import now
from drafting.services import contributions, reading, visits
from drafting.services.access import find_contribution, standing_in
from drafting.services.dashboard import contribution_line
from drafting.services.discussion import discussed
from drafting.web.actor import require_actor, signed_in
from drafting.web.contribution_forms import (
    ROLE_WORDS,
    STAGE_WORDS,
    DetailsForm,
    EmptyForm,
    NewContributionForm,
    SectionForm,
)
from drafting.web.deadlines import zone_choices

blueprint = Blueprint("contributions", __name__, url_prefix="/contributions")


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give all templates, macros included, the words for roles and stages."""
    words = {"ROLE_WORDS": ROLE_WORDS, "STAGE_WORDS": STAGE_WORDS, "Stage": Stage}
    setup.app.jinja_env.globals.update(words)


def language() -> str:
    """Return the reader's language."""
    locale = get_locale()
    return locale.language if locale else "fr"


@blueprint.get("/new")
@signed_in
def choose_outline() -> str:
    """Choose what kind of paper to write."""
    return render_template("contributions/choose_outline.html", outlines=outlines(language()))


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@signed_in
def create(kind: str) -> str | Response | tuple[str, int]:
    """Create a contribution from an outline."""
    actor = require_actor()
    chosen = outline(OutlineKind(kind) if kind in list(OutlineKind) else OutlineKind.SUMMIT, language())
    form = NewContributionForm()
    if form.validate_on_submit():
        try:
            questions = questions_from(form.questions.data or "") if chosen.takes_questions else ()
            made = contributions.create(actor, form.details(), kind=chosen.kind, questions=questions)
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("La contribution est créée. Invitez maintenant les organisations qui l’écriront."), "good")
            return redirect(url_for("contributions.settings", key=made.key), 303)
    page = render_template(
        "contributions/create.html", form=form, outline=chosen, zones=zone_choices(language()),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/<key>")
@signed_in
def show(key: str) -> str:
    """Show the whole contribution as one document, its outline beside it."""
    actor = require_actor()
    contribution = find_contribution(actor, key)
    asked = request.args.get("view", "")
    if asked in list(reading.View):
        view = reading.View(asked)
        read = reading.document(actor, contribution, view)
        return render_template("contributions/view.html", document=read, view=view, **frame(actor, contribution))
    since = visits.arrive(actor, contribution)
    document = reading.document(actor, contribution)
    return render_template(
        "contributions/document.html", document=document, discussed=discussed(actor, contribution), since=since,
        **frame(actor, contribution),
    )


@blueprint.route("/<key>/settings", methods=["GET", "POST"])
@signed_in
def settings(key: str) -> str | Response | tuple[str, int]:
    """Show and change what the contribution says of itself, its sections and its organisations."""
    actor = require_actor()
    contribution = find_contribution(actor, key, Action.MANAGE)
    form = DetailsForm()
    if request.method == "GET":
        form.fill(contribution)
    elif form.validate():
        try:
            contributions.describe(actor, key, form.details())
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("Les réglages sont enregistrés."), "good")
            return redirect(url_for("contributions.settings", key=key), 303)
    page = settings_page(actor, contribution, form, SectionForm(formdata=None, prefix="new-"))
    return (page, 422) if form.errors else page


def settings_page(actor: Actor, contribution: Contribution, form: DetailsForm, section_form: SectionForm) -> str:
    """Render the settings with these forms."""
    taking_part = {each.organisation_id for each in contribution.participations}
    invitable = db.session.scalars(
        select(Organisation)
        .where(Organisation.retired_at.is_(None), Organisation.id.not_in(taking_part))
        .order_by(Organisation.acronym)
    )
    return render_template(
        "contributions/settings.html", form=form, section_form=section_form, empty=EmptyForm(formdata=None),
        zones=zone_choices(language()), invitable=list(invitable), **frame(actor, contribution),
    )


@blueprint.post("/<key>/participations")
@signed_in
def take_in(key: str) -> Response:
    """Let an organisation take part, or change its role."""
    actor = require_actor()
    role = request.form.get("role", "")
    if role not in list(ParticipationRole):
        raise InvalidInput(_("Choisissez un rôle dans la liste."))
    made = contributions.take_in(actor, key, request.form.get("organisation", ""), ParticipationRole(role))
    flash(_("%(name)s participe à la contribution.", name=made.organisation.acronym), "good")
    return redirect(url_for("contributions.settings", key=key, _anchor="organisations"), 303)


@blueprint.post("/<key>/participations/<participation_key>/remove")
@signed_in
def leave_out(key: str, participation_key: str) -> Response:
    """End an organisation's participation."""
    actor = require_actor()
    contributions.leave_out(actor, key, participation_key)
    flash(_("L’organisation ne participe plus. Ce qu’elle a écrit reste."), "good")
    return redirect(url_for("contributions.settings", key=key, _anchor="organisations"), 303)


def frame(actor: Actor, contribution: Contribution) -> dict[str, Any]:
    """Return what the header of each of a contribution's pages needs."""
    standing = standing_in(actor, contribution)
    assert standing.participation is not None  # noqa: S101 - every caller has found it for the actor
    return {
        "contribution": contribution,
        "line": contribution_line(actor, contribution, standing.participation, now()),
        "may_manage": may(Action.MANAGE, standing),
        "may_freeze": may(Action.FREEZE, standing),
    }
