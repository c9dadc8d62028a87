"""Updates and rows: what a browser asks for, and what the log of a section keeps (notes: tracked changes).

An update is what a browser sends: a change of the text and, for suggestions, ranges to strike or to restore.
A row is what the server made of it: with author, organisation and revision, and with what an undo will need.
All positions are UTF-16 units; the ranges of `strike`, `restore` and `marks` are in the text *after* `changes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from drafting.domain.changes import ChangeSet, InvalidChange, text_of, units
from drafting.domain.runs import Range, Run, run_from_json, run_to_json

MAX_RANGES = 1_000
MAX_REVISION = 2**31 - 1
SUGGESTION_ID = re.compile(r"[A-Za-z0-9_-]{1,24}")

ACCEPT, REJECT, WITHDRAW, UNDO = "accept", "reject", "withdraw", "undo"


class Mark(NamedTuple):
    """A range that a decision freed from a suggestion's mark, or to which its undo gave it back."""

    start: int
    end: int
    kind: str
    """"+" for a pending insertion, "-" for a strike."""
    id: str


class Removed(NamedTuple):
    """What a row took away: the text of all its deletions in order (in units), and the runs of that text."""

    text: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """One change as a browser sends it, not yet believed."""

    changes: ChangeSet
    suggestion: str | None = None
    """The suggestion it belongs to; None for a plain edit."""
    strike: tuple[Range, ...] = ()
    """What the suggestion would delete."""
    restore: tuple[Range, ...] = ()
    """Where the suggestion's own strike is lifted."""
    of: int | None = None
    """The revision whose removed text this insertion gives back."""

    @classmethod
    def parse(cls, value: object, length: int) -> Update:
        """Read an update of a text of `length` units. Raises InvalidChange for anything that is not one."""
        if type(value) is not dict or not value.keys() <= {"changes", "suggestion", "strike", "restore", "of"}:
            raise InvalidChange("an update has changes, suggestion, strike, restore and of, and nothing else")
        changes = ChangeSet.parse(value.get("changes"), length)
        suggestion, of = value.get("suggestion"), value.get("of")
        if suggestion is not None and not is_suggestion_id(suggestion):
            raise InvalidChange("a suggestion's name is 1 to 24 letters, digits, - or _")
        if of is not None and (type(of) is not int or not 0 < of <= MAX_REVISION):
            raise InvalidChange("a revision is a positive number")
        after = changes.length_after
        strike, restore = _parse_ranges(value.get("strike"), after), _parse_ranges(value.get("restore"), after)
        return cls(changes, suggestion, strike, restore, of)

    def to_json(self) -> dict[str, Any]:
        """Return the wire form."""
        return _lean({"changes": self.changes.to_json(), "suggestion": self.suggestion, "of": self.of,
                      "strike": _pairs(self.strike), "restore": _pairs(self.restore)})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a section's log. Who, when, from which client and batch is kept beside it by the authority."""

    revision: int
    author: int
    organisation: int
    changes: ChangeSet
    suggestion: str | None = None
    strike: tuple[Range, ...] = ()
    restore: tuple[Range, ...] = ()
    decide: str | None = None
    """accept, reject, withdraw or undo, for a row that the server made of a command."""
    ids: tuple[str, ...] = ()
    """The suggestions that the decision, or its undo, is about."""
    of: int | None = None
    """The row whose removed text (and, for the undo of a decision, whose marks) are given back."""
    removed: Removed | None = None
    given: tuple[Run, ...] = ()
    """The runs of all inserted text where they are given back; empty where the text is new."""
    marks: tuple[Mark, ...] = ()
    """Freed by accept, reject and withdraw; given back by undo."""

    def to_json(self) -> dict[str, Any]:
        """Return the form kept in the log and sent to browsers; what is empty is left out."""
        removed = [text_of(self.removed.text), list(map(run_to_json, self.removed.runs))] if self.removed else None
        return {
            "revision": self.revision,
            "author": self.author,
            "organisation": self.organisation,
            "changes": self.changes.to_json(),
            **_lean({
                "suggestion": self.suggestion,
                "strike": _pairs(self.strike),
                "restore": _pairs(self.restore),
                "decide": self.decide,
                "ids": list(self.ids),
                "of": self.of,
                "removed": removed,
                "given": list(map(run_to_json, self.given)),
                "marks": _pairs(self.marks),
            }),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: dict[str, Any], length: int) -> Row:
        """Read what `to_json` wrote, for a text of `length` units (trusted: from our own log).

        Raises InvalidChange for a row of another text.
        """
        removed = value.get("removed")
        changes = ChangeSet.from_json(value["changes"])
        if changes.length_before != length:
            raise InvalidChange(f"made for a text of {changes.length_before} units, not of {length}")
        return cls(
            value["revision"],
            value["author"],
            value["organisation"],
            changes,
            value.get("suggestion"),
            _ranges(value.get("strike")),
            _ranges(value.get("restore")),
            value.get("decide"),
            tuple(value.get("ids") or ()),
            value.get("of"),
            Removed(units(removed[0]), tuple(map(run_from_json, removed[1]))) if removed else None,
            tuple(map(run_from_json, value.get("given") or ())),
            tuple([Mark(*mark) for mark in value.get("marks") or ()]),
        )


def is_suggestion_id(value: object) -> bool:
    """Tell whether this may name a suggestion."""
    return type(value) is str and SUGGESTION_ID.fullmatch(value) is not None


def map_ranges(ranges: Sequence[Range], over: ChangeSet) -> tuple[Range, ...]:
    """Return where the text of the ranges lies after a change: split around new text, without deleted text."""
    if not ranges or over.is_empty:
        return tuple(ranges)
    out: list[Range] = []
    at = after = i = 0
    for length, text in over.parts:
        end = at + length
        while i < len(ranges) and ranges[i][0] < end:
            start, stop = max(ranges[i][0], at), min(ranges[i][1], end)
            if text is None and start < stop:
                out.append((start - at + after, stop - at + after))
            if ranges[i][1] > end:
                break
            i += 1
        after += length if text is None else len(text)
        at = end
    return tuple(out)


def _parse_ranges(value: object, length: int) -> tuple[Range, ...]:
    """Read ranges that a browser sent: sorted, separate, not empty, inside the text."""
    if value is None:
        return ()
    if type(value) is not list or len(value) > MAX_RANGES:
        raise InvalidChange("ranges are a list, and not an endless one")
    out: list[Range] = []
    at = 0
    for pair in value:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not int or type(pair[1]) is not int:
            raise InvalidChange("a range is two whole numbers")
        start, end = pair
        if not at <= start < end <= length:
            raise InvalidChange("a range is empty, out of order or outside the text")
        out.append((start, end))
        at = end
    return tuple(out)


def _ranges(value: Iterable[Sequence[int]] | None) -> tuple[Range, ...]:
    return tuple([(start, end) for start, end in value]) if value else ()


def _pairs(value: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(item) for item in value]


def _lean(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item not in (None, [])}
