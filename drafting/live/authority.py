"""The authority of every section: the one place where a change becomes a row of the log.

`submit` queues a command; a single thread takes what waits together, decides it in one transaction and commits
once (DESIGN section 4). Live state changes after the commit only; then the hub is told, then the answers are
given. If a commit fails, what was known of those sections is dropped and read again from the log. Losing the
race on the primary key to another process repeats everything from the commands as sent.

`run` does the same in the caller's thread, for the demonstration and for imports.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from drafting.domain.changes import InvalidChange
from drafting.domain.tracking import SectionState
from drafting.extensions import writing
from drafting.live import log
from drafting.live.commands import Command, Failed, Outcome
from drafting.live.drafts import Draft, Known
from drafting.live.judge import Judge
from drafting.live.log import LogRow
from drafting.models.columns import now

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Commands in one transaction."""
MOST_WAITING = 5_000
SECTIONS_KEPT = 400
ATTEMPTS = 25
_TRY_AGAIN = {"40001", "40P01"}
"""PostgreSQL: serialization failure, deadlock."""

Answer = Callable[[Outcome], None]
Publish = Callable[[int, Sequence[LogRow], SectionState], None]
"""Called after each commit with a section, the rows new to this process, and the state after them."""
BeforeCommit = Callable[[Connection, dict[int, int]], None]
"""Called inside the transaction with the new head of each changed section (NOTIFY is transactional)."""


class Authority:
    """Decides and appends. One for each process and database."""

    def __init__(
        self,
        engine: Engine,
        publish: Publish = lambda section_id, rows, state: None,
        *,
        settle: Callable[..., None] = lambda *, more_waits: None,
        before_commit: BeforeCommit | None = None,
        clock: Callable[[], datetime] = now,
        threaded: bool = True,
    ) -> None:
        self._engine = engine
        self._publish = publish
        self._settle = settle
        """Called after a group was published, with whether more waits to be committed."""
        self._before_commit = before_commit
        self._clock = clock
        self._connection: Connection | None = None
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._turn = threading.RLock()
        """Held from the reading of known state to its change; never while waiting for a command."""
        self._waiting: deque[tuple[Command, Answer]] = deque()
        self._refreshes: set[int] = set()
        self._has_work = threading.Condition()
        self._thread: threading.Thread | None = None
        self._threaded = threaded
        """False where a test calls `serve_waiting` itself, to choose what is committed together."""
        self._stopped = False

    # --- From any thread ---

    def submit(self, command: Command, answer: Answer) -> bool:
        """Queue a command; `answer` is called with its outcome, from the writing thread, after the commit.

        Returns False, and does nothing, when too much waits already or the process is stopping.
        """
        with self._has_work:
            if self._stopped or len(self._waiting) >= MOST_WAITING:
                return False
            self._waiting.append((command, answer))
            self._start()
            self._has_work.notify()
        return True

    def refresh(self, section_ids: Iterable[int]) -> None:
        """Let the writing thread read what others appended to these sections, and publish it."""
        with self._has_work:
            if self._stopped:
                return
            self._refreshes.update(section_ids)
            self._start()
            self._has_work.notify()

    def catch_up(self, section_id: int) -> None:
        """Read and publish now what others appended to a section."""
        with self._turn:
            self._refresh([section_id])
        self._settle(more_waits=False)

    def run(self, commands: Sequence[Command]) -> list[Outcome]:
        """Decide commands now, in one transaction in this thread; return their outcomes."""
        with self._turn:
            outcomes = self._run(commands)
        self._settle(more_waits=False)
        return outcomes

    def run_within(self, connection: Connection, commands: Sequence[Command]) -> list[Outcome]:
        """Decide commands in the caller's open transaction; the caller publishes with `refresh` after it."""
        # Not under the turn: its holder may wait for the caller's transaction. A state is a value, and committed.
        known = {id: Known(one.state) for id in {each.section_id for each in commands} if (one := self._known.get(id))}
        judge = Judge(connection, known, self._clock)
        outcomes = [judge.take(command) for command in commands]
        judge.write()
        self._tell(connection, judge)
        return outcomes

    def current(self, section_id: int) -> SectionState:
        """Return the section's state at its head, as this process knows it or from the log."""
        with self._turn:
            known = self._known.get(section_id)
            if known is None:
                with self._engine.connect() as connection:
                    known = self._keep(section_id, _read(connection, section_id, None).known)
            return known.state

    def stop(self) -> None:
        """Finish what waits, and end the thread."""
        with self._has_work:
            self._stopped = True
            self._has_work.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=10)
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # --- The writing thread ---

    def _start(self) -> None:
        if self._thread is None and self._threaded:
            self._thread = threading.Thread(target=self._work, name="authority", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            with self._has_work:
                while not (self._waiting or self._refreshes or self._stopped):
                    self._has_work.wait()
                if not self._waiting and not self._refreshes:
                    return
            self.serve_waiting()

    def serve_waiting(self) -> None:
        """Decide what waits, in one transaction, and give the answers."""
        with self._has_work:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            refreshes, self._refreshes = self._refreshes, set()
        try:
            with self._turn:
                self._refresh(refreshes)
                outcomes = self._run([command for command, _ in group]) if group else []
        except Exception:  # The edge of the thread: the others must go on being served.
            logger.exception("A group of %d commands failed", len(group))
            outcomes = [Failed() for _ in group]
        self._settle(more_waits=bool(self._waiting))
        for (_, answer), outcome in zip(group, outcomes, strict=True):
            try:
                answer(outcome)
            except Exception:
                logger.exception("An answer could not be given")

    # --- With the turn ---

    def _run(self, commands: Sequence[Command]) -> list[Outcome]:
        """Decide commands in one transaction; a poisonous one harms only itself."""
        try:
            return self._attempt(commands)
        except OperationalError:
            # Locked, full or gone: none of the commands is to blame, and asking again for each would take for ever.
            logger.exception("The database would not: %d commands are to be sent again", len(commands))
            return [Failed() for _ in commands]
        except Exception:
            if len(commands) == 1:
                one = commands[0]  # Not its words: they are nobody's who reads the log.
                logger.exception("A command failed: section %d, client %s, batch %d", one.section_id, one.client, one.n)
                return [Failed()]
            logger.warning("A group failed; its commands are tried one by one", exc_info=True)
            return [outcome for command in commands for outcome in self._run([command])]

    def _attempt(self, commands: Sequence[Command]) -> list[Outcome]:
        # One order of sections for all processes, so that two of them do not wait for each other in a circle.
        order = sorted(range(len(commands)), key=lambda place: commands[place].section_id)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with writing(), self._own_connection() as connection, connection.begin():
                    judge = Judge(connection, self._known, self._clock)
                    decided = {place: judge.take(commands[place]) for place in order}
                    judge.write()
                    self._tell(connection, judge)
            except DBAPIError as error:
                self._drop(commands)
                if attempt == ATTEMPTS or not _may_try_again(error):
                    raise
            except BaseException:
                self._drop(commands)
                raise
            else:
                self._accept(judge)
                return [decided[place] for place in range(len(commands))]
        raise AssertionError("unreachable")

    @contextmanager
    def _own_connection(self) -> Iterator[Connection]:
        """Lend the connection that is kept for appending; after an error it is given back, and a new one taken."""
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            yield self._connection
        except BaseException:
            connection, self._connection = self._connection, None
            connection.close()
            raise

    def _tell(self, connection: Connection, judge: Judge) -> None:
        heads = {id: draft.state.revision for id, draft in judge.drafts.items() if draft.new}
        if heads and self._before_commit is not None:
            self._before_commit(connection, heads)

    def _accept(self, judge: Judge) -> None:
        """Let the live state follow the commit, and publish."""
        for section_id, draft in judge.drafts.items():
            rows = draft.caught_up + draft.new
            known = self._keep(section_id, draft.committed())
            self._publish(section_id, rows, known.state)
            self._snapshot_if_due(section_id, known)

    def _refresh(self, section_ids: Iterable[int]) -> None:
        for section_id in section_ids:
            with self._engine.connect() as connection:
                draft = _read(connection, section_id, self._known.get(section_id))
            known = self._keep(section_id, draft.committed())
            self._publish(section_id, draft.caught_up, known.state)

    def _keep(self, section_id: int, known: Known) -> Known:
        self._known[section_id] = known
        self._known.move_to_end(section_id)
        while len(self._known) > SECTIONS_KEPT:
            self._known.popitem(last=False)
        return known

    def _drop(self, commands: Iterable[Command]) -> None:
        for command in commands:
            self._known.pop(command.section_id, None)

    def _snapshot_if_due(self, section_id: int, known: Known) -> None:
        """Keep a snapshot every so many revisions, in a transaction of its own: the log does not depend on it."""
        place = known.state.revision - known.state.revision % log.SNAPSHOT_EVERY
        if place <= known.snapshot or place == 0:
            return
        known.snapshot = place
        try:
            with writing(), self._engine.begin() as connection:
                log.add_snapshot(connection, section_id, known.state)
        except IntegrityError:
            pass  # Another process was first.
        except (DBAPIError, InvalidChange):
            logger.exception("No snapshot of section %d", section_id)


def _may_try_again(error: DBAPIError) -> bool:
    """Tell whether another process was first, or the connection broke.

    If it broke at the commit nobody knows whether that happened: the next attempt finds the batches recorded.
    """
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "sqlstate", "") in _TRY_AGAIN


def _read(connection: Connection, section_id: int, known: Known | None) -> Draft:
    return Draft(connection, section_id, known, log.head_of(connection, section_id))
