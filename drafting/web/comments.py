"""Comments: the page with all threads of a contribution, and what its forms and the document's page send."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.comment import TEXT_MAX, Visibility
from drafting.domain.errors import InvalidInput
from drafting.models import Contribution, Thread
from drafting.services import comments, discussion, mentions, threads
from drafting.services.access import find_contribution, find_section, find_thread
from drafting.services.discussion import Filters
from drafting.services.threads import Passage
from drafting.web.actor import require_actor, signed_in
from drafting.web.comment_text import comment_html
from drafting.web.contributions import frame
from drafting.web.errors import wants_json

blueprint = Blueprint("comments", __name__)

STATE_WORDS = {"open": _l("À traiter"), "resolved": _l("Réglés"), "all": _l("Tous")}
MOST = 2**31 - 1


@blueprint.record_once
def give_words(setup: BlueprintSetupState) -> None:
    """Give templates what threads are shown with."""
    setup.app.jinja_env.globals.update(Visibility=Visibility, COMMENT_MAX=TEXT_MAX)
    setup.app.jinja_env.filters["comment_html"] = comment_html


@blueprint.get("/contributions/<key>/comments")
@signed_in
def index(key: str) -> str:
    """Show all threads that the reader may see, filtered."""
    actor = require_actor()
    return _page(actor, find_contribution(actor, key))


@blueprint.post("/contributions/<key>/comments")
@signed_in
def begin_here(key: str) -> Response | tuple[str, int]:
    """Begin a thread from the page with all of them, where the section is chosen."""
    actor = require_actor()
    contribution = find_contribution(actor, key)
    section_key = next((each.key for each in contribution.sections if each.key == _text("section")), "")
    try:
        thread = _begin(actor, section_key) if section_key else None
    except InvalidInput as refused:
        return _page(actor, contribution, refused), 422
    if thread is None:
        return _page(actor, contribution, InvalidInput(_("Choisissez une section dans la liste."))), 422
    flash(_("Le fil est ouvert."), "good")
    return _back(thread)


@blueprint.post("/contributions/<key>/comments/access")
@signed_in
def set_access(key: str) -> Response:
    """Close the comments, or open them again."""
    actor = require_actor()
    closed = _text("closed") == "yes"
    contribution = threads.set_closed(actor, key, closed=closed)
    flash(_("Les commentaires sont fermés : seule la coordination peut encore commenter.") if closed
          else _("Les commentaires sont ouverts."), "good")
    return redirect(url_for("contributions.settings", key=contribution.key, _anchor="comments"), 303)


@blueprint.get("/sections/<key>/threads")
@signed_in
def section_threads(key: str) -> Response:
    """Answer the page of the document: the section's threads that the reader may see, as cards with their place."""
    actor = require_actor()
    found = discussion.of_section(actor, key)
    contribution = found.section.contribution
    cards = [
        {
            "key": view.thread.key, "suggestion": view.thread.suggestion, "words": view.words, "before": view.before,
            "start": view.anchor.start if view.anchor else None, "end": view.anchor.end if view.anchor else None,
            "is_resolved": view.thread.resolved_at is not None, "is_gone": view.is_gone,
            "html": render_template("comments/card.html", view=view, contribution=contribution, place="margin"),
        }
        for view in found.threads
    ]
    form = render_template("comments/margin_form.html", section=found.section) if found.may_comment else ""
    names = [[each.name, each.about] for each in discussion.people_to_mention(actor, contribution)]
    return jsonify(revision=found.revision, threads=cards, form=form, names=names if found.may_comment else [])


@blueprint.post("/sections/<key>/threads")
@signed_in
def begin(key: str) -> Response:
    """Begin a thread in a section."""
    actor = require_actor()
    find_section(actor, key)
    return _back(_begin(actor, key))


@blueprint.get("/threads/<key>")
@signed_in
def show(key: str) -> Response:
    """Lead to a thread, wherever it is: from the dashboard and from mails."""
    actor = require_actor()
    thread = find_thread(actor, key)
    mentions.see(actor, [thread])
    return _back(find_thread(actor, key))


@blueprint.post("/threads/<key>/comments")
@signed_in
def reply(key: str) -> Response:
    """Add a comment to a thread."""
    actor = require_actor()
    find_thread(actor, key)
    return _back(comments.reply(actor, key, _text("text")).thread)


@blueprint.post("/threads/<key>/resolve")
@signed_in
def resolve(key: str) -> Response:
    """Settle a thread."""
    thread = threads.resolve(require_actor(), key)
    if not wants_json():
        flash(_("Le fil est réglé. Vous le retrouvez parmi les fils réglés."), "good")
    return _back(thread)


@blueprint.post("/threads/<key>/reopen")
@signed_in
def reopen(key: str) -> Response:
    """Take a settled thread up again."""
    return _back(threads.reopen(require_actor(), key))


@blueprint.post("/comments/<key>/edit")
@signed_in
def edit(key: str) -> Response:
    """Change one's own comment."""
    actor = require_actor()
    return _back(comments.edit(actor, key, _text("text")).thread)


@blueprint.post("/comments/<key>/delete")
@signed_in
def delete(key: str) -> Response:
    """Delete one's own comment."""
    return _back(comments.delete(require_actor(), key).thread)


def _page(actor: Actor, contribution: Contribution, refused: InvalidInput | None = None) -> str:
    filters = _filters()
    sections = discussion.of_contribution(actor, contribution, filters)
    page = render_template(
        "comments/index.html", sections=sections, filters=filters, STATE_WORDS=STATE_WORDS, refused=refused,
        typed=request.form, used=[each for each in contribution.sections if each.retired_at is None],
        may_comment=discussion.may_begin(actor, contribution),
        names=discussion.people_to_mention(actor, contribution), **frame(actor, contribution),
    )
    mentions.see(actor, [view.thread for each in sections for view in each.threads])
    return page


def _filters() -> Filters:
    state = request.args.get("state", "open")
    return Filters(
        section=request.args.get("section", ""), organisation=request.args.get("organisation", ""),
        state=state if state in STATE_WORDS else "open",
        is_mine="mine" in request.args, mentions_me="mentions" in request.args,
    )


def _begin(actor: Actor, section_key: str) -> Thread:
    visibility = _text("visibility") or Visibility.EVERYBODY.value
    if visibility not in list(Visibility):
        raise InvalidInput(_("Choisissez dans la liste qui peut lire ce fil."))
    passage = Passage(
        revision=_number("revision"), start=_number("start"), end=_number("end"), selected=_text("selected"),
        before=_text("before"), suggestion=_text("suggestion") or None,
    )
    return threads.begin(actor, section_key, _text("text"), visibility=Visibility(visibility), passage=passage)


def _back(thread: Thread) -> Response:
    """Answer a script in JSON, and lead a page to the thread."""
    if wants_json():
        return jsonify(key=thread.key)
    state = "resolved" if thread.resolved_at is not None else "open"
    page = url_for("comments.index", key=thread.section.contribution.key, state=state, _anchor=f"thread-{thread.key}")
    return redirect(page, 303)


def _given() -> Any:
    """Return what was sent: the fields of a form, or a JSON object."""
    if not request.is_json:
        return request.form
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise InvalidInput(_("Cette demande n’a pas pu être comprise. Rechargez la page, puis recommencez."))
    return value


def _text(name: str) -> str:
    value = _given().get(name) or ""
    if not isinstance(value, str):
        raise InvalidInput(_("Cette demande n’a pas pu être comprise. Rechargez la page, puis recommencez."))
    return value


def _number(name: str) -> int | None:
    value = _given().get(name)
    if value is None or value == "":
        return None
    if type(value) is str and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    if type(value) is not int or not 0 <= value <= MOST:
        raise InvalidInput(_("Cette demande n’a pas pu être comprise. Rechargez la page, puis recommencez."))
    return value
