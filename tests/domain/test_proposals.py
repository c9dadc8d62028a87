"""What suggestions say, by the table that the browser's code passes too, and on random histories."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from drafting.domain.changes import units
from drafting.domain.proposals import Proposal, plain, proposals
from drafting.domain.quotations import BaseText
from drafting.domain.runs import Run, Runs
from drafting.domain.tracking import SectionState, Suggestion, seen_of

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("proposal_cases.json").read_text())["cases"]


def state_of(case: dict[str, Any]) -> SectionState:
    """Return the section of a case: its pieces as runs, its suggestions by one author each."""
    text, runs = "", []
    ids = list(case.get("open", []))
    for piece in case["text"]:
        marks, words = ("", piece) if isinstance(piece, str) else piece
        inserted = [mark[1:] for mark in marks.split() if mark[0] == "+"]
        struck = [mark[1:] for mark in marks.split() if mark[0] == "-"]
        ids += [*inserted, *struck]
        runs.append(Run(len(units(words)), 1, 10, next(iter(inserted), None), frozenset(struck)))
        text += words
    return SectionState(units(text), Runs(runs), {id: Suggestion(3, 20, 1) for id in ids})


def read(one: Proposal) -> dict[str, Any]:
    """Return a proposal as the table has it: what is empty is left out."""
    all = {"id": one.id, "kind": one.kind.value, "subject": one.subject, "old": one.old, "new": one.new,
           "collides": list(one.collides)}  # fmt: skip
    return {name: value for name, value in all.items() if value}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_suggestions_read_as_in_the_table(case: dict[str, Any]) -> None:
    found = proposals(state_of(case))

    wanted = [{name: value for name, value in one.items() if value} for one in case["read"]]
    shown = {(one["id"], name) for one in case["read"] for name in one}
    # Marks are in no words: a table row says old and new only where they say something.
    assert [
        {name: value for name, value in read(one).items() if name not in ("old", "new") or (one.id, name) in shown}
        for one in found
    ] == wanted
    assert all(one.start <= one.end for one in found)


def test_a_place_is_in_a_paragraph_of_the_base_text() -> None:
    case = {"text": ["# Été 😀\n\nUn.", ["+a", "\n\nNeuf."], "\n\n- deux ;\n- ", ["-b", "trois"], ".\n"]}
    state = state_of(case)
    base = BaseText(state)
    places = {one.id: base.paragraph(one.start) for one in proposals(state)}

    assert places == {"a": 2, "b": 4}


@pytest.mark.parametrize("piece", ["> ", "[", "[^", "](", "--- ", "|---", "**_`", "1. ", "- "])
def test_the_strangest_texts_are_read_in_no_time(piece: str) -> None:
    text = piece * 20_000
    state = state_of({"text": ["x", ["+a", text], ["-b", text + "\n"], "fin"]})

    started = time.perf_counter()
    proposals(state)
    plain(text + "x")

    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("text", [
    " " * 100_000 + "x", "\n" + " " * 100_000 + "x", "---" + " " * 100_000 + "x", "| " * 100_000 + "x",
])
def test_a_desert_of_spaces_is_read_in_no_time(text: str) -> None:
    state = state_of({"text": ["Été 🙂", ["+a", text], ["-b", text], "fin"]})

    started = time.perf_counter()
    proposals(state)

    assert time.perf_counter() - started < 2


def test_a_text_of_very_many_runs_that_a_hundred_would_delete_is_read_in_no_time() -> None:
    count, strikes = 20_000, frozenset(f"s{n}" for n in range(100))
    runs = Runs(Run(len("œuvre "), author % 2, 10, None, strikes) for author in range(count))
    state = SectionState("œuvre " * count, runs, {id: Suggestion(3, 20, 1) for id in strikes})

    started = time.perf_counter()
    found = proposals(state)
    seen_of(state, strikes)

    assert time.perf_counter() - started < 10
    assert {len(one.collides) for one in found} == {99}
    assert {one.changes[0].old for one in found} == {"œuvre " * count}
