"""The table of cases that the browser's code passes too."""

import json
from pathlib import Path
from typing import Any

import pytest

from drafting.domain.changes import ChangeSet, text_of, units
from drafting.domain.checks import Hand, Refused, check, map_updates
from drafting.domain.permissions import TextRight
from drafting.domain.rows import Row, Update
from drafting.domain.tracking import SectionState, checksum, digest_of, fold, pieces_of, seen_of

CASES: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("tracking_cases.json").read_text())


def each(group: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES[group], ids=[case["name"] for case in CASES[group]])


def state_of(value: dict[str, Any]) -> SectionState:
    return SectionState.from_json({"suggestions": {}, "returned": [], "undone": [], **value})


@each("fold")
def test_a_row_is_folded_as_in_the_table(case: dict[str, Any]) -> None:
    state = state_of(case["state"])

    after = fold(state, Row.from_json(case["row"], len(state.text)))

    assert after.to_json() == state_of(case["after"]).to_json()
    assert after.runs.length == len(after.text)


@each("check")
def test_an_update_is_taken_or_refused_as_in_the_table(case: dict[str, Any]) -> None:
    state = state_of(case["state"])
    log = [Row.from_json(row, length_before(row)) for row in case.get("log", [])]
    hand = Hand(case["hand"]["author"], case["hand"]["organisation"], TextRight(case["hand"]["right"]))
    update = Update.parse(case["update"], length_before(case["update"]))

    def checked() -> Row:
        return check(state, update, hand, base=case["base"], log=lambda after, upto: log[after:upto])

    if "refused" in case:
        with pytest.raises(Refused) as refusal:
            checked()
        assert refusal.value.why == case["refused"], refusal.value.detail
    else:
        assert checked().to_json() == case["row"]


@each("map")
def test_a_batch_is_mapped_as_in_the_table(case: dict[str, Any]) -> None:
    length = length_before(case["updates"][0])
    updates = []
    for value in case["updates"]:
        updates.append(Update.parse(value, length))
        length = updates[-1].changes.length_after
    rows = [Row(1, 1, 10, ChangeSet.parse(value, length_before({"changes": value}))) for value in case["over"]]

    assert [update.to_json() for update in map_updates(updates, rows)] == case["after"]


@each("seen")
def test_a_suggestion_has_the_content_of_the_table(case: dict[str, Any]) -> None:
    state = state_of(case["state"])
    pieces = pieces_of(state, case["pieces"])

    assert {id: [[kind, text_of(text)] for kind, text in pieces[id]] for id in pieces} == case["pieces"]
    assert seen_of(state, case["pieces"]) == case["seen"]


@each("digest")
def test_a_state_has_the_digest_of_the_table(case: dict[str, Any]) -> None:
    assert digest_of(state_of(case["state"])) == case["digest"]


@each("checksum")
def test_a_text_has_the_checksum_of_the_table(case: dict[str, Any]) -> None:
    assert checksum(units(case["text"])) == case["checksum"]


def length_before(value: dict[str, Any]) -> int:
    """Return how long a text the change set of a row or an update says it is for."""
    return sum(part if type(part) is int else part[0] for part in value["changes"])
