"""The browser's own code played against itself in Node; the logs that come out are judged by the server's rules."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drafting.domain.checks import Hand, check
from drafting.domain.permissions import TextRight
from drafting.domain.rows import Row, Update
from drafting.domain.tracking import SectionState, digest_of, fold
from tools import node

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HISTORIES = int(os.environ.get("HISTORIES", "10000")) if os.environ.get("FUZZ") == "long" else 150
SEED = int(os.environ.get("SEED", "20250211"))


def histories() -> Iterator[dict[str, Any]]:
    line = [*node.command("node"), str(HERE / "node/histories.mjs"), str(SEED), str(HISTORIES)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=node.environment(), encoding="utf-8", cwd=ROOT) as process:
        assert process.stdout
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def replayed(log: list[dict[str, Any]]) -> SectionState:
    """Return what the server's rules make of the updates in a log; they must make the very same rows."""
    state = SectionState()
    rows: list[Row] = []
    for value in log:
        update = Update.parse({"changes": value["changes"], "of": value["of"]}, len(state.text))
        hand = Hand(value["author"], value["organisation"], TextRight.WRITE)
        row = check(state, update, hand, base=state.revision, log=lambda after, upto: rows[after:upto])
        assert row == Row.from_json(value, len(state.text))
        state = fold(state, row)
        rows.append(row)
    return state


def test_browsers_that_lose_connections_reload_and_undo_end_equal_to_the_log() -> None:
    played = updates = given_back = 0

    for history in histories():
        state = replayed(history["log"])

        assert history["wrong"] == []
        assert digest_of(state) == history["digest"]
        played += 1
        updates += len(history["log"])
        given_back += sum(row["of"] is not None for row in history["log"])
    assert played == HISTORIES
    assert updates > 20 * HISTORIES
    assert given_back > HISTORIES / 10, "the histories must undo deletions of others' text"
