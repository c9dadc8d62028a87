"""Amendments: who moves them where, what decisions on suggestions make of them, their numbers and their wording."""

from time import perf_counter

import pytest

from drafting.domain.amendment import (
    BY_TEXT,
    AmendmentState,
    Fate,
    Mover,
    fates_of,
    followers,
    may_follow,
    mover_of,
    number_key,
    number_of,
    outcome_of,
    state_after,
    wording_of,
    words_of,
)
from drafting.domain.permissions import (
    MembershipRole,
    ParticipationRole,
    Stage,
    Standing,
    may_file,
    may_withdraw,
)
from drafting.domain.runs import Run, Runs
from drafting.domain.tracking import SectionState, Suggestion
from tests.domain.sections import LEAD, OTHER, THIRD, WRITER, Section

S = AmendmentState
F = Fate

# By hand, from each state (rows) into each (columns): "x" may be, "." is refused.
BY_HAND = """
                   proposed integrated partly_integrated rejected put_to_debate withdrawn fell remitted
proposed           .        x          x                 x        x             x         x    x
integrated         .        .          .                 .        .             .         .    .
partly_integrated  x        .          .                 .        .             .         .    .
rejected           .        .          .                 .        .             .         .    .
put_to_debate      x        x          x                 x        .             x         x    x
withdrawn          .        .          .                 .        .             .         .    .
fell               x        .          .                 .        .             .         .    .
remitted           x        x          x                 x        x             x         x    .
"""


def test_which_state_follows_which_by_hand() -> None:
    header, *lines = [line.split() for line in BY_HAND.strip().splitlines()]
    assert header == [state.value for state in S] == [line[0] for line in lines]

    for before, *cells in lines:
        for after, cell in zip(header, cells, strict=True):
            assert may_follow(S(before), S(after)) == (cell == "x"), (before, after)


@pytest.mark.parametrize("outcome", [S.INTEGRATED, S.PARTLY_INTEGRATED, S.REJECTED, S.FELL, S.WITHDRAWN])
def test_once_all_suggestions_are_decided_only_a_missing_reason_is_left_to_give(outcome: S) -> None:
    for state in S:
        left = [after for after in S if may_follow(state, after, outcome=outcome)]
        is_missing = outcome is S.REJECTED and state not in (S.INTEGRATED, S.REJECTED, S.WITHDRAWN)
        assert left == ([S.REJECTED] if is_missing else []), state


def test_only_the_organisation_that_proposed_withdraws() -> None:
    assert {state for state in S if mover_of(state) is Mover.PROPOSER} == {S.WITHDRAWN}
    assert followers(S.PROPOSED, Mover.PROPOSER) == [S.WITHDRAWN]
    assert S.WITHDRAWN not in followers(S.REMITTED, Mover.DECIDER)
    assert {S.INTEGRATED, S.REJECTED} == BY_TEXT


@pytest.mark.parametrize(("fates", "state"), [
    ([F.OPEN], None),
    ([F.ACCEPTED, F.OPEN], None),
    ([F.REJECTED, F.OPEN, F.GONE], None),
    ([F.ACCEPTED], S.INTEGRATED),
    ([F.ACCEPTED, F.ACCEPTED], S.INTEGRATED),
    ([F.ACCEPTED, F.REJECTED], S.PARTLY_INTEGRATED),
    ([F.ACCEPTED, F.WITHDRAWN], S.PARTLY_INTEGRATED),
    ([F.ACCEPTED, F.GONE], S.PARTLY_INTEGRATED),
    ([F.REJECTED, F.REJECTED], S.REJECTED),
    ([F.REJECTED, F.WITHDRAWN], S.REJECTED),
    ([F.REJECTED, F.GONE], S.REJECTED),
    ([F.WITHDRAWN], S.WITHDRAWN),
    ([F.WITHDRAWN, F.GONE], S.WITHDRAWN),
    ([F.GONE], S.FELL),
    ([F.GONE, F.GONE], S.FELL),
])
def test_what_decided_suggestions_make_of_their_amendment(fates: list[Fate], state: S | None) -> None:
    assert outcome_of(fates) is state
    if state is not None:
        assert state_after([(S.PROPOSED, True), (S.REMITTED, True)], fates) is state


@pytest.mark.parametrize(("history", "back"), [
    ([(S.PROPOSED, True)], S.PROPOSED),
    ([(S.PROPOSED, True), (S.INTEGRATED, False)], S.PROPOSED),
    ([(S.PROPOSED, True), (S.PUT_TO_DEBATE, True), (S.REJECTED, False)], S.PUT_TO_DEBATE),
    ([(S.PROPOSED, True), (S.REMITTED, True), (S.FELL, False), (S.REMITTED, False)], S.REMITTED),
    ([(S.PROPOSED, True), (S.PARTLY_INTEGRATED, True), (S.REJECTED, False)], S.PARTLY_INTEGRATED),
    ([], S.PROPOSED),
])
def test_an_undone_decision_leads_back_to_what_people_last_chose(history: list[tuple[S, bool]], back: S) -> None:
    assert state_after(history, [F.OPEN, F.ACCEPTED]) is back


@pytest.mark.parametrize(("taken", "number"), [
    ([], "3-12-1"),
    (["3-12-1"], "3-12-2"),
    (["3-12-1", "3-12-2", "3-12-10"], "3-12-11"),
    (["3-1-1", "3-1-2", "13-12-1", "3-120-4"], "3-12-1"),
])
def test_ranks_are_counted_within_a_paragraph(taken: list[str], number: str) -> None:
    assert number_of(3, 12, taken) == number


def test_numbers_are_sorted_as_numbers() -> None:
    assert sorted(["3-12-1", "10-1-1", "3-2-10", "3-2-9"], key=number_key) == ["3-2-9", "3-2-10", "3-12-1", "10-1-1"]


# --- Who ---

_SECRETARY, _MEMBER = MembershipRole.SECRETARY, MembershipRole.MEMBER
_C, _A, _CON, _O = ParticipationRole


@pytest.mark.parametrize(("membership", "participation", "leads", "stages"), [
    (_SECRETARY, _C, False, "open under_review"),
    (_SECRETARY, _A, True, "open under_review"),
    (_SECRETARY, _A, False, "open under_review"),
    (_SECRETARY, _CON, False, "open under_review"),
    (_SECRETARY, _O, False, ""),
    (_SECRETARY, None, False, ""),
    (_MEMBER, _C, False, ""),
    (_MEMBER, _A, True, ""),
    (None, None, False, ""),
])
def test_secretaries_who_may_suggest_file(
    membership: MembershipRole | None, participation: ParticipationRole | None, leads: bool, stages: str
) -> None:
    standing = Standing(signed_in=True, membership=membership, participation=participation, leads=leads)

    assert [stage.value for stage in Stage if may_file(standing, stage)] == stages.split()
    assert not any(may_file(Standing(False, False, membership, participation, leads), stage) for stage in Stage)
    for is_own in (True, False):
        expected = is_own and membership is _SECRETARY and participation is not None
        assert may_withdraw(standing, is_own=is_own) == expected


# --- Fates and wording ---

TEXT = "# Droits\n\nL’été des salariés « compte » 👍.\n\n- l’œuvre ;\n- la paix.\n\nFin."


def test_the_fate_of_each_suggestion() -> None:
    section = Section(TEXT)
    for number, (hand, word) in enumerate([(OTHER, "L’été"), (OTHER, "œuvre"), (THIRD, "paix"), (THIRD, "Fin")]):
        section.insert(hand, word, "·", suggestion=f"s{number}")
    section.insert(OTHER, "salariés", "·es", suggestion="gone")
    section.edit(WRITER, "·es", "")
    section.decide(LEAD, "accept", "s0")
    section.decide(LEAD, "reject", "s1")
    section.decide(THIRD, "withdraw", "s2")

    assert fates_of(section.state, ["s0", "s1", "s2", "s3", "gone"]) == {
        "s0": F.ACCEPTED, "s1": F.REJECTED, "s2": F.WITHDRAWN, "s3": F.OPEN, "gone": F.GONE,
    }


def test_the_wording_is_that_of_the_paragraphs_concerned_without_others_suggestions() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "salariés", "·es 🙂", suggestion="a")
    section.insert(THIRD, "compte", " vraiment", suggestion="b")
    section.insert(OTHER, "Fin", " heureuse", suggestion="c")

    wording = wording_of(section.state, ["a", "c"])

    assert wording.paragraph == 2
    assert wording.original == "L’été des salariés « compte » 👍.\n\n[…]\n\nFin."
    assert wording.proposed == "L’été des salariés·es 🙂 « compte » 👍.\n\n[…]\n\nFin heureuse."


def test_a_new_item_and_a_struck_one_are_told_from_their_neighbours() -> None:
    section = Section(TEXT)
    section.insert(OTHER, "l’œuvre ;", "\n- la santé ;", suggestion="a")
    section.strike(OTHER, "\n- la paix.", "a")

    wording = wording_of(section.state, ["a"])

    assert wording.paragraph == 3
    assert wording.original == "- l’œuvre ;\n- la paix."
    assert wording.proposed == "- l’œuvre ;\n- la santé ;"


def test_what_changes_is_said_in_words() -> None:
    words = words_of("La **durée** est de _sept_ ans.", "La **durée** est de _dix_ ans, au moins.")

    assert words.removed == ("sept",)
    assert words.added == ("dix", ", au moins")


def test_formatting_is_said_with_its_marks() -> None:
    assert words_of("La durée.", "La **durée**.").added == ("**durée**",)


def test_the_wording_of_very_many_places_is_made_in_no_time() -> None:
    count = 3_000
    runs = Runs(Run(7, 1, 10) if n % 2 else Run(5, 1, 10, f"s{n % 200}") for n in range(2 * count))
    state = SectionState("neuf mot é\n\n" * count, runs, {f"s{n}": Suggestion(3, 20, 1) for n in range(0, 200, 2)})

    started = perf_counter()
    wording = wording_of(state, state.suggestions.keys())

    assert perf_counter() - started < 10
    assert wording.original.count("mot é") == count
    assert wording.proposed.count("neuf mot é") == count
