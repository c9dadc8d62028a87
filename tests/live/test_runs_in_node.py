"""The browser's own code, run in Node, on the table of tracked-change cases that the server's code passes."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tools import node

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES: dict[str, list[Any]] = json.loads((ROOT / "tests/domain/tracking_cases.json").read_text())


def run(script: str, *arguments: str) -> Any:
    """Return what a script in tests/live/node prints, read as JSON."""
    line = [*node.command("node"), str(HERE / "node" / script), *arguments]
    done = subprocess.run(line, capture_output=True, env=node.environment(), encoding="utf-8", cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_browser_folds_checks_and_maps_as_the_server_does() -> None:
    answer = run("tracking_cases.mjs")

    assert answer["different"] == []
    assert answer["ran"] == {group: len(cases) for group, cases in CASES.items() if group != "about"}
