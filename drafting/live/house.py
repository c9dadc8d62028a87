"""Everything live of this process, put together: authority, hub, presence, and the conversations."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError

from drafting.domain.actor import Actor
from drafting.domain.sign_in import TOUCH_EVERY
from drafting.domain.tracking import SectionState, digest_of
from drafting.extensions import writing
from drafting.live import frames, log
from drafting.live.access import Access, access_of
from drafting.live.authority import Authority
from drafting.live.comments import Comments
from drafting.live.conversation import Conversation, OpenSection
from drafting.live.flushes import Flushes
from drafting.live.frames import Frame, Names
from drafting.live.hub import Hub
from drafting.live.log import LogRow, Reader
from drafting.live.neighbours import Neighbours
from drafting.live.presence import Place, Presence
from drafting.models import Section, SignIn
from drafting.models.columns import now

logger = logging.getLogger(__name__)

SOCKETS_A_PERSON = 10
MOST_SOCKETS = 1_000
CHECK_EVERY_S = 2.0
"""How often rights and heads are asked for again; they must hold within five seconds."""
PULSE_S = 0.05
PULSE_A_LISTENER_S = 0.001
"""How much slower presence is told for each listener of the fullest section: fifty hear of it ten times a second."""
ANNOUNCE_EVERY_S = 10.0
ROWS_A_FRAME = 500
MOST_ROWS_BACK = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """A section that exists, and what the actor may do there."""

    id: int
    access: Access


class House:
    """The live part of one process on one database."""

    def __init__(self, engine: Engine, *, threaded: bool = True) -> None:
        self._threaded = threaded
        """Whether threads commit and tell by themselves; tests do it step by step."""
        self.engine = engine
        self.hub = Hub(self._read_rows, self.read_names)
        self.neighbours = Neighbours(self)
        self.authority = Authority(
            engine, self.hub.publish, settle=self.hub.settle, before_commit=self.neighbours.say_rows, threaded=threaded
        )
        self.presence = Presence(self.read_names)
        self.flushes = Flushes(self)
        self.comments = Comments(self)
        self.conversations: dict[str, Conversation] = {}
        self._lock = threading.Lock()
        self._beat = threading.Event()
        self._check_now = threading.Event()
        self._touch_at = 0.0
        self.most = MOST_SOCKETS
        self._stopped = False
        self._thread: threading.Thread | None = None

    # --- Conversations ---

    @property
    def is_full(self) -> bool:
        """Whether there are as many open pages as one process serves."""
        return len(self.conversations) >= self.most

    def welcome(self, actor: Actor, send: Callable[[Frame], None], end: Callable[[], None]) -> Conversation:
        """Begin a conversation; the person's oldest one ends if there are too many."""
        conversation = Conversation(self, actor, secrets.token_hex(6), send, end)
        with self._lock:
            own = [one for one in self.conversations.values() if one.actor.person_id == actor.person_id]
            self.conversations[conversation.session] = conversation
            if self._thread is None and self._threaded:
                self._thread = threading.Thread(target=self._pulse, name="house", daemon=True)
                self._thread.start()
                self.neighbours.notifier.start()
        for one in own[: max(0, len(own) + 1 - SOCKETS_A_PERSON)]:
            one.goodbye("replaced")
        if self._stopped:
            conversation.goodbye("shutting_down")
        return conversation

    def part(self, conversation: Conversation) -> None:
        """End a conversation whose socket is gone."""
        with self._lock:
            self.conversations.pop(conversation.session, None)
        conversation.leave()

    def everybody(self) -> list[Conversation]:
        """Return the conversations of this process."""
        with self._lock:
            return list(self.conversations.values())

    def stop(self) -> None:
        """Say goodbye to everybody, and commit what waits."""
        self._stopped = True
        self.authority.stop()
        for conversation in self.everybody():
            conversation.goodbye("shutting_down")
        self._beat.set()
        self.neighbours.notifier.stop()

    # --- What conversations ask ---

    def find(self, actor: Actor, key: str) -> Found | None:
        """Return a section by its key, with the actor's rights."""
        with self.engine.connect() as connection:
            section_id = connection.execute(select(Section.id).where(Section.key == key)).scalar()
            return None if section_id is None else Found(section_id, access_of(connection, actor, section_id))

    @staticmethod
    def access_of(reader: Reader, actor: Actor, section_id: int) -> Access:
        """Return the actor's rights in a section."""
        return access_of(reader, actor, section_id)

    def read_names(self, people: Iterable[int], organisations: Iterable[int]) -> Names:
        """Return what these people and organisations are called."""
        with self.engine.connect() as connection:
            return frames.names_of(connection, people, organisations)

    def seat(self, conversation: Conversation, section: OpenSection, revision: int | None) -> None:
        """Send what the browser does not have yet, then everything as it comes."""
        room = self.hub.join(
            section.id, section.key, conversation, lambda: self.authority.current(section.id)
        )
        # Another process may be ahead of us, and so may be a browser that comes from there.
        self.authority.catch_up(section.id)
        with room.lock:
            state = self.hub.look(room, conversation)
            back = state.revision - revision if revision is not None else -1
            rows = room.rows_since(revision) if revision is not None and back >= 0 else None
            people, organisations = set(room.people), set(room.organisations)
        names = self.read_names(people, organisations)
        if revision is None or not 0 <= back <= MOST_ROWS_BACK:
            before: Iterable[Frame] = [frames.state_frame(section.key, state, section.access, names)]
        else:
            before = self._tail(section, state, revision, rows, digest_of(state), names)
        self.hub.begin(room, conversation, before)
        if len(room.seats) == 1:
            self.neighbours.ask_who()
        others = self.presence.frame_for(section.id, conversation.session)
        if others is not None:
            self.hub.answer(section.id, conversation, others)

    def _tail(
        self,
        section: OpenSection,
        state: SectionState,
        revision: int,
        rows: list[LogRow] | None,
        digest: str,
        names: Names,
    ) -> Iterator[Frame]:
        """Yield the rows since a revision, and the end of the tail."""
        while revision < state.revision:
            upto = min(revision + ROWS_A_FRAME, state.revision)
            if rows is None:
                part = list(self._read_rows(section.id, revision, upto))
            else:
                part = [one for one in rows if revision < one.row.revision <= upto]
            yield frames.rows_frame(section.key, part)
            revision = upto
        yield frames.opened_frame(section.key, state.revision, digest, section.access, names)

    def arrive(self, conversation: Conversation, section: OpenSection, place: Place) -> None:
        """Let the others see where somebody is."""
        self.presence.put(section.id, section.key, place)
        self._beat.set()

    def depart(self, conversation: Conversation, section: OpenSection) -> None:
        """Let the others see that somebody left."""
        self.presence.take_away(section.id, conversation.session)
        self._beat.set()

    def check_soon(self) -> None:
        """Rights or stages changed: ask the database now instead of at the next turn."""
        self._check_now.set()
        self._beat.set()

    # --- The pulse ---

    def _pulse(self) -> None:
        """Tell presence, and ask for rights and heads again, for as long as the process lives."""
        checked = announced = 0.0
        while not self._stopped:
            self._beat.wait(CHECK_EVERY_S)
            self._beat.clear()
            try:
                self._tell_presence()
                if self._check_now.is_set() or monotonic() - checked >= CHECK_EVERY_S:
                    self._check_now.clear()
                    self._check()
                    checked = monotonic()
                if monotonic() - announced >= ANNOUNCE_EVERY_S:
                    announced = monotonic()
                    self.neighbours.announce()
                    self.presence.forget_silent()
            except DBAPIError:
                logger.exception("Rights could not be asked for; they are again in a moment")
            except Exception:  # The edge of the thread.
                logger.exception("The pulse stumbled")
            sleep(PULSE_S + self.hub.most_listeners() * PULSE_A_LISTENER_S)

    def _tell_presence(self) -> None:
        for moved in self.presence.changes():
            self.hub.tell(moved.section_id, moved.frame)
            self.neighbours.say_presence(moved.section_id, moved.key, moved.own_here, moved.own_left)

    def presence_changed(self) -> None:
        """Tell presence at the next beat."""
        self._beat.set()

    def _check(self) -> None:
        """Ask for everybody's rights again, and look whether the log went on without us."""
        everybody = self.everybody()
        if everybody:
            with self.engine.connect() as connection:
                for conversation in everybody:
                    conversation.check(connection)
            self.look_at_heads()
            self._keep_signed_in(everybody)

    def _keep_signed_in(self, everybody: Iterable[Conversation]) -> None:
        """Count writing as using the sign-in: it makes no requests that would."""
        if monotonic() < self._touch_at:
            return
        self._touch_at = monotonic() + TOUCH_EVERY.total_seconds()
        active = [one for one in everybody if one.is_active and one.actor.sign_in_id is not None]
        for conversation in active:
            conversation.is_active = False
        if active:
            ids = {one.actor.sign_in_id for one in active}
            still_used = update(SignIn).where(SignIn.id.in_(ids), SignIn.ended_at.is_(None))
            with writing(), self.engine.begin() as connection:
                connection.execute(still_used.values(seen_at=now()))

    def look_at_heads(self) -> None:
        """Let what others appended be read and told, wherever nobody told us."""
        told = self.hub.heads()
        with self.engine.connect() as connection:
            behind = [id for id, revision in told.items() if log.head_of(connection, id) > revision]
        if behind:
            self.authority.refresh(behind)

    def _read_rows(self, section_id: int, after: int, upto: int) -> list[LogRow]:
        with self.engine.connect() as connection:
            return log.rows_between(connection, section_id, after, upto)


_houses: dict[Engine, House] = {}
_houses_lock = threading.Lock()


def house_of(engine: Engine) -> House:
    """Return the live part of this process for a database."""
    with _houses_lock:
        house = _houses.get(engine)
        if house is None:
            house = _houses[engine] = House(engine)
        return house


def close_house(engine: Engine) -> None:
    """End the live part of this process for a database, if there is one."""
    with _houses_lock:
        house = _houses.pop(engine, None)
    if house is not None:
        house.stop()
