"""Validations: who decides, on which text, with what attached; changes, dissents, delegations, and many at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.errors import Forbidden, InvalidInput, InvalidTransition, NotFound, Stale
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.domain.point import NOW, VALIDATION
from drafting.domain.validation import Decision, Printed, ReservationDraft
from drafting.extensions import db, transaction
from drafting.models import Dissent, Membership, Round, Validation
from drafting.models.columns import now, recorded_at
from drafting.services import ballots, closings, comparisons, delegations, dissents, rounds, validations, versions
from drafting.services.audit import first_bad_entry
from tests import factories
from tests.codes import switch_on
from tests.rounds import TEXT, Assembly, assembly
from tests.services.test_races import DONE, at_once
from tests.writing import write

APPROVED = Decision(Stance.APPROVED)


@pytest.fixture
def there(app: Flask) -> Assembly:
    return assembly()


class Voter:
    """A secretary with codes at hand."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.codes = actor, iter(switch_on(actor))

    def decide(self, asked: Round, decision: Decision = APPROVED, *, seen: int = 0, digest: str = "") -> Validation:
        return validations.decide(
            self.actor, asked.key, decision, digest=digest or asked.digest, seen=seen, code=next(self.codes))


def test_a_secretary_decides_on_the_exact_text(there: Assembly) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])

    made = voter.decide(asked, Decision(Stance.APPROVED, reason=" D’accord 🙂 "))

    assert (made.number, made.stance, made.reason, made.digest) == (
        1, Stance.APPROVED, "D’accord 🙂", there.version.digest)
    assert list(ballots.standings(asked).values()) == [made, None, None]
    assert first_bad_entry() is None


def test_a_decision_needs_a_code_that_was_not_used(there: Assembly) -> None:
    asked, secretary = there.open_round(), there.secretaries[0]

    with pytest.raises(InvalidInput) as refused:
        validations.decide(secretary, asked.key, APPROVED, digest=asked.digest, seen=0, code="123456")
    assert list(refused.value.fields) == ["code"]
    code = switch_on(secretary)[0]
    validations.decide(secretary, asked.key, APPROVED, digest=asked.digest, seen=0, code=code)
    with pytest.raises(InvalidInput):
        validations.decide(secretary, asked.key, APPROVED, digest=asked.digest, seen=1, code=code)


def test_a_wrong_code_leaves_nothing_behind_and_a_refused_decision_uses_no_code(there: Assembly) -> None:
    asked, secretary = there.open_round(), there.secretaries[0]
    code = switch_on(secretary)[0]

    with pytest.raises(Stale):
        validations.decide(secretary, asked.key, APPROVED, digest="0" * 64, seen=0, code=code)
    assert validations.decide(secretary, asked.key, APPROVED, digest=asked.digest, seen=0, code=code).number == 1
    assert len(validations.history_of(asked.calls[0])) == 1


def test_each_change_is_kept_and_the_last_one_holds(there: Assembly) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])

    voter.decide(asked)
    voter.decide(asked, Decision(Stance.OPPOSED, reason="À revoir."), seen=1)

    assert [one.stance for one in validations.history_of(asked.calls[0])] == [Stance.OPPOSED, Stance.APPROVED]
    assert ballots.count_now(asked).opposed == 1


def test_nobody_overwrites_what_a_colleague_decided_without_having_seen_it(there: Assembly) -> None:
    asked, first = there.open_round(), Voter(there.secretaries[0])
    second = Voter(factories.member(there.federations[0], MembershipRole.SECRETARY))
    first.decide(asked)

    with pytest.raises(Stale, match="vient de décider"):
        second.decide(asked, Decision(Stance.OPPOSED))


@pytest.mark.parametrize("who", ["member", "coordinator who is not asked", "observer"])
def test_others_do_not_decide(there: Assembly, who: str) -> None:
    asked = there.open_round()
    if who == "member":
        actor = factories.member(there.federations[0])
    elif who == "observer":
        home = factories.organisation()
        factories.participation(there.contribution, home, ParticipationRole.OBSERVER)
        actor = factories.member(home, MembershipRole.SECRETARY)
    else:
        actor = there.coordinator

    with pytest.raises(Forbidden):
        Voter(actor).decide(asked)


def test_for_a_stranger_there_is_no_round(there: Assembly) -> None:
    with pytest.raises(NotFound):
        Voter(factories.member(factories.organisation(), MembershipRole.SECRETARY)).decide(there.open_round())


def test_a_late_decision_is_refused_kindly(there: Assembly) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])

    with recorded_at(asked.closes_at):
        voter.decide(asked)
    with recorded_at(asked.closes_at + timedelta(seconds=1)), pytest.raises(InvalidTransition, match="coordination"):
        voter.decide(asked, seen=1)


def test_a_veto_says_why(there: Assembly) -> None:
    asked, voter = there.open_round(terms=Terms(Rule.REASONED_VETO)), Voter(there.secretaries[0])

    with pytest.raises(InvalidInput) as refused:
        voter.decide(asked, Decision(Stance.OPPOSED, reason=" "))

    assert list(refused.value.fields) == ["reason"]


# --- Reservations ---


@pytest.mark.parametrize(
    ("place", "section", "passage"),
    [
        ("œuvre des travailleurs·ses", 0, "œuvre des travailleurs·ses"),
        ("§ 1.2", 0, "Un second alinéa, où tout se joue : la convention n° 87."),
        ("  ", None, ""),
    ],
)
def test_a_reservation_is_anchored_to_what_it_says(
    there: Assembly, place: str, section: int | None, passage: str
) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])
    draft = ReservationDraft("Nous en attendons plus.", place, Printed.FOOTNOTE)

    made = voter.decide(asked, Decision(Stance.RESERVED, reservations=(draft,))).reservations[0]

    frozen = there.version.sections[0]
    assert made.section_id == (None if section is None else frozen.section_id)
    assert (frozen.text[made.start : made.stop] if made.start is not None else "") == passage
    assert made.printed is Printed.FOOTNOTE


@pytest.mark.parametrize(
    ("drafts", "field"),
    [
        ((), "reservation-1-text"),
        ((ReservationDraft("Bien", "mots absents du texte"),), "reservation-1-place"),
        ((ReservationDraft("Bien"), ReservationDraft(" ", "§ 1.1")), "reservation-2-text"),
        ((ReservationDraft("Bien", "§ 9.1"),), "reservation-1-place"),
        ((ReservationDraft("é" * 8001),), "reservation-1-text"),
        ((ReservationDraft("é"),) * 21, "reservation-1-text"),
    ],
)
def test_a_reservation_that_cannot_be_placed_says_what_to_write(
    there: Assembly, drafts: tuple[ReservationDraft, ...], field: str
) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])

    with pytest.raises(InvalidInput) as refused:
        voter.decide(asked, Decision(Stance.RESERVED, reservations=drafts))

    assert field in refused.value.fields
    assert validations.history_of(asked.calls[0]) == []


# --- Dissent ---


def test_others_join_a_dissent_and_stay_while_its_text_stays(there: Assembly) -> None:
    asked, author, other = there.open_round(), Voter(there.secretaries[0]), Voter(there.secretaries[1])
    against = Decision(Stance.OPPOSED, dissent="Nous disons autre chose : l’œuvre · 🙂")
    dissent = author.decide(asked, against).dissent
    assert dissent is not None

    dissents.join(other.actor, dissent.key, code=next(other.codes))
    same = author.decide(asked, Decision(Stance.ABSTAINED, dissent=against.dissent), seen=1).dissent
    assert same is not None
    assert [one.organisation_id for one in same.cosignatures] == [other.actor.organisation_id]

    rewritten = author.decide(asked, Decision(Stance.OPPOSED, dissent="Tout autre chose."), seen=2).dissent
    assert rewritten is not None
    assert rewritten.cosignatures == []
    with pytest.raises(InvalidTransition, match="réécrit"):
        dissents.join(Voter(there.secretaries[2]).actor, dissent.key, code="x")
    assert db.session.scalar(select(func.count()).select_from(Dissent)) == 2


def test_a_dissent_is_left_again(there: Assembly) -> None:
    asked, author, other = there.open_round(), Voter(there.secretaries[0]), Voter(there.secretaries[1])
    dissent = author.decide(asked, Decision(Stance.OPPOSED, dissent="Autrement.")).dissent
    assert dissent is not None
    dissents.join(other.actor, dissent.key, code=next(other.codes))

    dissents.leave(other.actor, asked.key, dissent.key)

    db.session.expire_all()
    assert dissent.cosignatures == []
    with pytest.raises(InvalidTransition):
        dissents.leave(other.actor, asked.key, dissent.key)


def test_who_approves_annexes_no_dissent(there: Assembly) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])

    assert voter.decide(asked, Decision(Stance.APPROVED, dissent="Mais non.")).dissent is None


# --- Delegation ---


def test_a_member_decides_by_delegation_while_it_lasts(there: Assembly) -> None:
    asked, secretary = there.open_round(), there.secretaries[0]
    member = Voter(factories.member(there.federations[0]))
    given = delegations.delegate(
        secretary, _key(member.actor), starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=2))

    made = member.decide(asked)

    assert made.delegation == given
    with recorded_at(now() + timedelta(days=3)), pytest.raises(Forbidden):
        member.decide(asked, seen=1)
    delegations.revoke(secretary, given.key)
    with pytest.raises(Forbidden):
        member.decide(asked, seen=1)
    assert ballots.standings(asked)[asked.calls[0]] == made


def test_a_delegation_ends_with_the_right_of_who_gave_it(there: Assembly) -> None:
    asked, secretary = there.open_round(), there.secretaries[0]
    member = Voter(factories.member(there.federations[0]))
    delegations.delegate(secretary, _key(member.actor), starts_at=now(), ends_at=now() + timedelta(days=2))
    with transaction() as session:
        held = session.scalars(select(Membership).where(Membership.person_id == secretary.person_id)).one()
        held.role = MembershipRole.MEMBER

    with pytest.raises(Forbidden):
        member.decide(asked)


@pytest.mark.parametrize("case", ["another organisation's member", "oneself", "backwards", "already over", "too long"])
def test_a_delegation_that_makes_no_sense_is_refused(there: Assembly, case: str) -> None:
    secretary, at = there.secretaries[0], now()
    other = {"another organisation's member": there.secretaries[1], "oneself": secretary}.get(case)
    to = other or factories.member(there.federations[0])
    starts, ends = {
        "backwards": (at, at - timedelta(hours=1)), "already over": (at - timedelta(days=3), at - timedelta(days=2)),
        "too long": (at, at + timedelta(days=400)),
    }.get(case, (at, at + timedelta(days=1)))

    with pytest.raises(InvalidInput):
        delegations.delegate(secretary, _key(to), starts_at=starts, ends_at=ends)


def test_a_member_delegates_nothing_and_another_organisation_revokes_nothing(there: Assembly) -> None:
    member, secretary = factories.member(there.federations[0]), there.secretaries[0]
    with pytest.raises(Forbidden):
        delegations.delegate(member, _key(secretary), starts_at=now(), ends_at=now() + timedelta(days=1))
    given = delegations.delegate(secretary, _key(member), starts_at=now(), ends_at=now() + timedelta(days=1))

    with pytest.raises(NotFound):
        delegations.revoke(there.secretaries[1], given.key)


def _key(actor: Actor) -> str:
    return db.session.get_one(factories.Person, actor.person_id).key


# --- Since my organisation last decided ---


def test_what_changed_since_my_organisation_last_decided_is_compared(there: Assembly) -> None:
    asked, voter = there.open_round(), Voter(there.secretaries[0])
    with pytest.raises(InvalidInput):
        comparisons.compare(voter.actor, there.contribution.key, VALIDATION, NOW)
    voter.decide(asked)
    closings.cancel(there.coordinator, asked.key, "é")
    write(there.contribution.sections[0], there.coordinator, TEXT + "\n\nEt un troisième.")

    found = comparisons.compare(voter.actor, there.contribution.key, VALIDATION, NOW)

    assert (found.a.version, found.count) == (there.version, 1)


def test_the_last_decision_before_a_round_is_of_an_earlier_one(there: Assembly) -> None:
    first, voter = there.open_round(), Voter(there.secretaries[0])
    made = voter.decide(first)
    closings.cancel(there.coordinator, first.key, "é")
    there.version = versions.freeze(there.coordinator, there.contribution.key, label="")
    second = there.open_round()
    voter.decide(second)

    found = validations.last_decided(voter.actor.organisation_id, there.contribution, before=second)

    assert found == made
    assert validations.last_decided(there.secretaries[1].organisation_id, there.contribution) is None


# --- Many at once ---


def test_of_a_hundred_decisions_at_once_for_one_organisation_one_is_the_first(app: Flask, there: Assembly) -> None:
    asked = there.open_round()
    voters = [factories.member(there.federations[0], MembershipRole.SECRETARY) for _each in range(100)]
    codes = [switch_on(actor, 1)[0] for actor in voters]
    key, digest = asked.key, asked.digest

    outcome = at_once(app, 100, lambda n: validations.decide(
        voters[n], key, APPROVED, digest=digest, seen=0, code=codes[n]))

    assert outcome == {DONE: 1, "Stale": 99}
    assert [one.number for one in validations.history_of(asked.calls[0])] == [1]


def test_decisions_and_the_closing_at_once_lose_nothing(app: Flask, there: Assembly) -> None:
    voters = [factories.member(there.federations[n % 3], MembershipRole.SECRETARY) for n in range(40)]
    codes = [switch_on(actor, 1)[0] for actor in voters]
    asked = there.open_round()
    key, digest, at = asked.key, asked.digest, asked.closes_at

    def act(n: int) -> object:
        if n % 10 == 9:
            with recorded_at(at + timedelta(seconds=1)):
                return closings.close_due()
        return validations.decide(voters[n], key, APPROVED, digest=digest, seen=0, code=codes[n])

    outcome = at_once(app, 40, act)

    db.session.expire_all()
    decided = Counter(one.call_id for one in db.session.scalars(select(Validation)))
    counted = ballots.count_of(asked)
    assert set(outcome) <= {DONE, "Stale", "InvalidTransition"}
    assert not asked.is_open
    assert counted.approved == len(decided) == sum(decided.values())
    assert counted == ballots.count_now(asked)
    assert rounds.round_under_way(there.contribution) is None
