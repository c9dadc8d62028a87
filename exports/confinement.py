"""What a process that renders other people's text may use: so much memory and time, no network, and no file but code.

Limits are the kernel's own. Where the kernel lacks Landlock (before 5.13) or refuses a network namespace, the
renderer's own fetcher, which reads nothing, remains the wall.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_READ = 0b1100  # read a file, list a folder
_RUN = 0b0101  # run a file, read it
_ALL_OF_FIRST_VERSION = (1 << 13) - 1
# What a child may still read: modules that load late, fonts, templates, time zones, its own state in /proc/self.
CODE = (sys.prefix, sys.base_prefix, "/usr/lib", "/usr/share", "/proc/self")
OURS = ("drafting", "exports", "templates")
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000


@dataclass(frozen=True)
class Limits:
    """What one document may cost."""

    memory_bytes: int = 1_500_000_000
    """Address space beyond what the warm parent already has."""
    cpu_s: int = 120
    wall_s: int = 240
    programs: tuple[str, ...] = ()
    """Paths of the programs that it may run; they are bound like itself, each to as much computing."""


def confine(limits: Limits) -> None:
    """Bind this process to its limits, for good."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.wall_s)
    space = _address_space() + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _leave_network()
    readable = [*map(Path, CODE), *(Path(__file__).parent.parent / name for name in OURS)]
    deny_files(readable, runnable=[Path(program) for program in limits.programs])


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def memory_is_spent(limits: Limits) -> bool:
    """Tell whether this process has come near its limit of memory (its largest size, of which little was left)."""
    space, _ = resource.getrlimit(resource.RLIMIT_AS)
    status = Path("/proc/self/status").read_text().splitlines()
    peak = sum(int(line.split()[1]) * 1024 for line in status if line.startswith("VmPeak:"))
    return space != resource.RLIM_INFINITY and peak > space - limits.memory_bytes // 5


def _leave_network() -> None:
    if _LIBC.unshare(_CLONE_NEWNET) != 0:
        _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def deny_files(readable: list[Path], *, runnable: Sequence[Path] = ()) -> bool:
    """Refuse every file from now on but reading below some folders and running some programs.

    Return whether the kernel does so.
    """
    handled = struct.pack("=Q", _ALL_OF_FIRST_VERSION)
    ruleset = _LIBC.syscall(_CREATE_RULESET, handled, len(handled), 0)
    if ruleset < 0:
        return False
    for path, allowed in [*((path, _READ) for path in readable), *((path, _RUN) for path in runnable)]:
        with contextlib.suppress(OSError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", allowed, place)
            _LIBC.syscall(_ADD_RULE, ruleset, 1, rule, 0)
            os.close(place)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    done = bool(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return done
