"""Run the whole suite; a skipped or expected failure makes the run fail, as does a run without tests.

Tests make thousands of databases. Where the machine has room for them in memory (/dev/shm) they lie there: a tenth of
the time that a disk takes.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Tests of one file stay together, so that a server or a browser is started once. Three at a time on two cores: one of
# them mostly waits, for a page or a deadline.
COMMAND = [sys.executable, "-m", "pytest", "-n", "3", "--dist", "loadfile", "-q", "-p", "no:cacheprovider"]
HIDDEN = re.compile(r"\b(\d+) (skipped|xfailed|xpassed|deselected)\b")
MEMORY, ENOUGH = Path("/dev/shm"), 3 * 1024**3
"""Where memory is a folder, and how many bytes must be free of both."""


@contextlib.contextmanager
def room() -> Iterator[dict[str, str]]:
    """Yield an environment whose temporary files are in memory where there is enough, else where they always are."""
    if not os.access(MEMORY, os.W_OK) or min(shutil.disk_usage(MEMORY).free, _available()) < ENOUGH:
        yield dict(os.environ)
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="drafting-tests-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL, started by root, is another user.
        yield os.environ | {"TMPDIR": folder}


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)


def main(arguments: list[str]) -> int:
    """Run pytest, show what it says, and judge its last line."""
    last = ""
    with room() as environment:
        process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line if line.strip() else last
        status = process.wait()
    hidden = HIDDEN.findall(last)
    if hidden:
        print("A run must hide nothing: " + ", ".join(f"{n} {what}" for n, what in hidden))
        return status or 1
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
