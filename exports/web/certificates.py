"""The administrator's list of trusted certificates."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.errors import Conflict, InvalidInput
from drafting.models.columns import now
from drafting.web.actor import require_actor, signed_in
from exports import authorities, seals
from exports.credentials import der
from exports.web.seals import read_upload

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates")
@signed_in
def show() -> ResponseReturnValue:
    """Show the list."""
    return _page()


@blueprint.post("/certificates")
@signed_in
def trust() -> ResponseReturnValue:
    """Add a certificate."""
    data = read_upload(request.files.get("certificate"), seals.MAX_CERTIFICATE_BYTES)
    note, only_time = request.form.get("note", ""), request.form.get("only_time") == "yes"
    if not data:
        seals.require_administrator(require_actor())
        wrong = {"certificate": _("Choisissez le fichier du certificat (.pem, .crt ou .cer).")}
        return _page(wrong, note, only_time=only_time)
    try:
        certificate = seals.trust(require_actor(), data, note=note, only_time=only_time)
    except InvalidInput as refused:
        return _page(refused.fields, note, only_time=only_time)
    except Conflict as refused:
        return _page({"certificate": refused.message}, note, only_time=only_time)
    flash(_("Le certificat « %(name)s » est désormais reconnu.", name=certificate.subject), "good")
    return redirect(url_for("certificates.show"), 303)


@blueprint.post("/certificates/<key>/remove")
@signed_in
def remove(key: str) -> ResponseReturnValue:
    """Take a certificate off the list."""
    seals.distrust(require_actor(), key)
    flash(_("Ce certificat n’est plus reconnu."), "good")
    return redirect(url_for("certificates.show"), 303)


@blueprint.post("/certificates/<fingerprint>/revoke")
@signed_in
def revoke(fingerprint: str) -> ResponseReturnValue:
    """Rely no longer on a certificate, from now on."""
    try:
        authorities.revoke(require_actor(), fingerprint, request.form.get("reason", ""))
    except InvalidInput as refused:
        return _page({f"reason-{fingerprint}": refused.message})
    flash(_("Ce certificat est révoqué : ce qui est signé à partir de maintenant n’est plus reconnu."), "good")
    return redirect(url_for("certificates.show"), 303)


@blueprint.post("/authority")
@signed_in
def create_authority() -> ResponseReturnValue:
    """Make the installation's own authority."""
    authorities.create_house_authority(require_actor())
    flash(_("L’autorité interne existe. Les secrétariats peuvent se faire délivrer un certificat."), "good")
    return redirect(url_for("certificates.show"), 303)


@blueprint.get("/authority/certificate")
def authority() -> ResponseReturnValue:
    """Give the house authority's certificate, to whoever wants to check with it."""
    content = der(authorities.house_root().certificate)
    return current_app.response_class(content, mimetype="application/pkix-cert")


@blueprint.get("/authority/crl")
def revocations() -> ResponseReturnValue:
    """Give the house authority's list of revoked certificates."""
    response = current_app.response_class(authorities.revocation_list(), mimetype="application/pkix-crl")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _page(
    errors: dict[str, object] | None = None, note: str = "", *, only_time: bool = False
) -> ResponseReturnValue:
    listed = seals.certificates(require_actor())
    page = render_template(
        "exports/certificates.html", certificates=listed, errors=errors or {}, note=note, only_time=only_time,
        now=now(), expiries=authorities.expiries(require_actor()), has_authority=authorities.has_house_authority())
    return page, 422 if errors else 200
