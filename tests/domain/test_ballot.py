"""Every rule's worked examples."""

from __future__ import annotations

import pytest

from drafting.domain.ballot import Ballot, Count, Obstacle, Quorum, Rule, Stance, Terms, count

A, R, O, N = Stance.APPROVED, Stance.RESERVED, Stance.OPPOSED, Stance.ABSTAINED  # noqa: E741 - as on a tally sheet
FOR, AGAINST = [A], [O]


def tally(rule: Rule, stances: list[Stance | None], **terms: object) -> Count:
    ballots = [Ballot(f"Fédération exemple n° {n}", stance) for n, stance in enumerate(stances)]
    return count(Terms(rule, **terms), ballots)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "stances", "adopted", "needed"), [
    (Rule.CONSENSUS, [A, R, A], True, 3),
    (Rule.CONSENSUS, [A, N, None], True, 1),
    (Rule.CONSENSUS, [A, A, O], False, 3),
    (Rule.CONSENSUS, [N, N], False, 1),
    (Rule.CONSENSUS, [], False, 1),
    (Rule.SIMPLE_MAJORITY, [A, A, O], True, 2),
    (Rule.SIMPLE_MAJORITY, [A, R, O, O], False, 3),  # As many against as for is no majority.
    (Rule.SIMPLE_MAJORITY, [A, N, N, N, N], True, 1),  # Abstentions weigh on neither side.
    (Rule.SIMPLE_MAJORITY, [N, None], False, 1),
    (Rule.TWO_THIRDS, [A, A, O], True, 2),  # Exactly two thirds.
    (Rule.TWO_THIRDS, FOR * 28 + AGAINST * 15, False, 29),  # 28 of 43 is 65 %.
    (Rule.TWO_THIRDS, FOR * 29 + AGAINST * 14, True, 29),
    (Rule.TWO_THIRDS, [A, O], False, 2),
    (Rule.REASONED_VETO, [A, A, O], True, 2),  # Against it without a reason is a vote, not a veto.
    (Rule.REASONED_VETO, [A, O, O], False, 2),
])
def test_a_rule_adopts(rule: Rule, stances: list[Stance | None], adopted: bool, needed: int) -> None:
    found = tally(rule, stances)

    assert (found.is_adopted, found.needed) == (adopted, needed)
    assert found.asked == len(stances) == found.decided + found.silent


def test_one_reasoned_veto_is_enough_and_names_who_made_it() -> None:
    ballots = [*[Ballot("FEX", A)] * 9, Ballot("FED", O), Ballot("UDE", O, has_reason=True)]

    found = count(Terms(Rule.REASONED_VETO), ballots)

    assert found.obstacles == (Obstacle.VETO,)
    assert found.against == ("UDE", "FED")


@pytest.mark.parametrize(("quorum", "asked", "needed"), [
    (Quorum.NONE, 43, 0), (Quorum.HALF, 43, 22), (Quorum.HALF, 42, 22), (Quorum.HALF, 1, 1),
    (Quorum.TWO_THIRDS, 43, 29), (Quorum.TWO_THIRDS, 42, 28), (Quorum.TWO_THIRDS, 3, 2),
])
def test_a_quorum_is_counted_over_all_who_are_asked(quorum: Quorum, asked: int, needed: int) -> None:
    below = tally(Rule.SIMPLE_MAJORITY, [A] * (needed - 1) + [None] * (asked - needed + 1), quorum=quorum)
    there = tally(Rule.SIMPLE_MAJORITY, [A] * max(needed, 1) + [None] * (asked - max(needed, 1)), quorum=quorum)

    assert there.quorum == needed
    assert there.is_adopted
    assert (Obstacle.NO_QUORUM in below.obstacles) == (needed > 0)


def test_an_abstention_makes_quorum_but_no_majority() -> None:
    found = tally(Rule.SIMPLE_MAJORITY, [A, N, N, None], quorum=Quorum.HALF)

    assert found.is_adopted
    assert (found.decided, found.quorum, found.in_favour) == (3, 3, 1)


def test_mandates_weigh() -> None:
    ballots = [Ballot("FEX", A, mandates=600), Ballot("FED", O, mandates=250), Ballot("UDE", O, mandates=251)]

    assert count(Terms(Rule.SIMPLE_MAJORITY), ballots).obstacles == (Obstacle.TOO_FEW,)
    assert count(Terms(Rule.SIMPLE_MAJORITY, by_mandates=True), ballots).is_adopted
    assert count(Terms(Rule.TWO_THIRDS, by_mandates=True), ballots).needed == 734


def test_less_than_no_mandates_is_refused() -> None:
    with pytest.raises(ValueError, match="never less"):
        count(Terms(Rule.CONSENSUS), [Ballot("FEX", mandates=-1)])


def test_silence_agrees_only_where_the_round_says_so_and_the_call_was_sent() -> None:
    ballots = [Ballot("FEX", A), Ballot("FED", was_called=True), Ballot("UDE")]

    plain, silence = (count(Terms(Rule.CONSENSUS, silence_agrees=agrees), ballots) for agrees in (False, True))

    assert (plain.tacitly, plain.tacit, plain.silent) == ((), 0, 2)
    assert (silence.tacitly, silence.tacit, silence.silent) == (("FED",), 1, 1)
    assert (silence.approved, silence.in_favour) == (1, 2)


def test_silence_alone_adopts_but_makes_no_quorum() -> None:
    ballots = [Ballot("FEX", was_called=True), Ballot("FED", was_called=True)]

    assert count(Terms(Rule.CONSENSUS, silence_agrees=True), ballots).is_adopted
    assert count(Terms(Rule.CONSENSUS, Quorum.HALF, silence_agrees=True), ballots).obstacles == (Obstacle.NO_QUORUM,)


def test_who_is_against_it_does_not_agree_by_silence() -> None:
    found = count(Terms(Rule.CONSENSUS, silence_agrees=True), [Ballot("FEX", A), Ballot("FED", O, was_called=True)])

    assert found.obstacles == (Obstacle.OPPOSITION,)
    assert found.against == ("FED",)
