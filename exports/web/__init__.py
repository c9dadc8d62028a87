"""The pages of exporting, publishing, verifying and seals. `app.py` registers them; `drafting` knows none."""

from __future__ import annotations

from flask import Flask

from drafting.models.columns import now
from drafting.services import clock
from exports import archives, authorities, health, notices
from exports.background import Runner
from exports.signings import awaited_of
from exports.way import way_of, ways_of
from exports.web import (
    amendments,
    certificates,
    comparisons,
    documents,
    downloads,
    imports,
    publications,
    seals,
    signing_keys,
    signings,
    verifying,
)
from exports.web.moments import moment

BLUEPRINTS = (
    documents.blueprint, verifying.blueprint, seals.blueprint, certificates.blueprint, amendments.blueprint,
    downloads.blueprint, comparisons.blueprint, imports.blueprint, signings.blueprint,
    signing_keys.blueprint, publications.blueprint,
)


def init_app(app: Flask) -> None:
    """Register the pages and the worker that makes files."""
    app.extensions["exports"] = Runner(app)
    health.init_app(app)
    clock.also(app, notices.mail_due, mails=True)
    clock.also(app, archives.archive_due)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.globals.update(
        document_state=documents.document_state, expiries_of=authorities.own_expiries, clock=now,
        signatures_awaited=awaited_of, way_of=way_of, ways_of=ways_of)
