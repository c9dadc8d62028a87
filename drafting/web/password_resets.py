"""Choosing a new password by a link, for those who have lost theirs."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from drafting.domain.errors import InvalidInput, NotFound, TooMany
from drafting.services import mail, password_resets
from drafting.services.people import checked_address
from drafting.web.forms import Form

blueprint = Blueprint("password_resets", __name__)


class AskForm(Form):
    """The address to send the link to."""

    email = EmailField(
        _l("Adresse électronique"), validators=[InputRequired(_l("Saisissez votre adresse."))],
        render_kw={"autocomplete": "username"},
    )


class ChooseForm(Form):
    """The new password."""

    new_password = PasswordField(
        _l("Nouveau mot de passe"),
        description=_l("Au moins 12 caractères. Une courte phrase convient très bien."),
        validators=[InputRequired(_l("Saisissez un nouveau mot de passe."))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.get("/password-reset")
def show() -> ResponseReturnValue:
    """Ask for a link."""
    return render_template("password_resets/ask.html", form=AskForm(formdata=None), mails=mail.is_configured())


@blueprint.post("/password-reset")
def ask() -> ResponseReturnValue:
    """Send a link to whoever has this address; the answer is the same for everybody."""
    form = AskForm()
    status = 422
    if form.validate_on_submit():
        try:
            password_resets.ask(checked_address(form.email.data or ""), address=request.remote_addr)
        except InvalidInput as error:
            form.show(error)
        except TooMany as error:
            form.form_errors.append(str(error.message))
            status = 429
        else:
            return render_template("password_resets/asked.html", email=form.email.data)
    return render_template("password_resets/ask.html", form=form, mails=mail.is_configured()), status


@blueprint.get("/password-reset/<token>")
def choose(token: str) -> ResponseReturnValue:
    """Show the form for a new password."""
    try:
        person = password_resets.person_of(token)
    except NotFound as error:
        return render_template("password_resets/over.html", message=error.message), 404
    return render_template("password_resets/choose.html", form=ChooseForm(formdata=None), person=person)


@blueprint.post("/password-reset/<token>")
def set_password(token: str) -> ResponseReturnValue:
    """Set the new password."""
    form = ChooseForm()
    try:
        if form.validate_on_submit():
            try:
                password_resets.choose(token, form.new_password.data or "")
            except InvalidInput as error:
                form.show(error)
            else:
                session.clear()
                flash(_("Votre mot de passe est changé. Connectez-vous avec le nouveau."), "good")
                return redirect(url_for("sign_ins.show"), 303)
        person = password_resets.person_of(token)
    except NotFound as error:
        return render_template("password_resets/over.html", message=error.message), 404
    return render_template("password_resets/choose.html", form=form, person=person), 422
