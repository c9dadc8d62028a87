"""Work on strangers' text and files in a guarded process, one for each piece of work.

A warm parent (exports/warm.py) is started by exec, so it never inherits a thread's locks; it loads WeasyPrint, fonts
and stylesheet once and forks a child for each piece of work. A child has limits on memory, computing and time, no
network and no files (exports/confinement.py). What comes back is read as lengths and bytes, never unpickled.
"""

import atexit
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from exports.confinement import Limits
from exports.frames import OUT_OF_MEMORY, receive, send

Progress = Callable[[str, int], None]


class Failed(Exception):
    """The work could not be done; the subclass says why."""


class TooMuch(Failed):
    """It needs more memory, computing or time than one piece of work may have, or its text is beyond the limits."""


class TimedOut(TooMuch):
    """It took longer than one piece of work may take."""


class Crashed(Failed):
    """The process ended in a way nobody foresaw; the message is for the log."""


class Printable(Protocol):
    """Plain values that one of our functions lays out: a Manuscript, an AmendmentTable..."""

    RENDERER: ClassVar[str]
    """That function, as `run` wants it: (value, on_progress=...) -> PDF bytes."""


def render(
    subject: Printable, *, limits: Limits | None = None, on_progress: Progress | None = None
) -> bytes:
    """Return the PDF of a manuscript or another printable, made in a guarded process. Raise TooMuch or Crashed.

    `on_progress` is called in this thread with a step (`layout`, `fonts`, `writing`) and a number of pages.
    A working copy is `render(manuscript.working_copy(m))`.
    """
    document = run(subject.RENDERER, subject, limits=limits, on_progress=on_progress)
    if not document.startswith(b"%PDF-"):
        raise Crashed("what came back is no PDF")
    return document


def run(
    function: str, *arguments: Any, limits: Limits | None = None, on_progress: Progress | None = None
) -> bytes:
    """Call `exports.module:function` in a guarded process; it must return bytes. Raise TooMuch or Crashed.

    The arguments are pickled to the process, the answer comes back as bytes: a process that has read a
    stranger's text may have become the stranger's. With `on_progress` the function gets it as a keyword.
    """
    limits = limits or Limits()
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _parent.send(theirs)
        ours.settimeout(limits.wall_s + 15)
        try:
            send(ours, b"J", pickle.dumps((function, arguments, on_progress is not None, limits)))
            return _receive_answer(ours, on_progress)
        except TimeoutError:
            raise TimedOut("no answer from the worker") from None
        except OSError as error:
            raise Crashed(f"the worker is gone: {error}") from error


def _receive_answer(ours: socket.socket, on_progress: Progress | None) -> bytes:
    answer, failure = None, None
    while True:
        kind, content = receive(ours)
        if kind == b"P" and on_progress:
            step, _, pages = content.decode().partition(" ")
            on_progress(step, int(pages))
        elif kind == b"R":
            answer = content
        elif kind == b"E":
            failure = content.decode(errors="replace")
        elif kind == b"X":
            return _outcome(answer, failure, int(content))


def _outcome(answer: bytes | None, failure: str | None, status: int) -> bytes:
    """Return the answer, or raise what the child's end means."""
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if ended_by == signal.SIGALRM:
        raise TimedOut("it took too long")
    if ended_by in (signal.SIGXCPU, signal.SIGKILL):
        raise TooMuch("it needs too much computing")
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == OUT_OF_MEMORY:
        raise TooMuch("it needs too much memory")
    if ended_by in (signal.SIGTRAP, signal.SIGABRT):
        # How GLib (under Pango) and the C library end a process that gets no more memory.
        raise TooMuch("it needs too much memory")
    if failure is not None and failure.startswith("too much:"):
        raise TooMuch(failure.removeprefix("too much:").strip())
    if failure is not None or status != 0 or answer is None:
        raise Crashed(failure or f"the process ended with status {status}")
    return answer


class _Parent:
    """This process's warm parent: started at the first document, again if it died, anew after a fork."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None
        self.owner = 0

    def send(self, job: socket.socket) -> None:
        """Hand a job's socket to the warm parent."""
        with self.lock:
            for attempt in (1, 2):
                try:
                    socket.send_fds(self._started(), [b"j"], [job.fileno()])
                    return
                except OSError as error:
                    self.stop()
                    if attempt == 2:
                        raise Crashed(f"the worker does not start: {error}") from error

    def _started(self) -> socket.socket:
        running = self.process is not None and self.owner == os.getpid() and self.process.poll() is None
        if not running or self.control is None:
            self.control, theirs = socket.socketpair()
            with theirs:
                environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parent.parent), PYTHONHASHSEED="0")
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "exports.warm", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment, start_new_session=True,
                )  # fmt: skip
            self.owner = os.getpid()
        return self.control

    def stop(self) -> None:
        """End the warm parent, and with it every child."""
        if self.control is not None:
            self.control.close()
        if self.process is not None and self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=5)
        self.process = self.control = None


_parent = _Parent()
atexit.register(_parent.stop)
