"""Versions: frozen at one instant, never changing, compared by words."""

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden
from drafting.domain.permissions import ParticipationRole
from drafting.extensions import db
from drafting.models import Contribution
from drafting.services import dashboard, versions
from tests import factories
from tests.writing import write


def world() -> tuple[Contribution, Actor, Actor]:
    home, away = factories.organisation(), factories.organisation()
    contribution = factories.contribution()
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    factories.participation(contribution, away, ParticipationRole.AUTHOR)
    coordinator, author = factories.member(home), factories.member(away)
    for title in ("Constats", "Demandes"):
        factories.section(contribution, title=title, lead_id=home.id)
    write(contribution.sections[0], coordinator, "L’œuvre des travailleurs·ses 😀.")
    return contribution, coordinator, author


def test_a_version_keeps_the_text_while_typing_goes_on(app: Flask) -> None:
    contribution, coordinator, _ = world()

    version = versions.freeze(coordinator, contribution.key, label=" Projet ", note="")
    write(contribution.sections[0], coordinator, "Tout autre chose.")

    assert [(s.title, s.revision, s.text) for s in version.sections] == [
        ("Constats", 1, "L’œuvre des travailleurs·ses 😀."), ("Demandes", 0, ""),
    ]
    assert (version.number, version.label) == (1, "Projet")
    assert versions.is_intact(version)


def test_a_version_that_was_tampered_with_is_noticed(app: Flask) -> None:
    contribution, coordinator, _ = world()
    version = versions.freeze(coordinator, contribution.key, label="")

    version.sections[0].text += "!"

    assert not versions.is_intact(version)
    db.session.rollback()


def test_only_the_coordination_freezes(app: Flask) -> None:
    contribution, _, author = world()

    with pytest.raises(Forbidden):
        versions.freeze(author, contribution.key, label="")




def test_the_dashboard_says_what_awaits_me(app: Flask) -> None:
    _, coordinator, author = world()

    mine = dashboard.dashboard(coordinator)
    theirs = dashboard.dashboard(author)

    assert [line.section.title for line in mine[0].awaiting] == ["Demandes"]
    assert theirs[0].awaiting == []
    assert dashboard.dashboard(factories.member(factories.organisation())) == []
