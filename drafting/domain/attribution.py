"""Who made each change between two revisions of a section: read off the rows between them, one after the other.

Every unit of the text keeps an identity (see `tape.py`). A unit that both base texts have is unchanged, even if it
was deleted and given back in between. What else is in the new one was inserted, by the one who typed it; what else
was in the old one was taken away, by the row that did.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import NamedTuple

from drafting.domain.rows import ACCEPT, UNDO, Row
from drafting.domain.runs import Range, Run
from drafting.domain.tape import Piece, Tape, side_by_side, split, take
from drafting.domain.tracking import SectionState, stretches

NEAR = 20
"""Characters within which a change that is nobody's by itself is its neighbour's: a comparison may show as moved
what stayed, where what moved was the sentence beside it."""


class Party(NamedTuple):
    """A person acting for an organisation."""

    person: int
    organisation: int


class Maker(NamedTuple):
    """Who made one stretch of a change, and how it came about."""

    party: Party
    """Who wrote the new text; or who proposed to delete the old one, or deleted it."""
    revision: int | None = None
    """The last row that made it so. None where that was not looked for."""
    suggestion: str | None = None
    """The suggestion through which it came, or went."""
    decider: Party | None = None
    """Who accepted it, or gave the text back, where it was not simply typed or deleted."""


class Stretch(NamedTuple):
    """A range of a base text (in ordinary characters) with one of its makers."""

    start: int
    end: int
    maker: Maker


@dataclass(frozen=True)
class Attribution:
    """What is new in the new base text and what is gone from the old one, in the order of the text.

    What several people proposed to delete has several stretches, one for each.
    """

    inserted: tuple[Stretch, ...] = ()
    deleted: tuple[Stretch, ...] = ()

    def makers(self, old: Sequence[Range], new: Sequence[Range]) -> tuple[Maker, ...]:
        """Return who made a change of these ranges, each once, with the last revision: of new text first."""
        found: list[Maker] = []
        for reach in (0, NEAR):
            found = found or [*_inside(self.inserted, new, reach), *_inside(self.deleted, old, reach)]
        once: dict[Maker, int] = {}
        for maker in found:
            anyhow = maker._replace(revision=None)
            once[anyhow] = max(once.get(anyhow, 0), maker.revision or 0)
        return tuple([maker._replace(revision=revision or None) for maker, revision in once.items()])


def attribute(before: SectionState, rows: Iterable[Row], after: SectionState) -> Attribution:
    """Return who made what changed from one state to another; `rows` are all rows between the two, in order.

    What a row strikes, lifts and frees is not looked at: it need not be read.
    """
    follower = _Follower(before, after)
    for row in rows:
        follower.take(row)
    return Attribution(
        tuple(_stretches(after, _inserted(before, follower, after))),
        tuple(_stretches(before, _deleted(before, follower, after))),
    )


def written(after: SectionState) -> Attribution:
    """Return who wrote each stretch of a base text: all that is said where the rows are too many to be read."""
    return Attribution(tuple(_stretches(after, _written(after))))


_Placed = tuple[int, int, Maker]
"""Where a range of a whole text begins, how long it is (in units), and a maker."""


def _written(state: SectionState) -> Iterator[_Placed]:
    at = 0
    for run in state.runs:
        if run.insertion is None:
            yield at, run.length, Maker(Party(run.author, run.organisation))
        at += run.length


class _Birth(NamedTuple):
    """New units: through which suggestion, by which row, and who gave them back if they were there before."""

    suggestion: str | None
    revision: int
    giver: Party | None = None


class _Follower:
    """Follows the identities of a text's units from row to row.

    Those of the old text are below `old_length`, those of new text above it.
    """

    def __init__(self, before: SectionState, after: SectionState) -> None:
        self.old_length = len(before.text)
        self._next = self.old_length + 1  # One is left out, so that old and new never run into one another.
        self.tape = Tape(self.old_length)
        self.accepted: dict[str, tuple[int, Party]] = {}
        self.undone: dict[str, tuple[int, Party]] = {}
        """The last row that accepted a suggestion, or undid what was decided on it, and whose it is."""
        self.deaths: list[tuple[Maker, ...]] = []
        self.died = [-1] * self.old_length
        """Which death each old unit died; -1 while it is in the text."""
        self._owners = {id: Party(one.author, one.organisation) for id, one in after.suggestions.items()}
        self._born: list[int] = []
        self._births: list[_Birth] = []
        self._removed: dict[int, list[Piece]] = {}
        """What each row took out, in the order of the text, until it is given back."""

    def take(self, row: Row) -> None:
        """Follow a row."""
        party = Party(row.author, row.organisation)
        if row.decide in (ACCEPT, UNDO):
            kept = self.accepted if row.decide == ACCEPT else self.undone
            kept.update(dict.fromkeys(row.ids, (row.revision, party)))
        new = self._new_pieces(row, party)
        gone: list[Piece] = []
        for start, end, after, text in row.changes.changes():
            gone += self.tape.replace(after, end - start, take(new, len(text)))
        if gone:
            self._removed[row.revision] = gone
            self._bury(row, party, gone)

    def _new_pieces(self, row: Row, party: Party) -> list[Piece]:
        """Return the identities of a row's new text: the former ones of what it gives back, else new ones."""
        length = sum([len(text) for _, text in row.changes.parts if text])
        back = take(self._removed.get(row.of, []), length) if row.of is not None else []
        if back:
            self._paint(back, -1)
            length -= sum([piece.length for piece in back])
        elif row.given:
            # It was taken out before the first row: its authors are known, its former place is not.
            return [self._bear(run.length, _Birth(run.insertion, row.revision, party)) for run in row.given]
        return [*back, self._bear(length, _Birth(row.suggestion, row.revision))] if length else back

    def _bear(self, length: int, birth: _Birth) -> Piece:
        self._born.append(self._next)
        self._births.append(birth)
        self._next += length
        return Piece(self._next - length, length)

    def births(self, piece: Piece) -> Iterator[tuple[int, _Birth]]:
        """Yield how new units came, with how many they are."""
        for index, length in split(self._born, piece):
            yield length, self._births[index]

    def _bury(self, row: Row, party: Party, gone: list[Piece]) -> None:
        """Remember who took units out; where suggestions to delete them were accepted, who proposed that."""
        if row.decide != ACCEPT or row.removed is None:
            self.kill(gone, (Maker(party, row.revision),))
            return
        # The runs of what the row took out know which of the accepted suggestions had struck it.
        for piece, run in side_by_side(gone, row.removed.runs):
            struck_by = sorted(run.strikes.intersection(row.ids))
            self.kill([piece], tuple([_decided(self._owners[id], row.revision, id, party) for id in struck_by]))

    def kill(self, pieces: Iterable[Piece], makers: tuple[Maker, ...]) -> None:
        """Say who took units out of the text."""
        self.deaths.append(makers)
        self._paint(pieces, len(self.deaths) - 1)

    def _paint(self, pieces: Iterable[Piece], death: int) -> None:
        for first, length in pieces:
            length = min(length, self.old_length - first)
            if length > 0:
                self.died[first : first + length] = [death] * length


def _decided(party: Party, revision: int, suggestion: str | None, decider: Party | None) -> Maker:
    """Return the maker of what one proposed, or wrote, and another accepted or gave back."""
    return Maker(party, revision, suggestion, decider if decider != party else None)


def _inserted(before: SectionState, follower: _Follower, after: SectionState) -> Iterator[_Placed]:
    """Yield what is in the new base text and was not in the old one."""
    old_runs = list(before.runs)
    begins = _begins(old_runs)
    at = 0
    for piece, run in side_by_side(follower.tape, after.runs):
        party, place = Party(run.author, run.organisation), at
        at += piece.length
        if run.insertion is not None:
            continue
        if piece.first >= follower.old_length:
            for length, birth in follower.births(piece):
                revision, decider = follower.accepted.get(birth.suggestion or "", (birth.revision, birth.giver))
                yield place, length, _decided(party, revision, birth.suggestion, decider)
                place += length
            continue
        for index, length in split(begins, piece):
            # What stood in the old text is new in the base text if it was pending there, and accepted since.
            pending = old_runs[index].insertion
            if pending is not None:
                revision, decider = follower.accepted[pending]
                yield place, length, _decided(party, revision, pending, decider)
            place += length


def _deleted(before: SectionState, follower: _Follower, after: SectionState) -> Iterator[_Placed]:
    """Yield what was in the old base text and is not in the new one, once for each who took it away."""
    for piece, run in side_by_side(follower.tape, after.runs):
        if run.insertion is not None and piece.first < follower.old_length and run.insertion in follower.undone:
            # What was accepted is pending again: the one who undid that took it out of the base text.
            revision, party = follower.undone[run.insertion]
            follower.kill([piece], (Maker(party, revision, run.insertion),))
    at = 0
    for run in before.runs:
        end = at + run.length
        if run.insertion is None:
            for death, units in groupby(follower.died[at:end]):
                length = len(list(units))
                if death >= 0:
                    yield from [(at, length, maker) for maker in follower.deaths[death]]
                at += length
        at = end


def _begins(runs: Iterable[Run]) -> list[int]:
    """Return where each run begins."""
    return [0, *accumulate([run.length for run in runs])][:-1]


def _stretches(state: SectionState, placed: Iterable[_Placed]) -> Iterator[Stretch]:
    """Yield ranges of a whole text as ranges of its base text, in characters; neighbours of one maker are one."""
    base = _BasePlaces(state)
    last: Stretch | None = None
    for at, length, maker in placed:
        start = base.place(at)
        one = Stretch(start, base.place(at + length), maker)
        if last is not None and last.end == start and _are_alike(last.maker, maker):
            last = Stretch(last.start, one.end, _later(last.maker, maker))
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _are_alike(a: Maker, b: Maker) -> bool:
    return (a.party, a.suggestion, a.decider) == (b.party, b.suggestion, b.decider)


def _later(a: Maker, b: Maker) -> Maker:
    return a if (a.revision or 0) >= (b.revision or 0) else b


class _BasePlaces:
    """Where places of a whole text (in units) lie in its base text (in ordinary characters)."""

    def __init__(self, state: SectionState) -> None:
        runs = list(state.runs)
        self._begins = [*_begins(runs), len(state.text)]
        in_base = [run.length if run.insertion is None else 0 for run in runs]
        self._base = [0, *accumulate(in_base)]
        self._is_base = [run.insertion is None for run in runs] + [False]
        self._low = []
        for at, (text, run) in zip(self._base, stretches(state), strict=False):
            if run.insertion is None and not text.isascii():
                self._low += [at + place for place, unit in enumerate(text) if "\udc00" <= unit <= "\udfff"]

    def place(self, at: int) -> int:
        """Return where a place of the whole text lies; of what is pending, where it would go in."""
        index = bisect_right(self._begins, at) - 1
        in_units = self._base[index] + (at - self._begins[index] if self._is_base[index] else 0)
        return in_units - bisect_left(self._low, in_units)


def _inside(stretches: Sequence[Stretch], ranges: Iterable[Range], reach: int) -> Iterator[Maker]:
    for start, end in ranges:
        for one in stretches:
            if one.start >= end + reach:
                break
            if one.end > start - reach:
                yield one.maker
