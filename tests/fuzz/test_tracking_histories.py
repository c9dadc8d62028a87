"""Tracked changes over random histories of several people: 300 in make test, HISTORIES in make fuzz."""

import os
from collections import Counter

from drafting.domain import decisions
from drafting.domain.changes import text_of
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, base_view, digest_of, fold, proposed_view, seen_of
from tests.domain.histories import PEOPLE, TEXT, History

HISTORIES = int(os.environ.get("HISTORIES", "10000")) if os.environ.get("FUZZ") == "long" else 300
SEED = int(os.environ.get("SEED", "20250211"))
STEPS = 60


def decide_all(history: History, command: str) -> SectionState:
    """Return the state after accepting or rejecting all that is open."""
    state = history.section.state
    ids = [id for id, one in state.suggestions.items() if one.is_open]
    if not ids:
        return state
    row = decisions.decide(state, PEOPLE[0], command, ids, seen_of(state, ids))
    after = fold(state, row)
    back = fold(after, decisions.undo(after, PEOPLE[0], row.revision, history.log_with(row)))
    assert (back.text, back.runs, back.suggestions) == (state.text, state.runs, state.suggestions)
    return after


def check_end(history: History) -> None:
    """Check what must hold of any section: the two views, the replay, the snapshot."""
    state = history.section.state
    assert text_of(decide_all(history, "accept").text) == proposed_view(state)
    assert text_of(decide_all(history, "reject").text) == base_view(state)
    replayed = SectionState.start(TEXT, 1, 10)
    for row in history.section.rows:
        replayed = fold(replayed, Row.from_json(row.to_json(), len(replayed.text)))
        if row.revision % 16 == 0:
            replayed = SectionState.from_json(replayed.to_json())
    assert replayed == state
    assert digest_of(replayed) == digest_of(state)


def test_every_history_keeps_base_text_authorship_and_decisions_right() -> None:
    counts: Counter[str] = Counter()

    for number in range(HISTORIES):
        history = History(SEED + number, restores=number % 3)
        try:
            history.run(STEPS)
            check_end(history)
        except Exception as error:
            raise AssertionError(f"history {SEED + number}: {error}") from error
        counts += history.counts

    print(dict(sorted(counts.items())))
    # The histories must really have tried everything, refusals included.
    for kind in ("update", "accept", "reject", "withdraw", "undo"):
        assert counts[f"{kind} taken"] > HISTORIES, counts
    for kind in ("forgery forbidden", "forgery malformed", "rows that give back"):
        assert counts[kind] > HISTORIES, counts
    for kind in ("update stale", "undo stale", "accept changed", "accept forbidden", "marks given back"):
        assert counts[kind] > HISTORIES / 10, counts
