"""Decide for one's organisation: what changed, the text, the four answers, the code. Join a dissent."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.ballot import Rule
from drafting.domain.errors import DomainError, InvalidInput, InvalidTransition, Stale, TooMany
from drafting.domain.point import Point
from drafting.domain.round import may_see_roll_call
from drafting.models import Round, Validation
from drafting.services import (
    ballots,
    changelogs,
    delegations,
    dissents,
    rounds,
    second_factors,
    validations,
    version_texts,
)
from drafting.services.access import standing_in
from drafting.web import comparisons
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame
from drafting.web.errors import STATUS
from drafting.web.round_words import STANCE_WORDS
from drafting.web.rounds import state_of
from drafting.web.second_factors import CodeForm
from drafting.web.validation_forms import PRINTED_WORDS, ValidationForm

blueprint = Blueprint("validations", __name__)


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give all templates the words of validations."""
    setup.app.jinja_env.globals.update(PRINTED_WORDS=PRINTED_WORDS)


@blueprint.route("/rounds/<key>/validation", methods=["GET", "POST"])
@signed_in
def show(key: str) -> str | Response | tuple[str, int]:
    """Show what is asked, what changed and the text, and take the organisation's decision."""
    actor, form = require_actor(), ValidationForm()
    asked = rounds.find_round(actor, key)
    seat = validations.seat_of(actor, asked)
    history = validations.history_of(seat.call)
    if request.method == "GET":
        form.fill(history[0] if history else None, asked.digest)
        return _page(actor, asked, form, history)
    form.read()
    if "more" in request.form:
        return _page(actor, asked, form, history)
    if not form.validate():
        return _page(actor, asked, form, history), 422
    try:
        made = validations.decide(
            actor, key, form.decision(), digest=form.digest.data or "", seen=_number(form.seen.data),
            code=form.code.data or "")
    except (InvalidInput, InvalidTransition, Stale, TooMany) as refused:
        return _refused(actor, key, form, refused)
    flash(_("C’est enregistré pour %(acronym)s : %(stance)s.", acronym=actor.acronym,
            stance=STANCE_WORDS[made.stance]), "good")
    return redirect(url_for("validations.show", key=key), 303)


def _not_joined(actor: Actor, key: str, refused: InvalidInput | TooMany) -> tuple[str, int]:
    """Show the page again, with why beside the dissent's code."""
    asked, _dissent = validations.find_dissent(actor, key)
    history = validations.history_of(validations.seat_of(actor, asked).call)
    form = ValidationForm(formdata=None)
    form.fill(history[0] if history else None, asked.digest)
    said = refused.fields.get("code", refused.message) if isinstance(refused, InvalidInput) else refused.message
    return _page(actor, asked, form, history, join_errors={key: said}), STATUS[type(refused)]


def _refused(actor: Actor, key: str, form: ValidationForm, refused: DomainError) -> tuple[str, int]:
    """Show the page again, with why and with all that was typed."""
    asked = rounds.find_round(actor, key)
    history = validations.history_of(validations.seat_of(actor, asked).call)
    if isinstance(refused, InvalidInput):
        form.show(refused)
        form.show_errors(refused.fields)
    else:
        form.form_errors.append(refused.message)
    if isinstance(refused, Stale):  # What was decided meanwhile is on the page now.
        form.digest.data, form.seen.data = asked.digest, str(history[0].number if history else 0)
    return _page(actor, asked, form, history), STATUS[type(refused)]


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 7 else -1


def _page(
    actor: Actor, asked: Round, form: ValidationForm, history: list[Validation],
    join_errors: Mapping[str, object] = MappingProxyType({}),
) -> str:
    before = validations.last_decided(actor.organisation_id, asked.contribution, before=asked)
    compared = before.call.round.version if before else None
    changed = (changelogs.changelog(actor, asked.version.key, compared.number)
               if compared and compared.number < asked.version.number else None)
    state = state_of(actor, asked)
    return render_template(
        "validations/show.html", form=form, join_errors=join_errors, Rule=Rule, state=state, history=history,
        before=before, changed=changed,
        comparison=comparisons.address(
            asked.contribution.key, Point.version(compared.number), Point.version(asked.version.number),
        ) if changed and compared else "",
        text=version_texts.text_of(asked.version), has_factor=second_factors.is_on(actor.person_id),
        may_delegate=delegations.may_delegate(actor),
        dissents=_dissents(actor, asked), code_form=CodeForm(formdata=None, prefix="join-"),
        **frame(actor, asked.contribution),
    )


def _dissents(actor: Actor, asked: Round) -> list[Validation]:
    """Return the decisions whose dissent the actor's organisation may read and join."""
    standing = standing_in(actor, asked.contribution)
    if not may_see_roll_call(asked.roll_call, standing, is_asked=rounds.call_of(actor, asked) is not None):
        return []
    return [one for one in ballots.standings(asked).values()
            if one is not None and one.dissent is not None
            and one.call.organisation_id != actor.organisation_id]


@blueprint.post("/dissents/<key>/join")
@signed_in
def join_dissent(key: str) -> Response | tuple[str, int]:
    """Join another organisation's dissent."""
    actor = require_actor()
    try:
        dissent = dissents.join(actor, key, code=request.form.get("join-code", ""))
    except (InvalidInput, TooMany) as refused:
        return _not_joined(actor, key, refused)
    flash(_("Votre organisation s’est jointe à l’avis divergent de %(name)s.",
            name=dissent.call.organisation.name), "good")
    return redirect(url_for("validations.show", key=dissent.call.round.key, _anchor="dissents"), 303)


@blueprint.post("/rounds/<key>/dissents/<dissent_key>/leave")
@signed_in
def leave_dissent(key: str, dissent_key: str) -> Response:
    """Take the organisation off another's dissent."""
    dissents.leave(require_actor(), key, dissent_key)
    flash(_("Votre organisation ne figure plus sous cet avis."), "good")
    return redirect(url_for("validations.show", key=key, _anchor="dissents"), 303)
