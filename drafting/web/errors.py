"""The one place where the vocabulary of errors becomes HTTP."""

from __future__ import annotations

import contextlib
import logging
from urllib.parse import urlsplit

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from drafting.domain import errors
from drafting.extensions import db
from drafting.web.redirects import local_path

logger = logging.getLogger(__name__)

STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Stale: 409,
    errors.InvalidTransition: 409,
    errors.InvalidInput: 422,
    errors.TooMany: 429,
}

LATER_S = 60
"""When a script may ask again what could not be answered now."""

# Never shown back to the person: what must not be on a page.
SECRET_FIELDS = {
    "csrf_token", "password", "new_password", "repeat_password", "passphrase", "new_passphrase", "token", "code",
    "join-code",
}
# Nor what the person did not type: what the page itself put into its form, and what is chosen from a list.
MACHINE_FIELDS = {
    "seen", "was", "revision", "act", "which", "chosen", "digest", "reservations", "stance", "printed", "rule",
    "quorum", "roll_call", "visibility", "editorial_of", "asked", "signs", "sections", "person",
}


def _words_of(name: str) -> str:
    """Return what a field is called for people."""
    known = {
        "reason": _("Motif"), "text": _("Texte"), "title": _("Titre"), "note": _("Note"),
        "dissent": _("Avis divergent"), "place": _("Passage"), "email": _("Adresse électronique"),
        "capacity": _("En qualité de"), "recipient": _("Destinataire"),
    }
    return next((known[part] for part in _parts(name) if part in known), _("Texte"))


def _parts(name: str) -> set[str]:
    """Return what a name is made of: of several fields alike, it also says which one (reservation-1-text)."""
    return {name, *name.split("-")}


def typed_fields() -> list[tuple[str, str]]:
    """Return what the person had typed into the form, with its field's words, so that an error page loses nothing."""
    if request.method != "POST":
        return []
    try:
        request.form  # noqa: B018
    except RequestEntityTooLarge:
        return []  # Not read. The browser still has it: going back shows the form as it was.
    return [
        (_words_of(name), value)
        for name, values in request.form.lists()
        for value in values
        if not _parts(name) & (SECRET_FIELDS | MACHINE_FIELDS) and value.strip()
    ]


def page_before() -> str | None:
    """Return the page of this site from which a form was sent, to go back to."""
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if request.method != "POST" or before.netloc != request.host:
        return None
    return local_path(before._replace(scheme="", netloc="", fragment="").geturl(), "") or None


def wants_json() -> bool:
    """Tell whether the request comes from a script rather than from a page."""
    return request.accept_mimetypes.best == "application/json" or request.is_json


def answer(status: int, title: str, message: str) -> ResponseReturnValue:
    """Return an error page, or JSON for those who asked for it."""
    later = {"Retry-After": str(LATER_S)} if status in (429, 503) else {}
    if wants_json():
        return jsonify(error=title, message=message), status, later
    typed = typed_fields()
    try:
        page = render_template(
            "errors/error.html", status=status, title=title, message=message, typed=typed, before=page_before()
        )
    except Exception:  # The last edge: what is broken may be what every page needs.
        logger.exception("No error page could be made")
        words = Markup("<!doctype html><meta charset=utf-8><title>{0}</title><h1>{0}</h1><p>{1}</p>")
        page = words.format(title, message) + Markup("").join(
            Markup("<p>{0}</p><textarea readonly rows=8>{1}</textarea>").format(*each) for each in typed)
    return page, status, later


def titles() -> dict[int, str]:
    """Return the plain-word title of each status."""
    return {
        400: _("Cette demande n’a pas pu être comprise"),
        401: _("Connexion nécessaire"),
        403: _("Vous ne pouvez pas faire cela"),
        404: _("Page introuvable"),
        405: _("Cette demande n’a pas pu être comprise"),
        409: _("Quelque chose a changé entre-temps"),
        413: _("C’est trop volumineux"),
        415: _("Cette demande n’a pas pu être comprise"),
        422: _("Une valeur est à corriger"),
        429: _("Trop de tentatives"),
        500: _("Une erreur s’est produite de notre côté"),
        503: _("Le service n’est pas disponible pour le moment"),
    }


def messages() -> dict[int, str]:
    """Return what to do next for each status, where the error itself does not say."""
    return {
        401: _("Connectez-vous, puis recommencez ; ce que vous aviez saisi est ci-dessous."),
        403: _("Vos droits ne le permettent pas. Adressez-vous à la coordination de la contribution."),
        404: _("L’adresse est fausse, ou la page n’est pas ouverte à votre organisation."),
        409: _("Rechargez la page pour voir l’état présent, puis recommencez."),
        413: _("Revenez en arrière : ce que vous aviez saisi y est encore. Réduisez la taille de ce que vous envoyez, "
               "puis recommencez."),
        429: _("Attendez quelques minutes, puis réessayez."),
        503: _("Ce n’est pas de votre fait. Ce que vous aviez saisi est ci-dessous ; réessayez dans un instant."),
        500: _("Ce n’est pas de votre fait. Ce que vous aviez saisi est ci-dessous ; réessayez dans un instant."),
    }


def leave_database() -> None:
    """Let the error page be made without the database."""
    g.setdefault("my_organisations", [])  # What the header would ask for.
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(errors.DomainError)
    def domain_error(error: errors.DomainError) -> ResponseReturnValue:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        title = titles()[status] if isinstance(error, errors.Stale) or status != 409 else _("Ce n’est pas possible")
        return answer(status, title, str(error.message) or messages().get(status, ""))

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> ResponseReturnValue:
        return answer(
            400,
            _("Cette page était ouverte depuis trop longtemps"),
            _("Rechargez la page et envoyez à nouveau ; ce que vous aviez saisi est ci-dessous."),
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error
        title = titles().get(status, titles()[400])
        return answer(status, title, messages().get(status, _("Revenez en arrière et recommencez.")))

    @app.errorhandler(IntegrityError)
    def somebody_was_first(error: Exception) -> ResponseReturnValue:
        """Two did what only one can do, at the same moment, and no service has better words for it."""
        logger.warning("Refused by the database on %s %s: %s", request.method, request.url_rule, error)
        leave_database()
        return answer(409, titles()[409], messages()[409])

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def no_database(error: Exception) -> ResponseReturnValue:
        """The database is away, locked for too long or its disk is full: in a moment it may be well again."""
        logger.error("The database would not on %s %s: %s", request.method, request.url_rule, error)
        leave_database()
        return answer(503, titles()[503], messages()[503])

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:  # A process edge: log, answer, go on.
        # Not the address itself: some hold a secret (invitations, links for a new password).
        logger.exception("Unexpected error on %s %s", request.method, request.url_rule)
        leave_database()
        return answer(500, titles()[500], messages()[500])
