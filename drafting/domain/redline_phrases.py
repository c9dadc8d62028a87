"""The words of a redline: their marks, with `ins` and `del` inside the marks that stay, and the calls of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from drafting.domain.redline_leaf import BORDER, Atom, Mark, Run, State
from drafting.domain.redline_signs import Signs
from drafting.domain.redline_tree import Side

_CALL = re.compile(r'href="#([^"]*)-note-(\d+)"')


class View(Enum):
    """Which text is written."""

    BOTH = auto()
    OLD = auto()
    NEW = auto()


class Calls:
    """The calls of notes: in both texts at once, one that stayed leads to where its note is now."""

    def __init__(self, a: Side, b: Side, view: View) -> None:
        self._a, self._b = a, b
        self._leads_on = view is View.BOTH
        self._new_notes = {name: note for note, name in b.note_names.items()}

    def html_of(self, atom: Atom, *, is_old: bool) -> str:
        """Return the HTML of a word of either text."""
        return self.led(atom.html) if atom.note >= 0 and is_old and self._leads_on else atom.html

    def led(self, html: str) -> str:
        """Return HTML of the old text whose calls lead to the notes of the new one, where these stayed."""
        return _CALL.sub(self._call, html)

    def _call(self, call: re.Match[str]) -> str:
        prefix, number = call[1], int(call[2])
        if prefix != self._a.options.prefix:
            return call[0]
        note = self._new_notes.get(self._a.note_names.get(number - self._a.options.first_note, ""))
        if note is None:
            return call[0]
        return f'href="#{self._b.options.prefix}-note-{self._b.options.first_note + note}"'


class Phrases:
    """Writes words with their marks, and `ins` and `del` inside the marks that stay."""

    def __init__(self, view: View, signs: Signs, calls: Calls) -> None:
        self.view = view
        self.signs = signs
        self.calls = calls
        self.out: list[str] = []
        self.open: list[Mark] = []
        self.waiting: int = 0  # A change whose label has to come, though this view skips its last run.

    def add(self, run: Run, words: Sequence[Atom], *, is_first: bool = True, is_last: bool = True) -> None:
        """Write words that share a state."""
        if run.state is State.SAME:
            is_old = self.view is View.OLD
            for atom in words:
                self._switch(atom.marks)
                self.out.append(self.calls.html_of(atom, is_old=is_old))
            return
        if run.state is State.REFORMATTED:
            self.waiting = run.change
            self._reformatted(run)
            return
        if self.signs.is_border(run.change):
            # The space that became the end of a paragraph, or was made of one: nobody needs to hear of it.
            tag = "del" if run.state is State.DELETED else "ins"
            self._inside(words, f"<{tag}>", f"</{tag}>", is_old=tag == "del")
            return
        self.waiting = run.change
        is_old = run.state is State.DELETED
        opening, closing = self.signs.around(run.state, run.change, is_first=is_first, is_last=is_last)
        self._inside(words, opening, closing, is_old=is_old)

    def _reformatted(self, run: Run) -> None:
        is_old = self.view is View.OLD
        if self.view is View.BOTH:
            self._switch(())
            self._inside(run.old, '<del class="reformatted" hidden>', "</del>", is_old=True)
        opening, closing = self.signs.around(run.state, run.change)
        self._inside(run.old if is_old else run.new, opening, closing, is_old=is_old)

    def _inside(self, words: Sequence[Atom], opening: str, closing: str, *, is_old: bool) -> None:
        common = _common([atom.marks for atom in words])
        while common[: len(self.open)] != self.open:
            self.out.append(self.open.pop().closing)
        kept = len(self.open)
        self.out.append(opening)
        for atom in words:
            self._switch(atom.marks, kept)
            self.out.append(self.calls.html_of(atom, is_old=is_old))
        self._switch(tuple(self.open[:kept]), kept)
        self.out.append(closing)

    def mark(self, run: Run) -> None:
        """Write the sign of a border between paragraphs that is new or gone."""
        self._switch(())
        opening, closing = self.signs.border(run.state, run.change)
        self.out.append(f"{opening}¶{closing}")
        if self.signs.is_border(run.change):
            self.out.append(self.signs.who(run.change))
            self.waiting = 0
        else:
            self.waiting = run.change

    def end(self, run: Run) -> None:
        """Write who made the change, after its last run."""
        if run.is_last and self.waiting and self.waiting == run.change:
            in_link = any(mark.name == "link" for mark in self.open)
            self.out.append(self.signs.who(run.change, is_link=not in_link))
            self.waiting = 0

    def take(self) -> str:
        """Return what is written so far, all marks closed."""
        self._switch(())
        out = "".join(self.out)
        self.out = []
        return out

    def _switch(self, marks: Sequence[Mark], kept: int = 0) -> None:
        shared = 0
        while shared < min(len(marks), len(self.open)) and marks[shared].key == self.open[shared].key:
            shared += 1
        while len(self.open) > max(shared, kept):
            self.out.append(self.open.pop().closing)
        for mark in marks[len(self.open) :]:
            self.out.append(mark.opening)
            self.open.append(mark)


def _common(stacks: Sequence[tuple[Mark, ...]]) -> list[Mark]:
    common = list(stacks[0]) if stacks else []
    for stack in stacks:
        length = 0
        while length < min(len(common), len(stack)) and common[length].key == stack[length].key:
            length += 1
        del common[length:]
    return common


def cut(run: Run, words: Sequence[Atom]) -> list[tuple[bool, list[Atom]]]:
    """Return the words between borders; True where a border comes before."""
    pieces: list[tuple[bool, list[Atom]]] = [(False, [])]
    for atom in words:
        if atom is BORDER:
            pieces.append((True, []))
        else:
            pieces[-1][1].append(atom)
    return pieces
