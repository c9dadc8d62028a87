"""A process that has everything loaded, and forks servers from itself: loading takes two seconds, forking none.

What is born is the same gunicorn that `gunicorn wsgi:app` is, in a process of its own, with its own environment.
Run as a program it reads commands, one JSON value a line, and answers each with one line.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COMMAND = ["gunicorn", "wsgi:app", "--log-level", "warning"]


# --- In the tests ---


class Born:
    """A server's process, as `subprocess.Popen` would give it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, or None while it goes on."""
        return self._ended(0)

    def wait(self, timeout: float = 60) -> int:
        """Wait until it has ended. Raise subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(COMMAND, timeout)
        return code

    def terminate(self) -> None:
        """Tell it to stop."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def _ended(self, within_s: float) -> int | None:
        if self.returncode is None:
            self.returncode = _ask({"wait": self.pid, "within_s": within_s})
        return self.returncode


_nursery: subprocess.Popen[str] | None = None


def bear(environment: dict[str, str], log: Path) -> Born:
    """Start a server with this environment, whose words go to the end of a file."""
    return Born(_ask({"environment": environment, "log": str(log)}))


def _ask(command: dict[str, Any]) -> Any:
    global _nursery
    if _nursery is None or _nursery.poll() is not None:
        _nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(_nursery.terminate)
    assert _nursery.stdin is not None
    assert _nursery.stdout is not None
    _nursery.stdin.write(json.dumps(command) + "\n")
    _nursery.stdin.flush()
    return json.loads(_nursery.stdout.readline())


# --- In the nursery ---


def main() -> None:
    """Load what a server needs, then do as told until nobody is left to tell."""
    import gunicorn.app.wsgiapp
    import gunicorn.workers.gthread

    import exports.warm

    assert exports.warm
    assert gunicorn.app.wsgiapp
    assert gunicorn.workers.gthread
    _work_out_once()
    gc.collect()
    gc.freeze()  # What is frozen stays shared with those that are forked.
    for line in sys.stdin:
        command = json.loads(line)
        answer = _wait(command["wait"], command["within_s"]) if "wait" in command else _fork(command)
        print(json.dumps(answer), flush=True)


def _work_out_once() -> None:
    """Make an application in a folder of its own, and compile all of its templates: those that are forked have them."""
    from drafting.app import create_app
    from drafting.config import Settings
    from tests.once import work_out_once

    work_out_once()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environment({"DRAFTING_INSTANCE": folder}))
        for name in app.jinja_env.list_templates(filter_func=lambda one: one.endswith(".html")):
            app.jinja_env.get_template(name)


def _fork(command: dict[str, Any]) -> int:
    """Fork a server; in the child this ends as the program gunicorn does."""
    from gunicorn.app.wsgiapp import run

    pid = os.fork()
    if pid:
        return pid
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(command["environment"])
    sys.argv = COMMAND
    run()
    raise SystemExit(0)


def _wait(pid: int, within_s: float) -> int | None:
    end = time.monotonic() + within_s
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(0.02)


if __name__ == "__main__":
    main()
