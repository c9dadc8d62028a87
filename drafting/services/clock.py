"""The clock: what has to happen by itself when its time comes. Rounds close, mails that wait are sent,
and what other parts of the application have to see to is seen to.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flask import Flask, current_app

from drafting.extensions import db
from drafting.services import calls, closings, mentions
from drafting.services.parts import each

logger = logging.getLogger(__name__)

EVERY_S = 30.0


def tick() -> tuple[int, int]:
    """Do what is due; return how many rounds were closed and how many mails were sent. Any process may, at any time.

    Raise ExceptionGroup of what failed, after the rest is done.
    """
    due = [(closings.close_due, False), (calls.mail_due, True), (mentions.mail_due, True), *_chores(current_app)]
    closed, *counts = each(chore for chore, _mails in due)
    return closed, sum(count for count, (_chore, mails) in zip(counts, due[1:], strict=True) if mails)


def also(app: Flask, chore: Callable[[], int], *, mails: bool = False) -> None:
    """Do this, too, at each tick, after all that has a deadline; with `mails` it returns how many it sent."""
    _chores(app).append((chore, mails))


def _chores(app: Flask) -> list[tuple[Callable[[], int], bool]]:
    chores: list[tuple[Callable[[], int], bool]] = app.extensions.setdefault("chores", [])
    return chores


class Clock:
    """Ticks in a thread of its own as long as a server runs."""

    def __init__(self, app: Flask, *, every_s: float = EVERY_S) -> None:
        self._app = app
        self._every_s = every_s
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin; returns at once."""
        threading.Thread(target=self._run, name="clock", daemon=True).start()

    def stop(self) -> None:
        """End before the next tick."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            with self._app.app_context():
                try:
                    tick()
                except Exception:  # The edge of the thread: a database that is away for a moment must not end it.
                    logger.exception("What was due is tried again at the next tick.")
                finally:
                    db.session.remove()
