"""Change sets: what an edit does to a text, in the form and with the rules of `@codemirror/state`.

A text here is a string in which one index is one UTF-16 code unit, as in the browser: a character beyond
the basic plane stands as its two surrogates. `units` and `text_of` convert at the edges.

A change set is a sequence of parts over the old text. `(5, None)` keeps five units, `(3, "")` deletes
three, `(0, "abc")` inserts and `(3, "abc")` replaces. The JSON form is CodeMirror's: `[5, [3, "abc"], 10]`,
with one string for each line of inserted text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from drafting.domain.parts import InvalidChange, Part, add_change, add_keep, compose_parts, map_parts

MAX_PARTS = 20_000
MAX_INSERTED = 200_000
MAX_LENGTH = 1_000_000

# What no text may hold: a carriage return (CodeMirror counts \r\n as one), control characters and the
# two non-characters, which neither PostgreSQL, XML nor PDF can all keep, and half of a surrogate pair.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_HALF_PAIR = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")

__all__ = ["ChangeSet", "InvalidChange", "check_text", "splits_pair", "text_of", "units"]


def units(text: str) -> str:
    """Return `text` with one index for each UTF-16 unit: every astral character becomes its two surrogates."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, memoryview(data).cast("H")))


def text_of(text_in_units: str) -> str:
    """Return the ordinary string that `units` was made from.

    Raises InvalidChange where a surrogate stands alone: such a text can be neither stored nor sent.
    """
    if text_in_units.isascii():
        return text_in_units
    try:
        return text_in_units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise InvalidChange("half of a surrogate pair stands alone") from error


def splits_pair(text: str, position: int) -> bool:
    """Tell whether `position` lies between the two halves of a surrogate pair of `text`."""
    pair = text[position - 1 : position + 1] if position else ""
    return len(pair) == 2 and "\ud800" <= pair[0] <= "\udbff" and "\udc00" <= pair[1] <= "\udfff"


def check_text(text_in_units: str) -> None:
    """Refuse a text that a section may not hold.

    Raises InvalidChange.
    """
    if _FORBIDDEN.search(text_in_units):
        raise InvalidChange("a control character is not text")
    if not text_in_units.isascii() and _HALF_PAIR.search(text_in_units):
        raise InvalidChange("half of a surrogate pair stands alone")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """An edit of a text of exactly `length_before` units. Build one with `parse`, `replace` or `keep`."""

    parts: tuple[Part, ...]

    @property
    def length_before(self) -> int:
        """How many units the text has that this applies to."""
        return sum([length for length, _ in self.parts])

    @property
    def length_after(self) -> int:
        """How many units the text has afterwards."""
        return sum([length if text is None else len(text) for length, text in self.parts])

    @property
    def is_empty(self) -> bool:
        """Whether this changes nothing."""
        return not self.parts or (len(self.parts) == 1 and self.parts[0][1] is None)

    @classmethod
    def parse(cls, value: object, length: int) -> ChangeSet:
        """Read CodeMirror's JSON form of a change of a text of `length` units.

        Only the form that CodeMirror itself writes is taken, so that `to_json` gives the same again.
        Where a pair would be split can only be seen with the text at hand: see `check_against`.
        Raises InvalidChange for anything else, whatever it is.
        """
        if type(value) is not list or len(value) > MAX_PARTS:
            raise InvalidChange("a change set is a list, and not an endless one")
        change = cls(tuple([_parse_part(part) for part in value]))
        change._check_canonical()
        if change.length_before != length:
            raise InvalidChange(f"made for a text of {change.length_before} units, not of {length}")
        if change.length_after > max(MAX_LENGTH, length):
            raise InvalidChange("the text would become too long")
        return change

    @classmethod
    def from_json(cls, value: list[Any]) -> ChangeSet:
        """Read what `to_json` wrote (trusted: from our own log, where an undo may bring back more than any edit)."""
        return cls(
            tuple([(part, None) if type(part) is int else (part[0], units("\n".join(part[1:]))) for part in value])
        )

    @classmethod
    def keep(cls, length: int) -> ChangeSet:
        """Return the change that leaves a text of `length` units as it is."""
        return cls(((length, None),) if length else ())

    @classmethod
    def replace(cls, length: int, edits: Iterable[tuple[int, int, str]]) -> ChangeSet:
        """Return the change of a text of `length` units that replaces each range (start, end) by a text.

        The ranges are sorted and do not overlap; the texts are in units.
        """
        out: list[Part] = []
        at = 0
        for start, end, text in edits:
            if not at <= start <= end <= length:
                raise InvalidChange(f"the range {start} to {end} is outside the text or out of order")
            add_keep(out, start - at)
            add_change(out, end - start, text)
            at = end
        add_keep(out, length - at)
        return cls(tuple(out))

    def to_json(self) -> list[object]:
        """Return CodeMirror's JSON form, with ordinary strings."""
        out: list[object] = []
        for length, text in self.parts:
            if text is None:
                out.append(length)
            elif text:
                out.append([length, *text_of(text).split("\n")])
            else:
                out.append([length])
        return out

    def check_against(self, text: str) -> None:
        """Refuse a change that does not fit `text` or that would cut a surrogate pair in two.

        Raises InvalidChange.
        """
        if self.length_before != len(text):
            raise InvalidChange(f"made for a text of {self.length_before} units, not of {len(text)}")
        if text.isascii():
            return
        at = 0
        for length, inserted in self.parts:
            if inserted is not None and (splits_pair(text, at) or splits_pair(text, at + length)):
                raise InvalidChange("a character would be cut in two")
            at += length

    def apply(self, text: str) -> str:
        """Return `text` (in units) after this change. Raises InvalidChange for a text of another length."""
        out = []
        at = 0
        for length, inserted in self.parts:
            if inserted is None:
                out.append(text[at : at + length])
            elif inserted:
                out.append(inserted)
            at += length
        if at != len(text):
            raise InvalidChange(f"made for a text of {at} units, not of {len(text)}")
        return "".join(out)

    def changes(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield each changing part: where it starts and ends before, where it starts after, its new text."""
        at = after = 0
        for length, inserted in self.parts:
            if inserted is None:
                after += length
            else:
                yield at, at + length, after, inserted
                after += len(inserted)
            at += length

    def invert(self, text: str) -> ChangeSet:
        """Return the change that gives `text`, the text before this change, back."""
        out: list[Part] = []
        at = 0
        for length, inserted in self.parts:
            if inserted is None:
                out.append((length, None))
            else:
                out.append((len(inserted), text[at : at + length]))
            at += length
        if at != len(text):
            raise InvalidChange(f"made for a text of {at} units, not of {len(text)}")
        return ChangeSet(tuple(out))

    def map_position(self, position: int, assoc: int = -1) -> int:
        """Return where `position` lies afterwards; at an insertion, before it if `assoc` < 0, else behind."""
        if position < 0:
            raise InvalidChange("a position is not negative")
        at = after = 0
        for length, inserted in self.parts:
            end = at + length
            if inserted is None:
                if end > position:
                    return after + position - at
                after += length
            else:
                if end > position or (end == position and assoc < 0 and not length):
                    return after if position == at or assoc < 0 else after + len(inserted)
                after += len(inserted)
            at = end
        if position > at:
            raise InvalidChange(f"{position} is outside a text of {at} units")
        return after

    def map(self, other: ChangeSet, *, before: bool = False) -> ChangeSet:
        """Return this change for the text that `other`, made on the same text, leads to.

        Where both insert at one place, the other's text comes first unless `before` is set.
        `a.compose(b.map(a))` and `b.compose(a.map(b, before=True))` give the same text.
        """
        return self if other.is_empty else ChangeSet(map_parts(self.parts, other.parts, before))

    def compose(self, other: ChangeSet) -> ChangeSet:
        """Return the one change that does what this and then `other` do."""
        if self.is_empty:
            return other
        return self if other.is_empty else ChangeSet(compose_parts(self.parts, other.parts))

    def _check_canonical(self) -> None:
        """Refuse parts that CodeMirror would have left out or joined, and more text than one edit brings."""
        kind_before = ""
        inserted = 0
        for length, text in self.parts:
            if text is None:
                kind = "keep" if length else "nothing"
            elif text:
                kind = "insert" if not length else "replace"
                inserted += len(text)
            else:
                kind = "delete" if length else "nothing"
            if kind == "nothing" or (kind == kind_before and kind != "replace"):
                raise InvalidChange("a part does nothing, or belongs to the one before it")
            kind_before = kind
        if inserted > MAX_INSERTED:
            raise InvalidChange("too much text for one edit")


def _parse_part(part: object) -> Part:
    """Read one part of the JSON form."""
    if type(part) is int:
        return _parse_length(part), None
    if type(part) is not list or not part or len(part) > MAX_INSERTED:
        raise InvalidChange("a part is a number, or a list that starts with one")
    lines = part[1:]
    for line in lines:
        if type(line) is not str or "\n" in line:
            raise InvalidChange("inserted text is one string for each line")
    text = units("\n".join(lines))
    check_text(text)
    return _parse_length(part[0]), text


def _parse_length(value: object) -> int:
    """Read the number of old units that a part covers. True is not 1 here."""
    if type(value) is not int or not 0 <= value <= MAX_LENGTH:
        raise InvalidChange("a length is a whole number that is not negative")
    return value
