"""Put the application together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_babel import get_locale
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

import drafting.models  # noqa: F401 - the tables, so that migrations know them
from drafting import cli
from drafting.config import Settings, secret_key
from drafting.extensions import babel, csrf, db, migrate, prepare_engine
from drafting.translations import PoFolder
from drafting.web import (
    actor,
    blueprints,
    comparison_words,
    deadlines,
    errors,
    headers,
    plain_text,
    static_files,
)
from drafting.web.locale import language_of_request
from exports import cli as exports_cli
from exports import web as exports_web

MAX_REQUEST_BYTES = 60 * 1024 * 1024  # A signed PDF with its annexes; the routes in LARGE_UPLOADS only.


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings (the environment's by default)."""
    settings = settings or Settings.from_environment()
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask("drafting", template_folder="../templates", static_folder=None)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=secret_key(settings.instance),
        SQLALCHEMY_DATABASE_URI=make_url(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not settings.database_url.startswith("sqlite"),
            "hide_parameters": True,  # Values, password hashes among them, stay out of errors and so of the log.
        },
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        LARGE_UPLOADS={
            "verifying.by_file", "imports.into_new", "imports.into_contribution", "imports.into_section",
            "signings.bring_back",
        },
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-form" if settings.is_https else "form",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="fr",
        SERVER_TIMEZONE="UTC",
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    plain_text.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db, directory=f"{app.root_path}/migrations")
    actor.init_app(app)  # Before the CSRF check, whose error page shows who is signed in.
    csrf.init_app(app)
    babel.init_app(app, locale_selector=language_of_request)
    babel.domain_instance = PoFolder()
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with app.app_context():
        prepare_engine(db.engine)
    headers.init_app(app)
    errors.init_app(app)
    deadlines.init_app(app)
    comparison_words.init_app(app)
    static_files.init_app(app, Path(__file__).parents[1] / "static")
    blueprints.init_app(app)
    cli.init_app(app)
    exports_web.init_app(app)
    exports_cli.init_app(app)
    return app
