"""Contributions: created from an outline, described, shared."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.models import Contribution
from drafting.services import contributions, sections
from drafting.services.access import find_contribution
from drafting.services.contributions import Details
from tests import factories

DEADLINE = datetime(2025, 2, 10, 17, 0, tzinfo=UTC)


def details(**values: object) -> Details:
    defaults: dict[str, object] = {
        "title": "Pour une IA au service du travail·", "recipient": "Sommet", "event": "", "language": "fr",
        "deadline_at": DEADLINE, "deadline_zone": "Europe/Paris", "text_limit": None, "limit_unit": "words",
    }
    return Details(**{**defaults, **values})  # type: ignore[arg-type]


def created(**values: object) -> tuple[Contribution, object]:
    actor = factories.member(factories.organisation(), MembershipRole.SECRETARY)
    return contributions.create(actor, details(**values), kind="summit"), actor


def test_the_creator_organisation_coordinates_and_leads_each_section(app: Flask) -> None:
    made, actor = created()

    assert [(p.organisation_id, p.role) for p in made.participations] == [
        (actor.organisation_id, ParticipationRole.COORDINATOR)  # type: ignore[attr-defined]
    ]
    assert len(made.sections) >= 3
    assert made.slug == "pour-une-ia-au-service-du-travail"
    assert [section.position for section in made.sections] == list(range(1, len(made.sections) + 1))


def test_each_question_of_a_consultation_becomes_a_section(app: Flask) -> None:
    actor = factories.member(factories.organisation())

    made = contributions.create(actor, details(), kind="consultation", questions=("Quels droits ?", "Qui décide ?"))

    titles = [section.title for section in made.sections]
    assert any("Quels droits" in title for title in titles)
    assert any("Qui décide" in title for title in titles)


def test_two_contributions_of_one_title_have_two_slugs(app: Flask) -> None:
    first, _ = created()
    second, _ = created()

    assert {first.slug, second.slug} == {
        "pour-une-ia-au-service-du-travail", "pour-une-ia-au-service-du-travail-2",
    }


def test_somebody_without_organisation_creates_nothing(app: Flask) -> None:
    organisation = factories.organisation()
    actor = factories.member(organisation)
    outsider = type(actor)(**{**actor.__dict__, "organisation_id": None})

    with pytest.raises(Forbidden):
        contributions.create(outsider, details(), kind="summit")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": " "}, "title"), ({"language": "xx"}, "language"), ({"text_limit": 0}, "text_limit")],
)
def test_bad_values_are_named(app: Flask, wrong: dict[str, object], field: str) -> None:
    actor = factories.member(factories.organisation())

    with pytest.raises(InvalidInput) as refused:
        contributions.create(actor, details(**wrong), kind="summit")

    assert list(refused.value.fields) == [field]


def test_an_outsider_finds_nothing(app: Flask) -> None:
    made, _ = created()
    outsider = factories.member(factories.organisation(), MembershipRole.SECRETARY)

    for key in (made.key, "nexistepasnexist"):
        with pytest.raises(NotFound):
            find_contribution(outsider, key)


def test_only_the_coordination_takes_organisations_in(app: Flask) -> None:
    made, actor = created()
    other = factories.organisation()
    third = factories.organisation()
    contributions.take_in(actor, made.key, other.key, ParticipationRole.AUTHOR)  # type: ignore[arg-type]

    with pytest.raises(Forbidden):
        contributions.take_in(factories.member(other), made.key, third.key, ParticipationRole.COORDINATOR)


def test_the_last_coordinator_stays(app: Flask) -> None:
    made, actor = created()
    own = made.participations[0]

    with pytest.raises(Conflict):
        contributions.leave_out(actor, made.key, own.key)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        contributions.take_in(
            actor, made.key, own.organisation.key, ParticipationRole.OBSERVER,  # type: ignore[arg-type]
        )


def test_an_organisation_that_leaves_leads_nothing_any_more(app: Flask) -> None:
    made, actor = created()
    other = factories.organisation()
    joined = contributions.take_in(actor, made.key, other.key, ParticipationRole.AUTHOR)  # type: ignore[arg-type]
    section = sections.entrust(actor, made.sections[0].key, joined.key)  # type: ignore[arg-type]
    assert section.lead_id == other.id

    contributions.leave_out(actor, made.key, joined.key)  # type: ignore[arg-type]

    assert section.lead_id is None
