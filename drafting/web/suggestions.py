"""Suggestions of a contribution as a page: list and filter them, decide on one or many, undo; without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.errors import InvalidInput
from drafting.domain.rows import ACCEPT, REJECT, WITHDRAW
from drafting.models import Section
from drafting.services import amendments, suggestion_lists, suggestions
from drafting.services.access import find_section
from drafting.services.suggestion_lists import Review
from drafting.services.suggestion_reader import DecisionAct, Filters
from drafting.services.suggestions import Changed
from drafting.services.texts import head_of
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame

blueprint = Blueprint("suggestions", __name__)

COMMANDS = (ACCEPT, REJECT, WITHDRAW)
FILTERS = ("organisation", "section", "whose", "state")


@dataclass(frozen=True)
class Order:
    """What a form of this page asks for: to do something to one suggestion, or to a choice of them."""

    command: str
    ids: tuple[str, ...]
    seen: dict[str, str]
    reason: str
    revision: int
    """The section's when the page was made."""


@blueprint.get("/contributions/<key>/suggestions")
@signed_in
def index(key: str) -> str:
    """List the contribution's suggestions."""
    return listing(key)


@blueprint.post("/sections/<key>/suggestions")
@signed_in
def decide(key: str) -> Response | str | tuple[str, int]:
    """Accept, reject or withdraw suggestions of a section."""
    actor = require_actor()
    section = find_section(actor, key)
    try:
        order = asked(key)
        row = suggestions.decide(actor, key, order.command, order.ids, order.seen, order.reason)
    except Changed:
        return changed_page(section, order), 409
    except InvalidInput as refused:
        return listing(section.contribution.key, refused=str(refused.message), refused_in=key), 422
    return back(section, done=f"{key}.{row.row.revision}")


@blueprint.post("/sections/<key>/decisions/<int:revision>/undo")
@signed_in
def undo(key: str, revision: int) -> Response:
    """Undo a decision."""
    actor = require_actor()
    section = find_section(actor, key)
    row = suggestions.undo(actor, key, revision)
    flash(ngettext("La décision est annulée : la suggestion est de nouveau ouverte.",
                   "La décision est annulée : %(num)d suggestions sont de nouveau ouvertes.", len(row.row.ids)), "good")
    return back(section)


def listing(key: str, *, refused: str = "", refused_in: str = "") -> str:
    """Render the page as the address asks for it; after a refusal with what was typed."""
    actor = require_actor()
    review = suggestion_lists.review(actor, key, filters_asked(), request.args.get("page", 1, type=int))
    return render_template(
        "suggestions/index.html", review=review, shown_ids=shown_ids(review), done=just_done(), refused=refused,
        refused_in=refused_in, typed=request.form, address=address, **filing(actor, review),
        **frame(actor, review.contribution),
    )


def filing(actor: Actor, review: Review) -> dict[str, Any]:
    """Return which suggestions are in an amendment, and in which sections the actor can file others."""
    sections = [part.section for part in review.parts]
    return {
        "amendments_of": {section.key: amendments.held_in(section) for section in sections},
        "fileable_in": {section.key for section in sections if amendments.may_file_in(actor, section)},
    }


def filters_asked() -> Filters:
    """Read the filters in the address."""
    return Filters(
        organisation=request.args.get("organisation", ""), section=request.args.get("section", ""),
        is_mine=request.args.get("whose") == "mine", is_decided=request.args.get("state") == "decided",
    )


def address(endpoint: str, **values: Any) -> str:
    """Return an address that keeps the filters of this page; None leaves one out."""
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return url_for(endpoint, **{name: value for name, value in (kept | values).items() if value is not None})


def back(section: Section, done: str | None = None) -> Response:
    """Return to the list as it was filtered, where the section begins."""
    anchor = f"suggestions-{section.key}" if done is None else "done"
    return redirect(address("suggestions.index", key=section.contribution.key, done=done, _anchor=anchor), 303)


def just_done() -> DecisionAct | None:
    """Return the decision from which the person was led back here."""
    section_key, _dot, revision = request.args.get("done", "").partition(".")
    if not section_key or not revision.isascii() or not revision.isdigit() or len(revision) > 9:
        return None
    return suggestion_lists.act_at(require_actor(), section_key, int(revision))


def shown_ids(review: Review) -> set[tuple[str, str]]:
    """Return which suggestions are on the page, to be linked to."""
    return {(part.section.key, line.id) for part in review.parts for line in part.lines}


def asked(section_key: str) -> Order:
    """Read what a form asks for. Raise InvalidInput."""
    form = request.form
    command, _colon, one = form.get("act", "").partition(":")
    seen = dict(pair.split(":", 1) for pair in form.get("seen", "").split() if ":" in pair)
    ids = [one] if one else chosen(section_key, list(seen))
    reason = form.get(f"reason-{one}" if one else "reason", "")
    if command not in COMMANDS:
        raise InvalidInput(_("Choisissez d’accepter, de refuser ou de retirer."))
    return Order(command, tuple(ids), {id: seen[id] for id in ids if id in seen}, reason, revision_asked())


def chosen(section_key: str, seen: list[str]) -> list[str]:
    """Return which suggestions of those on the page are meant: the ticked ones, an organisation's, or all."""
    which, _colon, organisation = request.form.get("which", "chosen").partition(":")
    if which == "all":
        return seen
    if which == "organisation":
        return suggestions.belonging_to(require_actor(), section_key, seen, organisation)
    return request.form.getlist("chosen")


def revision_asked() -> int:
    """Return the section's revision when the form was made."""
    return request.form.get("revision", -1, type=int)


def changed_page(section: Section, order: Order) -> str:
    """Say what changed since the person read it, and let them decide anew; what they typed is kept."""
    actor = require_actor()
    lines, seen = suggestion_lists.changed_lines(actor, section, order.ids, order.seen, order.revision)
    return render_template(
        "suggestions/changed.html", section=section, lines=lines, seen=seen, order=order, address=address,
        revision=head_of(section), **frame(actor, section.contribution),
    )
