"""The worker of this process: one thread that does the jobs, one at a time."""

from __future__ import annotations

import logging
import threading

from flask import Flask

from drafting.extensions import db
from exports import jobs, making

logger = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
WAIT_AFTER_ERROR_S = 5.0


class Runner:
    """Does the jobs of the database as long as there are any; `wake` starts it when there may be some.

    Whoever orders a job and whoever looks at one wakes it, so that a job left over by a server that was
    stopped goes on as soon as anybody asks for it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wanted = False

    def wake(self) -> None:
        """Make sure that somebody does the jobs; returns at once."""
        if not self._app.config.get("EXPORTS_IN_BACKGROUND", True):
            return
        with self._lock:
            self._wanted = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="exports", daemon=True)
                self._thread.start()

    def do_all(self) -> int:
        """Do all waiting jobs now, in this thread; returns how many were done."""
        done = 0
        while (job_id := jobs.claim()) is not None:
            making.perform(self._app, job_id, making.render_guarded)
            done += 1
        return done

    def _run(self) -> None:
        while self._goes_on():
            self._wanted = False
            try:
                with self._app.app_context():
                    self.do_all()
                    pending = jobs.is_anything_pending()
            except Exception:  # The edge of the thread: a database that is away for a moment must not end it.
                logger.exception("The exports worker will try again")
                self._wanted = True
                threading.Event().wait(WAIT_AFTER_ERROR_S)
                continue
            finally:
                with self._app.app_context():
                    db.session.remove()
            if pending:  # Another process has it; if that dies, it will be ours.
                self._wanted = True
                threading.Event().wait(LOOK_AGAIN_S)

    def _goes_on(self) -> bool:
        """True while there may be work; otherwise the thread is given up, under the lock that starts it."""
        with self._lock:
            if not self._wanted:
                self._thread = None
            return self._wanted
