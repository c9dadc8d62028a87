"""What processes on one PostgreSQL tell each other: LISTEN and NOTIFY. On SQLite one process serves: nothing.

A notification carries no text: who hears of new rows reads them from the log. Hearing is a convenience: a
process that missed something notices at its next slow look at the log (house.py).
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)

CHANNEL = "drafting"
MOST_BYTES = 7_500  # PostgreSQL takes 8,000.
RETRY_S = 1.0
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")

Hear = Callable[[str, dict[str, Any]], None]
"""Called, from the listening thread, with the kind and the content of what another process says."""


class Notifier:
    """Speaks to, and hears from, the other processes on the same database."""

    def __init__(self, engine: Engine, hear: Hear, missed: Callable[[], None]) -> None:
        self.is_useful = engine.dialect.name == "postgresql"
        self._engine = engine
        self._hear = hear
        self._missed = missed
        """Called after each (re)connection: something may have been said meanwhile."""
        self._name = secrets.token_hex(4)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to listen."""
        if self.is_useful and self._thread is None and not self._stopped.is_set():
            self._thread = threading.Thread(target=self._listen, name="notify", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening, within a second."""
        self._stopped.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=3)

    def say_within(self, connection: Connection, kind: str, **content: Any) -> None:
        """Tell the others, if and when this transaction commits."""
        if self.is_useful:
            payload = json.dumps({"from": self._name, "kind": kind, **content}, separators=(",", ":"))
            if len(payload) <= MOST_BYTES:
                connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})

    def say(self, kind: str, **content: Any) -> None:
        """Tell the others now; a database that does not answer is no reason to fail."""
        if not self.is_useful or self._stopped.is_set():
            return
        try:
            with self._engine.begin() as connection:
                self.say_within(connection, kind, **content)
        except DBAPIError:
            logger.warning("The other processes could not be told: %s", kind, exc_info=True)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                pooled = self._engine.raw_connection()
                connection: Any = pooled.driver_connection
                pooled.detach()  # It is ours now; the pool does not count it.
                try:
                    connection.autocommit = True
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._missed()
                    while not self._stopped.is_set():
                        # A connection that died raises here; a host that vanished does not: hence the question.
                        for notification in connection.notifies(timeout=1.0):
                            self._take(notification.payload)
                        connection.execute("SELECT 1")
                finally:
                    connection.close()
            except (psycopg.Error, DBAPIError, OSError):
                if not self._stopped.is_set():
                    logger.warning("Not listening to the database for a moment", exc_info=True)
                    self._stopped.wait(RETRY_S)

    def _take(self, payload: str) -> None:
        try:
            content = json.loads(payload)
            origin, kind = content.pop("from"), content.pop("kind")
            if origin != self._name:
                self._hear(kind, content)
        except Exception:  # The edge of the thread: one bad notification must not end the hearing.
            logger.exception("A notification was not understood")
