"""The table of amendments as a PDF, asked for from the screen's table."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from drafting.web.actor import require_actor, signed_in
from drafting.web.amendments import asked
from exports.kinds import amendment_table
from exports.web.documents import follow

blueprint = Blueprint("amendment_tables", __name__)


@blueprint.post("/contributions/<key>/amendments.pdf")
@signed_in
def pdf(key: str) -> ResponseReturnValue:
    """Ask for the table as an accessible PDF, filtered and sorted as in the address."""
    return follow(amendment_table.order(require_actor(), key, asked()))
