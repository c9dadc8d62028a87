"""Anchors along random histories, held against an account in which every unit of text is a thing of its own."""

from __future__ import annotations

import random
from time import perf_counter

import pytest

from drafting.domain.anchors import Anchor, follow
from drafting.domain.changes import ChangeSet, units
from drafting.domain.rows import Row
from tests.domain.histories import History
from tests.domain.sections import LEAD, OTHER, Section


class Passage:
    """A passage as a flag on each unit of the text."""

    def __init__(self, length: int, start: int, end: int) -> None:
        self.flags = [start <= at < end for at in range(length)]
        self.lost: dict[int, list[bool]] = {}

    def take(self, row: Row) -> None:
        old, new, removed = self.flags, [], []
        back = self.lost.pop(row.of, None) if row.of is not None else None
        at = given = 0
        for start, end, _, text in row.changes.changes():
            new += old[at:start]
            removed += old[start:end]
            if back is not None:
                new += back[given : given + len(text)]
                given += len(text)
            elif start == end:
                new += [0 < start < len(old) and old[start - 1] and old[start]] * len(text)
            else:
                new += [all(old[start:end])] * len(text)
            at = end
        self.flags = new + old[at:]
        if any(removed):
            self.lost[row.revision] = self._hull(removed)
        self.flags = self._hull(self.flags)

    def _hull(self, flags: list[bool]) -> list[bool]:
        if not any(flags):
            return flags
        first, last = flags.index(True), len(flags) - 1 - flags[::-1].index(True)
        return [first <= at <= last for at in range(len(flags))]

    def range(self) -> tuple[int, int] | None:
        return (self.flags.index(True), len(self.flags) - self.flags[::-1].index(True)) if any(self.flags) else None


@pytest.mark.parametrize("seed", range(40))
def test_a_passage_follows_the_text_as_each_of_its_units_does(seed: int) -> None:
    history = History(seed)
    history.run(60)
    chance = random.Random(seed)
    for _ in range(12):
        begun = chance.randint(0, len(history.section.rows))
        length = len(history.section.states[begun].text)
        start, end = sorted((chance.randint(0, length), chance.randint(0, length)))
        if start == end:
            continue
        passage, anchor = Passage(length, start, end), Anchor(start, end)
        for row in history.section.rows[begun:]:
            passage.take(row)
            anchor = follow([anchor], [row])[0]
            assert (None if anchor.is_gone else (anchor.start, anchor.end)) == passage.range(), row
        assert follow([Anchor(start, end)], history.section.rows[begun:]) == [anchor]


def moved(text: str, passage: str, *edits: tuple[str, str]) -> str:
    """Return what a passage holds after each first `old` was replaced by `new`."""
    section = Section(text)
    start = section.state.text.index(units(passage))
    for old, new in edits:
        section.edit(LEAD, old, new)
    anchor = follow([Anchor(start, start + len(units(passage)))], section.rows)[0]
    return section.state.text[anchor.start : anchor.end]


@pytest.mark.parametrize(("edits", "left"), [
    ([("œuvre", "grande œuvre")], "grande œuvre 🙂"),
    ([("🙂", "· 🙂")], "œuvre · 🙂"),
    ([("L’", "Toute l’")], "œuvre 🙂"),
    ([(" d’été", " et l’art d’été")], "œuvre 🙂"),
    ([("’œ", "’Œ")], "uvre 🙂"),
    ([("œuvre ", "")], "🙂"),
    ([("L’œuvre 🙂 d’été", "")], ""),
    ([("uvr", "")], "œe 🙂"),
])
def test_words_typed_inside_belong_and_edges_do_not_grow(edits: list[tuple[str, str]], left: str) -> None:
    assert moved("L’œuvre 🙂 d’été", "œuvre 🙂", *edits) == units(left)


def test_a_passage_that_was_deleted_is_back_when_its_deletion_is_undone() -> None:
    section = Section("L’œuvre 🙂 d’été")
    gone = section.edit(LEAD, "œuvre 🙂", "")
    section.insert(LEAD, "L’", "Été. ")
    section.send(LEAD, {"changes": [7, [0, "œuvre 🙂"], 6], "of": gone.revision})

    anchor = follow([Anchor(2, 10)], section.rows[:2])[0]
    back = follow([anchor], section.rows[2:])[0]

    assert anchor.is_gone
    assert section.state.text[back.start : back.end] == units("œuvre 🙂")


def test_a_passage_that_an_accepted_suggestion_deleted_is_back_when_the_decision_is_undone() -> None:
    section = Section("L’œuvre d’été")
    section.strike(OTHER, "œuvre", "s1")
    accepted = section.decide(LEAD, "accept", "s1")
    assert follow([Anchor(2, 7)], section.rows)[0].is_gone
    section.undo(LEAD, accepted)

    back = follow([Anchor(2, 7)], section.rows)[0]

    assert section.state.text[back.start : back.end] == "œuvre"


def test_hundreds_of_passages_follow_thousands_of_rows_in_no_time() -> None:
    chance = random.Random(1)
    length, rows = 50_000, []
    for revision in range(1, 3_001):
        at = chance.randint(0, length)
        rows.append(Row(revision, 1, 1, ChangeSet.replace(length, [(at, at, "é")])))
        length += 1
    anchors = [Anchor(at, at + 80) for at in range(0, 40_000, 200)]

    began = perf_counter()
    follow(anchors, rows)

    assert perf_counter() - began < 2
