"""Amendments: their states and who may move them, what decisions on suggestions make of them, number and wording.

An amendment is one or several suggestions that an organisation has made its own. Its text stands in the section's
log; this module says what its state must be once suggestions were decided there, one by one or together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from drafting.domain.changes import text_of
from drafting.domain.diff import Kind, compare
from drafting.domain.proposals import changes_of, paragraph_starts, plain
from drafting.domain.quotations import BaseText
from drafting.domain.rows import ACCEPT, REJECT, WITHDRAW
from drafting.domain.tracking import SectionState, pieces_of, stretches


class AmendmentState(StrEnum):
    """What has become of an amendment, in the words of union procedure."""

    PROPOSED = "proposed"
    INTEGRATED = "integrated"
    PARTLY_INTEGRATED = "partly_integrated"  # A reason is required.
    REJECTED = "rejected"  # A reason is required.
    PUT_TO_DEBATE = "put_to_debate"
    WITHDRAWN = "withdrawn"  # By the organisation that proposed it.
    FELL = "fell"  # What it amends is gone.
    REMITTED = "remitted"  # Sent to a body that decides later.


_PROPOSED, _INTEGRATED, _PARTLY = (
    AmendmentState.PROPOSED, AmendmentState.INTEGRATED, AmendmentState.PARTLY_INTEGRATED)
_REJECTED, _DEBATE, _WITHDRAWN = AmendmentState.REJECTED, AmendmentState.PUT_TO_DEBATE, AmendmentState.WITHDRAWN
_FELL, _REMITTED = AmendmentState.FELL, AmendmentState.REMITTED

UNDECIDED = frozenset({_PROPOSED, _DEBATE, _REMITTED})
"""Somebody has still to decide."""
CHOSEN = UNDECIDED | {_PARTLY, _FELL}
"""What a person may choose while a suggestion of it is open."""
BY_TEXT = frozenset({_INTEGRATED, _REJECTED})
"""Reached by accepting or rejecting the suggestions only, so that text and outcome never disagree."""
WITH_REASON = frozenset({_REJECTED, _PARTLY})
"""The proposing organisation is owed a reason."""

# Which state may follow which when a person says so. The others follow from decisions on suggestions.
_FOLLOWS: dict[AmendmentState, frozenset[AmendmentState]] = {
    _PROPOSED: frozenset({_INTEGRATED, _PARTLY, _REJECTED, _DEBATE, _REMITTED, _FELL, _WITHDRAWN}),
    _DEBATE: frozenset({_INTEGRATED, _PARTLY, _REJECTED, _REMITTED, _FELL, _WITHDRAWN, _PROPOSED}),
    _REMITTED: frozenset({_INTEGRATED, _PARTLY, _REJECTED, _DEBATE, _FELL, _WITHDRAWN, _PROPOSED}),
    _PARTLY: frozenset({_PROPOSED}),
    _FELL: frozenset({_PROPOSED}),
    _INTEGRATED: frozenset(),
    _REJECTED: frozenset(),
    _WITHDRAWN: frozenset(),
}


class Mover(StrEnum):
    """Who brings an amendment into a state."""

    DECIDER = "decider"  # The coordinator, and the section's lead.
    PROPOSER = "proposer"  # A secretary of the organisation that proposed it.


def mover_of(state: AmendmentState) -> Mover:
    """Return who brings an amendment into this state."""
    return Mover.PROPOSER if state is _WITHDRAWN else Mover.DECIDER


def may_follow(state: AmendmentState, wanted: AmendmentState, *, outcome: AmendmentState | None = None) -> bool:
    """Tell whether a person may bring an amendment from a state into another.

    `outcome` is what its suggestions make of it once all are decided (`outcome_of`): then nothing is left to choose,
    but the reason of a rejection may still have to be given.
    """
    if outcome is not None:
        return wanted is _REJECTED and awaits_reason(state, outcome)
    return wanted in _FOLLOWS[state]


def awaits_reason(state: AmendmentState, outcome: AmendmentState | None) -> bool:
    """Tell whether all its suggestions were rejected without a word: it is rejected once the reason is given."""
    return outcome is _REJECTED and state in CHOSEN


def followers(
    state: AmendmentState, mover: Mover, *, outcome: AmendmentState | None = None
) -> list[AmendmentState]:
    """Return the states into which this kind of person may bring an amendment, in the order of the enum."""
    return [one for one in AmendmentState if mover_of(one) is mover and may_follow(state, one, outcome=outcome)]


class Fate(StrEnum):
    """What has become of one suggestion of an amendment."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    GONE = "gone"  # Never decided: others deleted all of it.


_FATES = {ACCEPT: Fate.ACCEPTED, REJECT: Fate.REJECTED, WITHDRAW: Fate.WITHDRAWN}


def fates_of(state: SectionState, ids: Collection[str]) -> dict[str, Fate]:
    """Return what has become of these suggestions of a section."""
    outcomes = {id: state.suggestions[id].outcome for id in ids}
    left = pieces_of(state, [id for id, outcome in outcomes.items() if outcome is None])
    return {
        id: _FATES[outcome] if outcome is not None else Fate.OPEN if left[id] else Fate.GONE
        for id, outcome in outcomes.items()
    }


def outcome_of(fates: Iterable[Fate]) -> AmendmentState | None:
    """Return the state that decided suggestions make of their amendment; None while one of them is open."""
    found = set(fates)
    if Fate.OPEN in found:
        return None
    if Fate.ACCEPTED in found:
        return _INTEGRATED if found == {Fate.ACCEPTED} else _PARTLY
    if Fate.REJECTED in found:
        return _REJECTED
    return _WITHDRAWN if Fate.WITHDRAWN in found else _FELL


def state_after(history: Sequence[tuple[AmendmentState, bool]], fates: Iterable[Fate]) -> AmendmentState:
    """Return the state after a decision on suggestions, or after its undo.

    `history` is every state that the amendment had, each with whether a person chose it (rather than a decision
    on suggestions). While a suggestion is open, what was last chosen holds; so an undo leads back to it.
    """
    outcome = outcome_of(fates)
    if outcome is not None:
        return outcome
    return next((state for state, is_by_hand in reversed(history) if is_by_hand), _PROPOSED)


def number_of(section: int, paragraph: int, taken: Iterable[str]) -> str:
    """Return the next free number at this place, such as "3-12-1": section, paragraph, rank."""
    before = f"{section}-{paragraph}-"
    ranks = [int(one.removeprefix(before)) for one in taken if one.startswith(before)]
    return f"{before}{max(ranks, default=0) + 1}"


def number_key(number: str) -> tuple[int, ...]:
    """Return what numbers are sorted by: 3-2-1 comes before 3-12-1."""
    return tuple(int(part) for part in number.split("-"))


@dataclass(frozen=True)
class Wording:
    """The paragraphs that an amendment is about, as they are and as it wants them (Markdown)."""

    paragraph: int
    """The first of them, by its number in the base text."""
    original: str
    proposed: str


GAP = "\n\n[…]\n\n"
"""Between paragraphs that are no neighbours."""


def wording_of(state: SectionState, ids: Collection[str]) -> Wording:
    """Return the wording of these suggestions, all other open ones left out. They must have something left."""
    places = [change for changes in changes_of(state, ids).values() for change in changes]
    base = BaseText(state)
    spans = sorted({(base.paragraph(one.start), base.paragraph(max(one.start, one.end - 1))) for one in places})
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    wanted, starts = frozenset(ids), paragraph_starts(base.text)
    pairs = [_paragraphs(state, wanted, starts, first, last) for first, last in joined]
    original, proposed = (GAP.join([text_of(text).strip("\n") for text in texts]) for texts in zip(*pairs, strict=True))
    return Wording(spans[0][0], original, proposed)


def _paragraphs(
    state: SectionState, ids: frozenset[str], starts: Sequence[int], first: int, last: int
) -> tuple[str, str]:
    """Return some paragraphs of the base text, and the same with suggestions accepted (both in units)."""
    start = starts[first - 1] if 1 < first <= len(starts) else 0
    end = starts[last] if last < len(starts) else None
    original, proposed = [], []
    at = 0
    for text, run in stretches(state):
        if run.insertion is not None:
            # What is inserted right where the next paragraph begins is about that one.
            if run.insertion in ids and not run.strikes & ids and start <= at and (end is None or at < end):
                proposed.append(text)
            continue
        part = text[max(0, start - at) : max(0, end - at) if end is not None else None]
        original.append(part)
        if not run.strikes & ids:
            proposed.append(part)
        at += run.length
    return "".join(original), "".join(proposed)


@dataclass(frozen=True)
class Words:
    """What an amendment changes, as one would read it aloud."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def words_of(original: str, proposed: str) -> Words:
    """Return what was removed and added, in words; where only formatting changes, with its marks."""
    a, b = _in_lines(original), _in_lines(proposed)
    if a == b:
        a, b = original, proposed
    pieces = compare(a, b)
    return Words(
        tuple(filter(None, (_on_one_line(one.text) for one in pieces if one.kind is Kind.DELETED))),
        tuple(filter(None, (_on_one_line(one.text) for one in pieces if one.kind is Kind.INSERTED))),
    )


def _in_lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n") if line.strip())


def _on_one_line(text: str) -> str:
    return " ¶ ".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
