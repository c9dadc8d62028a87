"""Rounds of validation: where it stands, open one, how it goes, how it ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.domain.deadline import remaining
from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition
from drafting.domain.permissions import Action
from drafting.domain.round import Outcome, may_see_roll_call
from drafting.models import Round
from drafting.models.columns import now
from drafting.services import ballots, closings, mail, rounds, validations
from drafting.services.access import find_contribution, find_version, standing_in
from drafting.services.time_words import language
from drafting.services.versions import versions_of
from drafting.web.actor import require_actor, signed_in
from drafting.web.contribution_forms import ROLE_WORDS
from drafting.web.contributions import frame
from drafting.web.deadlines import zone_choices
from drafting.web.round_forms import CancelForm, RoundForm
from drafting.web.round_words import (
    OUTCOME_WORDS,
    QUORUM_WORDS,
    ROLL_CALL_WORDS,
    RULE_MEANINGS,
    RULE_WORDS,
    STANCE_WORDS,
    arithmetic,
    obstacle_words,
    weight_words,
)

blueprint = Blueprint("rounds", __name__)


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give all templates, macros included, the words of rounds."""
    setup.app.jinja_env.globals.update(
        RULE_WORDS=RULE_WORDS, RULE_MEANINGS=RULE_MEANINGS, QUORUM_WORDS=QUORUM_WORDS, STANCE_WORDS=STANCE_WORDS,
        ROLL_CALL_WORDS=ROLL_CALL_WORDS, OUTCOME_WORDS=OUTCOME_WORDS, Stance=Stance, Outcome=Outcome,
        weight_words=weight_words,
    )


@blueprint.get("/contributions/<key>/validation")
@signed_in
def index(key: str) -> str:
    """Show where validation stands: the round under way, and those before."""
    closings.close_due()
    actor = require_actor()
    contribution = find_contribution(actor, key)
    versions = versions_of(contribution)
    return render_template(
        "rounds/index.html", rounds=[state_of(actor, one) for one in rounds.rounds_of(contribution)],
        newest=versions[0] if versions else None, may_ask=rounds.may_ask(actor, contribution),
        **frame(actor, contribution),
    )


@blueprint.route("/versions/<key>/round", methods=["GET", "POST"])
@signed_in
def open_round(key: str) -> str | Response | tuple[str, int]:
    """Ask the organisations about a version."""
    actor = require_actor()
    version = find_version(actor, key, Action.ASK)
    contribution, form = version.contribution, RoundForm()
    earlier = [one for one in rounds.rounds_of(contribution)
               if not one.is_open and one.outcome is not Outcome.CANCELLED and one.version.number < version.number]
    form.offer(contribution, earlier)
    if form.validate_on_submit():
        try:
            asked = rounds.open_round(actor, key, form.question())
        except InvalidInput as refused:
            form.show(refused)
        except (Conflict, InvalidTransition) as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("Le tour de validation est ouvert. Les organisations sont averties.") if mail.is_configured() else
                  _("Le tour de validation est ouvert. Ce site n’envoie pas de courriels : transmettez l’adresse de "
                    "cette page aux organisations."), "good")
            return redirect(url_for("rounds.show", key=asked.key), 303)
    elif form.errors:
        form.look_at_lines()
    page = render_template(
        "rounds/open.html", form=form, version=version, zones=zone_choices(language()), earlier=earlier,
        mails=mail.is_configured(), role_words=ROLE_WORDS, present=rounds.round_under_way(contribution),
        **frame(actor, contribution),
    )
    return (page, 422) if form.errors else page


@blueprint.get("/rounds/<key>")
@signed_in
def show(key: str) -> str:
    """Show a round: what is asked, how far it is, how it ended."""
    closings.close_due()
    return _page(require_actor(), rounds.find_round(require_actor(), key), CancelForm())


@blueprint.post("/rounds/<key>/close")
@signed_in
def close(key: str) -> Response:
    """Close a round in which everybody has decided."""
    asked = closings.close(require_actor(), key)
    flash(_("Le tour de validation est clos."), "good")
    return redirect(url_for("rounds.show", key=asked.key), 303)


@blueprint.post("/rounds/<key>/cancel")
@signed_in
def cancel(key: str) -> str | Response | tuple[str, int]:
    """Take the question back, saying why."""
    actor, form = require_actor(), CancelForm()
    asked = rounds.find_round(actor, key, Action.ASK)
    if form.validate():
        try:
            closings.cancel(actor, key, form.reason.data or "")
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("La validation est annulée. Les organisations sont averties."), "good")
            return redirect(url_for("rounds.show", key=key), 303)
    return _page(actor, asked, form), 422


def _page(actor: Actor, asked: Round, form: CancelForm) -> str:
    newest = next(iter(versions_of(asked.contribution)), None)
    return render_template(
        "rounds/show.html", cancel_form=form, state=state_of(actor, asked), mails=mail.is_configured(),
        rejected=rounds.rejection_of(newest) if newest and not rounds.round_under_way(asked.contribution) else None,
        **frame(actor, asked.contribution))


def state_of(actor: Actor, asked: Round) -> dict[str, Any]:
    """Return what the actor may know of a round, for a template."""
    standing, call = standing_in(actor, asked.contribution), rounds.call_of(actor, asked)
    holding, count = ballots.standings(asked), ballots.count_of(asked)
    sees_roll_call = may_see_roll_call(asked.roll_call, standing, is_asked=call is not None)
    is_open = asked.is_open and asked.closes_at >= now()
    return {
        "round": asked, "is_open": is_open, "left": remaining(asked.closes_at, now()),
        "call": call, "own": holding.get(call) if call else None,
        "may_decide": is_open and validations.may_decide_in(actor, asked),
        "may_ask": rounds.may_ask(actor, asked.contribution),
        "may_close": is_open and all(holding.values()),
        "sees_roll_call": sees_roll_call,
        "holding": holding, "count": count,
        "decided": sum(one is not None for one in holding.values()),
        "arithmetic": arithmetic(asked, count),
        "obstacles": obstacle_words(count, names_them=sees_roll_call)
        if asked.outcome is Outcome.NOT_ADOPTED else [],
    }
