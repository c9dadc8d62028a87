"""The words of one block, or of blocks that were split or joined, compared with their marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from drafting.domain import markdown, typography
from drafting.domain.redline_tree import CODE, Node, Side
from drafting.domain.words import compare_tokens, folded, tokens

MAX_COMPARED = 200_000_000
"""Pairs of words that may be compared for one redline; blocks beyond are replaced whole."""


class Mark(NamedTuple):
    """An element that words stand in: strong, em, code, a link."""

    name: str
    opening: str
    closing: str
    key: str


class Atom(NamedTuple):
    """A word, a space, a line's end, a note's call, or the border between two blocks."""

    key: str
    html: str
    marks: tuple[Mark, ...] = ()
    text: str = ""
    note: int = -1
    is_border: bool = False


class State(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"
    REFORMATTED = "reformatted"


@dataclass(slots=True, eq=False)
class Run:
    """Neighbouring atoms that share their fate. `old` and `new` are equally many but where one is empty."""

    state: State
    old: list[Atom] = field(default_factory=list)
    new: list[Atom] = field(default_factory=list)
    old_at: int = 0
    new_at: int = 0
    """Place of the first atom on each side."""
    change: int = 0
    is_last: bool = True
    """The last run of its change."""


@dataclass(slots=True)
class Budget:
    """How much work may still be done for this redline."""

    pairs: int = MAX_COMPARED

    def takes(self, cost: int) -> bool:
        """Spend if there is enough."""
        if cost > self.pairs:
            return False
        self.pairs -= cost
        return True


BORDER = Atom("\x01border", "", is_border=True)


class Words:
    """The words of one side's leaves, each leaf read once; the same word with the same marks is one atom."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._leaves: dict[int, list[Atom]] = {}
        self._known: dict[tuple[str, tuple[Mark, ...]], Atom] = {}

    def of(self, leaf: Node) -> list[Atom]:
        """Return the words of a leaf in order."""
        found = self._leaves.get(leaf.first)
        if found is None:
            found = self._leaves[leaf.first] = self._read(leaf)
        return found

    def _read(self, leaf: Node) -> list[Atom]:
        if leaf.kind in CODE:
            content = leaf.token.content if leaf.token is not None else ""
            return [Atom(word, escapeHtml(word), (), word) for word in tokens(content)]
        if leaf.inline is None:
            return []
        self.side.typeset(leaf)
        out: list[Atom] = []
        marks: list[Mark] = []
        children = leaf.inline.children or []
        for at, token in enumerate(children):
            if token.type == "dead_link":
                continue
            if token.nesting == 1:
                marks.append(_mark(self.side, children, at))
            elif token.nesting == -1:
                marks.pop()
            else:
                out.extend(self._atoms(children, at, tuple(marks)))
        return out

    def _atoms(self, children: list[Token], at: int, marks: tuple[Mark, ...]) -> list[Atom]:
        token = children[at]
        if token.type == "text":
            return self._prose(token, marks) if token.meta.get("prose") else self._plain(token.content, marks)
        if token.type == "code_inline":
            return [Atom(word, escapeHtml(word), (*marks, _CODE), word) for word in tokens(token.content)]
        if token.type == "softbreak":
            return [Atom(" ", "\n", marks, "\n")]
        if token.type == "footnote_ref":
            note = int(token.meta["id"])
            key = f"\x01note{self.side.note_names.get(note, '')}"
            return [Atom(key, markdown.inline_html(children, at, self.side.env), marks, "", note)]
        return [Atom(f"\x01{token.type}", markdown.inline_html(children, at, self.side.env), marks)]

    def _plain(self, text: str, marks: tuple[Mark, ...]) -> list[Atom]:
        out = []
        for word in tokens(text):
            atom = self._known.get((word, marks))
            if atom is None:
                atom = self._known[word, marks] = Atom(folded(word), escapeHtml(word), marks, word)
            out.append(atom)
        return out

    def _prose(self, token: Token, marks: tuple[Mark, ...]) -> list[Atom]:
        text, reached = token.content, 0
        out: list[Atom] = []
        for start, end in typography.whole_words(text):
            out += self._plain(text[reached:start], marks)
            whole = text[start:end]
            out.append(Atom(folded(whole), f'<span class="whole">{escapeHtml(whole)}</span>', marks, whole))
            reached = end
        return out + self._plain(text[reached:], marks)


def _mark(side: Side, children: list[Token], at: int) -> Mark:
    token = children[at]
    opening = markdown.inline_html(children, at, side.env)
    key = opening.replace(f'href="#{side.options.prefix}-', 'href="#')
    return Mark(token.type.removesuffix("_open"), opening, f"</{token.tag}>", key)


_CODE = Mark("code", "<code>", "</code>", "<code>")


def compare_atoms(old: Sequence[Atom], new: Sequence[Atom], budget: Budget) -> list[Run]:
    """Return the runs that lead from the old words to the new ones."""
    a, b = [atom.key for atom in old], [atom.key for atom in new]
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    a_mid, b_mid = a[head : len(a) - tail], b[head : len(b) - tail]
    if a_mid and b_mid and budget.takes(len(a_mid) * len(b_mid)):
        steps = compare_tokens(a_mid, b_mid)
    else:
        steps = [(-1, len(a_mid)), (1, len(b_mid))]
    steps = _without_islands([(0, head), *steps, (0, tail)], a)
    steps = _slid(steps, [_with_marks(atom) for atom in old], [_with_marks(atom) for atom in new])
    return list(_runs(steps, old, new))


def _with_marks(atom: Atom) -> str:
    return atom.key + "".join(["\x02" + mark.key for mark in atom.marks]) if atom.marks else atom.key


def _without_islands(steps: list[tuple[int, int]], a: list[str]) -> list[tuple[int, int]]:
    """Return steps where a space alone between two changes is part of them: a reader sees one change."""
    out: list[tuple[int, int]] = []
    at = 0
    for number, (sign, count) in enumerate(steps):
        between = 0 < number < len(steps) - 1 and out and out[-1][0] and steps[number + 1][0]
        if sign == 0 and between and "".join(a[at : at + count]).isspace():
            out += [(-1, count), (1, count)]
        elif count:
            out.append((sign, count))
        at += count * (sign <= 0)
    return _ordered(out)


def _ordered(steps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join neighbours of one kind; what is deleted comes before what is inserted in its place."""
    out: list[tuple[int, int]] = []
    deleted = inserted = 0
    for sign, count in [*steps, (0, 0)]:
        if sign < 0:
            deleted += count
        elif sign > 0:
            inserted += count
        else:
            out += [step for step in ((-1, deleted), (1, inserted)) if step[1]]
            deleted = inserted = 0
            if out and count and out[-1][0] == 0:
                out[-1] = (0, out[-1][1] + count)
            elif count:
                out.append((0, count))
    return out


def _slid(steps: list[tuple[int, int]], a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Slide pure insertions and deletions to where a reader sees them: whole sentences, whole words."""
    out = list(steps)
    at_a = at_b = 0
    for number, (sign, count) in enumerate(steps):
        before, after = (steps[n] if 0 <= n < len(steps) else (1, 0) for n in (number - 1, number + 1))
        if sign and before[0] == 0 and after[0] == 0:
            text, at = (a, at_a) if sign < 0 else (b, at_b)
            # What an earlier slide took from the stretch before is no longer there.
            shift = _best_shift(text, at, count, out[number - 1][1], after[1])
            out[number - 1] = (0, out[number - 1][1] + shift)
            out[number + 1] = (0, out[number + 1][1] - shift)
        at_a += count * (sign <= 0)
        at_b += count * (sign >= 0)
    return _ordered(out)


def _best_shift(text: list[str], at: int, count: int, before: int, after: int) -> int:
    """Return by how many tokens the run at `at` reads best moved, to the left if negative."""
    left = 0
    while left < before and text[at - 1 - left] == text[at + count - 1 - left]:
        left += 1
    right = 0
    while right < after and text[at + right] == text[at + count + right]:
        right += 1
    shifts = range(-left, right + 1)
    return max(shifts, key=lambda s: (_border(text, at + s) + _border(text, at + s + count), -abs(s)))


def _border(text: list[str], at: int) -> int:
    """Return how well a change may begin or end before this token."""
    if at in (0, len(text)):
        return 5
    before, here = text[at - 1], text[at]
    if "\x01border" in (before, here):
        return 5
    if before == " " and at > 1 and text[at - 2] in ".!?…»":
        return 4  # Between sentences, the space with the sentence before.
    if before in ".!?…" and here == " ":
        return 3
    if before == " ":
        return 2
    return 1 if here == " " else 0


def _runs(steps: list[tuple[int, int]], old: Sequence[Atom], new: Sequence[Atom]) -> list[Run]:
    out: list[Run] = []
    i = j = 0
    for sign, count in steps:
        if sign < 0:
            out.append(Run(State.DELETED, list(old[i : i + count]), [], i, j))
        elif sign > 0:
            out.append(Run(State.INSERTED, [], list(new[j : j + count]), i, j))
        else:
            out.extend(_same(old[i : i + count], new[j : j + count], i, j))
        i += count * (sign <= 0)
        j += count * (sign >= 0)
    return out


def _same(old: Sequence[Atom], new: Sequence[Atom], i: int, j: int) -> list[Run]:
    """Return runs of the same words, apart where their marks differ."""
    out: list[Run] = []
    for at, (was, now) in enumerate(zip(old, new, strict=True)):
        kept = [m.key for m in was.marks] == [m.key for m in now.marks]
        state = State.SAME if kept or now.is_border else State.REFORMATTED
        if not out or out[-1].state is not state:
            out.append(Run(state, [], [], i + at, j + at))
        out[-1].old.append(was)
        out[-1].new.append(now)
    return out


def formats(run: Run) -> tuple[str, ...]:
    """Return the names of the marks that were added or taken away."""
    names: dict[str, None] = {}
    for was, now in zip(run.old, run.new, strict=True):
        before, after = {m.key: m.name for m in was.marks}, {m.key: m.name for m in now.marks}
        for key in before.keys() ^ after.keys():
            names[(before | after)[key]] = None
    return tuple(sorted(names)) or ("marks",)
