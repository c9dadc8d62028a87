"""One open page's conversation with the server: the protocol's messages, without any transport.

`receive` and `receive_now` are called from one thread at a time; `deliver` from any. Nothing here keeps a database
session.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drafting.domain.actor import Actor
from drafting.domain.permissions import TextRight
from drafting.live import frames, protocol
from drafting.live.access import Access
from drafting.live.commands import Applied, Batch, Closed, Command, Decision, Failed, Outcome, Refusal
from drafting.live.frames import Frame
from drafting.live.log import Reader
from drafting.live.parsing import Malformed, parse
from drafting.live.presence import Place

if TYPE_CHECKING:
    from drafting.live.house import House

logger = logging.getLogger(__name__)

MOST_IN_FLIGHT = 16
"""Commands of one socket that may wait at once; then its next frames are not read."""
MOST_OPEN = 60
"""Sections open on one socket."""


@dataclass(slots=True)
class OpenSection:
    """A section that this page has open."""

    id: int
    key: str
    access: Access


class Conversation:
    """What the server knows of one open page."""

    def __init__(
        self, house: House, actor: Actor, session: str, send: Callable[[Frame], None], end: Callable[[], None]
    ) -> None:
        self.house = house
        self.actor = actor
        self.session = session
        self._send = send
        self._end = end
        self.is_active = False
        """Whether the person did something since the house last looked."""
        self._greeted = False
        self._ended = False
        self._open: dict[str, OpenSection] = {}
        self._lock = threading.Lock()
        self._in_flight = threading.BoundedSemaphore(MOST_IN_FLIGHT)

    def deliver(self, frame: Frame) -> None:
        """Send a frame; never blocks."""
        self._send(frame)

    def goodbye(self, why: str) -> None:
        """Say why, and end."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        self._send(frames.goodbye_frame(why))
        self._end()

    def leave(self) -> None:
        """The socket is gone: give up all seats."""
        for section in self.sections():
            self._close(section.key)

    def sections(self) -> list[OpenSection]:
        """Return what is open."""
        with self._lock:
            return list(self._open.values())

    def receive_now(self, text: str | bytes) -> bool:
        """Take one frame if that needs neither the database nor waiting for others; return whether it was taken."""
        try:
            message = parse(text)
        except Malformed as error:
            self._malformed(error)
            return True
        if isinstance(message, protocol.Hello | protocol.Open | protocol.Close):
            return False
        if isinstance(message, protocol.Updates | protocol.Decide) and message.section in self._open:
            if not self._in_flight.acquire(blocking=False):
                return False
            self._in_flight.release()  # Nobody else takes what was free: frames come one at a time.
        self._handle(message)
        return True

    def receive(self, text: str | bytes) -> None:
        """Take one frame from the browser, however long that takes."""
        try:
            message = parse(text)
        except Malformed as error:
            self._malformed(error)
        else:
            self._handle(message)

    def _handle(self, message: protocol.Message) -> None:
        if isinstance(message, protocol.Hello):
            self._hello(message)
        elif not self._greeted:
            self.goodbye("protocol")
        elif isinstance(message, protocol.Updates):
            self._updates(message)
        elif isinstance(message, protocol.Decide):
            self._decide(message)
        elif isinstance(message, protocol.Presence):
            self._presence(message)
        elif isinstance(message, protocol.Open):
            self._open_section(message)
        elif isinstance(message, protocol.Close):
            self._close(message.section)
        elif isinstance(message, protocol.Flushed):
            self.house.flushes.answered(message.ask, message.section, self)
        else:
            self._send(Frame({"type": "pong"}))

    def check(self, reader: Reader) -> None:
        """Ask the database again what this page may do, and cut or demote what it may not any more."""
        for section in self.sections():
            access = self.house.access_of(reader, self.actor, section.id)
            if not access.is_signed_in:
                self.goodbye("signed_out")
                return
            if access.right is TextRight.NONE:
                self._cut(section.key)
            elif access != section.access:
                section.access = access
                self.house.hub.answer(section.id, self, frames.may_frame(section.key, access))

    # --- One method for each message ---

    def _hello(self, message: protocol.Hello) -> None:
        if message.protocol != protocol.VERSION or self._greeted:
            self.goodbye("protocol")
            return
        self._greeted = True
        bodies = [] if self.actor.organisation_id is None else [self.actor.organisation_id]
        answer: dict[str, Any] = {
            "type": "hello",
            "protocol": protocol.VERSION,
            "session": self.session,
            "you": {"person": self.actor.person_id, "organisation": self.actor.organisation_id},
        }
        self._send(Frame({**answer, **self.house.read_names([self.actor.person_id], bodies)}))

    def _open_section(self, message: protocol.Open) -> None:
        key = message.section
        self._close(key)
        found = self.house.find(self.actor, key)
        if found is not None and not found.access.is_signed_in:
            self.goodbye("signed_out")
            return
        if found is None or found.access.right is TextRight.NONE or len(self._open) >= MOST_OPEN:
            self._send(frames.closed_frame(key))
            return
        section = OpenSection(found.id, key, found.access)
        with self._lock:
            self._open[key] = section
        self.house.seat(self, section, message.revision)
        place = Place(self.session, self.actor.person_id, self.actor.organisation_id, message.revision or 0)
        self.house.arrive(self, section, place)

    def _close(self, key: str) -> None:
        with self._lock:
            section = self._open.pop(key, None)
        if section is not None:
            self.house.hub.leave(section.id, self)
            self.house.depart(self, section)

    def _cut(self, key: str) -> None:
        """The section may not be read any more."""
        self._close(key)
        self._send(frames.closed_frame(key))

    def _updates(self, message: protocol.Updates) -> None:
        section = self._open.get(message.section)
        if section is None:
            self._send(frames.closed_frame(message.section))
            return
        self._submit(
            section,
            Batch(self.actor, section.id, message.client, message.n, message.base, message.updates),
        )

    def _decide(self, message: protocol.Decide) -> None:
        section = self._open.get(message.section)
        if section is None:
            self._send(frames.closed_frame(message.section))
            return
        decision = Decision(
            self.actor, section.id, message.client, message.n, message.decide, message.ids, message.seen,
            message.of, message.reason,
        )  # fmt: skip
        self._submit(section, decision)

    def _presence(self, message: protocol.Presence) -> None:
        section = self._open.get(message.section)
        if section is None:
            return
        place = Place(
            self.session, self.actor.person_id, self.actor.organisation_id, message.revision, message.anchor,
            message.head,
        )  # fmt: skip
        self.house.arrive(self, section, place)

    def _submit(self, section: OpenSection, command: Command) -> None:
        self.is_active = True
        self._in_flight.acquire()

        def answer(outcome: Outcome) -> None:
            self._in_flight.release()
            self._answer(section, command, outcome)

        if not self.house.authority.submit(command, answer):
            self._in_flight.release()
            self.goodbye("busy")

    def _answer(self, section: OpenSection, command: Command, outcome: Outcome) -> None:
        """Answer a command: what was applied is answered by its rows."""
        hub = self.house.hub
        if isinstance(outcome, Applied):
            if outcome.is_copy:
                frame = frames.applied_frame(section.key, command.client, command.n, outcome.head)
                hub.answer(section.id, self, frame)
        elif isinstance(outcome, Refusal):
            if outcome.why in ("forbidden", "malformed"):
                logger.warning(
                    "Refused (%s: %s): person %d, section %s, client %s, batch %d",
                    outcome.why, outcome.detail, self.actor.person_id, section.key, command.client, command.n,
                )  # fmt: skip
            frame = frames.refused_frame(section.key, command.client, command.n, outcome.why, outcome.head)
            hub.answer(section.id, self, frame)
        elif isinstance(outcome, Closed):
            if outcome.is_signed_in:
                self._cut(section.key)
            else:
                self.goodbye("signed_out")
        elif isinstance(outcome, Failed):
            self.goodbye("busy")

    def _malformed(self, error: Malformed) -> None:
        logger.warning("Malformed frame from person %d: %s", self.actor.person_id, error)
        section = self._open.get(error.section or "")
        if self._greeted and section is not None and error.client is not None and error.n is not None:
            frame = frames.refused_frame(section.key, error.client, error.n, error.why, None)
            self.house.hub.answer(section.id, self, frame)
        else:
            self.goodbye("malformed")
