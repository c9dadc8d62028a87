"""What the doctor looks at for the exports: seals that the keys of this instance open, and that still serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from drafting.doctor import add_check
from drafting.extensions import db
from drafting.health.findings import Finding, fine, problem, warning
from drafting.models import Seal
from drafting.models.columns import now
from exports.instance import key_store
from exports.keys import KeyMissing

SOON = timedelta(days=30)


def init_app(app: Flask) -> None:
    """Add the exports' checks to the doctor's."""
    add_check(app, "Cachets", seals)


def seals() -> Iterator[Finding]:
    """Open every seal in use with the instance's keys, and look how long it serves."""
    db.session.rollback()
    found = db.session.scalars(select(Seal).where(Seal.retired_at.is_(None)).order_by(Seal.id)).all()
    for seal in found:
        name = seal.organisation.acronym
        try:
            key_store().decrypt(seal.pkcs12)
        except (KeyMissing, OSError):
            yield problem(
                _("Le cachet de %(name)s ne s’ouvre pas avec les clés de cette installation.", name=name),
                _("Restaurez le dossier des clés qui va avec cette base, ou déposez de nouveau le cachet."),
            )
            continue
        if seal.expires_at - SOON < now() and not seal.demonstration:
            yield warning(
                _("Le cachet de %(name)s expire le %(date)s.", name=name, date=seal.expires_at.date().isoformat()),
                _("Demandez son renouvellement, puis déposez le nouveau cachet."),
            )
    yield fine(ngettext("%(num)d cachet examiné", "%(num)d cachets examinés", len(found)))
