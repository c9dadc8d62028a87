"""The two trees of a redline as one: which block became which, and what happened to its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from drafting.domain.redline_alignment import ALIKE, Group, align, likeness
from drafting.domain.redline_leaf import BORDER, Atom, Budget, Run, State, Words, compare_atoms
from drafting.domain.redline_tree import CODE, LEAVES, Node, Side

REWRAPPED = 0.6
"""How alike the words of a paragraph and of an item are where one became the other."""
LISTS = {"bullet_list", "ordered_list", "blockquote"}


class Rewrap(NamedTuple):
    """Blocks whose leaves correspond one for one, in other lists or quotations."""

    old: tuple[Node, ...]
    new: tuple[Node, ...]


class Fate(StrEnum):
    """What happened to a block as a whole."""

    SAME = "same"
    CHANGED = "changed"  # Something inside.
    DELETED = "deleted"
    INSERTED = "inserted"
    REWRAPPED = "rewrapped"  # Paragraphs became a list or a quotation, or the other way round.


@dataclass(slots=True, eq=False)
class Pair:
    """Blocks that correspond. Several on one side: what was split or joined, or rewrapped."""

    fate: Fate
    olds: tuple[Node, ...] = ()
    news: tuple[Node, ...] = ()
    parts: list[Pair] = field(default_factory=list)
    """Of lists, quotations, tables, rows: what is inside. Of rewrapped blocks: their leaves."""
    runs: list[Run] = field(default_factory=list)
    """Of what holds words."""
    formats: tuple[str, ...] = ()
    """What of the block's form changed: its kind, its level, its first number."""
    change: int = 0
    """Of the whole block, or of its form."""
    is_counted: bool = True
    """Whether its form counts as a change of its own."""

    @property
    def old(self) -> Node | None:
        """The first old block."""
        return self.olds[0] if self.olds else None

    @property
    def new(self) -> Node | None:
        """The first new block."""
        return self.news[0] if self.news else None

    @property
    def node(self) -> Node:
        """The new block, or the old one where there is none."""
        return self.news[0] if self.news else self.olds[0]


class Comparison:
    """Compares two sides; what it did and may still do is bounded."""

    def __init__(self, a: Side, b: Side) -> None:
        self.a, self.b = a, b
        self.words = {a: Words(a), b: Words(b)}
        self.budget = Budget()

    def pairs(self) -> list[Pair]:
        """Return the pairs of the outermost blocks, notes last."""
        notes = pair_notes(self.a, self.b)
        for side in (self.a, self.b):
            side.set_keys()
        bodies = [[n for n in side.root.children if n.kind != "footnote_block"] for side in (self.a, self.b)]
        return [*self.children(*bodies), *self._notes(notes)]

    def children(self, old: Sequence[Node], new: Sequence[Node]) -> list[Pair]:
        """Return the pairs of the blocks of one list, quotation or text."""
        groups = align(old, new, self.budget)
        return [pair for group in _rewrapped(groups) for pair in self._group(group)]

    def pair(self, old: Node, new: Node) -> Pair:
        """Compare two blocks that correspond."""
        from drafting.domain.redline_table import pair_tables

        if old.key == new.key:
            return Pair(Fate.SAME, (old,), (new,))
        if old.kind == "table":
            return pair_tables(self, old, new)
        if old.kind in LEAVES | CODE:
            return self.flow((old,), (new,))
        pair = Pair(Fate.CHANGED, (old,), (new,), self.children(old.children, new.children))
        pair.formats = form_changes(old, new)
        return settled(pair)

    def flow(self, olds: tuple[Node, ...], news: tuple[Node, ...]) -> Pair:
        """Compare the words of leaves, those of one side taken as one stretch with borders in it."""
        runs = compare_atoms(self._atoms(self.a, olds), self._atoms(self.b, news), self.budget)
        pair = Pair(Fate.CHANGED, olds, news, runs=runs)
        if len(olds) == len(news) == 1:
            pair.formats = form_changes(olds[0], news[0])
        return settled(pair)

    def _atoms(self, side: Side, nodes: Sequence[Node]) -> list[Atom]:
        out: list[Atom] = []
        for number, node in enumerate(nodes):
            leaf = next(node.leaves())
            out += [*([BORDER] if number else []), *self.words[side].of(leaf)]
        return out

    def _group(self, group: Group | Rewrap) -> Iterator[Pair]:
        if isinstance(group, Rewrap):
            yield self._rewrap(group)
        elif not group.new:
            yield from (Pair(Fate.DELETED, (node,)) for node in group.old)
        elif not group.old:
            yield from (Pair(Fate.INSERTED, (), (node,)) for node in group.new)
        elif len(group.old) == len(group.new) == 1:
            yield self.pair(group.old[0], group.new[0])
        else:
            yield self.flow(group.old, group.new)

    def _rewrap(self, group: Rewrap) -> Pair:
        leaves = zip(_leaves(group.old), _leaves(group.new), strict=True)
        return Pair(Fate.REWRAPPED, group.old, group.new, [self.flow((a,), (b,)) for a, b in leaves])

    def _notes(self, pairs: list[tuple[Node | None, Node | None]]) -> Iterator[Pair]:
        if not pairs:
            return
        olds, news = (
            tuple(n for n in side.root.children if n.kind == "footnote_block") for side in (self.a, self.b)
        )
        parts: list[Pair] = []
        for old, new in pairs:
            if old is None or new is None:
                fate = Fate.DELETED if new is None else Fate.INSERTED
                parts.append(Pair(fate, (old,) if old else (), (new,) if new else ()))
            else:
                parts.append(self.pair(old, new))
        yield settled(Pair(Fate.CHANGED, olds, news, parts))


def settled(pair: Pair) -> Pair:
    """Say that a pair is the same if nothing in it changed."""
    is_same = all(part.fate is Fate.SAME for part in pair.parts) and all(r.state is State.SAME for r in pair.runs)
    if is_same and not pair.formats and len(pair.olds) == len(pair.news) == 1:
        pair.fate = Fate.SAME
    return pair


def form_changes(old: Node, new: Node) -> tuple[str, ...]:
    """Return what of a block's form changed."""
    if old.kind != new.kind and {old.kind, new.kind} <= {"paragraph", "heading"}:
        return ("heading",)
    if old.kind != new.kind and {old.kind, new.kind} <= {"bullet_list", "ordered_list"}:
        return ("list",)
    if old.token is None or new.token is None:
        return ()
    if old.kind == "heading" and old.token.tag != new.token.tag:
        return ("level",)
    if old.kind == "ordered_list" and old.token.attrs.get("start") != new.token.attrs.get("start"):
        return ("numbering",)
    return ()


def pair_notes(a: Side, b: Side) -> list[tuple[Node | None, Node | None]]:
    """Say which note is which, by its words, its name, its likeness; name them alike on both sides."""
    for side in (a, b):
        for note in side.notes:
            side.key(note)
    pairs: dict[int, int] = {}  # Of b's notes to a's.
    for is_same in (_same_note, _same_name, _like_note):
        free = [i for i in range(len(a.notes)) if i not in pairs.values()]
        for j, new in enumerate(b.notes):
            if j in pairs:
                continue
            i = next((i for i in free[:200] if is_same(a.notes[i], new)), None)
            if i is not None:
                pairs[j] = i
                free.remove(i)
    for j, i in pairs.items():
        a.note_names[i] = b.note_names[j] = f"{j}"
    a.note_names |= {i: f"-{i}" for i in range(len(a.notes)) if i not in a.note_names}
    b.note_names |= {j: f"+{j}" for j in range(len(b.notes)) if j not in pairs}
    # In b's order, a note that is gone after the one it followed.
    out: list[tuple[Node | None, Node | None]] = []
    gone = {i for i in range(len(a.notes)) if i not in pairs.values()}

    def after(i: int) -> Iterator[tuple[Node | None, Node | None]]:
        while i in gone:
            yield a.notes[i], None
            i += 1

    out.extend(after(0))
    for j, new in enumerate(b.notes):
        out.append((a.notes[pairs[j]] if j in pairs else None, new))
        if j in pairs:
            out.extend(after(pairs[j] + 1))
    return out


def _same_note(old: Node, new: Node) -> bool:
    return old.key == new.key


def _same_name(old: Node, new: Node) -> bool:
    names = [n.token.meta.get("label") for n in (old, new) if n.token is not None]
    return names[0] is not None and names[0] == names[1] and likeness(old.words, new.words) >= 0.2


def _like_note(old: Node, new: Node) -> bool:
    return likeness(old.words, new.words) >= ALIKE


def _leaves(nodes: Sequence[Node]) -> list[Node]:
    return [leaf for node in nodes for leaf in node.leaves() if leaf.kind in LEAVES]


def _rewrapped(groups: list[Group]) -> list[Group | Rewrap]:
    """Join groups of one side where paragraphs of the one are the items of the other."""
    out: list[Group | Rewrap] = []
    olds: list[Node] = []
    news: list[Node] = []
    for group in [*groups, None]:
        if group is not None and not (group.old and group.new):
            olds += group.old
            news += group.new
            continue
        out.extend(_rewrap_stretch(olds, news))
        olds, news = [], []
        if group is not None:
            out.append(group)
    return out


def _rewrap_stretch(olds: list[Node], news: list[Node]) -> Iterator[Group | Rewrap]:
    i = j = 0
    while i < len(olds) and j < len(news) and (found := _next_rewrap(olds[i:], news[j:])):
        (i_from, i_end), (j_from, j_end) = found
        yield from _alone(olds[i : i + i_from], news[j : j + j_from])
        yield Rewrap(tuple(olds[i + i_from : i + i_end]), tuple(news[j + j_from : j + j_end]))
        i, j = i + i_end, j + j_end
    yield from _alone(olds[i:], news[j:])


def _alone(olds: Sequence[Node], news: Sequence[Node]) -> Iterator[Group]:
    yield from (Group((node,), ()) for node in olds)
    yield from (Group((), (node,)) for node in news)


def _next_rewrap(olds: list[Node], news: list[Node]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    for j, new in enumerate(news[:30]):
        if new.kind in LISTS and (window := _window(new, olds[:30])):
            return window, (j, j + 1)
    for i, old in enumerate(olds[:30]):
        if old.kind in LISTS and (window := _window(old, news[:30])):
            return (i, i + 1), window
    return None


def _window(whole: Node, blocks: list[Node]) -> tuple[int, int] | None:
    """Return which neighbouring blocks have the leaves of the whole, one for one."""
    wanted = [leaf for leaf in whole.leaves() if leaf.kind in LEAVES]
    if len(wanted) != sum(1 for _ in whole.leaves()):
        return None
    for start in range(len(blocks)):
        found: list[Node] = []
        end = start
        while end < len(blocks) and blocks[end].kind in {"paragraph", *LISTS} and len(found) < len(wanted):
            found += blocks[end].leaves()
            end += 1
        if len(found) == len(wanted) and all(
            leaf.kind in LEAVES and likeness(leaf.words, like.words) >= REWRAPPED
            for leaf, like in zip(found, wanted, strict=True)
        ):
            return start, end
    return None
