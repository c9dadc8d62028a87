"""The state of a section and the fold of one row of its log into it: text, authorship and suggestions.

Everything here is derived: `fold` over the whole log gives any past state again. What a browser asks for
becomes a row in `checks.py`; accepting, rejecting and their undo become rows in `decisions.py`. The browser
folds the same rows in static/js/live/runs.js; both run the cases of tests/domain/tracking_cases.json.

Three texts lie in one: the text itself, with pending insertions and struck text in it; the base text,
without pending insertions, which only someone who may write can change; and the proposed text, without what
is struck.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drafting.domain.changes import InvalidChange, text_of, units
from drafting.domain.rows import UNDO, Mark, Row
from drafting.domain.runs import Range, Run, Runs


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is known of a suggestion id. It belongs to its first author for ever."""

    author: int
    organisation: int
    touched: int
    """The last revision at which its author changed it."""
    outcome: str | None = None
    """accept, reject or withdraw once decided; None while open."""
    decided: int | None = None
    """The revision of that decision."""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class SectionState:
    """A section at one revision, as a value: keep as many as you like, they share what did not change."""

    text: str = ""
    """In UTF-16 units (see `changes.units`)."""
    runs: Runs = field(default_factory=Runs)
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    revision: int = 0
    returned: Mapping[int, int] = field(default_factory=dict)
    """Which row's removed text was given back by which row."""
    undone: Mapping[int, int] = field(default_factory=dict)
    """Which decision was undone by which row."""

    @classmethod
    def start(cls, text: str, author: int, organisation: int) -> SectionState:
        """Return the state at revision 0: a text (an ordinary string) that one author brought."""
        in_units = units(text)
        return cls(in_units, Runs([Run(len(in_units), author, organisation)]))

    def to_json(self) -> dict[str, Any]:
        """Return the form that snapshots keep and browsers receive."""
        return {
            "revision": self.revision,
            "text": text_of(self.text),
            "runs": self.runs.to_json(),
            "suggestions": {
                id: [one.author, one.organisation, one.touched, one.outcome, one.decided][: 3 if one.is_open else 5]
                for id, one in self.suggestions.items()
            },
            "returned": [list(item) for item in self.returned.items()],
            "undone": [list(item) for item in self.undone.items()],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SectionState:
        """Read what `to_json` wrote (trusted: from our own snapshot)."""
        return cls(
            units(value["text"]),
            Runs.from_json(value["runs"]),
            {id: Suggestion(*one) for id, one in value["suggestions"].items()},
            value["revision"],
            dict(value["returned"]),
            dict(value["undone"]),
        )


def fold(state: SectionState, row: Row) -> SectionState:
    """Return the state after the next row of the log.

    The order is: text, then strikes, then lifted strikes, then what a decision frees or gives back. A row is
    taken as it is: `checks.check` and `decisions` are what makes sure that only right ones are in the log.
    Raises InvalidChange for a row that is not the next one or does not fit.
    """
    if row.revision != state.revision + 1:
        raise InvalidChange(f"row {row.revision} does not follow revision {state.revision}")
    text, runs = state.text, state.runs
    if not row.changes.is_empty:
        text = row.changes.apply(text)
        runs = runs.edit(row.changes, row.given or new_runs(row))
    elif row.changes.length_before != len(text):
        raise InvalidChange("the row is made for another text")
    suggestions, returned, undone = state.suggestions, state.returned, state.undone
    if row.of is not None:
        returned = {**returned, row.of: row.revision}
        if row.decide == UNDO:
            undone = {**undone, row.of: row.revision}
    if row.decide is not None:
        runs, suggestions = _fold_decision(state, row, runs)
    elif row.suggestion is not None:
        runs = runs.mark(row.strike, striking(row.suggestion))
        runs = runs.mark(row.restore, lifting(row.suggestion))
        known = suggestions.get(row.suggestion)
        owner = (known.author, known.organisation) if known else (row.author, row.organisation)
        suggestions = {**suggestions, row.suggestion: Suggestion(*owner, touched=row.revision)}
    return SectionState(text, runs, suggestions, row.revision, returned, undone)


def _fold_decision(state: SectionState, row: Row, runs: Runs) -> tuple[Runs, dict[str, Suggestion]]:
    """Close or reopen the ids of a decision or of its undo, and free the runs from their marks or give them back."""
    suggestions = dict(state.suggestions)
    if row.decide == UNDO:
        runs = runs.mark_each(_given_back(row.marks))
        for id in row.ids:
            one = suggestions[id]
            suggestions[id] = Suggestion(one.author, one.organisation, one.touched)
        return runs, suggestions
    runs = runs.mark([(0, runs.length)], freeing(frozenset(row.ids)))
    for id in row.ids:
        one = suggestions[id]
        suggestions[id] = Suggestion(one.author, one.organisation, one.touched, row.decide, row.revision)
    return runs, suggestions


def new_runs(row: Row) -> list[Run]:
    """Return the one run that all new text of a row is, or none if it brings no text."""
    length = sum([len(text) for _, text in row.changes.parts if text])
    return [Run(length, row.author, row.organisation, row.suggestion)] if length else []


def striking(id: str) -> Callable[[Run], Run]:
    """Return what strikes a run for a suggestion."""
    return lambda run: run._replace(strikes=run.strikes | {id})


def give_back(mark: Mark) -> Callable[[Run], Run]:
    """Return what gives a run back the mark that a decision freed it from."""
    return striking(mark.id) if mark.kind == "-" else lambda run: run._replace(insertion=mark.id)


def _given_back(marks: Iterable[Mark]) -> list[tuple[Range, Callable[[Run], Run]]]:
    """Return what gives many marks back in one go: separate ranges, each with all marks that lie over it."""
    edges: dict[int, tuple[list[Mark], list[Mark]]] = {}
    for mark in marks:
        edges.setdefault(mark.start, ([], []))[0].append(mark)
        edges.setdefault(mark.end, ([], []))[1].append(mark)
    out: list[tuple[Range, Callable[[Run], Run]]] = []
    over: list[Mark] = []
    before = 0
    for place in sorted(edges):
        if over:
            out.append(((before, place), _giving_all([*over])))
        begun, ended = edges[place]
        over = [mark for mark in over if mark not in ended] + begun
        before = place
    return out


def _giving_all(marks: list[Mark]) -> Callable[[Run], Run]:
    def give(run: Run) -> Run:
        for mark in marks:
            run = give_back(mark)(run)
        return run

    return give


def lifting(id: str) -> Callable[[Run], Run]:
    """Return what lifts the strike of a suggestion from a run."""
    return lambda run: run._replace(strikes=run.strikes - {id})


def freeing(ids: frozenset[str]) -> Callable[[Run], Run]:
    """Return what frees a run from all marks of some suggestions: it is base text, and not struck by them."""

    def free(run: Run) -> Run:
        insertion = None if run.insertion in ids else run.insertion
        return run._replace(insertion=insertion, strikes=run.strikes - ids)

    return free


def base_view(state: SectionState) -> str:
    """Return the base text (an ordinary string): without pending insertions, with struck text."""
    return text_of("".join([text for text, run in stretches(state) if run.insertion is None]))


def proposed_view(state: SectionState) -> str:
    """Return the proposed text (an ordinary string): with pending insertions, without what is struck."""
    return text_of("".join([text for text, run in stretches(state) if not run.strikes]))


def stretches(state: SectionState) -> list[tuple[str, Run]]:
    """Return each run with its text (in units)."""
    out: list[tuple[str, Run]] = []
    at = 0
    for run in state.runs:
        out.append((state.text[at : at + run.length], run))
        at += run.length
    return out


def pieces_of(state: SectionState, ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the content of suggestions: for each its pieces in order, as (kind, text in units).

    The kind is "+" for inserted text, "-" for struck text and "+-" for inserted text that the same suggestion
    strikes. Stretches of one kind that touch are one piece.
    """
    out: dict[str, list[tuple[str, list[str]]]] = {id: [] for id in ids}
    open_since: dict[str, int] = {}
    for index, (text, run) in enumerate(stretches(state)):
        for id in run.strikes | {run.insertion or ""}:
            if id not in out:
                continue
            kind = ("+" if run.insertion == id else "") + ("-" if id in run.strikes else "")
            pieces = out[id]
            if open_since.get(id) == index - 1 and pieces[-1][0] == kind:
                pieces[-1][1].append(text)
            else:
                pieces.append((kind, [text]))
            open_since[id] = index
    return {id: [(kind, "".join(parts)) for kind, parts in pieces] for id, pieces in out.items()}


def seen_of(state: SectionState, ids: Iterable[str]) -> dict[str, str]:
    """Return for each suggestion what a decision about it has to quote: `touched.digest`.

    `touched` is the last revision at which its author changed it, so an author cannot slip another content
    under a decision, whatever the digest. The digest sees what others did to it (an editor deleting a word of
    it, or typing into it). It is the `checksum` of the pieces' kinds and texts, each followed by a line feed.
    Unknown ids are left out.
    """
    known = [id for id in ids if id in state.suggestions]
    pieces = pieces_of(state, known)
    content = {id: "".join([f"{kind}\n{text}\n" for kind, text in pieces[id]]) for id in known}
    return {id: f"{state.suggestions[id].touched}.{checksum(content[id])}" for id in known}


def digest_of(state: SectionState, runs: list[list[object]] | None = None) -> str:
    """Return a short digest of (text, runs), to notice that a browser's copy differs from the server's.

    It is the `checksum` of the text, a line feed, and the JSON of `runs.to_json()` without spaces; `runs` is
    that JSON form where the caller has it already.
    """
    runs = state.runs.to_json() if runs is None else runs
    return checksum(state.text + "\n" + json.dumps(runs, separators=(",", ":")))


def checksum(text_in_units: str) -> str:
    """Return the CRC-32 (as in zip and PNG) of the UTF-16 units, low byte first, as 8 hexadecimal digits.

    It finds accidents, not attacks; nothing that must withstand an attack rests on it. `checksum("é")` is the
    CRC-32 of the bytes E9 00.
    """
    return f"{zlib.crc32(text_in_units.encode('utf-16-le', 'surrogatepass')):08x}"
