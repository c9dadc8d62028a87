"""Asking open pages to send what they have, before a version is frozen: two seconds at most."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from drafting.domain.permissions import TextRight
from drafting.live.frames import Frame

if TYPE_CHECKING:
    from drafting.live.conversation import Conversation
    from drafting.live.house import House

FLUSH_S = 2.0
LEAST_S = 0.2
"""How long the first word of other processes is waited for."""


@dataclass(slots=True)
class _Ask:
    late: dict[tuple[str, str], int] = field(default_factory=dict)
    """(session, section key) -> person, for each page that has not answered."""
    elsewhere: dict[str, list[int]] = field(default_factory=dict)
    """People who are late in each other process, as far as these answered."""
    changed: threading.Condition = field(default_factory=threading.Condition)


class Flushes:
    """The questions under way in this process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._asks: dict[str, _Ask] = {}

    def ask(self, section_ids: Iterable[int]) -> set[int]:
        """Ask everybody who may change these sections to send what they have; return the people who did not."""
        sections = sorted(set(section_ids))
        name = secrets.token_hex(6)
        ask = self._asks[name] = _Ask()
        try:
            self._house.neighbours.notifier.say("flush", ask=name, sections=sections)
            self._ask_own(name, ask, sections)
            return self._wait(ask, LEAST_S if self._house.neighbours.are_there else 0.0)
        finally:
            del self._asks[name]

    def ask_for_other(self, name: str, sections: list[int]) -> None:
        """Ask our own pages for another process, and tell it who is late."""

        def work() -> None:
            ask = self._asks[name] = _Ask()
            me, say = secrets.token_hex(4), self._house.neighbours.notifier.say
            try:
                self._ask_own(name, ask, sections)
                if ask.late:
                    say("flushed", ask=name, who=me, late=sorted(set(ask.late.values())))
                    late = self._wait(ask, 0.0)
                    say("flushed", ask=name, who=me, late=sorted(late))
            finally:
                del self._asks[name]

        threading.Thread(target=work, name="flush", daemon=True).start()

    def hear(self, name: str, who: str, late: list[int]) -> None:
        """Another process says which of its people are late."""
        ask = self._asks.get(name)
        if ask is not None:
            with ask.changed:
                ask.elsewhere[who] = late
                ask.changed.notify_all()

    def answered(self, name: str, section: str, conversation: Conversation) -> None:
        """A page has nothing unconfirmed left in a section."""
        ask = self._asks.get(name)
        if ask is not None:
            with ask.changed:
                ask.late.pop((conversation.session, section), None)
                ask.changed.notify_all()

    def _ask_own(self, name: str, ask: _Ask, sections: list[int]) -> None:
        wanted = set(sections)
        for conversation in self._house.everybody():
            for section in conversation.sections():
                if section.id in wanted and section.access.right in (TextRight.SUGGEST, TextRight.WRITE):
                    with ask.changed:
                        ask.late[conversation.session, section.key] = conversation.actor.person_id
                    frame = Frame({"type": "flush", "section": section.key, "ask": name})
                    self._house.hub.answer(section.id, conversation, frame)

    def _wait(self, ask: _Ask, least_s: float) -> set[int]:
        begun = monotonic()
        with ask.changed:
            while True:
                here = {one.session for one in self._house.everybody()}
                ask.late = {key: person for key, person in ask.late.items() if key[0] in here}
                late = set(ask.late.values()).union(*ask.elsewhere.values())
                waited_s = monotonic() - begun
                if waited_s >= (FLUSH_S if late else least_s):
                    return late
                ask.changed.wait(0.05)
