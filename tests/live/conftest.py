"""Fixtures of the live tests: a house to write in, and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from drafting.config import Settings
from drafting.domain.actor import Actor
from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.live.house import House, house_of
from drafting.models import Contribution, Organisation, Section
from tests import factories
from tests.server import Server


@dataclass
class Paper:
    """A contribution with one section and one actor of each kind."""

    contribution: Contribution
    section_id: int
    section_key: str
    coordinator: Actor
    lead: Actor
    """Author of the organisation that leads the section."""
    author: Actor
    """Author of another organisation."""
    contributor: Actor
    observer: Actor
    stranger: Actor

    @property
    def section(self) -> Section:
        """The section, read anew."""
        db.session.rollback()
        section = db.session.get(Section, self.section_id)
        assert section is not None
        return section


@pytest.fixture
def paper(app: Flask) -> Paper:
    """A contribution with one section, in which five organisations take part and a sixth does not."""
    return make_paper()


def make_paper() -> Paper:
    """Build that contribution."""
    contribution = factories.contribution()
    organisations: list[Organisation] = []
    roles = [ParticipationRole.COORDINATOR, ParticipationRole.AUTHOR, ParticipationRole.AUTHOR,
             ParticipationRole.CONTRIBUTOR, ParticipationRole.OBSERVER]
    for role in roles:
        organisations.append(factories.organisation())
        factories.participation(contribution, organisations[-1], role)
    section = factories.section(contribution, lead_id=organisations[1].id)
    people = [factories.member(one) for one in organisations]
    stranger = factories.member(factories.organisation())
    return Paper(contribution, section.id, section.key, *people, stranger)


@pytest.fixture
def house(app: Flask) -> House:
    """The live part of this test's process."""
    return house_of(db.engine)


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    """A real server on this test's database."""
    server = Server(settings).start()
    yield server
    server.kill()  # Stopping in order takes seconds while pages are open: one test does.
