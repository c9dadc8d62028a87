"""Signing: who signs and how far it is; sign in one of three ways, or refuse."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, DomainError, InvalidInput, InvalidTransition, TooMany
from drafting.domain.permissions import Action
from drafting.domain.signing import Means, SignatoryState
from drafting.models import Signatory
from drafting.models.columns import now
from drafting.models.export import JobKind
from drafting.services import second_factors
from drafting.services.access import find_version, standing_in
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame
from drafting.web.errors import STATUS
from drafting.web.forms import Form
from drafting.web.plain_text import UNTYPED
from exports import browser_signatures, files, jobs, outside_signatures, signatures, signing_keys, signings, turns
from exports.file_states import Overtaken, newest_state, steps_of
from exports.signature_steps import require_nobody_else
from exports.verification import MAX_PDF_BYTES
from exports.web.documents import file_name
from exports.web.seals import read_upload
from exports.web.signing_forms import (
    BringBackForm,
    KeptKeyForm,
    PlanForm,
    RefusalForm,
    SupersedeForm,
)

blueprint = Blueprint("signings", __name__)

SIGNATORY_WORDS = {
    SignatoryState.EXPECTED: _l("À signer"),
    SignatoryState.SIGNED: _l("Signé"),
    SignatoryState.REFUSED: _l("Refus de signer"),
    SignatoryState.REPLACED: _l("Remplacé"),
}
MEANS_WORDS = {
    Means.KEPT_KEY: _l("avec la clé gardée ici"),
    Means.BROWSER: _l("avec sa propre clé, dans son navigateur"),
    Means.UPLOAD: _l("avec un autre programme"),
}


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give all templates the words of signing."""
    setup.app.jinja_env.globals.update(
        SIGNATORY_WORDS=SIGNATORY_WORDS, MEANS_WORDS=MEANS_WORDS, SignatoryState=SignatoryState)


@blueprint.route("/versions/<key>/signing", methods=["GET", "POST"])
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show who signs a version and how far it is; plan it before the seal."""
    actor = require_actor()
    version = find_version(actor, key, Action.PLAN_SIGNING if request.method == "POST" else Action.READ)
    signing, form = signings.signing_of(version), PlanForm()
    form.offer(version, signing)
    if form.validate_on_submit():
        try:
            signings.plan(actor, key, form.drafts(), in_order=form.in_order.data,
                          expires_at=form.expires_at(version.contribution.deadline_zone))
        except InvalidInput as refused:
            form.show(refused)
            form.show_errors(refused.fields)
        except InvalidTransition as refused:
            form.form_errors.append(refused.message)
        else:
            if request.form.get("then") == "seal":
                return redirect(url_for("documents.seal", key=key), 307)  # The same form asks for it.
            flash(_("Les signataires sont enregistrés. Scellez maintenant le fichier : ils y seront imprimés."), "good")
            return redirect(url_for("signings.show", key=key), 303)
    return _page(actor, key, form), 422 if form.errors else 200


def _page(actor: Actor, key: str, form: PlanForm, supersede: SupersedeForm | None = None) -> str:
    version = find_version(actor, key)
    signing, sealed = signings.signing_of(version), files.sealed_file(version.id)
    steps = {one.signatory_id: one for one in steps_of(sealed)} if sealed else {}
    standing, turn = standing_in(actor, version.contribution), turns.turn_of(sealed) if sealed else None
    return render_template(
        "signing/show.html", version=version, signing=signing, sealed=sealed, steps=steps, form=form,
        turn=turn, may_release=turn is not None and turns.may_release(actor, turn),
        signatories=signings.signatories_of(signing) if signing else [], adopted=signings.round_of(version),
        may_plan=signings.may_plan(standing), job=jobs.job_under_way(version.id, JobKind.SEALED),
        may_sign=[one.id for one in signings.awaited_of(actor)],
        supersede_form=supersede or SupersedeForm(formdata=None), now=now(), **frame(actor, version.contribution),
    )


@blueprint.post("/signings/<key>/supersede")
@signed_in
def supersede(key: str) -> ResponseReturnValue:
    """Let another file take the place of a sealed one."""
    actor, form = require_actor(), SupersedeForm()
    signing = signings.find_signing(actor, key, Action.PLAN_SIGNING)
    version_key = signing.version.key
    if form.validate():
        try:
            signings.supersede(actor, key, form.reason.data or "")
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("Ce fichier est remplacé. Vérifiez les signataires, puis scellez le nouveau."), "good")
            return redirect(url_for("signings.show", key=version_key), 303)
    plan = PlanForm(formdata=None)
    plan.offer(signing.version, signing)
    return _page(actor, version_key, plan, form), 422


@blueprint.post("/signings/<key>/release")
@signed_in
def release(key: str) -> ResponseReturnValue:
    """Let nobody wait any longer for who took the file away."""
    version = turns.release(require_actor(), key)
    flash(_("Plus personne n’attend : les autres signataires peuvent signer."), "good")
    return redirect(url_for("signings.show", key=version.key), 303)


# --- One's own signature ---


@blueprint.get("/signatories/<key>")
@signed_in
def sign(key: str) -> ResponseReturnValue:
    """Show the ways to sign in this place."""
    return _sign_page(require_actor(), key)


def _sign_page(actor: Actor, key: str, **shown: Form) -> str:
    signatory = signings.find_signatory(actor, key, to_sign=True)
    forms: dict[str, Form] = {
        "kept_form": KeptKeyForm(formdata=None), "back_form": BringBackForm(formdata=None),
        "refusal_form": RefusalForm(formdata=None), **shown}
    kept = signing_keys.keys_of(actor.organisation_id)
    forms["kept_form"].offer(kept)
    obstacle = waiting = outlook = None
    try:
        file = signings.require_turn(signatory, now())
    except (Conflict, InvalidTransition) as stands:
        obstacle = stands.message
    else:
        outlook = turns.outlook(signatory, file, number=newest_state(file).number)
        try:
            require_nobody_else(signatory, file)
        except Conflict as stands:
            waiting = stands.message
    version = signatory.signing.version
    return render_template(
        "signing/sign.html", signatory=signatory, version=version, obstacle=obstacle, waiting=waiting, keys=kept,
        outlook=outlook,
        has_factor=second_factors.is_on(actor.person_id), may_keep=signing_keys.may_manage(actor),
        scope=[one for one in version.sections if one.section_id in (signatory.scope or [])],
        **forms, **frame(actor, version.contribution),
    )


@blueprint.post("/signatories/<key>/sign")
@signed_in
def sign_here(key: str) -> ResponseReturnValue:
    """Sign with a key kept here."""
    actor, form = require_actor(), KeptKeyForm()
    signings.find_signatory(actor, key, to_sign=True)
    form.offer(signing_keys.keys_of(actor.organisation_id))
    return _signed(actor, key, "kept_form", form, lambda: signatures.sign_with_kept_key(
        actor, key, key=form.key.data or "", passphrase=form.passphrase.data or "", code=form.code.data or ""))


@blueprint.post("/signatories/<key>/file")
@signed_in
def take_away(key: str) -> ResponseReturnValue:
    """Give the file to be signed elsewhere; the others wait a while."""
    file, state = outside_signatures.take_away(require_actor(), key)
    response = current_app.response_class(state.read(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name(file))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.post("/signatories/<key>/signed")
@signed_in
def bring_back(key: str) -> ResponseReturnValue:
    """Take a file signed elsewhere."""
    actor, form = require_actor(), BringBackForm()
    signings.find_signatory(actor, key, to_sign=True)
    content = read_upload(request.files.get("file"), MAX_PDF_BYTES)
    if not content:
        form.validate()
        form.show(InvalidInput("", {"file": _("Choisissez le fichier que vous avez signé.")}))
        return _sign_page(actor, key, back_form=form), 422
    return _signed(actor, key, "back_form", form, lambda: outside_signatures.bring_back(
        actor, key, content, code=form.code.data or "", anyway=form.anyway.data))


@blueprint.post("/signatories/<key>/refuse")
@signed_in
def refuse(key: str) -> ResponseReturnValue:
    """Refuse to sign, saying why."""
    actor, form = require_actor(), RefusalForm()
    signings.find_signatory(actor, key, to_sign=True)
    return _signed(actor, key, "refusal_form", form, lambda: signatures.refuse(
        actor, key, reason=form.reason.data or "", code=form.code.data or ""), _("Votre refus est enregistré."))


def _signed(
    actor: Actor, key: str, name: str, form: Form, act: Any, said: str = ""
) -> ResponseReturnValue:
    """Do it, or show the page again with why not and with what was typed."""
    if not form.validate():
        return _sign_page(actor, key, **{name: form}), 422
    try:
        done = act()
    except (InvalidInput, InvalidTransition, Conflict, TooMany) as refused:
        if isinstance(refused, InvalidInput):
            form.show(refused)
        else:
            form.form_errors.append(refused.message)
        status = next(code for kind, code in STATUS.items() if isinstance(refused, kind))
        return _sign_page(actor, key, **{name: form}), status
    signatory: Signatory = done if isinstance(done, Signatory) else done.signatory
    flash(said or _("C’est signé. Le fichier porte votre signature."), "good")
    return redirect(url_for("signings.show", key=signatory.signing.version.key), 303)


# --- With a key that stays in the browser: what its script asks ---


@blueprint.post("/signatories/<key>/prepare")
@signed_in
def prepare(key: str) -> ResponseReturnValue:
    """Say what the browser has to sign."""
    actor, asked = require_actor(), _asked()
    try:
        ticket, attributes = browser_signatures.prepare(
            actor, key, certificate=_bytes(asked, "certificate"),
            chain=_chain(asked), code=_text(asked, "code"), ticket=_text(asked, "ticket"))
    except DomainError as refused:
        return (isinstance(refused, Conflict) and _done_before(actor, key)) or _refusal(refused)
    return jsonify(ticket=ticket, attributes=base64.b64encode(attributes).decode())


@blueprint.post("/signatories/<key>/finish")
@signed_in
def finish(key: str) -> ResponseReturnValue:
    """Put the browser's signature into the file."""
    actor, asked = require_actor(), _asked()
    try:
        made = browser_signatures.finish(
            actor, key, ticket=_text(asked, "ticket"), signature=_bytes(asked, "signature"))
    except DomainError as refused:
        return _refusal(refused)
    flash(_("C’est signé. Le fichier porte votre signature."), "good")
    assert made.signatory is not None  # noqa: S101 - a signature has one (ck_file_revision_signature_has_signatory)
    return jsonify(location=url_for("signings.show", key=made.signatory.signing.version.key))


def _done_before(actor: Actor, key: str) -> ResponseReturnValue | None:
    """Lead on who has signed here already: the answer to it was lost on the way."""
    signatory = signings.find_signatory(actor, key, to_sign=True)
    if signatory.state is not SignatoryState.SIGNED or signatory.changed_by_id != actor.person_id:
        return None
    return jsonify(location=url_for("signings.show", key=signatory.signing.version.key))


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise InvalidInput(_("Cette demande n’est pas lisible. Rechargez la page."))
    return asked


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    return UNTYPED.sub("", value) if isinstance(value, str) else ""


def _chain(asked: dict[str, Any]) -> list[bytes]:
    value = asked.get("chain")
    return [_decoded(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _bytes(asked: dict[str, Any], name: str) -> bytes:
    value = asked.get(name)
    return _decoded(value) if isinstance(value, str) else b""


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value[:200_000], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _refusal(refused: DomainError) -> ResponseReturnValue:
    status = next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 400)
    fields = {name: str(message) for name, message in getattr(refused, "fields", {}).items()}
    return jsonify(error=str(refused.message), fields=fields, again=isinstance(refused, Overtaken)), status
