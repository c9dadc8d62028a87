"""A comparison to take away, and the newer of its two texts without marks."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.point import Point
from drafting.services.access import find_contribution
from drafting.web.actor import require_actor, signed_in
from exports import jobs, standalone
from exports.kinds import redline
from exports.kinds.version_documents import clean_text
from exports.web.documents import follow
from exports.web.downloads import given, the_text

blueprint = Blueprint("comparison_exports", __name__)


@blueprint.post("/contributions/<key>/compare.pdf")
@signed_in
def pdf(key: str) -> ResponseReturnValue:
    """Ask for the comparison in the address as a PDF."""
    a, b, section = _asked()
    return follow(redline.order(require_actor(), key, a, b, section_key=section))


@blueprint.get("/contributions/<key>/compare.html")
@signed_in
def html(key: str) -> ResponseReturnValue:
    """Give the comparison in the address as one HTML file."""
    a, b, section = _asked()
    actor = require_actor()
    document = redline.compared(actor, key, a, b, section_key=section)
    slug = find_contribution(actor, key).slug
    return given(standalone.redline_html(document), "text/html", f"{slug}-{_('texte-compare')}.html")


@blueprint.post("/contributions/<key>/clean.pdf")
@signed_in
def clean_pdf(key: str) -> ResponseReturnValue:
    """Ask for the text at a point, without marks, as a working copy."""
    return follow(jobs.order_clean_copy(require_actor(), key, _at(), section_key=request.args.get("section", "")))


@blueprint.get("/contributions/<key>/clean.html")
@signed_in
def clean_html(key: str) -> ResponseReturnValue:
    """Give the text at a point, without marks, as one HTML file."""
    actor = require_actor()
    text = the_text(lambda: clean_text(actor, key, _at(), request.args.get("section", "")))
    slug = find_contribution(actor, key).slug
    name = f"{slug}-v{text.number}" if text.number else f"{slug}-{_('texte-net')}"
    return given(standalone.version_html(text), "text/html", f"{name}.html")


def _asked() -> tuple[Point, Point, str]:
    a, b = Point.parse(request.args.get("from", "")), Point.parse(request.args.get("to", ""))
    return a, b, request.args.get("section", "")


def _at() -> Point:
    return Point.parse(request.args.get("at", ""))
