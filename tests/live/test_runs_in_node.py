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


def test_repair_makes_of_a_queue_what_the_server_takes_and_drops_no_typed_text() -> None:
    answer = run("repairs.mjs")

    for name, one in answer.items():
        if name == "what is right is left alone":
            assert one["after"] is None
            assert one["before"]["verdicts"] == ["taken"]
            continue
        assert set(one["after"]["verdicts"]) == {"taken"}, name
        assert one["screen"] == one["after"]["text"], name
    texts = {name: one["after"] and one["after"]["text"] for name, one in answer.items()}
    assert texts["the suggestion was decided: its words go on under a new id"] == "L’été doux et œuvre"
    assert texts["one's own pending text was accepted: its deletion becomes a strike"] == "L’été doux né 😀!"
    assert texts["only what is not one's own pending text is struck"] == "abef"
    assert texts[
        "what an undo would give back is back already: the undo is dropped, not what was typed after it"
    ] == "aœb"
    assert texts["another deleted a part first: only the rest comes back"] == "aéœéb"
    assert texts["the deletion came to nothing: the text comes back as new"] == "aéb"
    assert texts["text that comes back plain is struck, though it was pending on screen when it was deleted"] == "abéœ"
    pieces = answer["a long text goes in pieces that cut no character"]
    assert pieces["after"]["text"] == pieces["before"]["text"]
    assert len(pieces["updates"]) == 4


def test_repair_renames_and_strikes_as_the_rules_say() -> None:
    answer = run("repairs.mjs")

    renamed = answer["the suggestion was decided: its words go on under a new id"]["updates"]
    assert [update["suggestion"] for update in renamed] == ["new", "new"]
    struck = answer["one's own pending text was accepted: its deletion becomes a strike"]["updates"]
    assert struck[0] == {"changes": [10, [0, " né"], 3], "suggestion": "new", "strike": [[5, 10]]}
    mixed = answer["only what is not one's own pending text is struck"]["updates"]
    assert mixed == [{"changes": [2, [2], 2], "suggestion": "x", "strike": [[1, 3]]}]
    lifted = answer["another's strike is not lifted"]["updates"]
    assert lifted == [{"changes": [4], "suggestion": "x", "restore": [[0, 2]]}]
