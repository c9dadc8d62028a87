"""Reviewing on pages: the list of suggestions, what changed meanwhile, without any script."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.review_world import ReviewWorld, review_world


@pytest.fixture
def world(app: Flask) -> ReviewWorld:
    return review_world()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_every_screen_is_accessible_and_fits(
    world: ReviewWorld, visit: Visit, language: str, width: int, dark: bool
) -> None:
    key, section = world.contribution.key, world.paper.section_key
    someone = visit(world.paper.lead, language=language, width=width, dark=dark)
    paths = {
        "suggestions": f"/contributions/{key}/suggestions",
        "suggestions-decided": f"/contributions/{key}/suggestions?state=decided",
        "suggestions-none": f"/contributions/{key}/suggestions?whose=mine",
        "dashboard-review": "/",
        "view-original": f"/contributions/{key}?view=original",
        "view-accepted": f"/contributions/{key}?view=accepted",
        "trace": f"/sections/{section}/trace",
    }
    for name, path in paths.items():
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")
    proposer = visit(world.paper.author, language=language, width=width, dark=dark)
    proposer.go(f"/contributions/{key}/suggestions?whose=mine&state=decided")
    proposer.check_screen(f"suggestions-mine-{language}-{width}")
