"""Everybody's accounts, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.models import Person
from drafting.services import password_resets, people, second_factors
from drafting.web.actor import require_actor, signed_in

blueprint = Blueprint("people", __name__, url_prefix="/people")


def back(key: str, message: str) -> ResponseReturnValue:
    """Return to the person's page with a word about what was done."""
    flash(message, "good")
    return redirect(url_for("people.show", key=key), 303)


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the people."""
    search = request.args.get("search", "")[:100]
    return render_template("people/index.html", people=people.people(require_actor(), search=search), search=search)


@blueprint.get("/<key>")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Show a person and what can be done to their account."""
    return _page(people.find_person(require_actor(), key))


@blueprint.post("/<key>/disable")
@signed_in
def disable(key: str) -> ResponseReturnValue:
    """Close an account."""
    person = people.disable(require_actor(), key)
    return back(key, _("Le compte de %(name)s est fermé.", name=person.name))


@blueprint.post("/<key>/enable")
@signed_in
def enable(key: str) -> ResponseReturnValue:
    """Open a closed account again."""
    person = people.enable(require_actor(), key)
    return back(key, _("Le compte de %(name)s est ouvert à nouveau.", name=person.name))


@blueprint.post("/<key>/end-sign-ins")
@signed_in
def end_sign_ins(key: str) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    person = people.end_sign_ins(require_actor(), key)
    return back(key, _("%(name)s est maintenant hors connexion partout.", name=person.name))


@blueprint.post("/<key>/administrator")
@signed_in
def set_administrator(key: str) -> ResponseReturnValue:
    """Make a person an administrator, or no longer."""
    administrator = request.form.get("administrator") == "yes"
    person = people.set_administrator(require_actor(), key, administrator=administrator)
    if administrator:
        return back(key, _("%(name)s administre désormais cette installation.", name=person.name))
    return back(key, _("%(name)s n’administre plus cette installation.", name=person.name))


@blueprint.post("/<key>/password-link")
@signed_in
def make_password_link(key: str) -> ResponseReturnValue:
    """Show a link by which the person can choose a new password."""
    actor = require_actor()
    link = password_resets.make_link(actor, key)
    return _page(people.find_person(actor, key), link=link)


@blueprint.post("/<key>/second-factor")
@signed_in
def turn_off_second_factor(key: str) -> ResponseReturnValue:
    """Switch off the second factor of a person who lost it."""
    person = second_factors.turn_off_for(require_actor(), key)
    return back(key, _("La vérification en deux étapes de %(name)s est désactivée.", name=person.name))


def _page(person: Person, **values: str) -> str:
    return render_template(
        "people/show.html", person=person, has_second_factor=second_factors.is_on(person.id), **values)
