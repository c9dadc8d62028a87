"""Restorations: choose what of an earlier text comes back, and how; read what was brought back."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from drafting.domain.errors import InvalidInput, Stale
from drafting.services import restorations
from drafting.web.actor import require_actor, signed_in
from drafting.web.contributions import frame

blueprint = Blueprint("restorations", __name__)


@blueprint.get("/sections/<key>/revisions/<int:revision>/restore")
@signed_in
def show(key: str, revision: int) -> str:
    """Show what differs from an earlier text, to be chosen."""
    return _page(key, revision, None)


@blueprint.post("/sections/<key>/revisions/<int:revision>/restore")
@signed_in
def restore(key: str, revision: int) -> Response | tuple[str, int]:
    """Bring the chosen passages back."""
    chosen = request.form.getlist("passage")
    try:
        row = restorations.restore(
            require_actor(), key, revision, chosen, base=request.form.get("base", -1, type=int),
            as_suggestion=request.form.get("how") == "suggest",
        )
    except Stale as stale:
        return _page(key, revision, chosen, refused=str(stale.message)), 409
    except InvalidInput as error:
        return _page(key, revision, chosen, refused=str(error.message)), 422
    return redirect(url_for("restorations.done", key=key, revision=row.row.revision), 303)


@blueprint.get("/sections/<key>/restorations/<int:revision>")
@signed_in
def done(key: str, revision: int) -> str:
    """Say what was brought back, and how to take that back."""
    actor = require_actor()
    section, row = restorations.restoration_at(actor, key, revision)
    return render_template("restorations/done.html", section=section, row=row, **frame(actor, section.contribution))


def _page(key: str, revision: int, chosen: list[str] | None, *, refused: str = "") -> str:
    actor = require_actor()
    view = restorations.restorable(actor, key, revision)
    there = {line.key for line in view.lines}
    # What was chosen and is still there stays chosen; at first everything is.
    ticked = there if chosen is None else there & set(chosen)
    return render_template(
        "restorations/show.html", view=view, section=view.section, ticked=ticked, refused=refused,
        title=_("Rétablir un texte antérieur"), **frame(actor, view.section.contribution),
    )
