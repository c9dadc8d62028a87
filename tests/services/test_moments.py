"""The text at any moment: of a section at a revision, of the contribution at an instant, and where sliders stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.point import Point
from drafting.models.columns import recorded_at
from drafting.services import moments, revisions, sections, versions
from tests.services.discussions import Table, table
from tests.writing import write

START = datetime(2026, 3, 3, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def world(app: Flask) -> Table:
    with recorded_at(at(-60)):
        made = table(text="")
    section, people = made.section, made.people
    write(section, people["LEA"], "L’œuvre des salarié·es 👍.", at=at(0))
    write(section, people["LEA"], "L’œuvre des salarié·es 👍. Elle", at=at(1))
    write(section, people["CEX"], "L’œuvre des salarié·es 👍. Elle dure.", at=at(2))
    write(section, people["CEX"], "L’œuvre des salarié·es 👍. Elle dure !", at=at(30))
    return made


def test_a_revision_says_who_wrote_what_and_where_the_slider_stops(world: Table) -> None:
    view = revisions.at(world.people["OBS"], world.section.key, 3)

    assert [(one.acronym, one.text) for one in view.passages] == [
        ("LEA", "L’œuvre des salarié·es 👍. Elle"), ("CEX", " dure."),
    ]
    assert [one.revision for one in view.before] == [2, 0]
    assert [one.revision for one in view.after] == [4]
    assert (view.here.revision, view.here.by.label, view.at) == (3, "Camille Cex (CEX)", at(2))
    assert view.authors == [("LEA", world.organisations["LEA"].colour, ["Camille Lea"]),
                            ("CEX", world.organisations["CEX"].colour, ["Camille Cex"])]
    with pytest.raises(NotFound):
        revisions.at(world.people["OBS"], world.section.key, 5)


def test_at_the_beginning_nothing_is_written(world: Table) -> None:
    view = revisions.at(world.people["OBS"], world.section.key, 0)

    assert (view.html, view.passages, view.before, view.here.by) == ("", [], [], None)
    assert [one.revision for one in view.after] == [2, 3, 4]


def test_a_slider_that_is_let_go_falls_to_the_end_of_a_session(world: Table) -> None:
    ends = [revisions.stop_at(world.people["OBS"], world.section.key, near) for near in (-1, 0, 1, 2, 3, 4, 99)]

    assert ends == [0, 0, 2, 2, 3, 4, 4]


def test_a_date_leads_to_the_revision_of_that_moment(world: Table) -> None:
    def found(moment: str) -> int:
        return revisions.revision_at(world.people["OBS"], world.section.key, Point.parse(moment))

    assert [found(one) for one in ("d2026-03-02", "d2026-03-03T10:01", "d2026-03-03T10:29", "d2026-03-03")] == [
        0, 2, 3, 4]


def test_the_contribution_is_read_as_it_was(world: Table) -> None:
    with recorded_at(at(40)):
        sections.rename(world.people["CEX"], world.section.key, "Dès l’automne", question="", text_limit=None)
        sections.add(world.people["CEX"], world.contribution.key, "« Demandes »")

    then = moments.at(world.people["OBS"], world.contribution.key, Point.exact(at(2)))
    now = moments.at(world.people["OBS"], world.contribution.key, Point.exact(at(60)))

    assert [(part.number, part.title, part.revision) for part in then.parts] == [(1, "Dès l’été", 3)]
    assert "Elle dure." in then.parts[0].html
    assert [(part.number, part.title, part.revision) for part in now.parts] == [
        (1, "Dès l’automne", 4), (2, "« Demandes »", 0)]


def test_the_contributions_slider_stops_at_sessions_and_versions(world: Table) -> None:
    with recorded_at(at(20)):
        versions.freeze(world.people["CEX"], world.contribution.key, label="")

    past = moments.at(world.people["OBS"], world.contribution.key, Point.exact(at(2)))

    assert [one.at for one in past.before] == [at(1)]
    assert past.here is not None
    assert past.here.by.label == "Camille Cex (CEX)"
    assert [(one.at, one.version) for one in past.after] == [(at(20), 1), (at(30), None)]
    assert moments.at(world.people["OBS"], world.contribution.key, Point.exact(at(16))).nearest.version == 1


def test_before_the_beginning_and_after_today_the_ends_are_shown(world: Table) -> None:
    past = moments.at(world.people["OBS"], world.contribution.key, Point.parse("d1999-01-01"))
    future = moments.at(world.people["OBS"], world.contribution.key, Point.parse("d2199-01-01"))

    assert past.at == world.contribution.created_at
    assert future.at == future.last_at


def test_an_hour_that_does_not_exist_is_refused(world: Table) -> None:
    with pytest.raises(InvalidInput):
        moments.at(world.people["OBS"], world.contribution.key, Point.parse("d2026-03-29T02:30"))
    with pytest.raises(NotFound):
        moments.at(world.people["OUT"], world.contribution.key, Point.exact(at(2)))
