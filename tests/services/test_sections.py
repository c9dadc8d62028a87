"""Sections: added, renamed, moved, retired, restored."""

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.errors import Forbidden, InvalidInput, Stale
from drafting.domain.permissions import ParticipationRole, Stage
from drafting.models import Contribution
from drafting.services import sections
from tests import factories


def world() -> tuple[Contribution, Actor, Actor]:
    """A contribution with three sections, its coordinator and an author of another organisation."""
    home, away = factories.organisation(), factories.organisation()
    contribution = factories.contribution()
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    factories.participation(contribution, away, ParticipationRole.AUTHOR)
    for title in ("Un", "Deux", "Trois"):
        factories.section(contribution, title=title)
    return contribution, factories.member(home), factories.member(away)


def titles(contribution: Contribution) -> list[str]:
    from drafting.extensions import db

    db.session.expire_all()
    return [section.title for section in contribution.sections if section.retired_at is None]


@pytest.mark.parametrize(
    ("place", "steps", "expected"),
    [
        (0, 1, ["Deux", "Un", "Trois"]),
        (2, -1, ["Un", "Trois", "Deux"]),
        (0, -1, ["Un", "Deux", "Trois"]),
        (2, 1, ["Un", "Deux", "Trois"]),
        (0, 2, ["Deux", "Trois", "Un"]),
    ],
)
def test_a_section_moves_and_the_ends_are_ends(app: Flask, place: int, steps: int, expected: list[str]) -> None:
    contribution, coordinator, _ = world()

    sections.move(coordinator, contribution.sections[place].key, steps)

    assert titles(contribution) == expected


def test_a_retired_section_comes_back_at_the_end(app: Flask) -> None:
    contribution, coordinator, _ = world()
    key = contribution.sections[0].key

    sections.retire(coordinator, key)
    assert titles(contribution) == ["Deux", "Trois"]

    sections.restore(coordinator, key)
    assert titles(contribution) == ["Deux", "Trois", "Un"]


def test_an_author_does_not_manage_sections(app: Flask) -> None:
    contribution, _, author = world()
    key = contribution.sections[0].key

    for act in (
        lambda: sections.add(author, contribution.key, "Quatre"),
        lambda: sections.rename(author, key, "Œuvre", question="", text_limit=None),
        lambda: sections.move(author, key, 1),
        lambda: sections.set_stage(author, key, Stage.AGREED),
        lambda: sections.retire(author, key),
        lambda: sections.restore(author, key),
        lambda: sections.entrust(author, key, ""),
    ):
        with pytest.raises(Forbidden):
            act()
    assert titles(contribution) == ["Un", "Deux", "Trois"]


def test_a_stage_changed_meanwhile_is_not_overwritten(app: Flask) -> None:
    contribution, coordinator, _ = world()
    key = contribution.sections[0].key
    sections.set_stage(coordinator, key, Stage.UNDER_REVIEW, seen=Stage.OPEN)

    with pytest.raises(Stale):
        sections.set_stage(coordinator, key, Stage.AGREED, seen=Stage.OPEN)


def test_a_section_needs_a_title(app: Flask) -> None:
    contribution, coordinator, _ = world()

    with pytest.raises(InvalidInput):
        sections.add(coordinator, contribution.key, " \n ")
