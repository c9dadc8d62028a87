"""Decisions on suggestions, and their undo: commands that become rows of the same log, computed at head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drafting.domain.changes import ChangeSet
from drafting.domain.checks import Hand, Refused, removed_by
from drafting.domain.permissions import TextRight
from drafting.domain.provenance import Log, follow, ids_in, map_marks, runs_to_give_back
from drafting.domain.rows import ACCEPT, REJECT, UNDO, WITHDRAW, Mark, Row
from drafting.domain.tracking import SectionState, seen_of

MAX_IDS = 10_000
"""Suggestions in one decision: more than a section has open, however many federations wrote."""


def decide(state: SectionState, hand: Hand, command: str, ids: Sequence[str], seen: Mapping[str, str]) -> Row:
    """Return the row that accepts, rejects or withdraws suggestions, all of them or none.

    A unit of text stays if it is base text or its insertion is accepted, and no strike on it is accepted; so
    the order of decisions does not matter. `seen` is what `tracking.seen_of` gave for what the person looked
    at. Withdrawing is rejecting one's own.
    Raises Refused: forbidden for who may not, or for unknown ids; changed if one is no longer what was seen.
    """
    if command not in (ACCEPT, REJECT, WITHDRAW) or not 0 < len(ids) <= MAX_IDS or len(set(ids)) != len(ids):
        raise Refused("forbidden", "not a decision")
    if any(id not in state.suggestions for id in ids):
        raise Refused("forbidden", "there is no such suggestion")
    _check_right(hand, command, all(state.suggestions[id].author == hand.author for id in ids))
    now = seen_of(state, ids)
    if any(not state.suggestions[id].is_open or seen.get(id) != now[id] for id in ids):
        raise Refused("changed", "what was seen is not what stands there")
    return _decision(state, hand, command, frozenset(ids))


def undo(state: SectionState, hand: Hand, of: int, log: Log) -> Row:
    """Return the row that undoes the decision at revision `of`: text, runs and marks come back, ids reopen.

    Who may decide may undo a decision; a withdrawal is undone by its owner.
    Raises Refused: forbidden for who may not; stale if one of its suggestions was decided again, or if text
    that would come back belongs to another suggestion that was decided since.
    """
    if not 0 < of <= state.revision:
        raise Refused("forbidden", "there is no such row")
    decision = log(of - 1, of)[0]
    if decision.decide not in (ACCEPT, REJECT, WITHDRAW):
        raise Refused("forbidden", f"row {of} is not a decision")
    owns = all(state.suggestions[id].author == hand.author for id in decision.ids)
    _check_right(hand, decision.decide, owns)
    if any(state.suggestions[id].decided != of for id in decision.ids):
        raise Refused("stale", "undone already, or decided again")
    rows = log(of, state.revision)
    changes = _inverse(decision)
    for row in rows:
        changes = changes.map(row.changes)
    given = runs_to_give_back(state, decision, log)
    for id in ids_in(given) - set(decision.ids):
        if not state.suggestions[id].is_open:
            raise Refused("stale", f"suggestion {id}, to which the text belongs too, was decided since")
    marks, _ = follow(decision.marks, rows)
    return Row(
        state.revision + 1,
        hand.author,
        hand.organisation,
        changes,
        decide=UNDO,
        ids=decision.ids,
        of=of,
        given=given,
        marks=tuple(map_marks(marks, changes)),
    )


def _check_right(hand: Hand, command: str, owns: bool) -> None:
    """Accepting and rejecting is for those who may decide here, withdrawing for the owner."""
    may = owns and hand.right in (TextRight.SUGGEST, TextRight.WRITE) if command == WITHDRAW else hand.decides
    if not may:
        raise Refused("forbidden", f"may not {command} this")


def _decision(state: SectionState, hand: Hand, command: str, ids: frozenset[str]) -> Row:
    """Compute a decision: which text goes, and which text that stays is freed from which marks."""
    edits: list[tuple[int, int, str]] = []
    marks: list[Mark] = []
    at = after = 0
    for run in state.runs:
        inserted, struck = run.insertion in ids, run.strikes & ids
        if struck if command == ACCEPT else inserted:
            edits.append((at, at + run.length, ""))
        else:
            if inserted and run.insertion is not None:
                _add_mark(marks, Mark(after, after + run.length, "+", run.insertion))
            for id in sorted(struck):
                _add_mark(marks, Mark(after, after + run.length, "-", id))
            after += run.length
        at += run.length
    changes = ChangeSet.replace(at, edits)
    return Row(
        state.revision + 1,
        hand.author,
        hand.organisation,
        changes,
        decide=command,
        ids=tuple(sorted(ids)),
        removed=removed_by(state, changes),
        marks=tuple(marks),
    )


def _add_mark(marks: list[Mark], mark: Mark) -> None:
    """Add a mark, as one with the last one where it goes on."""
    if marks and marks[-1].end == mark.start and marks[-1][2:] == mark[2:]:
        mark = Mark(marks.pop().start, mark.end, mark.kind, mark.id)
    marks.append(mark)


def _inverse(decision: Row) -> ChangeSet:
    """Return the change that puts back, right after a decision, what it removed."""
    edits: list[tuple[int, int, str]] = []
    at = 0
    removed = decision.removed.text if decision.removed else ""
    for start, end, after, _ in decision.changes.changes():
        edits.append((after, after, removed[at : at + end - start]))
        at += end - start
    return ChangeSet.replace(decision.changes.length_after, edits)
