"""Invitations: take one back, renew it, accept one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from drafting.domain.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from drafting.domain.invitation import InvitationState
from drafting.models import Invitation
from drafting.services import invitations
from drafting.web.actor import current_actor, give_cookie, require_actor, signed_in
from drafting.web.forms import Form
from drafting.web.organisations import tell_what_became_of_the_mail

blueprint = Blueprint("invitations", __name__)


class AccountForm(Form):
    """What a new person chooses."""

    name = StringField(
        _l("Votre nom"), description=_l("Tel que les autres le voient, à côté de ce que vous écrivez."),
        validators=[InputRequired(_l("Saisissez un nom."))], render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("Mot de passe"), description=_l("Au moins 12 caractères. Une courte phrase convient très bien."),
        validators=[InputRequired(_l("Choisissez un mot de passe."))], render_kw={"autocomplete": "new-password"},
    )


@blueprint.post("/invitations/<key>/renew")
@signed_in
def renew(key: str) -> ResponseReturnValue:
    """Make a new link for an invitation, and mail it again."""
    invitation = invitations.renew(require_actor(), key)
    tell_what_became_of_the_mail(invitation)
    return redirect(url_for("organisations.show", key=invitation.organisation.key, _anchor="invitations"), 303)


@blueprint.post("/invitations/<key>/revoke")
@signed_in
def revoke(key: str) -> ResponseReturnValue:
    """Take an invitation back."""
    invitation = invitations.revoke(require_actor(), key)
    flash(_("L’invitation de %(email)s est retirée : son lien ne sert plus.", email=invitation.email), "good")
    return redirect(url_for("organisations.show", key=invitation.organisation.key, _anchor="invitations"), 303)


def page(
    invitation: Invitation, token: str, form: AccountForm | None = None, status: int = 200
) -> tuple[str, int]:
    """Return the page of an invitation, for whoever opens its link, and its status."""
    state = invitations.state(invitation)
    if state is not InvitationState.OPEN:
        return render_template("invitations/over.html", invitation=invitation, state=state.value), 410
    person = invitations.invited_person(invitation)
    return render_template(
        "invitations/show.html", invitation=invitation, token=token, person=person,
        form=form or AccountForm(formdata=None),
    ), status


@blueprint.get("/join/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show an invitation to whoever has its link."""
    try:
        return page(invitations.find_invitation(token), token)
    except NotFound as error:
        return render_template("invitations/unknown.html", message=error.message), 404


@blueprint.post("/join/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Accept an invitation: with one's account, or with a new one."""
    try:
        invitation = invitations.find_invitation(token)
    except NotFound as error:
        return render_template("invitations/unknown.html", message=error.message), 404
    name = invitation.organisation.name
    actor = current_actor()
    form = AccountForm()
    try:
        if actor:
            secret = invitations.accept(actor, token)
        elif form.validate_on_submit():
            locale = get_locale()
            secret = invitations.accept_as_new(
                token, name=form.name.data or "", password=form.password.data or "",
                language=locale.language if locale else None,
            )
        else:
            return page(invitation, token, form, 422)
    except InvalidInput as error:
        form.show(error)
        return page(invitations.find_invitation(token), token, form, 422)
    except (Conflict, InvalidTransition):
        return redirect(url_for("invitations.show", token=token), 303)  # It says how the invitation stands now.
    session.clear()
    flash(_("Bienvenue ! Vous faites maintenant partie de : %(name)s.", name=name), "good")
    return give_cookie(redirect(url_for("home.show"), 303), secret)
