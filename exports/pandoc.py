"""The one way to run pandoc: as a program of its own, from inside a guarded process, on bytes, and on nothing else.

Pandoc (GPL-2.0-or-later) is called as a program, never linked; it comes inside the wheel `pypandoc_binary`. It gets
its document on standard input and gives its answer on standard output. `--sandbox` keeps its readers and writers from
files and addresses; the guarded process around it (exports/confinement.py) has no network, may read nothing but code,
may write no file, and may run this one program.
"""

from __future__ import annotations

import ctypes
import importlib.util
import json
import resource
import signal
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from exports.confinement import Limits

HEAP = "-M512M"
"""What pandoc's own runtime may use; it then ends with status 251."""
_HEAP_IS_SPENT = 251
_ADDRESS_SPACE = 3_000_000_000
"""Its runtime sets aside more than it uses."""
_PR_SET_PDEATHSIG = 1
_ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/nonexistent"}


class Missing(Exception):
    """There is no pandoc for this machine."""


class Unreadable(Exception):
    """Pandoc does not understand what it was given; the message is for the log."""


@cache
def program() -> Path:
    """Return where pandoc is. Raise Missing on machines for which no wheel with it exists."""
    spec = importlib.util.find_spec("pypandoc")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / "files" / "pandoc"
        if path.is_file():
            return path.resolve()
    raise Missing("the wheel pypandoc_binary has no pandoc for this machine")


def limits(*, cpu_s: int = 30, wall_s: int = 90) -> Limits:
    """Return the limits for work that runs pandoc: it may run this one program. Raise Missing."""
    return Limits(memory_bytes=1_500_000_000, cpu_s=cpu_s, wall_s=wall_s, programs=(str(program()),))


def convert(content: bytes, *options: str) -> bytes:
    """Run pandoc on these bytes and return what it says. Raise Missing, Unreadable, MemoryError.

    To be called in a guarded process only: it is what bounds pandoc's time and keeps it from files and the network.
    """
    command = [str(program()), "--sandbox", "+RTS", HEAP, "-RTS", *options]
    done = subprocess.run(
        command, input=content, capture_output=True, env=_ENVIRONMENT, cwd="/", check=False, preexec_fn=_bind,
    )
    if done.returncode == _HEAP_IS_SPENT:
        raise MemoryError("pandoc needs more memory than it may have")
    if done.returncode == -signal.SIGXCPU:
        signal.raise_signal(signal.SIGXCPU)  # As if this process had used the time itself.
    if done.returncode != 0:
        raise Unreadable(f"pandoc ended with {done.returncode}: {done.stderr[:500].decode(errors='replace')}")
    return done.stdout


def read(document: bytes, *options: str) -> dict[str, Any]:
    """Read a .docx into pandoc's own tree (its JSON)."""
    tree: dict[str, Any] = json.loads(convert(document, "--from=docx", "--to=json", *options))
    return tree


def write(tree: dict[str, Any], *, reference: Path, options: Sequence[str] = ()) -> bytes:
    """Write pandoc's tree as .docx, in the styles of a reference document."""
    content = json.dumps(tree, ensure_ascii=False).encode()
    return convert(content, "--from=json", "--to=docx", "--output=-", f"--reference-doc={reference}", *options)


def _bind() -> None:
    """End with the process that called it, and use one address space of its own."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    space = _ADDRESS_SPACE if most == resource.RLIM_INFINITY else min(_ADDRESS_SPACE, most)
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
