"""The trace: of every passage, kept or deleted, who wrote, proposed, decided and deleted it."""

from __future__ import annotations

import time

import pytest

from drafting.domain.changes import ChangeSet, text_of, units
from drafting.domain.rows import Row
from drafting.domain.runs import joined
from drafting.domain.trace import Trace, Verdict, trace
from drafting.domain.traced import Removal, Strike
from tests.domain.histories import TEXT, History
from tests.domain.sections import LEAD, OTHER, WRITER, Section

BEFORE = Row(0, 1, 10, ChangeSet.replace(0, [(0, 0, units(TEXT))]))


def traced(section: Section, text: str) -> Trace:
    start = Row(0, 1, 10, ChangeSet.replace(0, [(0, 0, units(text))]))
    return trace(section.rows, start=start)


def told(found: Trace) -> list[tuple[str, int, str | None, bool]]:
    return [(one.text, one.author, one.suggestion, one.is_there) for one in found.passages]


def test_a_passage_says_who_wrote_proposed_and_accepted_it() -> None:
    section = Section("L’œuvre.")
    section.insert(OTHER, "L’œuvre", " commune 👍", suggestion="s1")
    section.decide(LEAD, "accept", "s1")

    found = traced(section, "L’œuvre.")

    assert told(found) == [
        ("L’œuvre", 1, None, True), (" commune 👍", OTHER.author, "s1", True), (".", 1, None, True)]
    assert found.verdicts == {"s1": (Verdict(2, "accept"),)}


def test_a_pending_insertion_that_an_editor_deletes_is_kept_where_it_stood() -> None:
    section = Section("L’œuvre.")
    section.insert(OTHER, "L’œuvre", " commune", suggestion="s1")
    section.edit(WRITER, " commune", "")

    found = traced(section, "L’œuvre.")

    assert told(found)[1] == (" commune", OTHER.author, "s1", False)
    assert found.passages[1].removals == (Removal(2),)
    assert section.rows[1].author == WRITER.author


def test_who_struck_what_was_deleted_and_its_undo_are_told() -> None:
    section = Section("Un été très indien.")
    section.strike(OTHER, "très ", "s1")
    accepted = section.decide(LEAD, "accept", "s1")
    undone = section.undo(LEAD, accepted)
    section.decide(LEAD, "reject", "s1")

    found = traced(section, "Un été très indien.")

    [passage] = [one for one in found.passages if one.text == "très "]
    assert passage.strikes == (Strike("s1", 1),)
    assert passage.removals == (Removal(accepted.revision, undone.revision),)
    assert passage.is_there
    assert [one.outcome for one in found.verdicts["s1"]] == ["accept", "undo", "reject"]


def test_text_typed_letter_by_letter_is_one_passage_and_a_correction_stands_beside_it() -> None:
    section = Section("")
    for letter in ["é", "t", "e"]:
        section.insert(WRITER, text_of(section.state.text), letter)
    section.edit(WRITER, "e", "")
    for letter in ["é", " ", "👍"]:
        section.insert(WRITER, text_of(section.state.text), letter)

    found = traced(section, "")

    assert told(found) == [("ét", 2, None, True), ("e", 2, None, False), ("é 👍", 2, None, True)]
    assert (found.passages[2].first, found.passages[2].last) == (5, 7)


def hold(history: History) -> None:
    """Hold the trace against the state and against the rows."""
    section = history.section
    found = trace(section.rows, start=BEFORE)
    there = [one for one in found.passages if one.is_there]
    assert units("".join(one.text for one in there)) == section.state.text
    origins = joined([
        run._replace(insertion=None, strikes=frozenset()) for run in section.state.runs])
    assert joined([
        origins[0]._replace(length=len(units(one.text)), author=one.author, organisation=one.organisation)
        for one in there]) == origins
    # Each unit that a row removed and nobody gave back is on the tape with that row.
    for row in section.rows:
        if row.removed is not None and row.revision not in section.state.returned:
            gone = [one for one in found.passages if any(each.revision == row.revision for each in one.removals)]
            assert sum(len(units(one.text)) for one in gone) == len(row.removed.text)
            assert sorted("".join(units(one.text) for one in gone)) == sorted(row.removed.text)
            assert all(not one.is_there and one.removals[-1] == Removal(row.revision) for one in gone)
    lost = sum(len(row.removed.text) for row in section.rows
               if row.removed and row.revision not in section.state.returned)
    assert sum(len(units(one.text)) for one in found.passages if not one.is_there) == lost
    for id, one in section.state.suggestions.items():
        verdicts = found.verdicts.get(id, ())
        assert (one.outcome or "undo") == (verdicts[-1].outcome if verdicts else "undo")


def test_what_is_restored_is_its_authors_and_says_who_deleted_it_and_who_brought_it_back() -> None:
    section = Section("Un été très indien.")
    section.insert(WRITER, "très", " œuvre 👍")
    gone = section.edit(LEAD, "rès œuvre 👍 indien", "ôt")

    back = section.restore(LEAD, 1)

    found = traced(section, "Un été très indien.")
    there = [one for one in found.passages if one.is_there]
    [mine] = [one for one in there if one.author == WRITER.author]
    assert (mine.text, mine.first, mine.restored) == (" œuvre 👍", 1, (back.revision,))
    assert [one.removals for one in found.passages if one.author == WRITER.author and not one.is_there] == [
        (Removal(gone.revision),)]


def test_a_restoration_that_is_only_suggested_is_a_copy_that_waits() -> None:
    section = Section("Un été très indien.")
    section.edit(WRITER, "très ", "")
    section.restore(OTHER, 0, suggestion="s1")

    found = traced(section, "Un été très indien.")

    assert {(one.author, one.suggestion, one.is_there, one.restored) for one in found.passages
            if one.text == "très "} == {(1, "s1", True, (2,)), (1, None, False, ())}


def test_a_text_restored_and_given_back_by_an_undo_as_well_is_told_twice() -> None:
    section = Section("Un été très indien.")
    gone = section.edit(WRITER, "très ", "")
    section.restore(LEAD, 0)
    section.send(WRITER, {"changes": [7, [0, "très "], 12], "of": gone.revision})

    found = traced(section, "Un été très indien.")

    assert "".join(one.text for one in found.passages if one.is_there) == text_of(section.state.text)


@pytest.mark.parametrize("seed", range(40))
def test_random_histories_with_restorations_are_told_as_they_were(seed: int) -> None:
    history = History(seed, restores=4)
    history.run(60)

    found = trace(history.section.rows, start=BEFORE)
    assert units("".join(one.text for one in found.passages if one.is_there)) == history.section.state.text
    origins = joined([
        run._replace(insertion=None, strikes=frozenset()) for run in history.section.state.runs])
    assert joined([
        origins[0]._replace(length=len(units(one.text)), author=one.author, organisation=one.organisation)
        for one in found.passages if one.is_there]) == origins


@pytest.mark.parametrize("seed", range(60))
def test_random_histories_are_told_as_they_were(seed: int) -> None:
    history = History(seed)
    history.run(60)

    hold(history)


def test_thousands_of_rows_are_traced_quickly() -> None:
    rows, length = [], 0
    for n in range(6_000):
        at = (n * 7_919) % (length + 1)
        word = units(f"œuvre{n} ")
        rows.append(Row(n + 1, 1 + n % 7, 10 + n % 3, ChangeSet.replace(length, [(at, at, word)])))
        length += len(word)

    begun = time.perf_counter()
    found = trace(rows)

    assert time.perf_counter() - begun < 6
    assert sum(len(units(one.text)) for one in found.passages) == length


@pytest.mark.parametrize("seed", range(40))
def test_the_trace_of_the_later_rows_says_the_same_of_what_stands_there(seed: int) -> None:
    history = History(seed, restores=seed % 3)
    history.run(40)
    section = history.section
    cut = seed % len(section.rows)

    later = trace(section.rows[cut:], before=section.states[cut])

    def present(found: Trace) -> list[tuple[str, int, int]]:
        stretches = [(one.text, one.author, one.organisation) for one in found.passages if one.is_there]
        return joined_stretches(stretches)

    whole = trace(section.rows, start=BEFORE)
    assert present(later) == present(whole)
    if not history.restores:  # From which of several deleted passages a restored one is copied is a guess.
        assert pending(later, section) == pending(whole, section)


def joined_stretches(stretches: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    out: list[tuple[str, int, int]] = []
    for text, author, organisation in stretches:
        if out and out[-1][1:] == (author, organisation):
            out[-1] = (out[-1][0] + text, author, organisation)
        else:
            out.append((text, author, organisation))
    return out


def pending(found: Trace, section: Section) -> list[tuple[str, frozenset[str]]]:
    """Return the letters of the text that are proposed, or proposed to go, with the open suggestions concerned."""
    is_open = {id for id, one in section.state.suggestions.items() if one.is_open}
    return [
        (letter, frozenset({one.suggestion, *(each.suggestion for each in one.strikes if each.lifted is None)}
                           & is_open))
        for one in found.passages if one.is_there for letter in one.text
    ]
