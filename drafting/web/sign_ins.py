"""Signing in, signing out, and changing the organisation one acts for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from drafting.domain.errors import InvalidInput, NotFound, TooMany
from drafting.services import second_factors, sign_ins
from drafting.web.actor import cookie_token, current_actor, give_cookie, require_actor, signed_in, take_cookie
from drafting.web.forms import Form
from drafting.web.redirects import local_path

blueprint = Blueprint("sign_ins", __name__)


class SignInForm(Form):
    """Address and password."""

    email = EmailField(
        _l("Adresse électronique"), validators=[InputRequired(_l("Saisissez votre adresse."))],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _l("Mot de passe"), validators=[InputRequired(_l("Saisissez votre mot de passe."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField(
        _l("Code à six chiffres"),
        description=_l("Celui que votre application affiche en ce moment, ou un de vos codes de secours."),
        validators=[InputRequired(_l("Saisissez un code."))],
        render_kw={"autocomplete": "one-time-code", "autofocus": True, "maxlength": 40, "class": "code-field"},
    )
    next = HiddenField()


TICKET = "half_signed_in"


@blueprint.get("/sign-in")
def show() -> ResponseReturnValue:
    """Show the sign-in page."""
    target = local_path(request.args.get("next"))
    if current_actor():
        return redirect(target, 303)
    form = SignInForm(formdata=None, data={"next": target})
    return render_template("sign_ins/show.html", form=form)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in."""
    form = SignInForm()
    status = 422
    if form.validate_on_submit():
        try:
            found = sign_ins.sign_in(
                form.email.data or "", form.password.data or "",
                address=request.remote_addr, replaces=cookie_token(),
            )
        except InvalidInput as error:
            form.show(error)
        except TooMany as error:
            form.form_errors.append(str(error.message))
            status = 429
        else:
            session.clear()  # A form's secret known before signing in is worth nothing after.
            target = local_path(form.next.data)
            if isinstance(found, sign_ins.HalfSignedIn):
                session[TICKET] = found.ticket
                return redirect(url_for("sign_ins.ask_code", next=target), 303)
            return give_cookie(redirect(target, 303), found)
    return render_template("sign_ins/show.html", form=form), status


@blueprint.get("/sign-in/code")
def ask_code() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    target = local_path(request.args.get("next"))
    if TICKET not in session:
        return redirect(url_for("sign_ins.show", next=target), 303)
    return render_template("sign_ins/code.html", form=CodeForm(formdata=None, data={"next": target}))


@blueprint.post("/sign-in/code")
def take_code() -> ResponseReturnValue:
    """Sign in with the code."""
    form = CodeForm()
    status = 422
    if form.validate_on_submit():
        try:
            token = second_factors.sign_in(session.get(TICKET, ""), form.code.data or "", replaces=cookie_token())
        except InvalidInput as error:
            form.show(error)
        except TooMany as error:
            form.form_errors.append(str(error.message))
            status = 429
        except NotFound as error:
            session.pop(TICKET, None)
            flash(str(error.message), "warn")
            return redirect(url_for("sign_ins.show", next=local_path(form.next.data)), 303)
        else:
            session.clear()
            return give_cookie(redirect(local_path(form.next.data), 303), token)
    return render_template("sign_ins/code.html", form=form), status


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    actor = current_actor()
    if actor:
        sign_ins.sign_out(actor)
    session.clear()
    flash(_("Vous avez quitté votre session. À bientôt !"), "good")
    return take_cookie(redirect(url_for("home.show"), 303))


@blueprint.post("/acting")
@signed_in
def act_for() -> ResponseReturnValue:
    """Act for another of one's organisations."""
    token = sign_ins.act_for(require_actor(), request.form.get("organisation", ""))
    return give_cookie(redirect(local_path(request.form.get("next")), 303), token)
