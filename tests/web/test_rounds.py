"""Pages of rounds: who sees how others decided, and that nothing typed is lost."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.permissions import MembershipRole, ParticipationRole, Stage
from drafting.domain.round import RollCall
from drafting.domain.validation import Decision, Printed, ReservationDraft
from drafting.extensions import db
from drafting.models import Person, Section
from drafting.models.columns import now, recorded_at
from drafting.services import closings, delegations, validations
from drafting.web.round_forms import AskedLine
from tests import factories
from tests.codes import switch_on
from tests.rounds import assembly, put
from tests.signing_in import csrf_token, sign_in


@pytest.mark.parametrize(
    ("roll_call", "who", "sees"),
    [
        (RollCall.COORDINATION, "asked", False), (RollCall.COORDINATION, "observer", False),
        (RollCall.COORDINATION, "coordination", True), (RollCall.ASKED, "asked", True),
        (RollCall.ASKED, "observer", False), (RollCall.PARTICIPANTS, "observer", True),
    ],
)
def test_who_was_opposed_and_why_is_for_those_whom_the_round_shows_it(
    app: Flask, roll_call: RollCall, who: str, sees: bool
) -> None:
    there = assembly(3)
    home = factories.organisation()
    factories.participation(there.contribution, home, ParticipationRole.OBSERVER)
    asked = there.open_round(roll_call=roll_call)
    put(asked, there.secretaries[1], Stance.OPPOSED, reason="Un motif réservé · œuvre")
    put(asked, there.secretaries[2], Stance.APPROVED)
    with recorded_at(asked.closes_at + timedelta(hours=1)):
        closings.close_due()
    actor = {
        "asked": there.secretaries[0], "coordination": there.coordinator,
        "observer": factories.member(home, MembershipRole.SECRETARY),
    }[who]

    page = sign_in(app.test_client(), actor).get(f"/rounds/{asked.key}").get_data(as_text=True)

    assert "n’est pas adoptée" in page
    assert ("Un motif réservé · œuvre" in page) is sees
    assert (f"Opposition de\u00a0: {there.federations[1].acronym}" in page) is sees
    assert (there.federations[1].name in page) is sees


def test_what_was_typed_is_there_again_with_what_is_wrong(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    secretary = there.secretaries[0]
    code = switch_on(secretary)[0]
    client = sign_in(app.test_client(), secretary)
    address = f"/rounds/{asked.key}/validation"
    sent = {
        "csrf_token": csrf_token(client, address), "digest": asked.digest, "seen": "0", "reservations": "2",
        "stance": "approved_with_reservation", "reservation-1-text": "Première réserve · 🙂", "reservation-1-place": "",
        "reservation-1-printed": "footnote", "reservation-2-text": "Seconde « réserve »",
        "reservation-2-place": "mots absents", "reservation-2-printed": "internal", "reason": "Un motif", "code": code,
    }

    answer = client.post(address, data=sent)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    for typed in ("Première réserve · 🙂", "Seconde « réserve »", "mots absents", "Un motif"):
        assert typed in page
    assert 'id="reservation-2-place-error"' in page
    assert code not in page.replace(f'value="{code}"', "")
    assert client.post(address, data={**sent, "reservation-2-place": ""}).status_code == 303


@pytest.mark.parametrize(("sent", "said", "kept"), [
    ({"asked": []}, "Choisissez au moins une organisation à consulter.", ""),
    ({"mandates": "abc"}, "Les mandats sont des nombres entiers", 'value="abc"'),
    ({"mandates": "-5"}, "Les mandats sont des nombres entiers", 'value="-5" aria-invalid="true"'),
    ({"mandates": "é", "closes_day": ""}, "Les mandats sont des nombres entiers", 'value="é"'),
])
def test_what_is_wrong_with_the_table_of_organisations_is_said_beside_it(
    app: Flask, sent: dict[str, Any], said: str, kept: str
) -> None:
    there = assembly(1)
    one = there.contribution.participations[-1].key
    client = sign_in(app.test_client(), there.coordinator)
    address = f"/versions/{there.version.key}/round"
    form = {
        "csrf_token": csrf_token(client, address), "closes_day": (now() + timedelta(days=5)).date().isoformat(),
        "closes_time": "18:00", "zone": "Europe/Paris", "rule": "consensus", "quorum": "none", "roll_call": "asked",
        "editorial_of": "", "asked": [one], "by_mandates": "y", f"mandates-{one}": sent.pop("mandates", "1"), **sent,
    }

    answer = client.post(address, data=form)
    page = html.unescape(answer.get_data(as_text=True))

    assert answer.status_code == 422
    assert page.count(said) == 2, "at the top and beside the table"
    assert kept in page


@pytest.mark.parametrize("typed", ["1 250", "1\u202f250", "1\u00a0250"])
def test_mandates_are_typed_with_spaces_or_without(app: Flask, typed: str) -> None:
    assert AskedLine(factories.participation(factories.contribution(), factories.organisation()), True, typed
                     ).weight == 1_250


def test_another_reservation_is_asked_for_without_losing_the_first(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    switch_on(there.secretaries[0])
    client = sign_in(app.test_client(), there.secretaries[0])
    address = f"/rounds/{asked.key}/validation"

    sent = {
        "csrf_token": csrf_token(client, address), "more": "yes", "reservations": "1", "digest": asked.digest,
        "reservation-1-text": "Déjà · été", "reservation-1-place": "", "stance": "approved_with_reservation",
        "seen": "0",
    }

    page = client.post(address, data=sent).get_data(as_text=True)

    assert "Déjà · été" in page
    assert 'name="reservation-2-text"' in page
    assert re.findall(r'id="([\w-]+)"[^>]* autofocus', page) == ["reservation-2-place"]
    assert now() < asked.closes_at


@pytest.mark.parametrize(("who", "sees"), [("asked", True), ("coordination", True), ("observer", False)])
def test_an_internal_reservation_is_read_by_the_coordination_and_those_who_are_asked(
    app: Flask, who: str, sees: bool
) -> None:
    there = assembly(2)
    home = factories.organisation()
    factories.participation(there.contribution, home, ParticipationRole.OBSERVER)
    asked = there.open_round(roll_call=RollCall.PARTICIPANTS)
    author = there.secretaries[0]
    drafts = (ReservationDraft("Réserve interne · œuvre", "", Printed.INTERNAL), ReservationDraft("Réserve en annexe"))
    validations.decide(author, asked.key, Decision(Stance.RESERVED, reservations=drafts), digest=asked.digest, seen=0,
                       code=switch_on(author)[0])
    actor = {
        "asked": there.secretaries[1], "coordination": there.coordinator,
        "observer": factories.member(home, MembershipRole.SECRETARY),
    }[who]

    page = sign_in(app.test_client(), actor).get(f"/rounds/{asked.key}").get_data(as_text=True)

    assert "Réserve en annexe" in page
    assert ("Réserve interne · œuvre" in page) is sees


def test_delegating_is_offered_to_who_may_delegate(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    secretary = there.secretaries[0]
    member = factories.member(there.federations[0], MembershipRole.MEMBER)
    start = now()
    delegations.delegate(secretary, db.session.get_one(Person, member.person_id).key, starts_at=start,
                         ends_at=start + timedelta(days=1))

    def page(actor: Actor) -> str:
        return sign_in(app.test_client(), actor).get(f"/rounds/{asked.key}/validation").get_data(as_text=True)

    assert 'href="/delegations"' in page(secretary)
    switch_on(member)
    assert 'name="stance"' in page(member)
    assert "Déléguer cette décision" not in page(member)


def test_where_no_mail_is_sent_the_coordination_is_told_to_pass_the_address_on(app: Flask) -> None:
    there = assembly(1)
    client = sign_in(app.test_client(), there.coordinator)
    before = client.get(f"/versions/{there.version.key}/round").get_data(as_text=True)
    asked = there.open_round()

    page = client.get(f"/rounds/{asked.key}").get_data(as_text=True)

    assert "Ce site n’envoie pas de courriels" in before
    assert "à prévenir vous-même" in page
    assert "appel pas encore envoyé" not in page


def test_a_delegation_that_was_ended_stays_in_the_list(app: Flask) -> None:
    there = assembly(1)
    secretary, member = there.secretaries[0], factories.member(there.federations[0])
    with recorded_at(now()):
        given = delegations.delegate(
            secretary, db.session.get_one(Person, member.person_id).key, starts_at=now(),
            ends_at=now() + timedelta(days=2))
        delegations.revoke(secretary, given.key)

    answer = sign_in(app.test_client(), secretary).get("/delegations")

    assert answer.status_code == 200
    assert "arrêtée le" in answer.get_data(as_text=True)


def test_who_has_no_second_factor_fills_in_nothing_that_would_be_lost(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round()
    client, address = sign_in(app.test_client(), there.secretaries[0]), f"/rounds/{asked.key}/validation"

    before = client.get(address).text
    switch_on(there.secretaries[0])
    after = client.get(address).text

    assert "Le formulaire s’ouvre ici" in before
    assert 'name="stance"' not in before
    assert 'name="stance"' in after


@pytest.mark.parametrize("rule", [Rule.REASONED_VETO, Rule.CONSENSUS])
def test_a_veto_says_that_its_reason_is_required(app: Flask, rule: Rule) -> None:
    there = assembly(1)
    asked = there.open_round(terms=Terms(rule))
    switch_on(there.secretaries[0])

    page = sign_in(app.test_client(), there.secretaries[0]).get(f"/rounds/{asked.key}/validation").text

    assert ("Obligatoire pour s’opposer." in page) is (rule is Rule.REASONED_VETO)


def test_what_was_not_adopted_goes_back_to_drafting_in_one_step(app: Flask) -> None:
    there = assembly(1)
    agreed = factories.section(there.contribution, title="Convenue · œuvre", stage=Stage.AGREED)
    asked = there.open_round()
    put(asked, there.secretaries[0], Stance.OPPOSED)
    closings.close(there.coordinator, asked.key)
    client = sign_in(app.test_client(), there.coordinator)
    assert "Rouvrir 1 section convenue et reprendre la rédaction" in client.get(f"/rounds/{asked.key}").text

    answer = client.post(f"/contributions/{there.contribution.key}/sections/reopen", data={
        "csrf_token": csrf_token(client)})

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Section, agreed.id).stage is Stage.OPEN
    assert "Reprendre la rédaction" in client.get(f"/rounds/{asked.key}").text


def test_times_of_another_zone_say_so(app: Flask) -> None:
    there = assembly(1)
    asked = there.open_round(zone="Asia/Tokyo", roll_call=RollCall.ASKED)
    put(asked, there.secretaries[0], Stance.APPROVED)
    closings.close(there.coordinator, asked.key)
    client = sign_in(app.test_client(), there.coordinator)

    listed = client.get(f"/contributions/{there.contribution.key}/validation").text
    table = client.get(f"/rounds/{asked.key}").text

    assert "heure de Tokyo" in listed.partition("outcome-adopted")[2]
    assert "Dans ce tableau\u00a0: heure de Tokyo." in table


def test_a_wrong_code_under_a_dissent_is_said_there(app: Flask) -> None:
    there = assembly(2)
    asked = there.open_round(roll_call=RollCall.ASKED)
    made = validations.decide(
        there.secretaries[0], asked.key, Decision(Stance.OPPOSED, dissent="Nous demandons plus · œuvre"),
        digest=asked.digest, seen=0, code=switch_on(there.secretaries[0])[0])
    put(asked, there.secretaries[1], Stance.APPROVED)
    switch_on(there.secretaries[1])
    client = sign_in(app.test_client(), there.secretaries[1])
    assert made.dissent is not None

    answer = client.post(f"/dissents/{made.dissent.key}/join", data={
        "csrf_token": csrf_token(client), "join-code": "000000"})

    assert answer.status_code == 422
    assert f'id="join-{made.dissent.key}-error"' in answer.text
    assert "Nous demandons plus · œuvre" in answer.text
    assert "elle figurera aussi sous un avis qui s’y oppose" in answer.text
