"""An instance for a benchmark: a clean SQLite database with one section and people who may write in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from drafting.app import create_app
from drafting.config import Settings
from drafting.domain.actor import Actor
from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.live.house import close_house
from tests import factories


@dataclass
class Instance:
    """Where to write, and who does."""

    app: Flask
    settings: Settings
    actors: list[Actor] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    """Id and key of each section."""


@contextmanager
def instance(*, people: int = 1, sections: int = 1) -> Iterator[Instance]:
    """Make an instance, inside the application's context, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings.from_environment({"DRAFTING_INSTANCE": str(Path(folder))})
        app = create_app(settings)
        with app.app_context():
            upgrade()
            made = Instance(app, settings)
            contribution = factories.contribution()
            organisation = factories.organisation()
            factories.participation(contribution, organisation, ParticipationRole.COORDINATOR)
            made.actors = [factories.member(organisation) for _ in range(people)]
            for _ in range(sections):
                section = factories.section(contribution)
                made.sections.append((section.id, section.key))
            yield made
            close_house(db.engine)
            db.session.remove()
            db.engine.dispose()
