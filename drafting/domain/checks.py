"""What the server makes of an update: it maps it over the later rows, checks it at head, and takes or refuses it.

It never rewrites one: a browser recognises its own update by its number and does not look at the content. The
check is done on the *mapped* update against the state at head, each update of a batch on top of the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drafting.domain.changes import ChangeSet, InvalidChange, splits_pair
from drafting.domain.permissions import TextRight
from drafting.domain.provenance import Log, ids_in, runs_to_give_back
from drafting.domain.rows import ACCEPT, Removed, Row, Update, map_ranges
from drafting.domain.runs import Run
from drafting.domain.tracking import SectionState, fold

# More than people ever reach; they keep one author from making a section's state heavy for everybody.
MAX_OPEN = 500
"""How many suggestions of one author may be open in a section."""
MAX_STRIKES = 100
"""How many suggestions may strike one stretch of text."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts on a section's text, with the rights read from the database in the same transaction."""

    author: int
    organisation: int
    right: TextRight
    decides: bool = False
    """Whether this person may accept and reject others' suggestions here."""


class Refused(Exception):
    """The update or command is not taken, and nothing happened.

    `why` is "stale" (something relevant happened since the browser's revision: it repairs and sends anew),
    "changed" (a decision about something else than what stands there now), "too_large", or "forbidden" (never
    allowed: to be logged as hostile). `detail` is for the log, not for people.
    """

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail


def map_updates(updates: Sequence[Update], tail: Iterable[Row]) -> tuple[Update, ...]:
    """Return a batch, made at one revision, as it reads after the later rows.

    It is mapped over each row in turn, never over a composition of them: the two differ in rare cases, and
    browsers map over each. Of two insertions at one place the row's, already in the log, comes first.
    """
    mapped = list(updates)
    for row in tail:
        over = row.changes
        for i, update in enumerate(mapped):
            mapped[i], over = map_update(update, over)
    return tuple(mapped)


def map_update(update: Update, over: ChangeSet) -> tuple[Update, ChangeSet]:
    """Return an update mapped over a concurrent change, and that change mapped over the update.

    Ranges are split around text inserted inside them and lose what was deleted.
    """
    if over.is_empty:
        return update, ChangeSet.keep(update.changes.length_after)
    changes = update.changes.map(over)
    over_after = over.map(update.changes, before=True)
    strike, restore = map_ranges(update.strike, over_after), map_ranges(update.restore, over_after)
    return Update(changes, update.suggestion, strike, restore, update.of), over_after


def check(state: SectionState, update: Update, hand: Hand, *, base: int, log: Log | None = None) -> Row:
    """Return the row that an update, already mapped to `state`, becomes.

    `base` is the revision at which the browser made it: only what happened since then makes it stale.
    `log` is needed where an update may give removed text back (`of`). Raises Refused.
    """
    if hand.right not in (TextRight.WRITE, TextRight.SUGGEST):
        raise Refused("forbidden", "may not change this text")
    try:
        update.changes.check_against(state.text)
    except InvalidChange as error:
        raise Refused("forbidden", str(error)) from error
    removed = removed_by(state, update.changes)
    if update.suggestion is None:
        _check_plain(update, hand)
    else:
        _check_owner(state, update.suggestion, hand, base)
        _check_removed(state, removed, hand, base)
        _check_ranges(state, update, base)
    given = () if update.of is None else _given(state, update, update.of, hand, base, log)
    return Row(
        state.revision + 1,
        hand.author,
        hand.organisation,
        update.changes,
        update.suggestion,
        update.strike,
        update.restore,
        of=update.of,
        removed=removed,
        given=given,
    )


def check_all(
    state: SectionState, updates: Iterable[Update], hand: Hand, *, base: int, log: Log | None = None
) -> tuple[tuple[Row, ...], SectionState]:
    """Return the rows of a mapped batch and the state after them: all, or none and Refused."""
    rows: list[Row] = []
    for update in updates:
        row = check(state, update, hand, base=base, log=log)
        state = fold(state, row)
        rows.append(row)
    return tuple(rows), state


def removed_by(state: SectionState, changes: ChangeSet) -> Removed | None:
    """Return the text and the runs that a change takes away, or None if it deletes nothing."""
    ranges = [(start, end) for start, end, _, _ in changes.changes() if start < end]
    if not ranges:
        return None
    text = "".join([state.text[start:end] for start, end in ranges])
    return Removed(text, tuple(state.runs.inside(ranges)))


def _check_plain(update: Update, hand: Hand) -> None:
    """A plain edit is for those who may write, and strikes nothing."""
    if hand.right is not TextRight.WRITE:
        raise Refused("forbidden", "may only suggest")
    if update.strike or update.restore:
        raise Refused("forbidden", "a strike without a suggestion")


def _check_owner(state: SectionState, id: str, hand: Hand, base: int) -> None:
    """A suggestion id is its first author's, and closed for ever once decided, unless the decision is undone."""
    one = state.suggestions.get(id)
    if one is None:
        mine = [one for one in state.suggestions.values() if one.is_open and one.author == hand.author]
        if len(mine) >= MAX_OPEN:
            raise Refused("too_large", "too many open suggestions")
        return
    if one.author != hand.author:
        raise Refused("forbidden", f"suggestion {id} is somebody else's")
    if one.decided is not None:
        raise Refused("stale" if one.decided > base else "forbidden", f"suggestion {id} is decided")
    if one.organisation != hand.organisation:
        # The person acts for another organisation now; what waited unsent goes under a new id.
        raise Refused("stale", f"suggestion {id} was begun for another organisation")


def _check_removed(state: SectionState, removed: Removed | None, hand: Hand, base: int) -> None:
    """In a suggestion only the author's own pending insertions are deleted for real."""
    for run in removed.runs if removed else ():
        if run.insertion is None or state.suggestions[run.insertion].author != hand.author:
            accepted_since = any(
                one.author == hand.author and one.outcome == ACCEPT and (one.decided or 0) > base
                for one in state.suggestions.values()
            )
            why = "stale" if run.insertion is None and accepted_since else "forbidden"
            raise Refused(why, "deletes what is not one's own pending text")


def _check_ranges(state: SectionState, update: Update, base: int) -> None:
    """Ranges cut no character, and only one's own strike is lifted."""
    if not update.strike and not update.restore:
        return
    text = update.changes.apply(state.text)
    for start, end in (*update.strike, *update.restore):
        if end > len(text) or splits_pair(text, start) or splits_pair(text, end):
            raise Refused("forbidden", "a range is outside the text or cuts a character in two")
    new = sum([len(part) for _, part in update.changes.parts if part])
    runs = state.runs.edit(update.changes, [Run(new, 0, 0)] if new else [])
    if any(len(run.strikes) >= MAX_STRIKES for run in runs.inside(update.strike)):
        raise Refused("too_large", "struck by too many")
    for run in runs.inside(update.restore):
        if run.strikes and update.suggestion not in run.strikes:
            why = "stale" if touched_since(state, update.suggestion, base) else "forbidden"
            raise Refused(why, "lifts somebody else's strike")


def touched_since(state: SectionState, id: str | None, base: int) -> bool:
    """Tell whether the author of a suggestion changed it after a revision (from another window)."""
    one = state.suggestions.get(id) if id else None
    return one is not None and one.touched > base


def _given(state: SectionState, update: Update, of: int, hand: Hand, base: int, log: Log | None) -> tuple[Run, ...]:
    """Return the runs that come back with the text of one's own earlier deletion, or refuse."""
    if log is None or of > state.revision:
        raise Refused("forbidden", "there is no such row")
    row = log(of - 1, of)[0]
    if row.author != hand.author or row.decide is not None or row.removed is None:
        raise Refused("forbidden", f"row {row.revision} is not one's own deletion")
    if "".join([text for _, text in update.changes.parts if text]) != row.removed.text:
        raise Refused("forbidden", f"not the text that row {row.revision} removed")
    if row.revision in state.returned:
        raise Refused("stale" if state.returned[row.revision] > base else "forbidden", "the text is back already")
    runs = runs_to_give_back(state, row, log)
    for id in ids_in(runs):
        decided = state.suggestions[id].decided
        if decided is not None:
            raise Refused("stale" if decided > base else "forbidden", f"suggestion {id} is decided")
    if update.suggestion is not None:
        for run in runs:
            if run.insertion is None or state.suggestions[run.insertion].author != hand.author:
                raise Refused("forbidden", "a suggestion gives back only one's own pending text")
    return runs
