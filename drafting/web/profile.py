"""One's own account: name, language, password, and where one is signed in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from drafting.domain.errors import InvalidInput, TooMany
from drafting.services import people, second_factors, sign_ins
from drafting.web.actor import give_cookie, require_actor, signed_in
from drafting.web.forms import Form

blueprint = Blueprint("profile", __name__)

LANGUAGE_NAMES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]


class NameForm(Form):
    """Name and language."""

    name = StringField(
        _l("Votre nom"), description=_l("Tel que les autres le voient, à côté de ce que vous écrivez."),
        validators=[InputRequired(_l("Saisissez un nom."))], render_kw={"autocomplete": "name"},
    )
    language = SelectField(_l("Langue"), choices=LANGUAGE_NAMES)


class PasswordForm(Form):
    """The present password and the new one."""

    password = PasswordField(
        _l("Mot de passe actuel"), validators=[InputRequired(_l("Saisissez votre mot de passe actuel."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _l("Nouveau mot de passe"),
        description=_l("Au moins 12 caractères. Une courte phrase convient très bien."),
        validators=[InputRequired(_l("Saisissez un nouveau mot de passe."))],
        render_kw={"autocomplete": "new-password"},
    )


def page(name_form: NameForm | None = None, password_form: PasswordForm | None = None) -> str:
    """Return the profile page, with the forms as they were sent."""
    actor = require_actor()
    locale = get_locale()
    language = actor.language or (locale.language if locale else "fr")
    name_form = name_form or NameForm(formdata=None, name=actor.name, language=language)
    return render_template(
        "profile/show.html", name_form=name_form, password_form=password_form or PasswordForm(formdata=None),
        sign_ins=sign_ins.sign_ins_of(actor), factor=second_factors.second_factor_of(actor),
    )


@blueprint.get("/profile")
@signed_in
def show() -> ResponseReturnValue:
    """Show one's own account."""
    return page()


@blueprint.post("/profile")
@signed_in
def change() -> ResponseReturnValue:
    """Change one's name and language."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            people.rename(require_actor(), form.name.data or "", language=form.language.data)
        except InvalidInput as error:
            form.show(error)
        else:
            flash(_("C’est enregistré."), "good")
            return redirect(url_for("profile.show"), 303)
    return page(name_form=form), 422


@blueprint.post("/profile/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's password; one stays signed in here and nowhere else."""
    form = PasswordForm()
    status = 422
    if form.validate_on_submit():
        try:
            token = people.change_password(require_actor(), form.password.data or "", form.new_password.data or "")
        except InvalidInput as error:
            form.show(error)
        except TooMany as error:
            form.form_errors.append(str(error.message))
            status = 429
        else:
            session.clear()
            flash(_("Votre mot de passe est changé. Vos autres connexions sont terminées."), "good")
            return give_cookie(redirect(url_for("profile.show"), 303), token)
    return page(password_form=form), status


@blueprint.post("/profile/end-sign-ins")
@signed_in
def end_sign_ins() -> ResponseReturnValue:
    """End one's sign-ins in all other browsers."""
    people.end_my_other_sign_ins(require_actor())
    flash(_("Vos autres connexions sont terminées."), "good")
    return redirect(url_for("profile.show"), 303)
