"""Change sets compared with `@codemirror/state` itself, run in Node on random cases."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from drafting.domain.changes import ChangeSet, text_of, units
from tools import node

HERE = Path(__file__).parent
CASES = 100_000 if os.environ.get("FUZZ") == "long" else 5_000
SEED = int(os.environ.get("SEED", "20250210"))


def cases(seed: int, count: int) -> Iterator[dict]:
    """Yield what CodeMirror answers to `count` random cases."""
    line = [*node.command("node"), str(HERE / "changes_oracle.mjs"), str(seed), str(count)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, env=node.environment(), encoding="utf-8") as process:
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def differences(case: dict) -> dict:
    """Return what of a case is not to the last character what CodeMirror answered."""
    doc = units(case["doc"])
    applied = units(case["applied"])
    a = ChangeSet.parse(case["a"], len(doc))
    b = ChangeSet.parse(case["b"], len(doc))
    c = ChangeSet.parse(case["c"], len(applied))
    a.check_against(doc)
    a_over_b, b_over_a = a.map(b, before=True), b.map(a)
    mine = {
        "a": a.to_json(),
        "applied": text_of(a.apply(doc)),
        "inverse": a.invert(doc).to_json(),
        "composed": a.compose(c).to_json(),
        "mapped": a.map(b).to_json(),
        "mappedBefore": a_over_b.to_json(),
        "both": text_of(b_over_a.apply(a.apply(doc))),
        "positions": [a.map_position(case["at"], -1), a.map_position(case["at"], 1)],
    }
    assert text_of(a_over_b.apply(b.apply(doc))) == mine["both"], "the two orders must lead to one text"
    for name in ("inverse", "composed"):
        # Whatever CodeMirror makes must be taken, or a browser's honest work would be refused.
        ChangeSet.parse(case[name], len(applied if name == "inverse" else doc))
    for name in ("mapped", "mappedBefore"):
        ChangeSet.parse(case[name], b.length_after)
    return {name: (mine[name], case[name]) for name in mine if mine[name] != case[name]}


def test_change_sets_are_to_the_letter_those_of_codemirror() -> None:
    checked = 0
    for case in cases(SEED, CASES):
        assert differences(case) == {}, case
        checked += 1

    assert checked == CASES
