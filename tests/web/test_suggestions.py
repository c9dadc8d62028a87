"""The page of suggestions: what its forms do, and what happens where something changed meanwhile."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.actor import Actor
from drafting.domain.proposals import ProposalKind
from drafting.domain.tracking import base_view
from drafting.extensions import db
from drafting.services import suggestion_lists, suggestions
from drafting.services.suggestion_counts import count_open
from drafting.services.suggestion_reader import Filters
from tests.e2e.review_world import ReviewWorld, review_world
from tests.signing_in import token_for
from tests.suggesting import insert, seen, state


@pytest.fixture
def world(app: Flask) -> ReviewWorld:
    app.config["WTF_CSRF_ENABLED"] = False
    return review_world()


def browser(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_for(actor))
    return client


def page(client: FlaskClient, world: ReviewWorld, query: str = "") -> str:
    answer = client.get(f"/contributions/{world.contribution.key}/suggestions{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def fields(page: str) -> dict[str, str]:
    """Return what the first form of suggestions on a page holds by itself."""
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("seen", "revision")}


def post(client: FlaskClient, world: ReviewWorld, data: dict[str, object], query: str = ""):
    return client.post(f"/sections/{world.paper.section_key}/suggestions{query}", data=data)


def test_one_is_accepted_with_its_own_reason_and_the_page_offers_the_way_back(app: Flask, world: ReviewWorld) -> None:
    lead = browser(app, world.paper.lead)
    shown = fields(page(lead, world))

    typed = {"reason-s3": "Juste.", "reason": "non", "reason-s1": "non"}
    answer = post(lead, world, {**shown, **typed, "act": "accept:s3"})

    assert answer.status_code == 303
    assert "délégué·es du personnel ;" in base_view(state(world.paper))
    act = suggestion_lists.act_at(world.paper.author, world.paper.section_key, state(world.paper).revision)
    assert (act.outcome, act.reason, [line.id for line in act.lines]) == ("accept", "Juste.", ["s3"])
    after = lead.get(answer.location).get_data(as_text=True)
    assert "1 suggestion est acceptée." in after
    undo = re.search(r'action="([^"]+/undo)"', after)[1]
    assert lead.post(undo).status_code == 303
    assert state(world.paper).suggestions["s3"].is_open


@pytest.mark.parametrize(("choice", "expected"), [
    ({"which": "chosen", "chosen": ["s3", "s4"]}, {"s3", "s4"}),
    ({"which": "all"}, {"s1", "s2", "s3", "s4"}),
    ({"which": "organisation"}, {"s2", "s3", "s4"}),
])
def test_a_choice_is_rejected_together(
    app: Flask, world: ReviewWorld, choice: dict[str, object], expected: set[str]
) -> None:
    lead = browser(app, world.paper.lead)
    shown = fields(page(lead, world))
    if choice["which"] == "organisation":
        key = re.search(r'value="(organisation:[^"]+)">Toutes celles de FET', page(lead, world))[1]
        choice = {"which": key}

    answer = post(lead, world, {**shown, **choice, "act": "reject", "reason": "Plus tard · œuvre"})

    assert answer.status_code == 303
    decided = {id for id, one in state(world.paper).suggestions.items() if one.decided == state(world.paper).revision}
    assert decided == expected


def test_all_of_a_filter_are_only_those_that_the_filter_shows(app: Flask, world: ReviewWorld) -> None:
    lead = browser(app, world.paper.lead)
    organisation = next(one for one in suggestion_lists.review(
        world.paper.lead, world.contribution.key, Filters()).organisations if one.acronym == "FES")
    query = f"?organisation={organisation.key}"

    answer = post(lead, world, {**fields(page(lead, world, query)), "which": "all", "act": "accept"}, query)

    assert f"organisation={organisation.key}" in answer.location
    assert {id for id, one in state(world.paper).suggestions.items() if one.is_open} == {"s2", "s3", "s4"}


def test_what_changed_meanwhile_is_shown_and_the_reason_kept(app: Flask, world: ReviewWorld) -> None:
    lead = browser(app, world.paper.lead)
    shown = fields(page(lead, world))
    insert(world.paper, world.paper.contributor, "du personnel", " élu·es 👍", "s3")
    suggestions.decide(world.paper.coordinator, world.paper.section_key, "reject", ["s4"], seen(world.paper, "s4"),
                       "Déjà dit ailleurs.")
    revision = state(world.paper).revision

    answer = post(lead, world, {**shown, "which": "all", "act": "accept", "reason": "Nous l’avions demandé."})

    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert state(world.paper).revision == revision
    assert "et les délégué·es du personnel</ins>" in text, "what they had read"
    assert "et les délégué·es du personnel élu·es 👍</ins>" in text, "what it is now"
    assert "Refusé par" in text
    assert "Déjà dit ailleurs." in text
    assert "Nous l’avions demandé.</textarea>" in text
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("seen", "revision", "which")}
    assert post(lead, world, {**again, "act": "accept", "reason": "Nous l’avions demandé."}).status_code == 303
    assert {id: one.outcome for id, one in state(world.paper).suggestions.items()} == {
        "s1": "accept", "s2": "accept", "s3": "accept", "s4": "reject", "s5": "reject", "s6": "accept"}


@pytest.mark.parametrize(("data", "message"), [
    ({"act": "reject", "which": "chosen", "reason": "Le motif reste"}, "Choisissez au moins une suggestion"),
    ({"act": "reject:s3", "reason-s3": "Le motif reste" * 200}, "Le motif est trop long"),
    ({"act": "burn", "reason": "Le motif reste"}, "Choisissez d’accepter"),
    ({"act": "reject:unknown", "reason": "Le motif reste"}, "Choisissez des suggestions"),
    ({"reason": "Le motif reste"}, "Choisissez d’accepter"),
])
def test_what_cannot_be_done_is_said_on_the_page_and_nothing_typed_is_lost(
    app: Flask, world: ReviewWorld, data: dict[str, str], message: str
) -> None:
    lead = browser(app, world.paper.lead)
    revision = state(world.paper).revision

    answer = post(lead, world, {**fields(page(lead, world)), **data})

    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert "Le motif reste" in answer.get_data(as_text=True)
    assert state(world.paper).revision == revision


def test_who_may_not_decide_reads_and_withdraws_their_own(app: Flask, world: ReviewWorld) -> None:
    proposer = browser(app, world.paper.contributor)
    text = page(proposer, world)

    assert 'value="accept:' not in text
    assert 'value="withdraw:s3"' in text
    assert 'value="withdraw:s1"' not in text
    shown = fields(text)
    assert post(proposer, world, {**shown, "act": "accept:s3"}).status_code == 403
    assert post(proposer, world, {**shown, "act": "withdraw:s1"}).status_code == 403
    assert post(proposer, world, {**shown, "act": "withdraw:s3"}).status_code == 303
    assert state(world.paper).suggestions["s3"].outcome == "withdraw"


def test_a_proposer_reads_what_became_of_theirs_and_why(app: Flask, world: ReviewWorld) -> None:
    text = page(browser(app, world.paper.author), world, "?whose=mine&state=decided")

    assert "La phrase vaut d’abord pour le travail" in text
    assert "et le respect" not in text, "somebody else's"


def test_the_counts_are_those_of_the_texts(app: Flask, world: ReviewWorld) -> None:
    section = world.paper.section_id
    assert count_open([section, world.second.id]) == {section: 4, world.second.id: 0}
    lead = browser(app, world.paper.lead)
    assert "4 suggestions à décider dans" in lead.get("/").get_data(as_text=True)
    assert "à décider dans" not in browser(app, world.paper.author).get("/").get_data(as_text=True)

    [revision] = [one.decided for id, one in state(world.paper).suggestions.items() if id == "s5"]
    suggestions.undo(world.paper.lead, world.paper.section_key, revision)

    assert count_open([section])[section] == sum(one.is_open for one in state(world.paper).suggestions.values()) == 5
    db.session.rollback()


def test_strange_addresses_are_pages_too(app: Flask, world: ReviewWorld) -> None:
    lead = browser(app, world.paper.lead)

    for query in ("?page=0", "?page=-3", "?page=99999999999999999999", "?page=é", "?section=none", "?organisation=none",
                  "?done=x", "?done=.", f"?done={world.paper.section_key}.99999999999", "?state=é&whose=é"):
        page(lead, world, query)


def test_every_kind_of_suggestion_has_its_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        words = app.jinja_env.get_template("macros/suggestion.html").make_module().kind_words

        said = {kind: words(kind).strip() for kind in ProposalKind}

    assert all(said.values()), said
    assert len(set(said.values())) == len(said)
