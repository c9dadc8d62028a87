"""Amendments: file, list, read, decide, withdraw."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from drafting.domain.actor import Actor
from drafting.domain.amendment import AmendmentState
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, Stale
from drafting.models import Amendment, Section
from drafting.services import amendment_table, amendments
from drafting.services.access import find_contribution, find_section
from drafting.services.amendment_table import SORTS, Query
from drafting.web.actor import require_actor, signed_in
from drafting.web.amendment_csv import to_csv
from drafting.web.amendment_forms import (
    AMENDMENT_STATE_WORDS,
    CHOICE_WORDS,
    FilingForm,
    OutcomeForm,
    WithdrawalForm,
)
from drafting.web.contributions import frame

blueprint = Blueprint("amendments", __name__)


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give all templates, macros included, the words for states."""
    words = {"AMENDMENT_STATE_WORDS": AMENDMENT_STATE_WORDS, "AmendmentState": AmendmentState}
    setup.app.jinja_env.globals.update(words)


def asked() -> Query:
    """Return what the address asks of the table."""
    sort = request.args.get("sort", "")
    return Query(
        request.args.get("section", ""), request.args.get("organisation", ""), request.args.get("state", ""),
        sort if sort.removeprefix("-") in SORTS else "number",
    )


@blueprint.get("/contributions/<key>/amendments")
@signed_in
def index(key: str) -> str:
    """Show the table of all amendments, and where the actor can file more."""
    actor = require_actor()
    contribution = find_contribution(actor, key)
    query = asked()
    places = [
        (section, len(amendments.fileable(actor, section)))
        for section in contribution.sections if amendments.may_file_in(actor, section)
    ]
    return render_template(
        "amendments/index.html", table=amendment_table.table(contribution, query), query=query,
        places=[(section, count) for section, count in places if count], **frame(actor, contribution),
    )


@blueprint.get("/contributions/<key>/amendments.csv")
@signed_in
def csv(key: str) -> Response:
    """Give the table as a file for a spreadsheet, filtered and sorted as asked."""
    contribution = find_contribution(require_actor(), key)
    table = amendment_table.table(contribution, asked())
    response = current_app.response_class(to_csv(contribution, table.lines), mimetype="text/csv")
    name = f"{contribution.slug}-{_('amendements')}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.route("/sections/<key>/amendments/new", methods=["GET", "POST"])
@signed_in
def file(key: str) -> str | Response | tuple[str, int]:
    """Choose suggestions of one's organisation, say why, and file them as an amendment.

    Another page may lead here with some chosen already: `?suggestion=id&suggestion=id`.
    """
    actor = require_actor()
    section = find_section(actor, key)
    if not amendments.may_file_in(actor, section):
        raise Forbidden(_("Seul le secrétariat d’une organisation qui peut proposer ici dépose des amendements."))
    form = FilingForm()
    if request.method == "GET":
        form.suggestions.data = request.args.getlist("suggestion")
    status = 200
    if form.validate_on_submit():
        try:
            made = amendments.file(actor, key, form.suggestions.data or [], form.justification.data or "")
        except InvalidInput as refused:
            form.show(refused)
            status = 422
        except Conflict as refused:
            form.form_errors.append(refused.message)
            status = 409
        else:
            flash(_("L’amendement %(number)s est déposé au nom de %(acronym)s.", number=made.number,
                    acronym=made.organisation.acronym), "good")
            return redirect(url_for("amendments.show", key=made.key), 303)
    return _filing_page(actor, section, form), status


def _filing_page(actor: Actor, section: Section, form: FilingForm) -> str:
    return render_template(
        "amendments/file.html", form=form, section=section, place=amendments.place_of(section),
        lines=amendment_table.choices_of(actor, section), chosen=set(form.suggestions.data or []),
        **frame(actor, section.contribution),
    )


@blueprint.get("/amendments/<key>")
@signed_in
def show(key: str) -> str:
    """Read one amendment with its history."""
    actor = require_actor()
    return _page(actor, amendments.find_amendment(actor, key), OutcomeForm(formdata=None))


@blueprint.post("/amendments/<key>/decide")
@signed_in
def decide(key: str) -> str | Response | tuple[str, int]:
    """Give an amendment an outcome."""
    actor = require_actor()
    amendment = amendments.find_amendment(actor, key)
    form = OutcomeForm()
    try:
        if form.state.data not in list(AmendmentState):
            message = _("Choisissez une issue.")
            raise InvalidInput(message, {"state": message})
        seen = dict(one.partition("=")[::2] for one in request.form.getlist("seen"))
        was = AmendmentState(request.form["was"]) if request.form.get("was") in list(AmendmentState) else None
        amendments.decide(actor, key, AmendmentState(form.state.data), form.reason.data or "", seen=seen, was=was)
    except InvalidInput as refused:
        form.show(refused)
        return _page(actor, amendment, form), 422
    except (Stale, InvalidTransition) as refused:
        form.form_errors.append(refused.message)
        return _page(actor, amendment, form), 409
    flash(_("L’issue est enregistrée : %(state)s.", state=AMENDMENT_STATE_WORDS[amendment.state]), "good")
    return redirect(url_for("amendments.show", key=key), 303)


@blueprint.post("/amendments/<key>/undo")
@signed_in
def undo(key: str) -> Response:
    """Take back the decision in the text that gave an amendment its outcome."""
    amendments.undo(require_actor(), key)
    flash(_("L’issue est annulée : le texte et l’amendement sont comme avant."), "good")
    return redirect(url_for("amendments.show", key=key), 303)


@blueprint.post("/amendments/<key>/withdraw")
@signed_in
def withdraw(key: str) -> Response:
    """Withdraw an amendment of one's organisation."""
    form = WithdrawalForm()
    amendments.withdraw(require_actor(), key, form.reason.data or "")
    flash(_("L’amendement est retiré. Ses suggestions restent à leurs auteurs et peuvent être déposées à nouveau."),
          "good")
    return redirect(url_for("amendments.show", key=key), 303)


def _page(actor: Actor, amendment: Amendment, form: OutcomeForm) -> str:
    view = amendment_table.view(actor, amendment)
    form.state.choices = [SelectChoice(state.value, CHOICE_WORDS[state]) for state in view.choices]
    if len(view.choices) == 1 and not form.state.data:
        form.state.data = view.choices[0].value
    return render_template(
        "amendments/show.html", view=view, form=form, withdrawal=WithdrawalForm(formdata=None),
        **frame(actor, amendment.section.contribution),
    )
