"""What the cards beside a section need, for the page that is open."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from drafting.services import decisions
from drafting.web.actor import require_actor, signed_in

blueprint = Blueprint("decisions", __name__)


@blueprint.get("/sections/<key>/decisions")
@signed_in
def show(key: str) -> Response:
    """Return when open suggestions were made, their amendments, and the last decisions."""
    found = decisions.review(require_actor(), key)
    return jsonify(at=found.at, amendments=found.amendments, decisions=found.decisions, **found.names)
