"""The browser reads suggestions as the server does: the table of cases, and what random histories leave open."""

import json
from collections import Counter
from pathlib import Path

from drafting.domain.proposals import proposals
from drafting.domain.tracking import SectionState
from tests.domain.histories import History
from tests.domain.test_proposals import CASES, read
from tests.live.test_runs_in_node import run

HISTORIES = 300


def test_the_browser_reads_suggestions_as_the_server_does() -> None:
    answer = run("proposal_cases.mjs")

    assert answer["different"] == []
    assert answer["ran"] == len(CASES)
    assert answer["slow"] == [], "texts by which one person would stop everybody's browser"


def test_what_random_histories_leave_open_reads_the_same_on_both_sides(tmp_path: Path) -> None:
    states: list[SectionState] = []
    for seed in range(HISTORIES):
        history = History(seed)
        history.run(25)
        states.append(history.section.state)
    file = tmp_path / "states.json"
    file.write_text(json.dumps([state.to_json() for state in states]), encoding="utf-8")

    answer = run("proposal_cases.mjs", str(file))

    mine = [
        [read(one) | {"changes": [[each.start, each.end, each.old, each.new] for each in one.changes]} for one in found]
        for found in map(proposals, states)
    ]
    assert [seed for seed in range(HISTORIES) if answer[seed] != json.loads(json.dumps(mine[seed]))] == []
    kinds = Counter(one["kind"] for found in mine for one in found)
    assert len(kinds) >= 6, kinds
    assert sum("collides" in one for found in mine for one in found) > HISTORIES / 3
