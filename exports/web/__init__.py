"""The pages of exporting, publishing, verifying and seals. `app.py` registers them; `drafting` knows none."""

from __future__ import annotations

from flask import Flask

from exports.web import certificates, seals, verifying
from exports.web.moments import moment

BLUEPRINTS = (verifying.blueprint, seals.blueprint, certificates.blueprint)


def init_app(app: Flask) -> None:
    """Register the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.filters["moment"] = moment
