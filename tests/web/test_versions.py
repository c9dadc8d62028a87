"""The pages of versions: freezing with a choice for open suggestions, and addresses that lead to a version."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.actor import Actor
from drafting.extensions import db
from drafting.models import Version
from drafting.services import versions
from tests import amending
from tests.amending import Paper
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Paper:
    app.config["WTF_CSRF_ENABLED"] = False
    return amending.paper()


def browser(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_for(actor))
    return client


def test_nothing_is_frozen_or_lost_while_suggestions_wait_and_the_page_leads_to_them(app: Flask, paper: Paper) -> None:
    paper.replace(paper.member, "trente-cinq", "trente-deux", "s1")
    coordination = browser(app, paper.coordinator)
    typed = {"label": "Projet « d’été »", "note": "À relire · œuvre 🙂", "open_suggestions": "refused"}

    answer = coordination.post(f"/contributions/{paper.contribution.key}/versions", data=typed)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'value="Projet « d’été »"' in page
    assert "À relire · œuvre 🙂</textarea>" in page
    assert 'checked id="open_suggestions-1"' in page
    assert f"/suggestions?section={paper.section_key}" in page
    assert "1 suggestion ouverte" in page
    assert db.session.query(Version).count() == 0


def test_a_version_says_how_many_suggestions_are_not_in_its_text(app: Flask, paper: Paper) -> None:
    paper.replace(paper.member, "trente-cinq", "trente-deux", "s1")
    paper.replace(paper.member, "salariés|", "·ées 🙂", "s2")
    coordination = browser(app, paper.coordinator)

    answer = coordination.post(f"/contributions/{paper.contribution.key}/versions",
                               data={"label": "", "open_suggestions": "left_out"})

    assert answer.status_code == 303
    page = coordination.get(answer.location).get_data(as_text=True)
    assert "2 suggestions étaient ouvertes et ne sont pas dans ce texte." in page


def test_the_choice_is_offered_only_where_a_suggestion_waits(app: Flask, paper: Paper) -> None:
    coordination, address = browser(app, paper.coordinator), f"/contributions/{paper.contribution.key}/versions"

    without = coordination.get(address).get_data(as_text=True)
    paper.replace(paper.member, "trente-cinq", "trente-deux", "s1")
    with_one = coordination.get(address).get_data(as_text=True)

    assert "open_suggestions" not in without
    assert "1 suggestion attend une décision." in with_one


def test_a_number_leads_to_the_version_for_ever(app: Flask, paper: Paper) -> None:
    address = f"/contributions/{paper.contribution.key}/versions"
    first = versions.freeze(paper.coordinator, paper.contribution.key, label="").key
    versions.freeze(paper.coordinator, paper.contribution.key, label="")
    reader = browser(app, paper.observer)

    assert reader.get(f"{address}/1").location == f"/versions/{first}"
    for number in (0, 3, 2**40, 10**30):
        assert reader.get(f"{address}/{number}").status_code == 404
