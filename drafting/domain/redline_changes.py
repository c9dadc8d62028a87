"""The changes of a redline, as people count them: numbered in reading order, each with its place in both sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from drafting.domain.redline_alignment import COST, likeness
from drafting.domain.redline_leaf import Atom, Budget, Run, State, formats
from drafting.domain.redline_pairs import Fate, Pair
from drafting.domain.redline_places import Places, Range
from drafting.domain.redline_tree import Node

MOVED = 0.7
MOVED_WORDS = 8
EXCERPT = 60


class Kind(StrEnum):
    """What happened to a passage between a (old) and b (new)."""

    INSERTED = "inserted"
    DELETED = "deleted"
    REPLACED = "replaced"
    REFORMATTED = "reformatted"  # The words are the same: bold, a heading's level, a list's numbers.
    MOVED_AWAY = "moved_away"  # Deleted here, found again elsewhere; `partner` is the other end.
    MOVED_HERE = "moved_here"
    SPLIT = "split"  # One paragraph became two.
    JOINED = "joined"


@dataclass(frozen=True)
class Change:
    """One change, as people count them."""

    number: int
    """From 1, in reading order."""
    kind: Kind
    old: tuple[Range, ...]
    """What of a it covers."""
    new: tuple[Range, ...]
    """What of b it covers."""
    partner: int | None = None
    """Of a move: the number of its other end."""
    formats: tuple[str, ...] = ()
    """Of a reformatting: what changed, keys of `RedlineWords.formats`."""
    excerpt: str = ""
    """The first words that changed, for a list of changes."""


def number_changes(pairs: Sequence[Pair], places: Places, budget: Budget) -> tuple[Change, ...]:
    """Give each change its number, in the pairs too, and return them in order."""
    counter = _Counter(places)
    for pair in pairs:
        counter.visit(pair)
    return counter.with_moves(budget)


class _Counter:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.changes: list[Change] = []
        self.whole: list[tuple[int, Node]] = []  # Changes of whole blocks, which may be moves.

    def add(self, kind: Kind, old: Sequence[Range], new: Sequence[Range], excerpt: str, *names: str) -> int:
        number = len(self.changes) + 1
        text = " ".join(excerpt.split())
        if len(text) > EXCERPT:
            text = text[:EXCERPT].rsplit(" ", 1)[0] + "…"
        self.changes.append(Change(number, kind, tuple(old), tuple(new), None, names, text))
        return number

    def visit(self, pair: Pair) -> None:
        if pair.fate is Fate.SAME:
            return
        if pair.fate in (Fate.DELETED, Fate.INSERTED):
            self._whole(pair)
            return
        if pair.fate is Fate.REWRAPPED:
            old, new = self.places.blocks(pair.olds, pair.news)
            pair.change = self.add(Kind.REFORMATTED, old, new, pair.node.text, _wrapping(pair))
        elif pair.formats and pair.is_counted:
            old, new = self.places.blocks(pair.olds, pair.news)
            pair.change = self.add(Kind.REFORMATTED, old, new, pair.node.text, *pair.formats)
        columns: dict[int, int] = {}
        if pair.node.kind == "table":
            self._columns(pair, columns)
        for part in pair.parts:
            self.visit(part)
        self._runs(pair)

    def _whole(self, pair: Pair) -> None:
        if pair.change or not (pair.olds or pair.news):
            return
        old, new = self.places.blocks(pair.olds, pair.news)
        kind = Kind.DELETED if pair.fate is Fate.DELETED else Kind.INSERTED
        pair.change = self.add(kind, old, new, pair.node.text)
        if pair.node.kind not in ("tr", "th", "td", "footnote"):
            self.whole.append((pair.change, pair.node))
        for part in pair.parts:  # A row's cells are parts of its change.
            part.change = part.change or pair.change

    def _columns(self, table: Pair, columns: dict[int, int]) -> None:
        """Number a table's new and deleted columns, one change each, at their heads."""
        rows = [row for row in table.parts if row.fate not in (Fate.DELETED, Fate.INSERTED)]
        for at, head in enumerate(table.parts[0].parts):
            if head.fate not in (Fate.DELETED, Fate.INSERTED):
                continue
            cells = [row.parts[at] for row in rows]
            places = [self.places.blocks(cell.olds, cell.news) for cell in cells]
            kind = Kind.DELETED if head.fate is Fate.DELETED else Kind.INSERTED
            words = next((cell.node.text for cell in cells if cell.node.text.strip()), "")
            number = self.add(kind, [r for old, _ in places for r in old], [r for _, new in places for r in new], words)
            for cell in cells:
                cell.change = number

    def _runs(self, pair: Pair) -> None:
        for runs in _together(pair.runs):
            old = [(run.old_at, run.old_at + len(run.old)) for run in runs if run.old]
            new = [(run.new_at, run.new_at + len(run.new)) for run in runs if run.new]
            ranges = self.places.atoms(pair, old, new)
            words = " → ".join("".join(a.text for a in run.new or run.old) for run in runs)
            names = formats(runs[0]) if runs[0].state is State.REFORMATTED else ()
            number = self.add(_kind(runs), *ranges, words or pair.node.text, *names)
            for run in runs:
                run.change, run.is_last = number, run is runs[-1]

    def with_moves(self, budget: Budget) -> tuple[Change, ...]:
        """Return the changes, those that are two ends of a move with each other's numbers."""
        gone = [(n, b) for n, b in self.whole if self.changes[n - 1].kind is Kind.DELETED and _is_long(b)]
        come = [(n, b) for n, b in self.whole if self.changes[n - 1].kind is Kind.INSERTED and _is_long(b)]
        if not budget.takes(COST * len(gone) * len(come)):
            return tuple(self.changes)
        found = sorted(
            ((likeness(a.words, b.words), n, m) for n, a in gone for m, b in come), key=lambda x: (-x[0], x[1], x[2])
        )
        taken: set[int] = set()
        for value, n, m in found:
            if value < MOVED:
                break
            if n not in taken and m not in taken:
                taken |= {n, m}
                self.changes[n - 1] = replace(self.changes[n - 1], kind=Kind.MOVED_AWAY, partner=m)
                self.changes[m - 1] = replace(self.changes[m - 1], kind=Kind.MOVED_HERE, partner=n)
        return tuple(self.changes)


def _is_long(block: Node) -> bool:
    return len(block.text.split()) >= MOVED_WORDS


def _together(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield the runs of each change: what was deleted and what was inserted in its place are one."""
    group: list[Run] = []
    for run in runs:
        if run.state is State.INSERTED and len(group) == 1 and group[0].state is State.DELETED:
            yield [*group, run]
            group = []
            continue
        if group:
            yield group
        group = [] if run.state is State.SAME else [run]
        if run.state is State.REFORMATTED:
            yield group
            group = []
    if group:
        yield group


def _kind(runs: Sequence[Run]) -> Kind:
    if runs[0].state is State.REFORMATTED:
        return Kind.REFORMATTED
    old, new = [atom for run in runs for atom in run.old], [atom for run in runs for atom in run.new]
    if _is_border(new) and _is_blank(old):
        return Kind.SPLIT
    if _is_border(old) and _is_blank(new):
        return Kind.JOINED
    if old and new:
        return Kind.REPLACED
    return Kind.DELETED if old else Kind.INSERTED


def _is_border(atoms: Sequence[Atom]) -> bool:
    return any(a.is_border for a in atoms) and _is_blank([a for a in atoms if not a.is_border])


def _is_blank(atoms: Sequence[Atom]) -> bool:
    return all(not a.is_border and not a.text.strip() and a.note < 0 for a in atoms)


def _wrapping(pair: Pair) -> str:
    kinds = {node.kind for node in pair.news}
    if "blockquote" in kinds:
        return "quote"
    return "list" if kinds & {"bullet_list", "ordered_list"} else "paragraph"


