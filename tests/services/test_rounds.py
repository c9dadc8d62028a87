"""Rounds: who may open one, on what and for how long; how it ends; what its mails say and prove."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.ballot import Count, Obstacle, Rule, Stance, Terms
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound
from drafting.domain.permissions import MembershipRole
from drafting.domain.round import MailKind, Outcome
from drafting.extensions import db, transaction
from drafting.models import Call, CallMail, Round
from drafting.models.columns import now, recorded_at
from drafting.services import ballots, calls, clock, closings, mail, rounds, versions
from drafting.services.audit import first_bad_entry
from exports import jobs
from tests import factories
from tests.mail_box import Box, link_in, receiving, text_of
from tests.rounds import Assembly, assembly, put
from tests.services.test_races import DONE, at_once
from tests.signing_in import sign_in
from tests.writing import write

DAY = timedelta(days=1)


@pytest.fixture
def there(app: Flask) -> Assembly:
    return assembly()


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    with receiving(app) as box:
        yield box


def sent() -> None:
    mail.wait_for_later()
    db.session.rollback()


# --- Opening ---


def test_a_round_asks_about_exactly_one_text(there: Assembly) -> None:
    asked = there.open_round()

    assert (asked.number, asked.version, asked.digest) == (1, there.version, there.version.digest)
    assert [call.organisation for call in asked.calls] == there.federations
    assert rounds.round_under_way(there.contribution) == asked
    assert list(ballots.standings(asked).values()) == [None, None, None]


def test_only_the_coordination_asks(there: Assembly) -> None:
    with pytest.raises(Forbidden):
        rounds.open_round(there.secretaries[0], there.version.key, there.question())
    with pytest.raises(NotFound):
        rounds.open_round(factories.member(factories.organisation()), there.version.key, there.question())


def test_one_round_at_a_time(there: Assembly) -> None:
    there.open_round()

    with pytest.raises(Conflict, match="déjà ouvert, sur la version 1"):
        there.open_round()


def test_of_thirty_who_open_a_round_at_once_one_does(app: Flask, there: Assembly) -> None:
    key, question = there.version.key, there.question()

    outcome = at_once(app, 30, lambda _n: rounds.open_round(there.coordinator, key, question))

    assert outcome == {DONE: 1, "Conflict": 29}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": timedelta(minutes=1)}, "closes_day"),
        ({"until": 400 * DAY}, "closes_day"),
        ({"mandates": {}}, "asked"),
        ({"mandates": {"unknown": 1}}, "asked"),
        ({"terms": Terms(Rule.CONSENSUS, silence_agrees=True)}, "silence_agrees"),
        ({"message": "é" * 4001}, "message"),
        ({"editorial_of": "unknown"}, "editorial_of"),
    ],
)
def test_a_question_that_cannot_be_asked_says_what_is_wrong(
    there: Assembly, changes: dict[str, object], field: str
) -> None:
    if "until" in changes:
        changes = {"until": now() + changes["until"]}  # type: ignore[operator]

    with pytest.raises(InvalidInput) as refused:
        there.open_round(**changes)

    assert list(refused.value.fields) == [field]
    assert rounds.rounds_of(there.contribution) == []


@pytest.mark.parametrize("weight", [-1, 10_000_001])
def test_mandates_are_bounded(there: Assembly, weight: int) -> None:
    mandates = {there.participation_key(there.federations[0].id): weight}

    with pytest.raises(InvalidInput):
        there.open_round(mandates=mandates, terms=Terms(Rule.SIMPLE_MAJORITY, by_mandates=True))


# --- Closing ---


def test_the_deadline_closes_a_round_and_records_its_arithmetic(there: Assembly) -> None:
    asked = there.open_round()
    put(asked, there.secretaries[0], Stance.APPROVED)
    put(asked, there.secretaries[1], Stance.RESERVED)

    assert closings.close_due() == 0
    with recorded_at(asked.closes_at + timedelta(seconds=1)):
        assert closings.close_due() == 1
        assert closings.close_due() == 0

    counted = ballots.count_of(asked)
    assert asked.outcome is Outcome.ADOPTED
    assert (counted.approved, counted.reserved, counted.silent, counted.in_favour) == (1, 1, 1, 2)
    assert counted == ballots.count_now(asked)
    assert first_bad_entry() is None


def test_what_stands_against_a_text_is_recorded(there: Assembly) -> None:
    asked = there.open_round(terms=Terms(Rule.REASONED_VETO))
    put(asked, there.secretaries[0], Stance.APPROVED)
    put(asked, there.secretaries[1], Stance.OPPOSED, reason="La convention n° 98 manque.")

    with recorded_at(asked.closes_at + DAY):
        closings.close_due()

    assert asked.outcome is Outcome.NOT_ADOPTED
    assert ballots.count_of(asked).obstacles == (Obstacle.VETO,)
    assert ballots.count_of(asked).against == (there.federations[1].acronym,)


def test_nobody_loses_the_time_they_were_given(there: Assembly) -> None:
    asked = there.open_round()
    put(asked, there.secretaries[0], Stance.APPROVED)

    with pytest.raises(InvalidTransition, match="jusqu’à l’échéance"):
        closings.close(there.coordinator, asked.key)
    for secretary in there.secretaries[1:]:
        put(asked, secretary, Stance.ABSTAINED)

    assert closings.close(there.coordinator, asked.key).outcome is Outcome.ADOPTED
    with pytest.raises(InvalidTransition, match="déjà clos"):
        closings.close(there.coordinator, asked.key)


def test_a_question_is_taken_back_with_a_reason(there: Assembly) -> None:
    asked = there.open_round()

    with pytest.raises(InvalidInput):
        closings.cancel(there.coordinator, asked.key, " ")
    closings.cancel(there.coordinator, asked.key, "Une erreur dans la section 2.")

    assert (asked.outcome, asked.tally) == (Outcome.CANCELLED, None)
    assert there.open_round().number == 2


def test_a_federation_neither_closes_nor_cancels(there: Assembly) -> None:
    asked = there.open_round()

    for act in (closings.close, lambda actor, key: closings.cancel(actor, key, "é")):
        with pytest.raises(Forbidden):
            act(there.secretaries[0], asked.key)


def test_of_a_hundred_who_close_a_round_at_once_one_does(app: Flask, there: Assembly) -> None:
    asked = there.open_round(asked=there.federations[:1])
    put(asked, there.secretaries[0], Stance.APPROVED)
    key = asked.key

    outcome = at_once(app, 100, lambda _n: closings.close(there.coordinator, key))

    assert outcome == {DONE: 1, "InvalidTransition": 99}


def test_a_late_or_closed_round_takes_no_decision(there: Assembly) -> None:
    asked = there.open_round()

    rounds.require_open(asked, asked.closes_at)
    with pytest.raises(InvalidTransition, match="est clos"):
        rounds.require_open(asked, asked.closes_at + timedelta(microseconds=1))
    closings.cancel(there.coordinator, asked.key, "é")
    with pytest.raises(InvalidTransition, match="annulé"):
        rounds.require_open(asked, asked.opened_at)


# --- A version that differs in form alone ---


def test_decisions_hold_on_where_only_the_form_changed_and_the_organisation_agreed_before(there: Assembly) -> None:
    before = there.open_round()
    put(before, there.secretaries[0], Stance.APPROVED, accepts_editorial=True)
    put(before, there.secretaries[1], Stance.APPROVED)
    put(before, there.secretaries[2], Stance.OPPOSED, accepts_editorial=True)
    closings.close(there.coordinator, before.key)
    write(there.contribution.sections[1], there.coordinator, "Une demande.")
    there.version = versions.freeze(there.coordinator, there.contribution.key, label="")

    with pytest.raises(InvalidInput):
        there.open_round(editorial_of=before.key)
    asked = there.open_round(editorial_of=before.key, editorial_note="Une virgule, à la section 2.")

    carried = list(ballots.standings(asked).values())
    assert [one.stance if one else None for one in carried] == [Stance.APPROVED, None, None]
    assert carried[0] is not None
    assert (carried[0].digest, carried[0].carried_from is not None) == (there.version.digest, True)


# --- Mails ---


def test_each_secretary_gets_one_call_with_the_message_and_the_deadline(there: Assembly, box: Box) -> None:
    factories.member(there.federations[0], MembershipRole.MEMBER)
    second = factories.member(there.federations[0], MembershipRole.SECRETARY)

    asked = there.open_round(message="Merci de lire surtout la section 2.")
    sent()

    assert {one["To"] for one in box.mails} == {one.email for one in [*there.secretaries, second]}
    message = box.to(second.email)[0]
    assert message["Subject"].startswith("À valider")
    assert "Merci de lire surtout la section 2." in text_of(message)
    assert "heure de Bruxelles" in text_of(message)
    assert link_in(message) == f"https://contributions.example/rounds/{asked.key}/validation"
    assert all(call.sent_at is not None for call in db.session.scalars(select(Call)))


def test_who_decides_for_two_organisations_gets_one_mail(there: Assembly, box: Box) -> None:
    both = there.secretaries[0]
    person = factories.db.session.get_one(factories.Person, both.person_id)
    factories.membership(person, there.federations[1], MembershipRole.SECRETARY)

    there.open_round()
    sent()

    assert len(box.to(both.email)) == 1
    assert there.federations[1].name in text_of(box.to(both.email)[0])


def test_a_call_that_the_server_refuses_is_not_sent_and_tried_again(there: Assembly, box: Box) -> None:
    box.refuse = True
    asked = there.open_round(terms=Terms(Rule.CONSENSUS, silence_agrees=True))
    sent()
    assert [call.sent_at for call in asked.calls] == [None, None, None]
    assert ballots.count_now(asked).tacitly == ()

    box.refuse = False
    assert calls.mail_due() == 0
    with recorded_at(now() + timedelta(minutes=6)):
        assert calls.mail_due() == 3

    db.session.expire_all()
    assert len(ballots.count_now(asked).tacitly) == 3


def test_the_reminder_goes_once_to_those_who_have_not_decided(there: Assembly, box: Box) -> None:
    asked = there.open_round()
    sent()
    put(asked, there.secretaries[0], Stance.APPROVED)
    box.mails.clear()

    with recorded_at(asked.closes_at - 3 * DAY):
        assert clock.tick() == (0, 0)
    with recorded_at(asked.closes_at - DAY):
        assert clock.tick() == (0, 2)
        assert clock.tick() == (0, 0)

    assert {one["To"] for one in box.mails} == {one.email for one in there.secretaries[1:]}
    assert all(one["Subject"].startswith("Rappel") for one in box.mails)


def test_what_fails_when_its_time_comes_keeps_nothing_else_from_happening(
    there: Assembly, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = there.open_round(), assembly(1, acronym="UNION").open_round()
    count_now = ballots.count_now

    def count(asked: Round) -> Count:
        if asked.id == broken.id:
            raise ValueError("d’œuvre 🙂")
        return count_now(asked)

    monkeypatch.setattr(ballots, "count_now", count)
    sent()
    box.mails.clear()

    with recorded_at(sound.closes_at + DAY), pytest.raises(ExceptionGroup, match="the rest is done"):
        clock.tick()

    db.session.expire_all()
    assert broken.is_open
    assert not sound.is_open
    assert len(box.mails) >= 2, "who was asked in the other round hears how it ended"


def test_the_clock_closes_the_round_and_tells_everybody_how_it_ended(there: Assembly, box: Box) -> None:
    asked = there.open_round()
    sent()
    put(asked, there.secretaries[0], Stance.APPROVED)
    box.mails.clear()

    with recorded_at(asked.closes_at + DAY):
        assert clock.tick()[0] == 1
        sent()

    assert {one["To"] for one in box.mails} == {
        there.coordinator.email, *(secretary.email for secretary in there.secretaries)}
    assert len(box.mails) == 4
    assert "est adoptée" in text_of(box.mails[0])
    kinds = set(db.session.scalars(select(CallMail.kind).where(CallMail.sent_at.is_(None))))
    assert MailKind.REMINDER not in kinds


def test_two_processes_mail_nobody_twice(app: Flask, there: Assembly, box: Box) -> None:
    there.open_round()

    at_once(app, 8, lambda _n: calls.mail_due())
    sent()

    assert len(box.mails) == 3


def test_a_disabled_or_departed_secretary_is_not_written_to(there: Assembly, box: Box) -> None:
    asked = there.open_round()
    sent()
    box.mails.clear()
    with transaction() as session:
        session.get_one(factories.Person, there.secretaries[0].person_id).disabled_at = now()

    with recorded_at(asked.closes_at - DAY):
        calls.mail_due()

    assert box.to(there.secretaries[0].email) == []
    assert db.session.get_one(Round, asked.id).is_open


def test_a_version_on_which_organisations_are_deciding_is_sealed_once_they_have(app: Flask, there: Assembly) -> None:
    asked = there.open_round()
    page = sign_in(app.test_client(), there.coordinator).get(f"/versions/{there.version.key}/document")

    with pytest.raises(Conflict, match="une fois le tour clos"):
        jobs.order_seal(there.coordinator, there.version.key)
    assert "une fois le tour clos" in page.get_data(as_text=True)
    assert f"/versions/{there.version.key}/seal" not in page.get_data(as_text=True)
    closings.cancel(there.coordinator, asked.key, "Autrement · é")
    assert jobs.order_seal(there.coordinator, there.version.key).version_id == there.version.id
