"""Random histories of a section: several people with latency, decisions, undo and forgeries."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from drafting.domain import decisions
from drafting.domain.changes import ChangeSet, InvalidChange, splits_pair, units
from drafting.domain.checks import Hand, Refused
from drafting.domain.permissions import TextRight
from drafting.domain.provenance import Log
from drafting.domain.restoration import passages_back
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, base_view, fold, pieces_of, seen_of, stretches
from tests.domain.sections import Section
from tests.domain.units_model import Model

TEXT = "Les salariés 😀 de l’œuvre\ndemandent « une négociation » · vite."
WORDS = ["é", "œuvre ", "’", "·es", "😀", "🏳️‍🌈", "\n", "« oui » ", "a", "bb"]
PEOPLE = [
    Hand(1, 10, TextRight.WRITE, decides=True),
    Hand(2, 11, TextRight.WRITE, decides=True),
    Hand(3, 20, TextRight.SUGGEST),
    Hand(4, 30, TextRight.SUGGEST),
    Hand(5, 30, TextRight.SUGGEST),
]


class History:
    """One history, checked against the model after every row."""

    def __init__(self, seed: int, *, restores: int = 0) -> None:
        """`restores` says how often earlier text is brought back, against twelve of everything else."""
        self.restores = restores
        self.chance = random.Random(seed)
        self.section = Section(TEXT)
        self.model = Model(units(TEXT), 1, 10)
        self.counts: Counter[str] = Counter()
        self.there = [self.model.names()]
        """Which units there were at each revision."""
        self.struck: dict[int, set[int]] = {}
        self.names = 0

    def run(self, steps: int) -> None:
        for _ in range(steps):
            kinds = [self.edit] * 6 + [self.decide] * 3 + [self.undo_decision, self.undo_decision, self.forge]
            kinds += [self.restore] * self.restores
            self.chance.choice(kinds)(self.chance.choice(PEOPLE))

    # --- What people do ---

    def edit(self, hand: Hand) -> None:
        """Somebody makes one to three honest updates on what they see, which may be out of date by now."""
        base = self.some_base()
        local, batch = _Local(self.section, base), []
        for _ in range(self.chance.randint(1, 3)):
            update = self.honest(local.state, hand, base, not batch)
            if not local.works(hand, update):
                return  # the browser runs the same check before it sends
            batch.append(update)
        # Whoever only did what was right when they did it is never called hostile.
        assert self.send("update", hand, batch, base) in ("taken", "stale")

    def decide(self, hand: Hand) -> None:
        head = self.section.state.revision
        base = self.section.states[max(0, head - self.chance.choice([0, 0, 0, 1, 3]))]
        command = self.chance.choice(["accept", "reject", "withdraw"])
        ids = [id for id, one in base.suggestions.items() if one.is_open or self.chance.random() < 0.05]
        if command == "withdraw" and self.chance.random() < 0.9:
            ids = [id for id in ids if base.suggestions[id].author == hand.author]
        ids = self.chance.sample(ids, min(len(ids), self.chance.choice([1, 1, 1, 2, 3])))
        if ids:
            now = self.section.state
            seen = seen_of(base, ids)
            taken = self.attempt(hand, command, lambda: self.section.decide(hand, command, *ids, seen=seen))
            if taken == "taken":
                assert pieces_of(now, ids) == pieces_of(base, ids), "decided on something that was not seen"

    def undo_decision(self, hand: Hand) -> None:
        decisions = [row for row in self.section.rows if row.decide and row.decide != "undo"]
        if decisions:
            self.attempt(hand, "undo", lambda: self.section.undo(hand, self.chance.choice(decisions[-3:])))

    def restore(self, hand: Hand) -> None:
        """Somebody brings back all or some of an earlier text, as they saw the present one a moment ago."""
        states = self.section.states
        base = max(0, states[-1].revision - self.chance.choice([0, 0, 0, 1, 3]))
        revision = self.chance.randint(0, base)
        found = passages_back(states[base], states[revision])
        keys = [one.key for one in found if self.chance.random() < 0.6] or [one.key for one in found[:1]]
        if not keys:
            return
        self.names += 1
        id = f"s{self.names}" if hand.right is TextRight.SUGGEST or self.chance.random() < 0.3 else None
        wrote = {(run.author, run.organisation) for run in states[revision].runs}
        before = self.section.state
        taken = self.attempt(
            hand, "restoration", lambda: self.section.restore(hand, revision, *keys, suggestion=id, base=base))
        assert taken in ("taken", "changed")
        if taken == "taken":
            after = self.section.state
            given = self.section.rows[-1].given
            assert {(run.author, run.organisation) for run in given} <= wrote, "an author who never wrote it"
            # What was pending before is pending still; nobody's proposal goes with a restoration.
            assert _pending(after, id) == _pending(before, None)
            if base == before.revision and set(keys) == {one.key for one in found}:
                text = base_view(states[revision])
                assert (base_view(after) if id is None else _accepted(self.section, id)) == text

    def forge(self, hand: Hand) -> None:
        """Somebody sends what no honest browser would: right in form or not, under any name."""
        text = self.section.state.text
        ids = [*self.section.state.suggestions, "forged"]
        update: dict[str, Any] = {"changes": self.change(text, any_place=True).to_json()}
        length = len(text)
        for key, value in (
            ("suggestion", self.chance.choice(ids)),
            ("strike", [[self.chance.randint(0, length), self.chance.randint(0, length)]]),
            ("restore", [sorted([self.chance.randint(0, length), self.chance.randint(0, length)])]),
            ("of", self.chance.randint(0, self.section.state.revision + 2)),
        ):
            if self.chance.random() < 0.4:
                update[key] = value
        self.send("forgery", hand, [update], self.section.state.revision)

    # --- How it arrives ---

    def send(self, kind: str, hand: Hand, batch: list[dict[str, Any]], base: int) -> str:
        head = self.section.state.revision
        answer = self.attempt(hand, kind, lambda: self.section.send(hand, *batch, base=base))
        own = frozenset().union(*self.there[head:]) - self.there[head]
        known = self.there[base] | own
        for row in self.section.rows[head:]:
            gone = {id(unit) for unit in self.model.removed.get(row.revision, ())}
            assert gone <= known, "text was deleted that its author had not seen"
            assert self.struck[row.revision] <= known, "text was struck that its author had not seen"
        return answer

    def attempt(self, hand: Hand, kind: str, act: Any) -> str:
        """Do it, and hold everything that came of it against the model and the promises."""
        before = self.section.state
        try:
            act()
        except (Refused, InvalidChange) as refusal:
            assert self.section.state is before, "a refusal has an effect"
            answer = getattr(refusal, "why", "malformed")
        else:
            answer = "taken"
        self.counts[f"{kind} {answer}"] += 1
        for row in self.section.rows[before.revision :]:
            self.follow(row, self.section.states[row.revision - 1], self.section.states[row.revision])
            assert (row.author, row.organisation) == (hand.author, hand.organisation)
        return answer

    def follow(self, row: Row, before: SectionState, after: SectionState) -> None:
        self.model.take(row)
        self.there.append(self.model.names())
        self.struck[row.revision] = {id(unit) for start, end in row.strike for unit in self.model.units[start:end]}
        self.counts["rows that give back"] += row.of is not None and row.decide is None
        self.counts["marks given back"] += row.decide == "undo" and bool(row.marks)
        assert after.text == self.model.text()
        assert list(after.runs) == self.model.runs()
        assert units(base_view(after)) == self.model.base()
        hand = next(hand for hand in PEOPLE if hand.author == row.author)
        decided = self.section.rows[row.of - 1].decide if row.decide == "undo" and row.of else row.decide
        if decided == "withdraw":
            assert all(before.suggestions[id].author == row.author for id in row.ids), "withdrew another's"
        elif decided:
            assert hand.decides, "decided without the right"
        if row.suggestion is not None:
            assert base_view(after) == base_view(before), "a suggestion changed the base text"
        if row.decide is None and row.suggestion is None:
            assert hand.right is TextRight.WRITE, "a plain edit by who may only suggest"

    def log_with(self, *more: Row) -> Log:
        """Return the log with rows that follow it."""
        return lambda after, upto: [*self.section.rows, *more][after:upto]

    # --- What an honest browser makes ---

    def some_base(self) -> int:
        head = self.section.state.revision
        return self.chance.randint(max(0, head - 7), head)

    def place(self, text: str) -> int:
        at = self.chance.randint(0, len(text))
        return at - 1 if splits_pair(text, at) else at

    def span(self, text: str) -> tuple[int, int]:
        start = self.place(text)
        end = min(len(text), start + self.chance.randint(0, 9))
        return (start, end - 1 if splits_pair(text, end) else end)

    def change(self, text: str, any_place: bool = False) -> ChangeSet:
        start, end = self.span(text) if self.chance.random() < 0.6 else (self.place(text),) * 2
        if any_place and start < end:
            end -= self.chance.randint(0, 1)
        return ChangeSet.replace(len(text), [(start, end, units(self.chance.choice(["", *WORDS])))])

    def honest(self, state: SectionState, hand: Hand, base: int, may_undo: bool) -> dict[str, Any]:
        if may_undo and self.chance.random() < 0.3:
            update = self.own_undo(state, hand, base)
            if update:
                return update
        if hand.right is TextRight.WRITE and self.chance.random() < 0.7:
            return {"changes": self.change(state.text).to_json()}
        mine = [id for id, one in state.suggestions.items() if one.author == hand.author and one.is_open]
        if mine and self.chance.random() < 0.7:
            id = self.chance.choice(mine)
        else:
            self.names += 1
            id = f"s{self.names}"
        return {**self.suggest(state, hand, id), "suggestion": id}

    def suggest(self, state: SectionState, hand: Hand, id: str) -> dict[str, Any]:
        text, (start, end) = state.text, self.span(state.text)
        keep = ChangeSet.keep(len(text)).to_json()
        kind = self.chance.choice(["insert", "strike", "replace", "delete", "restore"])
        if kind == "insert" or start == end:
            word = units(self.chance.choice(WORDS))
            return {"changes": ChangeSet.replace(len(text), [(start, start, word)]).to_json()}
        if kind == "strike":
            return {"changes": keep, "strike": [[start, end]]}
        if kind == "replace":
            change = ChangeSet.replace(len(text), [(end, end, units(self.chance.choice(WORDS)))])
            return {"changes": change.to_json(), "strike": [[start, end]]}
        ranges = []
        at = 0
        for run in state.runs:
            owner = state.suggestions[run.insertion].author if run.insertion else None
            if owner == hand.author if kind == "delete" else id in run.strikes:
                ranges.append([at, at + run.length])
            at += run.length
        ranges = [one for one in ranges if self.chance.random() < 0.7]
        if kind == "restore":
            return {"changes": keep, "restore": ranges}
        return {"changes": ChangeSet.replace(len(text), [(*one, "") for one in ranges]).to_json()}

    def own_undo(self, state: SectionState, hand: Hand, base: int) -> dict[str, Any] | None:
        """Give back what one deleted: the inverse, mapped over the rows since."""
        rows = self.section.rows[:base]
        mine = [row for row in rows if row.author == hand.author and row.removed and not row.decide]
        if not mine:
            return None
        row = self.chance.choice(mine[-3:])
        before = self.section.states[row.revision - 1].text
        pieces = [(after + len(text), before[start:end]) for start, end, after, text in row.changes.changes()]
        change = ChangeSet.replace(row.changes.length_after, [(at, at, text) for at, text in pieces])
        for later in rows[row.revision :]:
            change = change.map(later.changes)
        update: dict[str, Any] = {"changes": change.to_json(), "of": row.revision}
        if row.suggestion:
            update["suggestion"] = row.suggestion
        return update


def _pending(state: SectionState, but: str | None) -> str:
    return "".join([text for text, run in stretches(state) if run.insertion not in (None, but)])


def _accepted(section: Section, id: str) -> str:
    """Return what the base text would be if this suggestion were accepted."""
    state = section.state
    if id not in state.suggestions:
        return base_view(state)
    row = decisions.decide(state, PEOPLE[0], "accept", [id], seen_of(state, [id]))
    return base_view(fold(state, row))


class _Local:
    """What a browser has on screen: a confirmed state and its own unconfirmed updates on top."""

    def __init__(self, section: Section, base: int) -> None:
        self.copy = Section("")
        self.copy.states = section.states[: base + 1]
        self.copy.rows = section.rows[:base]

    @property
    def state(self) -> SectionState:
        return self.copy.state

    def works(self, hand: Hand, update: dict[str, Any]) -> bool:
        try:
            self.copy.send(hand, update)
        except Refused:
            return False
        return True
