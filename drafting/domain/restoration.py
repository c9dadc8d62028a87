"""Restoration: the change that brings a section's earlier text back, whole or in chosen places, as little as needed.

It is an edit like any other, or a suggestion, on top of the log: nothing of what happened since is taken out of it.
Only the base texts are compared. What is pending in the section stays pending; where a passage around it goes, it
stays in that passage's place. Words that come back are their real authors', whoever brings them back.

Places of base texts count UTF-16 units, like all places (see `changes.py`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from drafting.domain.changes import MAX_LENGTH, ChangeSet, units
from drafting.domain.checks import Hand, Refused, check, map_updates
from drafting.domain.diff import compare
from drafting.domain.pieces import Kind, Piece, changes
from drafting.domain.rows import ACCEPT, Row, Update, map_ranges
from drafting.domain.runs import NO_STRIKES, Range, Run, Runs, joined
from drafting.domain.tracking import SectionState, base_view, checksum
from drafting.domain.words import tokens


@dataclass(frozen=True, slots=True)
class Place:
    """A range of the present base text, and the range of the earlier one that comes in its stead."""

    now: Range
    then: Range


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be brought back by itself: one place, all places of a moved text, or all apostrophes and spaces."""

    key: str
    """Made of what it says and where: the same as long as the passage is."""
    places: tuple[Place, ...]
    is_spacing: bool = False
    """Only apostrophes and spaces differ."""


@dataclass(frozen=True, slots=True)
class Restoring:
    """A restoration made at one revision, to be mapped and checked by the authority."""

    update: Update
    given: tuple[Run, ...]
    """Who wrote the text that comes back."""
    places: tuple[Range, ...]
    """Where the whole text changes, in the text before."""


def passages_back(now: SectionState, then: SectionState) -> tuple[Passage, ...]:
    """Return what has to change for the base text to be the earlier one again, in the order of the text."""
    a, b = base_view(now), base_view(then)
    pieces = compare(a, b)
    starts_a, starts_b = _starts(pieces, is_old=True), _starts(pieces, is_old=False)
    found: list[tuple[list[Place], set[int]]] = []
    for start, end in changes(pieces):
        place = Place((starts_a[start], starts_a[end]), (starts_b[start], starts_b[end]))
        moves = {piece.move for piece in pieces[start:end] if piece.move is not None}
        found.append(([place], moves))
    in_units = units(a), units(b)
    out = [_passage(places, *in_units) for places in _together(found)]
    spacing = [place for index, piece in enumerate(pieces) if piece.old is not None
               for place in _spacing(piece, starts_a[index], starts_b[index])]  # fmt: skip
    if spacing:
        out.append(_passage(spacing, *in_units, is_spacing=True))
    return _with_own_keys(out)


def bring_back(
    now: SectionState, then: SectionState, passages: Iterable[Passage], *, suggestion: str | None = None
) -> Restoring:
    """Return what brings these passages of the earlier text back: a plain edit, or a suggestion of this name."""
    places = sorted([one for passage in passages for one in passage.places], key=lambda one: (one.now, one.then))
    base, earlier = _Base(now), units(base_view(then))
    deleted = [one for place in places for one in base.ranges(place.now)]
    # What comes stands where what goes begins; of a suggestion, where it ends, as when one types over text.
    side = 0 if suggestion is None else 1
    edits = [(at := base.behind(place.now[side]), at, earlier[slice(*place.then)]) for place in places]
    if suggestion is None:
        edits += [(start, end, "") for start, end in deleted]
        edits.sort(key=lambda edit: edit[:2])  # At one place what comes is before what goes.
    change = ChangeSet.replace(len(now.text), edits)
    strike = () if suggestion is None else map_ranges(_apart(deleted), change)
    return Restoring(
        Update(change, suggestion, strike),
        _authors(then, [place.then for place in places], suggestion),
        tuple([(base.behind(place.now[0]), base.behind(place.now[1])) for place in places]),
    )


def restore(state: SectionState, restoring: Restoring, hand: Hand, *, base: int, tail: Sequence[Row]) -> Row:
    """Return the row that a restoration made at revision `base` becomes; `tail` are the rows since.

    Raises Refused: changed where somebody changed the text at one of its places since, or right beside it; and as
    `checks.check` does, by the same rules as any edit or suggestion.
    """
    places = list(restoring.places)
    for row in tail:
        for start, end, _, _ in row.changes.changes():
            if any(start <= place[1] and end >= place[0] for place in places):
                raise Refused("changed", f"row {row.revision} changed one of the places")
        places = [(row.changes.map_position(start), row.changes.map_position(end)) for start, end in places]
        # What was pending inside is base text now.
        accepted = [mark for mark in row.marks if row.decide == ACCEPT and mark.kind == "+"]
        if any(mark.start < end and start < mark.end for mark in accepted for start, end in places):
            raise Refused("changed", f"row {row.revision} accepted something inside one of the places")
    [update] = map_updates([restoring.update], tail)
    row = check(state, update, hand, base=base)
    after = row.changes.length_after
    if after > MAX_LENGTH and after > len(state.text):
        raise Refused("too_large", "the section would become too long")
    return replace(row, given=restoring.given)


def _starts(pieces: Sequence[Piece], *, is_old: bool) -> list[int]:
    """Return where each piece begins in one of the two texts, and where that text ends."""
    other = Kind.INSERTED if is_old else Kind.DELETED
    lengths = [0 if piece.kind is other else len(units(piece.old if is_old and piece.old is not None else piece.text))
               for piece in pieces]  # fmt: skip
    return [0, *accumulate(lengths)]


def _together(found: Iterable[tuple[list[Place], set[int]]]) -> list[list[Place]]:
    """Return the places that belong together: where a text moved from and to, it is one passage."""
    groups: list[tuple[list[Place], set[int]]] = []
    for places, moves in found:
        mine = [group for group in groups if group[1] & moves]
        if not mine:
            groups.append((list(places), set(moves)))
            continue
        first = mine[0]
        for other in mine[1:]:
            first[0].extend(other[0])
            first[1].update(other[1])
            groups.remove(other)
        first[0].extend(places)
        first[1].update(moves)
    return [sorted(places, key=lambda place: place.now) for places, _ in groups]


def _spacing(piece: Piece, at_now: int, at_then: int) -> Iterable[Place]:
    """Yield the places of a piece where apostrophes or spaces differ."""
    now, then = tokens(piece.old or ""), tokens(piece.text)
    if len(now) != len(then):
        # Cut at other places than when the whole was compared: it comes back as one.
        now, then = [piece.old or ""], [piece.text]
    for a, b in zip(now, then, strict=True):
        length_now, length_then = len(units(a)), len(units(b))
        if a != b:
            yield Place((at_now, at_now + length_now), (at_then, at_then + length_then))
        at_now += length_now
        at_then += length_then


def _passage(places: Sequence[Place], now: str, then: str, *, is_spacing: bool = False) -> Passage:
    said = "\n\f".join([now[slice(*place.now)] + "\f" + then[slice(*place.then)] for place in places])
    return Passage(checksum(said), tuple(places), is_spacing)


def _with_own_keys(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Tell passages that say the same apart: the second is `key.2`."""
    counts: dict[str, int] = {}
    out: list[Passage] = []
    for one in passages:
        counts[one.key] = counts.get(one.key, 0) + 1
        out.append(one if counts[one.key] == 1 else replace(one, key=f"{one.key}.{counts[one.key]}"))
    return tuple(out)


def _authors(then: SectionState, ranges: Sequence[Range], suggestion: str | None) -> tuple[Run, ...]:
    """Return the runs of ranges of the earlier base text, as they are to stand in the present one."""
    base = Runs([run._replace(strikes=NO_STRIKES) for run in then.runs if run.insertion is None])
    return tuple(joined([run._replace(insertion=suggestion) for one in ranges for run in base.inside([one])]))


def _apart(ranges: Iterable[Range]) -> list[Range]:
    """Return sorted ranges with those that touch made one."""
    out: list[Range] = []
    for start, end in ranges:
        if out and out[-1][1] == start:
            start = out.pop()[0]
        out.append((start, end))
    return out


class _Base:
    """Where the units of a base text stand in the whole text."""

    def __init__(self, state: SectionState) -> None:
        self._base: list[int] = []
        self._whole: list[int] = []
        self._ends: list[int] = []
        """Where each base run begins in the base text and in the whole one, and where it ends in the base text."""
        at = base = 0
        for run in state.runs:
            if run.insertion is None:
                self._base.append(base)
                self._whole.append(at)
                base += run.length
                self._ends.append(base)
            at += run.length

    def behind(self, place: int) -> int:
        """Return the place right behind the base unit before `place`: never inside what is pending."""
        if place == 0:
            return 0
        index = bisect_left(self._ends, place)
        return self._whole[index] + place - self._base[index]

    def ranges(self, base: Range) -> list[Range]:
        """Return where a range of the base text stands, without what is pending inside it."""
        start, end = base
        out: list[Range] = []
        index = bisect_right(self._ends, start)
        while start < end:
            stop = min(end, self._ends[index])
            shift = self._whole[index] - self._base[index]
            out.append((start + shift, stop + shift))
            start, index = stop, index + 1
        return out
