"""A version's text to take away: one HTML file, or a folder of plain text files."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from drafting.domain.errors import Conflict
from drafting.domain.permissions import Action
from drafting.models import Version
from drafting.services.access import find_version
from drafting.web.actor import require_actor, signed_in
from exports import bundle, explanations, standalone
from exports.kinds.version_documents import intact_manuscript
from exports.manuscript import Manuscript
from exports.work import CannotMake

blueprint = Blueprint("downloads", __name__)


@blueprint.get("/versions/<key>/text.html")
@signed_in
def html(key: str) -> ResponseReturnValue:
    """Give a version as one HTML file."""
    version, text = _text(key)
    return given(standalone.version_html(text), "text/html", f"{_name(version)}.html")


@blueprint.get("/versions/<key>/markdown.zip")
@signed_in
def markdown(key: str) -> ResponseReturnValue:
    """Give a version as a folder of Markdown files, with what its digest is made over."""
    version, text = _text(key)
    name = _name(version)
    content = bundle.zipped(text, version.canonical.encode(), folder=name)
    return given(content, "application/zip", f"{name}-markdown.zip")


def given(content: str | bytes, media_type: str, name: str) -> ResponseReturnValue:
    """Return an answer to be saved under this name."""
    response = current_app.response_class(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # Opened in the browser all the same, it runs under our address: nothing in it may load or run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _text(key: str) -> tuple[Version, Manuscript]:
    version = find_version(require_actor(), key, Action.PRINT)
    return version, the_text(lambda: intact_manuscript(version))


def the_text(read: Callable[[], Manuscript]) -> Manuscript:
    """Return what this reads; raises Conflict, with the reason in words, where it may not be given."""
    try:
        return read()
    except CannotMake as error:
        raise Conflict(explanations.failure(error.reason)) from error


def _name(version: Version) -> str:
    return f"{version.contribution.slug}-v{version.number}"
