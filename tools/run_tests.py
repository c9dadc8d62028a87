"""Run the whole suite; a skipped or expected failure makes the run fail, as does a run without tests."""

from __future__ import annotations

import re
import subprocess
import sys

# Tests of one file stay together, so that a server or a browser is started once.
COMMAND = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-q", "-p", "no:cacheprovider"]
HIDDEN = re.compile(r"\b(\d+) (skipped|xfailed|xpassed|deselected)\b")


def main(arguments: list[str]) -> int:
    """Run pytest, show what it says, and judge its last line."""
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True)
    last = ""
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
