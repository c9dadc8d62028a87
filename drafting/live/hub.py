"""Who listens to which section, and the sending of new rows to them: after the commit, in order, without gaps."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from time import monotonic
from typing import Protocol

from drafting.domain.tracking import SectionState, digest_of
from drafting.live.frames import Frame, Names, ids_in, rows_frame
from drafting.live.log import LogRow

RECENT = 2_000
CROWDED = 30
"""Listeners from which on rows may wait for the next commit's, so that one frame carries them to all."""
HOLD_S = 0.02
DIGEST_EVERY_S = 2.0
"""How often, at most, a frame of rows carries the digest of the state."""


class Listener(Protocol):
    """One open page. `deliver` never blocks: who does not read is dropped by the transport."""

    def deliver(self, frame: Frame) -> None:
        """Take a frame, to be sent after the ones before."""


class Seat:
    """A listener's place in a room. While it is being told what came before, new frames wait here."""

    __slots__ = ("listener", "waiting")

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.waiting: list[Frame] | None = []

    def take(self, frame: Frame) -> None:
        """Deliver a frame now, or after what came before."""
        if self.waiting is None:
            self.listener.deliver(frame)
        else:
            self.waiting.append(frame)


class Room:
    """The listeners of one section, and the state that they have all been told of."""

    def __init__(self, section_id: int, key: str, state: SectionState) -> None:
        self.section_id = section_id
        self.key = key
        self.state = state
        self.recent: deque[LogRow] = deque(maxlen=RECENT)
        self.seats: dict[Listener, Seat] = {}
        self.lock = threading.RLock()
        self.people, self.organisations = ids_in(state)
        """Whose names have been sent: everybody in `state`, and who wrote since."""
        self._digest_at = 0.0
        self.held: list[LogRow] = []
        """Rows of a crowded room that are not sent yet; `newest` is the state after them."""
        self.newest = state
        self.held_since = 0.0

    def rows_since(self, revision: int) -> list[LogRow] | None:
        """Return the rows after a revision, or None if they reach further back than what is kept."""
        count = self.state.revision - revision
        if count > len(self.recent):
            return None
        return list(islice(self.recent, len(self.recent) - count, None)) if count > 0 else []

    def digest_if_due(self) -> str | None:
        """Return the digest of the state from time to time."""
        moment = monotonic()
        if moment - self._digest_at < DIGEST_EVERY_S:
            return None
        self._digest_at = moment
        return digest_of(self.state)


class Hub:
    """All rooms of this process."""

    def __init__(
        self,
        read_rows: Callable[[int, int, int], Sequence[LogRow]],
        read_names: Callable[[Iterable[int], Iterable[int]], Names],
    ) -> None:
        self._read_rows = read_rows
        """rows_between(section_id, after, upto): for a gap that should not be there, and is closed anyway."""
        self._read_names = read_names
        self._rooms: dict[int, Room] = {}
        self._holding: dict[int, Room] = {}
        self._lock = threading.Lock()

    def join(self, section_id: int, key: str, listener: Listener, current: Callable[[], SectionState]) -> Room:
        """Give a listener a seat; frames wait there until `begin`. Return the room (look at it under its lock)."""
        state: SectionState | None = None
        while True:
            with self._lock:
                room = self._rooms.get(section_id)
                if room is None and state is not None:
                    room = self._rooms[section_id] = Room(section_id, key, state)
                if room is not None:
                    with room.lock:
                        room.seats[listener] = Seat(listener)
                    return room
            state = current()  # Not under the lock: it may read the database.

    def look(self, room: Room, listener: Listener) -> SectionState:
        """Return the state from which on a listener is to hear everything: what waits for it is older.

        The room's lock is held by the caller.
        """
        self._send_held(room)
        seat = room.seats.get(listener)
        if seat is not None and seat.waiting is not None:
            seat.waiting.clear()
        return room.state

    def begin(self, room: Room, listener: Listener, before: Iterable[Frame]) -> None:
        """Deliver what came before, then what waited, then everything as it comes."""
        for frame in before:
            listener.deliver(frame)
        with room.lock:
            seat = room.seats.get(listener)
            if seat is not None and seat.waiting is not None:
                waiting, seat.waiting = seat.waiting, None
                for frame in waiting:
                    listener.deliver(frame)

    def leave(self, section_id: int, listener: Listener) -> None:
        """Take the listener's seat away; the last one closes the room."""
        with self._lock:
            room = self._rooms.get(section_id)
            if room is None:
                return
            with room.lock:
                room.seats.pop(listener, None)
                if not room.seats:
                    del self._rooms[section_id]

    def publish(self, section_id: int, rows: Sequence[LogRow], state: SectionState) -> None:
        """Send rows to all listeners of a section. `rows` end at `state`; what was sent before is left out.

        Where many listen the rows are held until `settle`.
        """
        room = self._rooms.get(section_id)
        if room is None:
            return
        with room.lock:
            if state.revision <= room.newest.revision:
                return
            new = [one for one in rows if one.row.revision > room.newest.revision]
            if not new or new[0].row.revision != room.newest.revision + 1:
                new = list(self._read_rows(section_id, room.newest.revision, state.revision))
            if not room.held:
                room.held_since = monotonic()
            room.held += new
            room.newest = state
            if len(room.seats) < CROWDED:
                self._send_held(room)
            else:
                self._holding[section_id] = room

    def settle(self, *, more_waits: bool) -> None:
        """Send what is held, but where more is about to be committed: that may wait a moment longer."""
        for section_id, room in list(self._holding.items()):
            with room.lock:
                if not more_waits or monotonic() - room.held_since >= HOLD_S:
                    self._holding.pop(section_id, None)
                    self._send_held(room)

    def _send_held(self, room: Room) -> None:
        """Send a room's rows; its lock is held."""
        if not room.held:
            return
        new, room.held = room.held, []
        room.state = room.newest
        room.recent.extend(new)
        frame = rows_frame(room.key, new, digest=room.digest_if_due(), names=self._new_names(room, new))
        for seat in list(room.seats.values()):
            seat.take(frame)

    def tell(self, section_id: int, frame: Frame, *, but: Listener | None = None) -> None:
        """Send a frame to all listeners of a section."""
        room = self._rooms.get(section_id)
        if room is not None:
            with room.lock:
                self._send_held(room)
                for listener, seat in list(room.seats.items()):
                    if listener is not but:
                        seat.take(frame)

    def answer(self, section_id: int, listener: Listener, frame: Frame) -> None:
        """Send a frame to one listener, after the rows that it has been sent or that wait for it.

        One that has left the section meanwhile hears nothing of it any more: it asks again when it comes back.
        """
        room = self._rooms.get(section_id)
        if room is not None:
            with room.lock:
                self._send_held(room)
                seat = room.seats.get(listener)
                if seat is not None:
                    seat.take(frame)

    def rooms(self) -> list[Room]:
        """Return the rooms that have listeners."""
        with self._lock:
            return list(self._rooms.values())

    def heads(self) -> dict[int, int]:
        """Return up to which revision the listeners of each room have been told."""
        return {room.section_id: room.state.revision for room in self.rooms()}

    def most_listeners(self) -> int:
        """Return how many listen to the fullest section."""
        return max((len(room.seats) for room in self.rooms()), default=0)

    def _new_names(self, room: Room, rows: Sequence[LogRow]) -> Names | None:
        people = {one.row.author for one in rows} - room.people
        organisations = {one.row.organisation for one in rows} - room.organisations
        if not people and not organisations:
            return None
        room.people |= people
        room.organisations |= organisations
        return self._read_names(people, organisations)
