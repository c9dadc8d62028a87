"""An organisation's seal and logo: show, upload, retire."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from drafting.domain.errors import InvalidInput
from drafting.models import Organisation
from drafting.web.actor import require_actor, signed_in
from exports import logos, seals
from exports.credentials import MAX_PKCS12_BYTES

blueprint = Blueprint("seals", __name__)


@blueprint.get("/organisations/<key>/seal")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show an organisation's seal and logo to those who may change them."""
    return _page(seals.find_organisation(require_actor(), key))


@blueprint.post("/organisations/<key>/seal")
@signed_in
def upload(key: str) -> ResponseReturnValue:
    """Give an organisation its seal."""
    actor = require_actor()
    organisation = seals.find_organisation(actor, key)
    data = read_upload(request.files.get("pkcs12"), MAX_PKCS12_BYTES)
    if not data:
        return _page(organisation, {"pkcs12": _("Choisissez le fichier du cachet (.p12 ou .pfx).")})
    try:
        seal = seals.upload(actor, key, pkcs12=data, passphrase=request.form.get("passphrase", ""))
    except InvalidInput as refused:
        return _page(seals.find_organisation(actor, key), refused.fields)
    flash(_("Le cachet « %(name)s » est enregistré. Il servira aux prochains documents.", name=seal.subject), "good")
    return redirect(url_for("seals.show", key=key), 303)


@blueprint.post("/seals/<key>/retire")
@signed_in
def retire(key: str) -> ResponseReturnValue:
    """Stop using a seal."""
    organisation = seals.retire(require_actor(), key)
    flash(_("Ce cachet ne servira plus. Les documents qu’il a scellés restent scellés."), "good")
    return redirect(url_for("seals.show", key=organisation.key), 303)


@blueprint.post("/organisations/<key>/logo")
@signed_in
def upload_logo(key: str) -> ResponseReturnValue:
    """Give an organisation its logo, with the words that stand for it."""
    actor = require_actor()
    organisation = seals.find_organisation(actor, key)
    data = read_upload(request.files.get("logo"), logos.MAX_BYTES)
    description = request.form.get("logo_description", "")
    try:
        logos.upload(actor, key, image=data, description=description)
    except InvalidInput as refused:
        return _page(organisation, refused.fields, description)
    flash(_("Le logo est enregistré."), "good")
    return redirect(url_for("seals.show", key=key), 303)


@blueprint.post("/organisations/<key>/logo/remove")
@signed_in
def remove_logo(key: str) -> ResponseReturnValue:
    """Take an organisation's logo away."""
    logos.remove(require_actor(), key)
    flash(_("Le logo est retiré."), "good")
    return redirect(url_for("seals.show", key=key), 303)


@blueprint.get("/organisations/<key>/logo")
@signed_in
def logo(key: str) -> ResponseReturnValue:
    """Give the logo's picture."""
    return current_app.response_class(logos.read(require_actor(), key), mimetype="image/png")


def read_upload(upload: FileStorage | None, limit: int) -> bytes:
    """The bytes of an upload, and one more than the limit at most: who checks will see that it is too large."""
    return upload.stream.read(limit + 1) if upload else b""


def _page(
    organisation: Organisation, errors: dict[str, object] | None = None, description: str | None = None
) -> ResponseReturnValue:
    page = render_template(
        "exports/seal.html",
        organisation=organisation,
        seal=seals.seal_in_use(organisation.id),
        errors=errors or {},
        description=organisation.logo_description if description is None else description,
    )
    return page, 422 if errors else 200
