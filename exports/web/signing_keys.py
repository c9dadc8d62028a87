"""Keys to sign with, kept under an organisation's own passphrase: keep one, have one issued, retire one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, NotFound
from drafting.models.columns import now
from drafting.web.actor import require_actor, signed_in
from exports import authorities
from exports import signing_keys as services
from exports.credentials import MAX_PKCS12_BYTES
from exports.web.seals import read_upload
from exports.web.signing_forms import IssueForm, KeyForm

blueprint = Blueprint("signing_keys", __name__)


@blueprint.route("/signing-keys", methods=["GET", "POST"])
@signed_in
def index() -> ResponseReturnValue:
    """Show the keys of the organisation acted for; keep one more."""
    actor, form = require_actor(), KeyForm()
    if actor.organisation_id is None:
        raise NotFound
    if request.method == "POST":
        services.require_secretary(actor)
        data = read_upload(request.files.get("pkcs12"), MAX_PKCS12_BYTES)
        if form.validate() and not data:
            form.show(InvalidInput("", {"pkcs12": _("Choisissez le fichier de la clé (.p12 ou .pfx).")}))
        elif data and not form.errors:
            try:
                made = services.upload(actor, pkcs12=data, passphrase=form.passphrase.data or "")
            except InvalidInput as refused:
                form.show(refused)
            else:
                flash(_("La clé de « %(name)s » est gardée.", name=made.subject), "good")
                return redirect(url_for("signing_keys.index"), 303)
    return _page(actor, form, IssueForm(formdata=None)), 422 if form.errors else 200


def _page(actor: Actor, form: KeyForm, issue_form: IssueForm) -> str:
    return render_template(
        "signing/keys.html", keys=services.keys_of(actor.organisation_id),
        former=services.former_keys_of(actor.organisation_id), form=form, issue_form=issue_form,
        now=now(), may_keep=services.may_manage(actor), has_authority=authorities.has_house_authority())


@blueprint.post("/signing-keys/issue")
@signed_in
def issue() -> ResponseReturnValue:
    """Have a key and certificate issued by the house authority."""
    actor, form = require_actor(), IssueForm()
    services.require_secretary(actor)
    if form.validate():
        try:
            made = authorities.issue(actor, name=form.name.data or "", capacity=form.capacity.data or "",
                                     passphrase=form.new_passphrase.data or "")
        except InvalidInput as refused:
            form.show(refused)
        else:
            flash(_("La clé de « %(name)s » est gardée.", name=made.subject), "good")
            return redirect(url_for("signing_keys.index"), 303)
    return _page(actor, KeyForm(formdata=None), form), 422


@blueprint.post("/signing-keys/<key>/retire")
@signed_in
def retire(key: str) -> ResponseReturnValue:
    """Keep a key no longer."""
    services.retire(require_actor(), key)
    flash(_("Cette clé n’est plus gardée ici."), "good")
    return redirect(url_for("signing_keys.index"), 303)
