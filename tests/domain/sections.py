"""A section in a test: its log, the people who work on it, and what they ask for, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drafting.domain import decisions
from drafting.domain.changes import units
from drafting.domain.checks import Hand, Refused, check_all, map_updates
from drafting.domain.permissions import TextRight
from drafting.domain.restoration import bring_back, passages_back, restore
from drafting.domain.rows import Row, Update
from drafting.domain.tracking import SectionState, fold, seen_of

LEAD = Hand(1, 10, TextRight.WRITE, decides=True)
WRITER = Hand(2, 10, TextRight.WRITE)
OTHER = Hand(3, 20, TextRight.SUGGEST)
THIRD = Hand(4, 30, TextRight.SUGGEST)
READER = Hand(5, 40, TextRight.READ)


class Section:
    """The server's part, without storage: takes updates made at any revision, and commands."""

    def __init__(self, text: str) -> None:
        self.states = [SectionState.start(text, 1, 10)]
        self.rows: list[Row] = []

    @property
    def state(self) -> SectionState:
        return self.states[-1]

    def log(self, after: int, upto: int) -> Sequence[Row]:
        return self.rows[after:upto]

    def take(self, row: Row) -> Row:
        self.states.append(fold(self.state, row))
        self.rows.append(row)
        return row

    def send(self, hand: Hand, *updates: dict[str, Any], base: int | None = None) -> tuple[Row, ...]:
        """Take a batch in wire form, made at revision `base`; all or none."""
        base = self.state.revision if base is None else base
        length = len(self.states[base].text)
        parsed = []
        for update in updates:
            parsed.append(Update.parse(update, length))
            length = parsed[-1].changes.length_after
        rows, _ = check_all(self.state, map_updates(parsed, self.rows[base:]), hand, base=base, log=self.log)
        for row in rows:
            self.take(row)
        return rows

    def edit(self, hand: Hand, old: str, new: str, *, base: int | None = None, **more: Any) -> Row:
        """Replace the first `old` in the text (as it was at `base`) by `new`."""
        text = self.states[-1 if base is None else base].text
        start = text.index(units(old))
        return self.send(hand, {"changes": parts(text, start, len(units(old)), new), **more}, base=base)[0]

    def insert(self, hand: Hand, behind: str, new: str, *, base: int | None = None, **more: Any) -> Row:
        """Insert `new` behind the first `behind`."""
        text = self.states[-1 if base is None else base].text
        start = text.index(units(behind)) + len(units(behind))
        return self.send(hand, {"changes": parts(text, start, 0, new), **more}, base=base)[0]

    def strike(self, hand: Hand, what: str, id: str, *, base: int | None = None, kind: str = "strike") -> Row:
        """Strike (or restore) the first `what` for a suggestion."""
        text = self.states[-1 if base is None else base].text
        start = text.index(units(what))
        update = {"changes": [len(text)], "suggestion": id, kind: [[start, start + len(units(what))]]}
        return self.send(hand, update, base=base)[0]

    def restore(
        self, hand: Hand, revision: int, *keys: str, suggestion: str | None = None, base: int | None = None
    ) -> Row:
        """Bring back passages of the text at `revision`, as compared at `base`; all of them where none is named."""
        base = self.state.revision if base is None else base
        now, then = self.states[base], self.states[revision]
        chosen = [one for one in passages_back(now, then) if not keys or one.key in keys]
        restoring = bring_back(now, then, chosen, suggestion=suggestion)
        return self.take(restore(self.state, restoring, hand, base=base, tail=self.rows[base:]))

    def decide(self, hand: Hand, command: str, *ids: str, seen: dict[str, str] | None = None) -> Row:
        seen = seen_of(self.state, ids) if seen is None else seen
        return self.take(decisions.decide(self.state, hand, command, ids, seen))

    def undo(self, hand: Hand, of: Row) -> Row:
        return self.take(decisions.undo(self.state, hand, of.revision, self.log))

    def runs(self) -> list[list[object]]:
        return self.state.runs.to_json()


def parts(text: str, start: int, length: int, new: str) -> list[Any]:
    """Return the wire form of one replacement."""
    middle = [length, *new.split("\n")] if new else [length]
    return [part for part in (start, middle, len(text) - start - length) if part not in (0, [0])]


def why_refused(run: Any) -> str:
    """Return why `run()` is refused, or that it is not."""
    try:
        run()
    except Refused as refusal:
        return refusal.why
    return "taken"
