"""Points in time looked up in a contribution, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.errors import DomainError, InvalidInput, NotFound
from drafting.domain.permissions import ParticipationRole
from drafting.domain.point import NOW, VISIT, Point
from drafting.models import Contribution
from drafting.models.columns import recorded_at
from drafting.services import sections, versions, visits
from drafting.services.access import find_contribution
from drafting.services.points import Moment, Points
from tests import factories
from tests.writing import write

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 9:00 in Paris
LATER = BEGAN + timedelta(days=9)


def day(n: float) -> datetime:
    return BEGAN + timedelta(days=n)


@pytest.fixture
def world(app: Flask) -> tuple[Contribution, Actor]:
    """Two sections; written in on days 0, 1 and 2; renamed, frozen, added to, moved and retired since."""
    home = factories.organisation()
    contribution = factories.contribution(created_at=BEGAN)
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    coordinator = factories.member(home)
    for title in ("Constats", "Demandes · œuvre"):
        factories.section(contribution, title=title, lead_id=home.id, created_at=BEGAN)
    first, second = contribution.sections
    write(first, coordinator, "L’été.", at=day(0.1))
    write(first, coordinator, "L’été 👍.", at=day(1))
    write(second, coordinator, "« Oui »", at=day(2))
    with recorded_at(day(3)):
        versions.freeze(coordinator, contribution.key, label="Projet")
    with recorded_at(day(4)):
        sections.rename(coordinator, first.key, "Nos constats", question="", text_limit=None)
    with recorded_at(day(5)):
        third = sections.add(coordinator, contribution.key, "Suites")
        sections.move(coordinator, third.key, -2)
    with recorded_at(day(6)):
        sections.retire(coordinator, second.key)
    return contribution, coordinator


def find(world: tuple[Contribution, Actor], text: str, **options) -> Moment:
    contribution, actor = world
    with recorded_at(LATER):
        here = find_contribution(actor, contribution.key)
        section = next((one for one in here.sections if one.title == options.get("section")), None)
        return Points(actor, here, section).find(Point.parse(text))


def told(moment: Moment) -> list[tuple[int, str, int]]:
    return [(one.number, one.title, one.revision) for one in moment.sections.values()]


@pytest.mark.parametrize(("text", "expected"), [
    ("d2026-03-02T09:00", [(1, "Constats", 0), (2, "Demandes · œuvre", 0)]),
    ("d2026-03-02", [(1, "Constats", 1), (2, "Demandes · œuvre", 0)]),
    ("d2026-03-03T08:59", [(1, "Constats", 1), (2, "Demandes · œuvre", 0)]),
    ("d2026-03-03T09:00", [(1, "Constats", 2), (2, "Demandes · œuvre", 0)]),
    ("v1", [(1, "Constats", 2), (2, "Demandes · œuvre", 1)]),
    ("d2026-03-06", [(1, "Nos constats", 2), (2, "Demandes · œuvre", 1)]),
    ("d2026-03-07", [(1, "Suites", 0), (2, "Nos constats", 2), (3, "Demandes · œuvre", 1)]),
    ("now", [(1, "Suites", 0), (2, "Nos constats", 2)]),
])
def test_a_point_has_the_sections_of_then(world, text: str, expected: list[tuple[int, str, int]]) -> None:
    assert told(find(world, text)) == expected


def test_a_revision_is_that_of_one_section(world) -> None:
    assert told(find(world, "r1", section="Nos constats")) == [(1, "Constats", 1)]
    assert find(world, "r0", section="Nos constats").at == BEGAN
    assert told(find(world, "r1", section="Demandes · œuvre")) == [(2, "Demandes · œuvre", 1)]


def test_what_was_seen_at_the_last_visit_is_the_readers_own(world) -> None:
    contribution, actor = world
    with recorded_at(day(1.5)):
        visits.arrive(actor, find_contribution(actor, contribution.key))
    with recorded_at(day(8)):
        visits.arrive(actor, find_contribution(actor, contribution.key))
    with recorded_at(day(8) + timedelta(minutes=20)):
        here = find_contribution(actor, contribution.key)
        moment = Points(actor, here).find(VISIT)
        same = Points(actor, here).find(moment.fixed)

    assert (moment.at, moment.is_visit) == (day(1.5), True)
    # The factory counts its revisions from 1; the second section had none then.
    assert told(moment) == [(1, "Constats", 2), (2, "Demandes · œuvre", 0)]
    assert (told(same), same.is_visit) == (told(moment), True)
    # Who comes straight to a comparison after days was last here on that last day.
    assert find(world, "visit").at == day(8)


def test_now_and_the_last_visit_have_a_form_that_lasts(world) -> None:
    contribution, actor = world
    moment = find(world, "now")

    assert str(moment.fixed) == "d2026-03-11T08:00:00Z"
    assert told(find(world, str(moment.fixed))) == told(moment)
    write(contribution.sections[0], actor, "L’été 👍 encore.", at=LATER + timedelta(milliseconds=3))
    with recorded_at(LATER + timedelta(milliseconds=5)):
        busy = Points(actor, find_contribution(actor, contribution.key)).find(NOW)
    assert str(busy.fixed) == "d2026-03-11T08:00:00.003000Z"


@pytest.mark.parametrize(("text", "kind", "words"), [
    ("v2", NotFound, "Il n’y a pas de version 2"),
    ("r9", NotFound, "n’a pas de révision 9"),
    ("d2026-03-12", InvalidInput, "à venir"),
    ("d2026-03-11T09:01", InvalidInput, "à venir"),
    ("d2026-03-01", InvalidInput, "n’existait pas encore"),
    ("d1789-07-14", InvalidInput, "Vérifiez l’année"),
    ("d2026-03-29T02:30", InvalidInput, "heure d’été"),
    ("visit", InvalidInput, "pas encore venu"),
])
def test_what_cannot_be_looked_up_says_why(world, text: str, kind: type[DomainError], words: str) -> None:
    with pytest.raises(kind) as refused:
        find(world, text, section="Nos constats")

    assert words in str(refused.value)


def test_a_revision_needs_its_section(world) -> None:
    with pytest.raises(InvalidInput, match="choisissez aussi la section"):
        find(world, "r1")


def test_today_counts_until_now(world) -> None:
    moment = find(world, "d2026-03-11")

    assert (moment.at, moment.is_today) == (LATER, True)


def test_offers_are_versions_the_last_visit_and_the_beginning(world) -> None:
    contribution, actor = world
    offers = Points(actor, find_contribution(actor, contribution.key)).offers()

    assert [one.number for one in offers.versions] == [1]
    assert offers.visited_at is None
    assert find(world, str(offers.beginning)).is_beginning
