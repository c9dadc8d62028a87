"""The warm parent of the guarded processes (`python -m exports.warm FD`): loads once, forks for each job."""

import contextlib
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from drafting.domain.errors import InvalidInput
from exports import inspection, pdf
from exports.confinement import Limits, confine, memory_is_spent
from exports.frames import OUT_OF_MEMORY, receive, send
from exports.manuscript import Manuscript, Organisation, Section


def serve(control: socket.socket) -> None:
    """Fork a child for each socket that comes; report its end on the same socket. Return when nobody is left."""
    _warm()
    jobs: dict[int, socket.socket] = {}
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([control.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, 4096)
            _reap(jobs)
        if control.fileno() in ready:
            data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not data:
                break
            for descriptor in descriptors:
                _fork(socket.socket(fileno=descriptor), jobs, control)
    for child in jobs:
        os.kill(child, signal.SIGKILL)


def _fork(job: socket.socket, jobs: dict[int, socket.socket], control: socket.socket) -> None:
    child = os.fork()
    if child:
        jobs[child] = job
        return
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()
    for other in jobs.values():
        other.close()
    status = 1
    try:
        _work(job)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)


def _reap(jobs: dict[int, socket.socket]) -> None:
    while jobs:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            break
        with jobs.pop(child) as job, contextlib.suppress(OSError):
            send(job, b"X", str(status).encode())


def _work(job: socket.socket) -> None:
    """Do one piece of work, in the child."""
    gc.disable()
    limits = Limits()
    try:
        kind, content = receive(job)
        if kind != b"J":
            return
        # From our own process, and before anything of a stranger's is read.
        function, arguments, with_progress, limits = pickle.loads(content)  # noqa: S301
        work = _resolve(function)
        confine(limits)
        options = {"on_progress": lambda step, n: send(job, b"P", f"{step} {n}".encode())} if with_progress else {}
        send(job, b"R", work(*arguments, **options))
    except (MemoryError, RecursionError) as error:
        send(job, b"E", f"too much: {type(error).__name__}".encode())
    except InvalidInput as error:
        send(job, b"E", f"too much: {error.message}".encode())
    except Exception as error:  # the process's edge: whatever it is, the other side is told
        # Libraries in C answer a refused allocation in many ways.
        kind_of = "too much" if memory_is_spent(limits) else "error"
        send(job, b"E", f"{kind_of}: {type(error).__name__}: {error}"[:2000].encode(errors="replace"))


def _resolve(function: str) -> Callable[..., bytes]:
    module, _, name = function.partition(":")
    if not module.startswith("exports."):
        raise ValueError(f"not one of ours: {function}")
    found: Callable[..., bytes] = getattr(importlib.import_module(module), name)
    return found


def _warm() -> None:
    """Load and prepare everything that every document needs, and what reads strangers' files."""
    inspection.inspect(b"%PDF-1.7", trusted=[], demonstration=[], at=datetime(2025, 1, 1, tzinfo=UTC))
    text = "Échauffement anticonstitutionnel[^1] : *un*.\n\n- liste\n\n| a | b |\n|---|---|\n| é | 🙂 |\n\n[^1]: œ.\n"
    for language in ("fr", "en"):
        pdf.render(Manuscript(
            title="Titre", recipient="", event="", language=language, number=1, label="", digest="0" * 64,
            frozen_at=datetime(2025, 1, 1, tzinfo=UTC), organisations=(Organisation("É", "É", "coordinator"),),
            sections=(Section(1, "Titre", text),), code="CODE", verify_url="https://exemple.org/",
        ))  # fmt: skip


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
