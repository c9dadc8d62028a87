"""Histories: pages, lines that lose what is on them, and servers, played step by step in a chosen order."""

from __future__ import annotations

import json
import random
from collections import deque
from typing import Any

from sqlalchemy import Engine

from drafting.domain.actor import Actor
from drafting.domain.changes import ChangeSet, splits_pair, units
from drafting.domain.restoration import bring_back, passages_back
from drafting.domain.rows import Update
from drafting.domain.tracking import SectionState, digest_of, fold, seen_of
from drafting.live import log
from drafting.live.commands import Applied, Restoration
from drafting.live.conversation import Conversation
from drafting.live.frames import Frame
from drafting.live.house import House
from tests.live.browser import Page

WORDS = ["é", "œuvre ", "« là » ", "’", "·", "👍", "\n", "\n\n", "fin. ", "🏳️‍🌈 ", "a"]


class Person:
    """Somebody with one page and a line to a server that may be cut at any moment."""

    def __init__(self, history: History, actor: Actor, *, suggests: bool = False, decides: bool = False) -> None:
        self.history = history
        self.actor = actor
        self.suggests = suggests
        self.decides = decides
        self.page = Page(history.section_key)
        self.up: deque[str] = deque()
        self.down: deque[str] = deque()
        self.sent: list[str] = []
        self.conversation: Conversation | None = None
        self.ideas = 0

    def connect(self) -> None:
        """Connect to any of the servers and open the section."""
        house = self.history.random.choice(self.history.houses)
        self.up.clear()
        self.down = down = deque()
        self.conversation = house.welcome(self.actor, lambda frame: _deliver(down, frame), lambda: None)
        self.send({"type": "hello", "protocol": 1})
        self.send(self.page.open_message())

    def cut(self) -> None:
        """Lose the line, and everything on it."""
        if self.conversation is not None:
            self.conversation.house.part(self.conversation)
            self.conversation = None
        self.up.clear()
        self.down = deque()  # What is still sent on the old line reaches nobody.

    def send(self, message: dict[str, Any]) -> None:
        """Put a message on the line."""
        text = json.dumps(message, ensure_ascii=False)
        if message["type"] in ("updates", "decide"):
            self.sent.append(text)
        if self.conversation is not None:
            self.up.append(text)

    def edit(self) -> None:
        """Do something on screen."""
        if self.page.state is None:
            return
        rng, text = self.history.random, self.page.text
        start, end = sorted(_place(rng, text) for _ in range(2))
        end = min(end, start + rng.choice([0, 0, 0, 1, 3, 12]))
        while splits_pair(text, end):
            end -= 1
        end = max(start, end)
        if not self.suggests:
            self.page.edit(start, end, rng.choice(["", *WORDS, *WORDS]))
        elif self.page.is_idle:
            self._suggest(start, end)

    def _suggest(self, start: int, end: int) -> None:
        """Propose to insert or to strike, in a suggestion that is open and one's own, or in a new one."""
        rng, state = self.history.random, self.page.state
        assert state is not None
        mine = [id for id, one in state.suggestions.items() if one.is_open and one.author == self.actor.person_id]
        self.ideas += 1
        new = f"s{self.actor.person_id}-{self.ideas}"
        id = rng.choice([*mine, new])
        if rng.random() < 0.6 or start == end:
            change = ChangeSet.replace(len(state.text), [(start, start, units(rng.choice(WORDS)))])
            self.page.add(Update(change, suggestion=id))
        else:
            self.page.add(Update(ChangeSet.keep(len(state.text)), suggestion=id, strike=((start, end),)))

    def decide(self) -> None:
        """Accept, reject, or undo a decision."""
        state, rng = self.page.state, self.history.random
        if state is None or not self.page.is_open or self.page.in_flight:
            return
        open_ids = [id for id, one in state.suggestions.items() if one.is_open]
        decided = [one.decided for one in state.suggestions.values() if one.decided]
        message: dict[str, Any] = {"type": "decide", "section": self.page.section, "client": f"{self.page.client}-d"}
        self.ideas += 1
        message["n"] = self.ideas
        if open_ids and rng.random() < 0.7:
            ids = rng.sample(open_ids, rng.randint(1, min(2, len(open_ids))))
            message |= {"decide": rng.choice(["accept", "reject"]), "ids": ids, "seen": seen_of(state, ids)}
        elif decided:
            message |= {"decide": "undo", "of": rng.choice(decided)}
        else:
            return
        self.send(message)

    def restore(self) -> None:
        """Bring back some of an earlier text from another page, chosen a moment ago."""
        history, rng = self.history, self.history.random
        with history.engine.connect() as connection:
            head = log.head_of(connection, history.section_id)
            base = max(0, head - rng.choice([0, 0, 1, 3]))
            revision = rng.randint(max(0, base - 30), base)
            states = log.states_at(connection, history.section_id, [base, revision])
        chosen = [one for one in passages_back(states[base], states[revision]) if rng.random() < 0.7]
        self.ideas += 1
        name = f"r{self.actor.person_id}-{id(self) % 1000}-{self.ideas}"
        restoring = bring_back(states[base], states[revision], chosen, suggestion=name if self.suggests else None)
        command = Restoration(self.actor, history.section_id, f"page-{name}", 1, base, revision, restoring)
        if chosen:
            [outcome] = rng.choice(history.houses).authority.run([command])
            history.restorations += isinstance(outcome, Applied)
            assert isinstance(outcome, Applied) or outcome.why == "changed", outcome

    def take_one(self) -> None:
        """Take one frame from the line."""
        if self.down:
            message = json.loads(self.down.popleft())
            self.page.take(message)
            if message["type"] in ("opened", "state"):
                again = self.page.again()
                if again is not None:
                    self.send(again)

    def give_one(self) -> None:
        """Let the server take one frame from the line."""
        if self.up and self.conversation is not None:
            self.conversation.receive(self.up.popleft())


class History:
    """Several people in one section, on servers that share a database."""

    def __init__(self, engine: Engine, section: tuple[int, str], seed: int, *, servers: int = 2) -> None:
        self.engine = engine
        self.section_id, self.section_key = section
        self.random = random.Random(seed)
        self.houses = [House(engine, threaded=False) for _ in range(servers)]
        self.people: list[Person] = []
        self.restorations = 0

    def play(self, steps: int) -> None:
        """Do things in a random order."""
        moves = ["edit"] * 5 + ["push", "give", "give", "take", "take", "take", "serve", "serve"] * 2
        moves += ["cut", "connect", "connect", "copy", "look", "decide", "restore"]
        for person in self.people:
            person.connect()
        for _ in range(steps):
            self.step(self.random.choice(moves), self.random.choice(self.people))

    def step(self, move: str, person: Person) -> None:
        """Do one thing."""
        house = self.random.choice(self.houses)
        if move == "edit":
            person.edit()
        elif move == "push":
            self.push(person)
        elif move == "give":
            person.give_one()
        elif move == "take":
            person.take_one()
        elif move == "serve":
            house.authority.serve_waiting()
        elif move == "look":
            house.look_at_heads()
        elif move == "cut" and self.random.random() < 0.4:
            person.cut()
        elif move == "connect" and person.conversation is None:
            person.connect()
        elif move == "copy" and person.sent and person.conversation is not None:
            person.up.append(self.random.choice(person.sent))  # A late copy of anything ever sent.
        elif move == "decide" and person.decides:
            person.decide()
        elif move == "restore":
            person.restore()

    @staticmethod
    def push(person: Person) -> None:
        """Let a page send what waits, if it may."""
        message = person.page.to_send()
        if message is not None:
            person.send(message)

    def settle(self) -> None:
        """Let everybody come back and everything arrive."""
        for person in self.people:
            if person.conversation is None:
                person.connect()
        for _ in range(10_000):
            for person in self.people:
                while person.up:
                    person.give_one()
            for house in self.houses:
                house.authority.serve_waiting()
                house.look_at_heads()
                house.authority.serve_waiting()
            for person in self.people:
                while person.down:
                    person.take_one()
                self.push(person)
            head = max(person.page.state.revision for person in self.people if person.page.state)
            if all(
                person.page.is_idle and person.page.is_open and not person.up
                and person.page.state and person.page.state.revision == head
                for person in self.people
            ):  # fmt: skip
                return
        raise AssertionError("It never settles")

    def check(self) -> int:
        """Check that everybody equals the log's replay, and that what was acknowledged is there once."""
        with self.engine.connect() as connection:
            head = log.head_of(connection, self.section_id)
            rows = log.rows_between(connection, self.section_id, 0, head)
        state = SectionState()
        for one in rows:
            state = fold(state, one.row)
        numbers = [(one.client, one.n, one.i) for one in rows]
        assert len(set(numbers)) == len(numbers), "something was applied twice"
        for person in self.people:
            assert person.page.state == state
            assert digest_of(person.page.state) == digest_of(state)
            logged = {one.n for one in rows if one.client == person.page.client}
            assert set(person.page.acknowledged) == logged
            refused = {one["refused"] for one in person.page.refusals}
            assert not logged & refused
            mine = [one for one in rows if one.client.startswith(person.page.client)]
            assert {one.row.author for one in mine} <= {person.actor.person_id}
        for house in self.houses:
            house.authority.stop()
        return head


def _deliver(down: deque[str], frame: Frame) -> None:
    down.append(frame.text)


def _place(rng: random.Random, text: str) -> int:
    place = rng.randint(0, len(text))
    return place - 1 if splits_pair(text, place) else place
