"""The first page, and the choice of language."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from drafting.services.dashboard import dashboard
from drafting.services.mentions import unread
from drafting.services.people import choose_language as choose
from drafting.translations import LANGUAGES
from drafting.web.actor import current_actor
from drafting.web.redirects import local_path

blueprint = Blueprint("home", __name__)

A_YEAR_S = 365 * 24 * 3600


@blueprint.get("/")
def show() -> str:
    """Show what this is to those who are not signed in, and their dashboard to those who are."""
    actor = current_actor()
    if actor is None:
        return render_template("home/show.html")
    may_create = actor.organisation_id is not None
    return render_template(
        "home/dashboard.html", lines=dashboard(actor), mentions=unread(actor), may_create=may_create)


@blueprint.post("/language")
def choose_language() -> Response:
    """Remember this browser's language and go back."""
    response = redirect(local_path(request.form.get("next")), 303)
    language = request.form.get("language")
    if language in LANGUAGES:
        actor = current_actor()
        if actor:
            choose(actor, language)
        response.set_cookie(
            "language", language, max_age=A_YEAR_S, httponly=True, samesite="Lax",
            secure=current_app.config["SETTINGS"].is_https,
        )
    return response
