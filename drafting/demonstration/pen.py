"""The pen: what somebody of the story writes in a section, handed to the authority like anybody's typing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from drafting.demonstration.writing import Piece, seconds_for
from drafting.domain.actor import Actor
from drafting.domain.changes import text_of, units
from drafting.domain.rows import ACCEPT
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch, Command, Decision
from drafting.models.columns import recorded_at


class Pen:
    """Writes in one section, in the caller's transaction, each piece at its own time."""

    def __init__(self, authority: Authority, section_id: int) -> None:
        self.authority = authority
        self.section_id = section_id
        self.numbers: Counter[str] = Counter()

    @property
    def text(self) -> str:
        """What the section says now."""
        return text_of(self._state().text)

    def write(self, actor: Actor, pieces: Iterable[Piece], start: datetime) -> datetime:
        """Write pieces one after the other; return when it was done."""
        at = start
        for piece in pieces:
            at += timedelta(seconds=seconds_for(piece))
            before = self.text
            self._hand_in(actor, {"changes": _changes(before, piece.start, piece.end, piece.text)}, at)
        return at

    def propose(self, actor: Actor, pieces: Iterable[Piece], start: datetime, *, name: str) -> datetime:
        """Propose pieces as one suggestion: new text goes behind the text that it would replace."""
        at = start
        shift = 0
        for piece in pieces:
            at += timedelta(seconds=seconds_for(piece))
            before = self.text
            first, last = piece.start + shift, piece.end + shift
            update: dict[str, object] = {"changes": _changes(before, last, last, piece.text), "suggestion": name}
            if first < last:
                update["strike"] = [[_units(before[:first]), _units(before[:last])]]
            self._hand_in(actor, update, at)
            shift += last - first  # What is struck stays in the text until somebody decides.
        return at

    def accept(self, actor: Actor, name: str, at: datetime) -> None:
        """Accept a suggestion as it stands."""
        state = self._state()
        seen = seen_of(state, [name])
        client, number = self._next(actor)
        decision = Decision(actor, self.section_id, client, number, ACCEPT, (name,), seen)
        self._run(decision, at)

    def _hand_in(self, actor: Actor, update: dict[str, object], at: datetime) -> None:
        client, number = self._next(actor)
        self._run(Batch(actor, self.section_id, client, number, self._state().revision, (update,)), at)

    def _next(self, actor: Actor) -> tuple[str, int]:
        client = f"demonstration-{actor.person_id}"
        self.numbers[client] += 1
        return client, self.numbers[client]

    def _run(self, command: Command, at: datetime) -> None:
        with recorded_at(at):
            (outcome,) = self.authority.run_within(db.session.connection(), [command])
        if not isinstance(outcome, Applied):
            raise RuntimeError(f"The authority refused the story: {outcome} for {command}")

    def _state(self) -> SectionState:
        return log.state_at(db.session(), self.section_id)


def _units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    return len(units(text))


def _changes(text: str, start: int, end: int, new: str) -> list[object]:
    """Return the change set, in its JSON form, that replaces a stretch of a text."""
    if start == end and not new:
        return [_units(text)]  # Nothing but a strike.
    kept, removed, rest = _units(text[:start]), _units(text[start:end]), _units(text[end:])
    parts: list[object] = [kept] if kept else []
    parts.append([removed, *new.split("\n")] if new else [removed])
    return [*parts, rest] if rest else parts
