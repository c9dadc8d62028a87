"""The public verification page: is this the published file, is it intact, whose is the seal, is it trusted."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from drafting.domain.errors import NotFound, TooMany
from drafting.extensions import csrf, db
from drafting.models.columns import now
from drafting.services.throttle import network_of
from drafting.web.errors import wants_json
from exports import explanations, guarded, proofs
from exports.codes import grouped, read_code
from exports.files import PublishedFiles
from exports.inspection import Inspection
from exports.instance import SHA256, FileMissing, file_store
from exports.pace import Pace
from exports.seals import relied_on
from exports.verification import MAX_PDF_BYTES, Verdict, published_json, verify

blueprint = Blueprint("verifying", __name__)

# Reading a stranger's file takes a worker process: so many at once, the others wait, then are told to.
AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE_S = 20
# Uploads that are being received, and published files that nobody has looked at yet, which are read or wait for their
# turn: a quarter of the threads (gunicorn.conf.py) at most.
IN_HAND = threading.BoundedSemaphore(8)
# One reader is enough for each published file: the others wait a moment for what it finds, then are told to come back.
READING: set[str] = set()
READ = threading.Condition()
MOMENT_S = 5
# A whole office may share one address.
UPLOADS, WINDOW_S = 60, 300


def pace() -> Pace:
    """How often this application lets one network upload."""
    kept: Pace = current_app.extensions.setdefault("verifying_pace", Pace(UPLOADS, WINDOW_S))
    return kept


def too_many() -> TooMany:
    """What to tell those for whom there is no room now."""
    return TooMany(_("Beaucoup de fichiers sont en cours de vérification. Réessayez dans une minute."))


def judge(data: bytes) -> Verdict:
    """The verdict of this instance on these bytes; raises TooMany when too many are being read already.

    What was published is read once: however many hostile files wait, it can be verified.
    """
    return verify(data, published=PublishedFiles(), at=now(), inspect=inspect, **relied_on())


def judge_published(data: bytes) -> Verdict:
    """Do what `judge` does with a file that anybody may ask for, as often as they like: only reading it is paced."""
    return verify(data, published=PublishedFiles(), at=now(), inspect=inspect_published, **relied_on())


def inspect(pdf: bytes, **options: Any) -> Inspection:
    """Read a file in its turn; one that is published, the first time only. Raises TooMany."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    if PublishedFiles().by_digest(sha256):
        return guarded.inspect_once(pdf, **options, ask=in_turn, around=lambda: alone(sha256))
    return in_turn(pdf, **options)


def inspect_published(pdf: bytes, **options: Any) -> Inspection:
    """Read a published file the first time only, while few others are in hand. Raises TooMany."""
    sha256 = hashlib.sha256(pdf).hexdigest()

    @contextmanager
    def in_hand_alone() -> Iterator[None]:
        with in_hand(), alone(sha256):
            yield

    return guarded.inspect_once(pdf, **options, ask=paced, around=in_hand_alone)


@contextmanager
def in_hand() -> Iterator[None]:
    """Take one of the few places of those who make this process read a file, or raise TooMany."""
    if not IN_HAND.acquire(blocking=False):
        raise too_many()
    try:
        yield
    finally:
        IN_HAND.release()


@contextmanager
def alone(sha256: str) -> Iterator[None]:
    """Let nobody else read this file meanwhile. Raises TooMany when another takes longer than a moment."""
    db.session.rollback()  # Whoever waits holds no connection: there are fewer of them than threads.
    with READ:
        if not READ.wait_for(lambda: sha256 not in READING, timeout=MOMENT_S):
            raise too_many()
        READING.add(sha256)
    try:
        yield
    finally:
        with READ:
            READING.remove(sha256)
            READ.notify_all()


def require_pace() -> None:
    """Raise TooMany where the asker's network has asked for much lately."""
    if not pace().allows(network_of(request.remote_addr), time.monotonic()):
        raise too_many()


def paced(pdf: bytes, **options: Any) -> Inspection:
    """Read a file in its turn, counted as an upload is. Raises TooMany."""
    require_pace()
    return in_turn(pdf, **options)


def in_turn(pdf: bytes, **options: Any) -> Inspection:
    """Read a file when a process is free; raises TooMany."""
    db.session.rollback()  # Whoever waits holds no connection: there are fewer of them than threads.
    if not AT_ONCE.acquire(timeout=PATIENCE_S):
        raise too_many()
    try:
        return guarded.inspect(pdf, **options)
    finally:
        AT_ONCE.release()


@blueprint.get("/verify")
def ask() -> ResponseReturnValue:
    """Ask for a file or a code."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for("verifying.by_code", code=read_code(typed) or typed[:60]), 303)
    return render_template("exports/verify.html", problem="")


@blueprint.post("/verify")
@csrf.exempt  # type: ignore[untyped-decorator]  # Changes nothing and looks at no session; a script may ask too.
def by_file() -> ResponseReturnValue:
    """Judge an uploaded file."""
    with in_hand():
        return _by_file()


def _by_file() -> ResponseReturnValue:
    upload = request.files.get("file")
    data = upload.stream.read(MAX_PDF_BYTES + 1) if upload else b""
    if not data:
        problem = _("Choisissez le fichier PDF à vérifier.")
        if wants_json():
            return jsonify(error=problem), 422
        return render_template("exports/verify.html", problem=problem), 422
    require_pace()
    verdict = judge(data)
    if wants_json():
        return jsonify(verdict.to_json())
    return render_template("exports/verdict.html", verdict=verdict, words=explanations, grouped=grouped)


@blueprint.get("/verify/digest/")
@blueprint.get("/verify/digest/<sha256>")
def by_digest(sha256: str = "") -> ResponseReturnValue:
    """Say whether a file with this SHA-256 is published, for a browser that keeps the file to itself."""
    require_pace()
    found = PublishedFiles().by_digest(sha256.lower()) if SHA256.fullmatch(sha256.lower()) else None
    if found is None:
        return jsonify(published=False)  # An answer, not a page that is missing.
    return jsonify(published=True, code=found.code, newest=found.is_newest,
                   address=url_for("verifying.by_code", code=found.code))


@blueprint.get("/verify/<code>")
def by_code(code: str) -> ResponseReturnValue:
    """Say what is published under a code. What is not published does not exist here."""
    published = PublishedFiles().by_code(code)
    if published is None:
        if wants_json():
            return jsonify(published=False), 404
        return render_template("exports/unknown_code.html", typed=code[:60]), 404
    try:
        verdict = judge_published(file_store().get(published.sha256))
    except FileMissing as error:
        current_app.logger.error("A published file is missing or changed: %s", error)
        raise NotFound() from error
    if wants_json():
        return jsonify({**published_json(published), "published": True, "trusted": verdict.trusted,
                        "demonstration": verdict.demonstration})
    return render_template(
        "exports/published.html", file=published, verdict=verdict, words=explanations, grouped=grouped
    )


@blueprint.get("/verify/<code>/proof.zip")
def proof(code: str) -> ResponseReturnValue:
    """Give all that is needed to check a published file without us."""
    try:
        name, content = proofs.bundle_of(read_code(code) or code)
    except FileMissing as error:
        current_app.logger.error("A published file is missing or changed: %s", error)
        raise NotFound() from error
    response = current_app.response_class(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.zip")
    return response
