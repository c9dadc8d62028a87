"""One's own second factor: switch it on and off, and the recovery codes."""

from __future__ import annotations

import io
from collections.abc import Callable

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput, TooMany
from drafting.services import second_factors
from drafting.web.actor import require_actor, signed_in
from drafting.web.forms import Form
from drafting.web.redirects import local_path

blueprint = Blueprint("second_factors", __name__, url_prefix="/profile/second-factor")


class CodeForm(Form):
    """A code of the application, or a recovery code."""

    code = StringField(
        _l("Code à six chiffres"), validators=[InputRequired(_l("Saisissez un code."))],
        render_kw={"autocomplete": "one-time-code", "maxlength": 40, "class": "code-field"},
    )


def issuer() -> str:
    """Return the name under which the application lists us: ours, and where."""
    host = current_app.config["SETTINGS"].base_url.partition("://")[2].partition("/")[0]
    return f"{_('Contributions communes')} ({host})"


def target() -> str:
    """Return where the person came from to switch it on, or their own page."""
    return local_path(request.args.get("next"), url_for("profile.show"))


def page(form: CodeForm | None = None) -> str:
    """Return the page: what there is, or the next step to it."""
    actor = require_actor()
    beginning = second_factors.beginning(actor, issuer=issuer())
    return render_template(
        "second_factors/show.html", form=form or CodeForm(formdata=None), beginning=beginning,
        factor=second_factors.second_factor_of(actor), picture=_picture(beginning.address) if beginning else "",
        target=target(),
    )


def _picture(address: str) -> str:
    buffer = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(buffer, kind="svg", border=4, xmldecl=False, light="#fff", omitsize=True)
    return buffer.getvalue().decode()


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Show one's second factor."""
    return page()


@blueprint.post("/begin")
@signed_in
def begin() -> ResponseReturnValue:
    """Make a secret for the application."""
    second_factors.begin(require_actor(), issuer=issuer())
    return redirect(url_for("second_factors.show", next=target()), 303)


@blueprint.post("/confirm")
@signed_in
def confirm() -> ResponseReturnValue:
    """Switch it on with a first code."""
    return _with_code(second_factors.confirm)


@blueprint.post("/codes")
@signed_in
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes."""
    return _with_code(second_factors.renew_codes)


@blueprint.post("/off")
@signed_in
def turn_off() -> ResponseReturnValue:
    """Switch it off."""
    return _with_code(second_factors.turn_off)


def _with_code(act: Callable[[Actor, str], list[str] | None]) -> ResponseReturnValue:
    form = CodeForm()
    status = 422
    if form.validate_on_submit():
        try:
            codes = act(require_actor(), form.code.data or "")
        except InvalidInput as error:
            form.show(error)
        except TooMany as error:
            form.form_errors.append(str(error.message))
            status = 429
        else:
            if codes is None:
                flash(_("La vérification en deux étapes est désactivée."), "good")
                return redirect(url_for("profile.show"), 303)
            return render_template("second_factors/codes.html", codes=codes, host=request.host, target=target())
    return page(form), status
