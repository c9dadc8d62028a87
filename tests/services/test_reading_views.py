"""The text as it was, and as it would be: rendered like everything else that is read or exported."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from drafting.domain.tracking import proposed_view
from drafting.extensions import db
from drafting.models import Contribution
from drafting.services import reading, suggestions, versions
from drafting.services.reading import View
from exports.kinds.version_documents import manuscript_of
from exports.manuscript import set_sections
from tests.e2e.review_world import ReviewWorld, review_world
from tests.suggesting import seen, state


@pytest.fixture
def world(app: Flask) -> ReviewWorld:
    return review_world()


def html(world: ReviewWorld, view: View) -> str:
    db.session.rollback()
    contribution = db.session.get(Contribution, world.contribution.id)
    return reading.document(world.paper.observer, contribution, view).parts[0].html


def body(html: str) -> str:
    """Return HTML without what depends on where it stands: names of anchors, levels of headings, numbers in margins."""
    html = re.sub(r'<span class="(?:paragraph|line)-number"[^>]*></span>', "", html)
    return re.sub(r'(id|href)="[^"]*"|(?<=h)\d|<div class="table-frame[^>]*>|</div>', "", html)


def exported(world: ReviewWorld) -> str:
    """Return the first section as a file of a new version would have it."""
    version = versions.freeze(world.paper.coordinator, world.contribution.key, label="œuvre")
    return set_sections(manuscript_of(version))[0].html


def test_the_original_is_what_versions_and_files_take(world: ReviewWorld) -> None:
    shown = html(world, View.ORIGINAL)

    assert "vraie place dans les décisions" in shown
    assert "du personnel" not in shown
    assert body(exported(world)) == body(shown)


def test_if_all_is_accepted_is_what_it_becomes_when_all_is_accepted(world: ReviewWorld) -> None:
    shown = html(world, View.ACCEPTED)
    proposed = proposed_view(state(world.paper))
    ids = [id for id, one in state(world.paper).suggestions.items() if one.is_open]

    suggestions.decide(world.paper.lead, world.paper.section_key, "accept", ids, seen(world.paper, *ids))

    assert "du personnel" in shown
    assert "vraie place" not in shown
    assert html(world, View.ORIGINAL) == html(world, View.ACCEPTED) == shown
    assert reading.html_of(proposed, "fr", world.paper.section_key) == shown
    assert body(exported(world)) == body(shown)
