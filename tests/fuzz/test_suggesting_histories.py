"""Suggesters and editors in the browser's own code, played in Node; the logs are judged by the server's rules."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drafting.domain.checks import Hand, check
from drafting.domain.decisions import decide
from drafting.domain.permissions import TextRight
from drafting.domain.rows import Row, Update
from drafting.domain.tracking import SectionState, base_view, digest_of, fold, seen_of
from tools import node

ROOT = Path(__file__).parents[2]
HISTORIES = int(os.environ.get("HISTORIES", "10000")) if os.environ.get("FUZZ") == "long" else 300
SEED = int(os.environ.get("SEED", "20250307"))
MAY_ONLY_SUGGEST = 2
TURNED = 3
"""Whose right changes: what is under way just then may be refused, and goes on as a suggestion."""


def histories() -> Iterator[dict[str, Any]]:
    line = [*node.command("node"), str(ROOT / "tests/live/node/histories.mjs"), str(SEED), str(HISTORIES), "suggesting"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=node.environment(), encoding="utf-8", cwd=ROOT) as process:
        assert process.stdout
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def row_of(state: SectionState, value: dict[str, Any], rows: list[Row]) -> Row:
    """Return what the server's rules make of what was asked for."""
    right = TextRight.SUGGEST if value.get("suggestion") else TextRight.WRITE
    hand = Hand(value["author"], value["organisation"], right, decides=value.get("decide") is not None)
    if value.get("decide"):
        return decide(state, hand, value["decide"], value["ids"], seen_of(state, value["ids"]))
    asked = {name: value[name] for name in ("of", "suggestion", "strike", "restore") if value.get(name)}
    update = Update.parse({**asked, "changes": value["changes"]}, len(state.text))
    return check(state, update, hand, base=state.revision, log=lambda after, upto: rows[after:upto])


def test_whatever_suggesters_do_the_base_text_is_untouched_and_everybody_equals_the_log() -> None:
    played = 0
    seen: Counter[str] = Counter()

    for history in histories():
        state = SectionState()
        rows: list[Row] = []
        for value in history["log"]:
            row = row_of(state, value, rows)
            assert row == Row.from_json(value, len(state.text))
            after = fold(state, row)
            if row.decide is None and (row.suggestion or row.author == MAY_ONLY_SUGGEST):
                assert row.suggestion
                assert base_view(after) == base_view(state)
                seen["struck"] += bool(row.strike)
                seen["lifted"] += bool(row.restore)
                seen["given back"] += row.of is not None
            seen[row.decide or ("suggested" if row.suggestion else "plain")] += 1
            state = after
            rows.append(row)

        assert history["wrong"] == []
        assert digest_of(state) == history["digest"]
        assert set(history["refusals"]) <= {"1 stale", "2 stale", "3 stale", f"{TURNED} forbidden"}
        played += 1
    assert played == HISTORIES
    for what in ("struck", "suggested", "plain", "accept", "reject"):
        assert seen[what] > HISTORIES / 2, (what, seen)
    for what in ("lifted", "given back"):
        assert seen[what] > HISTORIES / 20, (what, seen)
