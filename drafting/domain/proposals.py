"""What suggestions say, for the cards beside the text, for lists and for amendments: in words, not in Markdown.

A suggestion is a set of pending insertions and strikes (`tracking.py`). Here it is read as changes ("replace …
with …", "bold: …", "new item: …"), with the suggestions that touch the same words. Only texts are looked at, by
short rules without a parser, so that static/js/live/proposals.js says the same while people type; both run the
cases of tests/domain/proposal_cases.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from drafting.domain.changes import text_of
from drafting.domain.proposal_kinds import Change, ProposalKind, kind_of
from drafting.domain.runs import Run
from drafting.domain.tracking import SectionState, stretches
from drafting.domain.wording import ITEM, plain

__all__ = ["Change", "Proposal", "ProposalKind", "changes_of", "collisions_of", "kind_of", "paragraph_starts",
           "plain", "proposals"]  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """An open suggestion, read."""

    id: str
    author: int
    organisation: int
    kind: ProposalKind
    subject: str
    """For formatting and structure: the words concerned, without marks. Empty otherwise."""
    changes: tuple[Change, ...]
    collides: tuple[str, ...]
    """Other open suggestions that touch the same words, in the order of the text."""

    @property
    def start(self) -> int:
        """Where it begins, in units; 0 where nothing is left."""
        return self.changes[0].start if self.changes else 0

    @property
    def end(self) -> int:
        """Where it ends, in units."""
        return self.changes[-1].end if self.changes else 0

    @property
    def old(self) -> str:
        """What it takes away, in words; places are joined by an ellipsis."""
        return " … ".join(filter(None, (plain(change.old) for change in self.changes)))

    @property
    def new(self) -> str:
        """What it puts in, in words."""
        return " … ".join(filter(None, (plain(change.new) for change in self.changes)))


def proposals(state: SectionState) -> list[Proposal]:
    """Return the open suggestions of a section, in the order of the text; those of which nothing is left last."""
    open_ids = [id for id, one in state.suggestions.items() if one.is_open]
    changes = changes_of(state, open_ids)
    collisions = collisions_of(state)
    order = sorted(open_ids, key=lambda id: (not changes[id], changes[id][0].start if changes[id] else 0, id))
    place = {id: index for index, id in enumerate(order)}
    out = []
    for id in order:
        one = state.suggestions[id]
        kind, subject = kind_of(state, changes[id])
        collides = tuple(sorted(collisions.get(id, ()), key=place.__getitem__))
        out.append(Proposal(id, one.author, one.organisation, kind, subject, tuple(changes[id]), collides))
    return out


_MARK = re.compile(r"[*_`\[]+|\]\([^\n]*\)")


@dataclass(slots=True)
class _Place:
    """A change while it is being read, run by run."""

    start: int
    end: int
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def changes_of(state: SectionState, ids: Iterable[str]) -> dict[str, list[Change]]:
    """Return the changes of each suggestion; struck and inserted text that touch are one change.

    They touch also where only pending text of others lies between; marks (`**`) do not: they stand around it.
    Text that a suggestion both inserts and strikes is out of account.
    """
    found: dict[str, list[_Place]] = {id: [] for id in ids}
    at = pending_from = 0
    for text, run in stretches(state):
        end = at + run.length
        words = ""
        for id in {*run.strikes, run.insertion or ""}:
            if id not in found or (run.insertion == id and id in run.strikes):
                continue
            words = words or text_of(text)
            places = found[id]
            last = places[-1] if places else None
            if last is None or not (last.end == at or (last.end >= pending_from and not _MARK.fullmatch(words))):
                last = _Place(at, end)
                places.append(last)
            last.end = end
            (last.new if run.insertion == id else last.old).append(words)
        at = end
        if run.insertion is None:
            pending_from = at
    return {
        id: [Change(one.start, one.end, "".join(one.old), "".join(one.new)) for one in places]
        for id, places in found.items()
    }


def collisions_of(state: SectionState) -> dict[str, set[str]]:
    """Return which open suggestions touch the same words: for each id the others.

    They do where both strike the same text, where one strikes or is inserted inside what the other inserts,
    and where one is inserted inside what the other strikes. Standing side by side is no collision.
    """
    out: dict[str, set[str]] = {}

    def meet(a: str, b: str) -> None:
        if a != b:
            out.setdefault(a, set()).add(b)
            out.setdefault(b, set()).add(a)

    runs = list(state.runs)
    for together in {_marks(run) for run in runs}:  # Thousands of runs may be struck by the same hundred.
        marks = sorted(together)
        for index, a in enumerate(marks):
            for b in marks[index + 1 :]:
                meet(a, b)
    for window in _windows(runs):
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for index, run in enumerate(window):
            for id in _marks(run):
                first.setdefault(id, index)
                last[id] = index
        for id, start in first.items():
            for run in window[start + 1 : last[id]]:
                if run.insertion is not None:
                    meet(id, run.insertion)
    return out


def _marks(run: Run) -> frozenset[str]:
    """Return the suggestions that have a mark on a run."""
    return run.strikes if run.insertion is None else run.strikes | {run.insertion}


def _windows(runs: list[Run]) -> Iterator[list[Run]]:
    """Yield each longest stretch of pending runs, with the run before and the run behind it."""
    start = 0
    while start < len(runs):
        end = start
        while end < len(runs) and runs[end].insertion is not None:
            end += 1
        if end > start:
            yield runs[max(0, start - 1) : end + 1]
        start = end + 1


_STARTS = re.compile(rf"[ \t]*(?:>[ \t]?)*(?:#{{1,6}}[ \t]|{ITEM}[ \t]|\[\^[^\[\]\s]{{1,200}}\]:)")


def paragraph_starts(text: str) -> list[int]:
    """Return where each paragraph of a text begins: the numbers by which people cite are its places, from 1.

    A paragraph begins after an empty line; each heading, list item and note is one; a table is one.
    """
    starts: list[int] = []
    at = 0
    is_after_blank = True
    for line in text.split("\n"):
        if line.strip(" \t>"):
            if is_after_blank or _STARTS.match(line):
                starts.append(at)
            is_after_blank = False
        else:
            is_after_blank = True
        at += len(line) + 1
    return starts
