"""Amendments: filed by secretaries, decided with their suggestions in one transaction, withdrawn; nothing is erased."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from sqlalchemy import func, select

from drafting.domain.amendment import CHOSEN, AmendmentState, fates_of, outcome_of
from drafting.domain.errors import (
    Conflict,
    DomainError,
    Forbidden,
    InvalidInput,
    InvalidTransition,
    NotFound,
    Stale,
)
from drafting.domain.permissions import Stage
from drafting.domain.tracking import base_view
from drafting.extensions import db, transaction
from drafting.live.commands import Applied, Decision
from drafting.live.house import house_of
from drafting.models import Amendment, AmendmentStep, AuditEntry, Section, Update
from drafting.services import amendment_table, amendments, decisions, sections
from drafting.services.audit import first_bad_entry
from tests import amending
from tests.amending import Paper, amendment, steps
from tests.services.test_races import DONE, at_once, how_many

S = AmendmentState


@pytest.fixture
def paper(app: Flask) -> Paper:
    return amending.paper()


def set_stage(paper: Paper, stage: Stage) -> None:
    with transaction() as session:
        session.get(Section, paper.section_id).stage = stage


# --- Filing ---


def test_a_secretary_files_suggestions_of_any_member(paper: Paper) -> None:
    paper.replace(paper.member, "salariés|", "·ées 🙂", "s1")
    paper.replace(paper.secretary, "trente-cinq", "trente-deux", "s2")

    key = paper.file("s1", "s2")

    made = amendment(key)
    assert (made.number, made.state, made.organisation.acronym) == ("2-2-1", S.PROPOSED, "FED")
    assert made.original.startswith("L’été des salariés « compte »")
    assert "salariés·ées 🙂" in made.proposed
    assert "trente-deux heures" in made.proposed
    assert made.revision == paper.state.revision
    assert steps(key) == [("proposed", "FED")]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail["number"]) == ("file_amendment", "2-2-1")


def test_a_number_counts_within_its_paragraph_and_never_changes(paper: Paper) -> None:
    keys = []
    for n, word in enumerate(("été|", "salariés|", "négocier|")):
        keys.append(paper.file(paper.replace(paper.member, word, f" {n}", f"s{n}")))
    sections.move(paper.coordinator, paper.section_key, -1)
    keys.append(paper.file(paper.replace(paper.member, "commune|", " 3", "s3")))

    assert [amendment(key).number for key in keys] == ["2-2-1", "2-2-2", "2-3-1", "1-2-1"]


def test_only_secretaries_who_may_suggest_there_file(paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")

    for actor, error in ((paper.member, Forbidden), (paper.coordinator, Forbidden), (paper.observer, Forbidden),
                         (paper.stranger, NotFound)):
        with pytest.raises(error):
            paper.file("s1", actor=actor)
    set_stage(paper, Stage.AGREED)
    with pytest.raises(Forbidden):
        paper.file("s1")
    assert how_many(Amendment) == 0


def test_suggestions_of_others_decided_ones_and_unknown_ones_are_not_filed(paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "own")
    paper.replace(paper.contributor, "salariés|", "·es", "theirs")
    paper.replace(paper.member, "durée|", " légale", "decided")
    paper.decide(paper.lead, "accept", "decided")

    for ids in ((), ("theirs",), ("own", "theirs"), ("decided",), ("inconnue",), ("é\x00'",), ["own"] * 3 + ["x"]):
        with pytest.raises(InvalidInput) as refused:
            paper.file(*ids)
        assert "suggestions" in refused.value.fields
    assert how_many(Amendment) == 0


@pytest.mark.parametrize("why", ["", "  \n\t", "\u200b\u00a0", "œ" * 4_001])
def test_a_justification_is_required_and_not_endless(paper: Paper, why: str) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")

    with pytest.raises(InvalidInput) as refused:
        paper.file("s1", why=why)

    assert "justification" in refused.value.fields


def test_a_suggestion_is_in_one_amendment(paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")
    paper.file("s1")

    with pytest.raises(Conflict, match="2-2-1"):
        paper.file("s1")


# --- Deciding on the amendment ---


def test_integrating_accepts_the_text_and_the_amendment_in_one_transaction(paper: Paper) -> None:
    ids = [paper.replace(paper.member, "salariés", "travailleurs·ses", "s1"),
           paper.replace(paper.secretary, "trente-cinq", "trente-deux", "s2")]
    key = paper.file(*ids)

    amendments.decide(paper.lead, key, S.INTEGRATED, "D’accord 👍", seen=paper.seen(ids))

    made = amendment(key)
    assert (made.state, made.reason) == (S.INTEGRATED, "D’accord 👍")
    assert "travailleurs·ses" in base_view(paper.state)
    assert "trente-deux" in base_view(paper.state)
    assert steps(key) == [("proposed", "FED"), ("integrated", "LEA")]
    step = made.steps[-1]
    row = db.session.get_one(Update, (paper.section_id, step.revision))
    assert (row.decide, row.author_id, row.at, row.reason) == ("accept", step.person_id, step.at, "D’accord 👍")
    assert first_bad_entry() is None


def test_if_the_history_cannot_be_written_the_text_is_not_changed_either(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    head = paper.state.revision

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(amendments, "record", fail)
    with pytest.raises(OSError, match="full"):
        amendments.decide(paper.lead, key, S.INTEGRATED, seen=paper.seen(["s1"]))

    assert (amendment(key).state, paper.state.revision) == (S.PROPOSED, head)
    assert len(amendment(key).steps) == 1


def test_rejecting_and_integrating_in_part_need_a_reason(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))

    for state in (S.REJECTED, S.PARTLY_INTEGRATED):
        with pytest.raises(InvalidInput) as refused:
            amendments.decide(paper.lead, key, state, " ", seen=paper.seen(["s1"]))
        assert "reason" in refused.value.fields
    amendments.decide(paper.coordinator, key, S.REJECTED, "Trop tôt", seen=paper.seen(["s1"]))

    assert (amendment(key).state, amendment(key).reason) == (S.REJECTED, "Trop tôt")
    assert paper.state.suggestions["s1"].outcome == "reject"


def test_what_changed_since_it_was_read_is_not_decided(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    seen = paper.seen(["s1"])
    paper.edit(paper.lead, "1", "2")

    for stale in (seen, {}, None):
        with pytest.raises(Stale):
            amendments.decide(paper.lead, key, S.INTEGRATED, seen=stale)

    assert amendment(key).state is S.PROPOSED


def test_only_the_coordinator_and_the_lead_decide(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    seen = paper.seen(["s1"])

    for actor, error in ((paper.secretary, Forbidden), (paper.contributor, Forbidden), (paper.observer, Forbidden),
                         (paper.stranger, NotFound)):
        for state in S:
            with pytest.raises(error):
                amendments.decide(actor, key, state, "Motif", seen=seen)
    with pytest.raises(Forbidden):
        amendments.decide(paper.lead, key, S.WITHDRAWN, "Motif")
    set_stage(paper, Stage.AGREED)
    with pytest.raises(Forbidden):
        amendments.decide(paper.lead, key, S.REMITTED)


def test_debate_and_remittal_are_states_only_and_can_be_left(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    head = paper.state.revision

    for state in (S.PUT_TO_DEBATE, S.REMITTED, S.PROPOSED, S.PARTLY_INTEGRATED, S.PROPOSED, S.FELL, S.PROPOSED):
        amendments.decide(paper.coordinator, key, state, "Une raison")
    with pytest.raises(InvalidTransition):
        amendments.decide(paper.coordinator, key, S.PROPOSED)

    assert paper.state.revision == head
    assert [state for state, _ in steps(key)] == [
        "proposed", "put_to_debate", "remitted", "proposed", "partly_integrated", "proposed", "fell", "proposed"]


def test_an_outcome_is_taken_back_with_its_text(paper: Paper) -> None:
    ids = [paper.replace(paper.member, "salariés", "travailleurs·ses", "s1")]
    key, before = paper.file(*ids), base_view(paper.state)
    amendments.decide(paper.coordinator, key, S.PUT_TO_DEBATE, "À débattre")
    amendments.decide(paper.lead, key, S.INTEGRATED, seen=paper.seen(ids))

    amendments.undo(paper.coordinator, key)

    assert base_view(paper.state) == before
    assert (amendment(key).state, amendment(key).reason) == (S.PUT_TO_DEBATE, "À débattre")
    assert [state for state, _ in steps(key)] == ["proposed", "put_to_debate", "integrated", "put_to_debate"]
    with pytest.raises(InvalidTransition):
        amendments.undo(paper.coordinator, key)
    amendments.decide(paper.lead, key, S.REJECTED, "Non", seen=paper.seen(ids))
    assert amendment(key).state is S.REJECTED


def test_an_organisation_withdraws_its_own_and_may_file_again(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    for actor, error in ((paper.lead, Forbidden), (paper.member, Forbidden), (paper.contributor, Forbidden),
                         (paper.stranger, NotFound)):
        with pytest.raises(error):
            amendments.withdraw(actor, key)

    amendments.withdraw(paper.secretary, key, "Repris avec CON")

    assert (amendment(key).state, amendment(key).reason) == (S.WITHDRAWN, "Repris avec CON")
    assert paper.state.suggestions["s1"].is_open
    with pytest.raises(InvalidTransition):
        amendments.withdraw(paper.secretary, key)
    again = paper.file("s1")
    paper.decide(paper.lead, "accept", "s1")
    assert (amendment(key).state, amendment(again).state) == (S.WITHDRAWN, S.INTEGRATED)
    assert amendment(again).number == "2-2-2"


# --- Decisions on the document page move amendments ---


def test_cards_decided_one_by_one_move_the_amendment(paper: Paper) -> None:
    for n, word in enumerate(("été|", "salariés|", "durée|")):
        paper.replace(paper.member, word, f" {n}", f"s{n}")
    key = paper.file("s0", "s1", "s2")

    paper.decide(paper.lead, "accept", "s0")
    assert amendment(key).state is S.PROPOSED
    paper.decide(paper.coordinator, "reject", "s1", reason="Déjà dit")
    assert amendment(key).state is S.PROPOSED
    last = paper.decide(paper.lead, "accept", "s2", reason="Bien vu")

    made = amendment(key)
    assert (made.state, made.reason) == (S.PARTLY_INTEGRATED, "Déjà dit\nBien vu")
    assert (made.steps[-1].revision, made.steps[-1].person_id) == (last, paper.lead.person_id)
    paper.undo(paper.lead, last)
    assert (amendment(key).state, amendment(key).reason) == (S.PROPOSED, "")


def test_a_rejection_without_a_word_waits_for_its_reason(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    last = paper.decide(paper.lead, "reject", "s1")

    assert amendment(key).state is S.PROPOSED
    with pytest.raises(InvalidTransition):
        amendments.decide(paper.lead, key, S.INTEGRATED)
    amendments.decide(paper.lead, key, S.REJECTED, "Hors sujet")

    assert (amendment(key).state, amendment(key).steps[-1].revision) == (S.REJECTED, last)
    amendments.undo(paper.lead, key)
    assert (amendment(key).state, paper.state.suggestions["s1"].is_open) == (S.PROPOSED, True)


def test_an_amendment_integrated_in_part_by_hand_is_settled_by_its_suggestions(paper: Paper) -> None:
    ids = [paper.replace(paper.member, word, f" {n}", f"s{n}") for n, word in enumerate(("été|", "durée|"))]
    key = paper.file(*ids)
    amendments.decide(paper.lead, key, S.PARTLY_INTEGRATED, "La durée, non")
    paper.decide(paper.lead, "accept", "s0")
    last = paper.decide(paper.lead, "reject", "s1")

    assert (amendment(key).state, amendment(key).steps[-1].revision) == (S.PARTLY_INTEGRATED, last)
    assert amendment(key).reason == "La durée, non"
    for state in S:
        with pytest.raises((InvalidTransition, Forbidden)):
            amendments.decide(paper.lead, key, state, "Motif")
    amendments.undo(paper.lead, key)
    assert (amendment(key).state, amendment(key).reason) == (S.PARTLY_INTEGRATED, "La durée, non")
    with pytest.raises(InvalidTransition):
        amendments.undo(paper.lead, key)
    amendments.decide(paper.lead, key, S.PROPOSED)
    paper.decide(paper.lead, "accept", "s1")
    assert amendment(key).state is S.INTEGRATED


def test_what_was_rejected_without_a_word_can_only_get_its_reason(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    paper.decide(paper.lead, "reject", "s1")

    for state in set(S) - {S.REJECTED, S.WITHDRAWN}:
        with pytest.raises(InvalidTransition):
            amendments.decide(paper.lead, key, state, "Motif")
    with pytest.raises(InvalidTransition):
        amendments.withdraw(paper.secretary, key)


def test_a_partly_integrated_one_that_is_rejected_after_all_can_get_its_reason(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    amendments.decide(paper.lead, key, S.PARTLY_INTEGRATED, "On verra")
    paper.decide(paper.lead, "reject", "s1")

    assert amendment(key).state is S.PARTLY_INTEGRATED
    amendments.decide(paper.lead, key, S.REJECTED, "Finalement non")

    assert (amendment(key).state, amendment(key).reason) == (S.REJECTED, "Finalement non")


def test_authors_who_withdraw_all_of_it_withdraw_the_amendment(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))

    of = paper.decide(paper.member, "withdraw", "s1")
    assert amendment(key).state is S.WITHDRAWN
    paper.undo(paper.member, of)
    assert amendment(key).state is S.PROPOSED


def test_an_amendment_falls_when_its_text_is_gone_and_rises_when_it_is_back(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "salariés", "travailleurs·ses", "s1"))
    removed = paper.state.revision + 1
    text = paper.state.text
    start, end = text.index("salariés"), text.index("travailleurs") + len("travailleurs·ses")

    paper.send(paper.lead, {"changes": [start, [end - start], len(text) - end]})
    assert amendment(key).state is S.FELL
    gone = paper.state.text
    paper.send(paper.lead, {"changes": [start, [0, text[start:end]], len(gone) - start], "of": removed})

    assert amendment(key).state is S.PROPOSED
    assert [state for state, _ in steps(key)] == ["proposed", "fell", "proposed"]


@pytest.mark.parametrize("by", ["its author", "an editor"])
def test_an_outcome_that_is_no_decision_of_theirs_is_not_taken_back_by_who_decides(paper: Paper, by: str) -> None:
    ids = [paper.replace(paper.member, word, f" {n}·🙂", f"s{n}") for n, word in enumerate(("été|", "durée|"))]
    key = paper.file(*ids)
    paper.decide(paper.lead, "accept", "s0")
    if by == "its author":
        paper.decide(paper.member, "withdraw", "s1")
    else:
        paper.edit(paper.lead, " 1·🙂", "")
    assert amendment(key).state is S.PARTLY_INTEGRATED

    assert not amendment_table.view(paper.lead, amendment(key)).may_undo
    with pytest.raises(InvalidTransition):
        amendments.undo(paper.lead, key)


def test_what_is_undone_and_rejected_without_a_word_in_one_moment_waits_for_its_reason(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    amendments.decide(paper.lead, key, S.PUT_TO_DEBATE, "À débattre")
    seen = paper.seen(["s1"])
    accepted = paper.decide(paper.lead, "accept", "s1")
    assert amendment(key).state is S.INTEGRATED

    outcomes = house_of(db.engine).authority.run([
        Decision(paper.lead, paper.section_id, "lead-client", 1, "undo", of=accepted),
        Decision(paper.lead, paper.section_id, "lead-client", 2, "reject", ("s1",), seen),
    ])

    assert [type(one) for one in outcomes] == [Applied, Applied]
    assert (amendment(key).state, amendment(key).reason) == (S.PUT_TO_DEBATE, "À débattre")
    assert amendment_table.view(paper.lead, amendment(key)).awaits_reason
    amendments.decide(paper.lead, key, S.REJECTED, "Hors sujet")
    assert amendment(key).state is S.REJECTED


def test_a_card_names_the_amendment_that_a_suggestion_is_in_now(paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")
    amendments.withdraw(paper.secretary, paper.file("s1"))

    assert decisions.review(paper.member, paper.section_key).amendments == {}
    again = paper.file("s1")
    assert decisions.review(paper.member, paper.section_key).amendments == {"s1": amendment(again).number}


def test_typing_leaves_amendments_alone(paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))

    paper.edit(paper.lead, "durée", "durée légale")
    paper.replace(paper.member, " 1|", " de plus", "s1")

    assert len(amendment(key).steps) == 1


# --- At the same moment ---


def test_twenty_filed_at_once_have_one_number_each(app: Flask, paper: Paper) -> None:
    ids = [paper.replace(paper.member, "été|", f" {n}", f"s{n}") for n in range(20)]

    outcome = at_once(app, 20, lambda n: paper.file(ids[n]))

    assert outcome == {DONE: 20}
    numbers = db.session.scalars(select(Amendment.number)).all()
    assert sorted(numbers) == sorted(f"2-2-{n}" for n in range(1, 21))


def test_a_suggestion_filed_by_many_at_once_is_in_one_amendment(app: Flask, paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")

    outcome = at_once(app, 20, lambda n: paper.file("s1"))

    assert outcome == {DONE: 1, "Conflict": 19}
    assert how_many(Amendment) == 1


def test_an_amendment_decided_by_many_at_once_is_decided_once(app: Flask, paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "salariés|", "·ées", "s1"))
    seen = paper.seen(["s1"])

    def one(n: int) -> None:
        if n % 3 == 2:
            amendments.withdraw(paper.secretary, key)
        else:
            amendments.decide(paper.lead if n % 2 else paper.coordinator, key,
                              S.INTEGRATED if n % 3 else S.REJECTED, "Motif", seen=seen)

    outcome = at_once(app, 30, one)

    assert outcome == {DONE: 1, "InvalidTransition": 29}
    assert how_many(AmendmentStep) == 2
    assert how_many(Update, Update.decide.is_not(None)) == (0 if amendment(key).state is S.WITHDRAWN else 1)


def test_cards_and_the_table_at_the_same_moment_decide_once(app: Flask, paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "salariés|", "·ées", "s1"))
    seen = paper.seen(["s1"])

    def one(n: int) -> None:
        if n % 2:
            amendments.decide(paper.lead, key, S.REJECTED, "Non", seen=seen)
        else:
            try:
                paper.decide(paper.coordinator, "accept", "s1")
            except AssertionError as refused:
                raise Stale(str(refused)) from refused

    outcome = at_once(app, 20, one)

    assert set(outcome) <= {DONE, "Stale", "InvalidTransition"}
    assert outcome[DONE] == 1
    suggestion = paper.state.suggestions["s1"].outcome
    assert amendment(key).state is (S.INTEGRATED if suggestion == "accept" else S.REJECTED)
    assert db.session.scalar(select(func.count()).select_from(AmendmentStep)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_text_and_outcome_agree_whatever_people_do(paper: Paper, seed: int) -> None:
    chance = random.Random(seed)
    words = ("été|", "salariés|", "commune|", "négocier|", "durée|")
    ids = [paper.replace(paper.member, word, f" {n}·🙂", f"s{n}") for n, word in enumerate(words)]
    keys = [paper.file(*ids[:2]), paper.file(*ids[2:])]

    def decide(key: str) -> None:
        amendments.decide(paper.lead, key, chance.choice(list(S)), "Motif", seen=paper.seen(ids))

    acts = (
        lambda: paper.decide(chance.choice([paper.lead, paper.coordinator]), chance.choice(["accept", "reject"]),
                             chance.choice(ids), reason=chance.choice(["", "Un mot"])),
        lambda: paper.decide(paper.member, "withdraw", chance.choice(ids)),
        lambda: paper.undo(chance.choice([paper.lead, paper.member]), chance.randint(1, paper.state.revision)),
        lambda: paper.edit(paper.lead, f" {chance.randrange(5)}·🙂", ""),
        lambda: decide(chance.choice(keys)),
        lambda: amendments.undo(paper.lead, chance.choice(keys)),
    )
    moved = 0
    for _ in range(60):
        try:
            chance.choice(acts)()
        except (DomainError, AssertionError, ValueError):
            continue  # Refused, or there is no such text any more: nothing may have changed then either.
        finally:
            for key in keys:
                made = amendment(key)
                outcome = outcome_of(fates_of(paper.state, [one.suggestion for one in made.suggestions]).values())
                waits = CHOSEN if outcome is S.REJECTED else set()
                assert made.state in (CHOSEN if outcome is None else {outcome} | waits)
                last = made.steps[-1]
                assert (last.state, last.reason) == (made.state, made.reason)
                assert made.state is not S.REJECTED or made.reason
                moved = max(moved, len(made.steps))

    assert moved > 3
