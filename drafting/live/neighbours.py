"""The other processes that serve the same database: what we tell them, and what they tell us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from drafting.live.notify import Notifier
from drafting.live.presence import Place

if TYPE_CHECKING:
    from drafting.live.house import House

PLACES_AT_ONCE = 30
"""Places in one notification, which holds 8,000 bytes."""


class Neighbours:
    """The other processes, if there are any that can be spoken to (on PostgreSQL)."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.notifier = Notifier(house.engine, self._hear, house.check_soon)

    @property
    def are_there(self) -> bool:
        """Whether there may be any."""
        return self.notifier.is_useful

    def say_rows(self, connection: Connection, heads: dict[int, int]) -> None:
        """Tell, with the commit, that sections have new rows."""
        self.notifier.say_within(connection, "rows", sections=list(heads))

    def say_presence(self, section_id: int, key: str, here: Sequence[Place], left: Sequence[str]) -> None:
        """Tell which of our own pages came, moved or left."""
        if not self.are_there:
            return
        for at in range(0, max(len(here), len(left)), PLACES_AT_ONCE):
            part = [asdict(one) for one in here[at : at + PLACES_AT_ONCE]]
            gone = list(left[at : at + PLACES_AT_ONCE])
            self.notifier.say("presence", section=section_id, key=key, here=part, left=gone)

    def announce(self) -> None:
        """Tell again who is here."""
        if self.are_there:
            for section_id, key, places in self._house.presence.own_places():
                self.say_presence(section_id, key, places, [])

    def ask_who(self) -> None:
        """Ask who is there."""
        self.notifier.say("who")

    def _hear(self, kind: str, content: dict[str, Any]) -> None:
        """Take what another process says."""
        house = self._house
        if kind == "rows":
            listened_to = house.hub.heads()
            house.authority.refresh([id for id in content["sections"] if id in listened_to])
        elif kind == "presence":
            for value in content["here"]:
                house.presence.put(content["section"], content["key"], Place(**value), elsewhere=True)
            for session in content["left"]:
                house.presence.take_away(content["section"], session)
            house.presence_changed()
        elif kind == "who":
            self.announce()
        elif kind == "flush":
            house.flushes.ask_for_other(content["ask"], content["sections"])
        elif kind == "flushed":
            house.flushes.hear(content["ask"], content["who"], content["late"])
        elif kind == "comments":
            house.comments.changed_elsewhere(content)
