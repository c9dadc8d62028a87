"""What suggestions say, for the cards beside the text, for lists and for amendments: in words, not in Markdown.

A suggestion is a set of pending insertions and strikes (`tracking.py`). Here it is read as changes ("replace …
with …", "bold: …", "new item: …"), with the suggestions that touch the same words. Only texts are looked at, by
short rules without a parser, so that static/js/live/proposals.js says the same while people type; both run the
cases of tests/domain/proposal_cases.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from drafting.domain.changes import text_of
from drafting.domain.runs import Run
from drafting.domain.tracking import SectionState, stretches


class ProposalKind(StrEnum):
    """What a suggestion does, as its card says it."""

    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    LINK = "link"
    PLAIN = "plain"  # Takes bold, italic or a link off.
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    PARAGRAPH = "paragraph"  # Makes a plain paragraph of a heading, an item or a quotation.
    NEW_ITEM = "new_item"
    NEW_PARAGRAPH = "new_paragraph"
    SPLIT = "split"
    JOIN = "join"
    EMPTY = "empty"  # Nothing of it is left.


@dataclass(frozen=True)
class Change:
    """One place of a suggestion: what it takes away there and what it puts there."""

    start: int
    end: int
    """Where its struck and inserted text lies, in UTF-16 units of the whole text."""
    old: str
    new: str
    """Ordinary strings, as typed (Markdown)."""


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


def changes_of(state: SectionState, ids: Iterable[str]) -> dict[str, list[Change]]:
    """Return the changes of each suggestion; struck and inserted text that touch are one change.

    Text that a suggestion both inserts and strikes, or inserts and another strikes, is left as inserted, except
    by its own strike, which takes it out of account.
    """
    out: dict[str, list[Change]] = {id: [] for id in ids}
    at = 0
    for text, run in stretches(state):
        end = at + run.length
        for id in {*run.strikes, run.insertion or ""}:
            if id not in out or (run.insertion == id and id in run.strikes):
                continue
            words = text_of(text)
            old, new = ("", words) if run.insertion == id else (words, "")
            changes = out[id]
            if changes and changes[-1].end == at:
                last = changes.pop()
                changes.append(Change(last.start, end, last.old + old, last.new + new))
            else:
                changes.append(Change(at, end, old, new))
        at = end
    return out


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

    runs = [run for _, run in stretches(state)]
    for run in runs:
        marks = sorted(run.strikes | ({run.insertion} if run.insertion is not None else set()))
        for index, a in enumerate(marks):
            for b in marks[index + 1 :]:
                meet(a, b)
    # Pending text with text of one other suggestion right before and right behind it lies inside that one.
    for first, last in _pending(runs):
        if first == 0 or last == len(runs):
            continue
        before, behind = runs[first - 1], runs[last]
        around = before.strikes & behind.strikes
        if before.insertion is not None and before.insertion == behind.insertion:
            around |= {before.insertion}
        for run in runs[first:last]:
            for id in around:
                meet(run.insertion or id, id)
    return out


def _pending(runs: list[Run]) -> Iterator[tuple[int, int]]:
    """Yield each single pending run, and each longest stretch of pending runs, as (first, behind the last)."""
    first = 0
    while first < len(runs):
        last = first
        while last < len(runs) and runs[last].insertion is not None:
            yield last, last + 1
            last += 1
        if last > first + 1:
            yield first, last
        first = last + 1


_MARKS = {"**": ProposalKind.BOLD, "__": ProposalKind.BOLD, "*": ProposalKind.ITALIC, "_": ProposalKind.ITALIC,
          "`": ProposalKind.CODE}  # fmt: skip
_PREFIX = re.compile(r"(?:[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|>[ \t]?))*[ \t]*")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_LINK_END = re.compile(r"\]\([^)\n]*\)")
_BREAK = re.compile(r"[ \t>\\]*\n[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t])?[ \t]*")


def kind_of(state: SectionState, changes: list[Change]) -> tuple[ProposalKind, str]:
    """Return what these changes of one suggestion do, and for formatting and structure the words concerned."""
    if not changes:
        return ProposalKind.EMPTY, ""
    for rule in (_formatting, _structure, _breaks):
        found = rule(state, changes)
        if found is not None:
            return found
    old, new = "".join(one.old for one in changes), "".join(one.new for one in changes)
    if new and not old and len(changes) == 1 and "\n" in new:
        lines = [line for line in new.split("\n") if line.strip()]
        starts_line = new.startswith("\n") or changes[0].start == 0 or state.text[changes[0].start - 1] == "\n"
        if lines and starts_line:
            return (ProposalKind.NEW_ITEM if _ITEM.match(lines[0]) else ProposalKind.NEW_PARAGRAPH), ""
    if old and new:
        return ProposalKind.REPLACE, ""
    return (ProposalKind.INSERT if new else ProposalKind.DELETE), ""


def _formatting(state: SectionState, changes: list[Change]) -> tuple[ProposalKind, str] | None:
    """Marks put around words or taken from around them, in one place or several."""
    if len(changes) % 2:
        return None
    kinds: set[ProposalKind] = set()
    words: list[str] = []
    for opening, closing in zip(changes[::2], changes[1::2], strict=True):
        words.append(plain(text_of(state.text[opening.end : closing.start])))
        marks = (opening.old, opening.new, closing.old, closing.new)
        if marks[0] == marks[2] == "" and marks[1] == marks[3] and marks[1] in _MARKS:
            kinds.add(_MARKS[marks[1]])
        elif marks[1] == marks[3] == "" and marks[0] == marks[2] and marks[0] in _MARKS:
            kinds.add(ProposalKind.PLAIN)
        elif marks[0] == marks[2] == "" and marks[1] == "[" and _LINK_END.fullmatch(marks[3]):
            kinds.add(ProposalKind.LINK)
        elif marks[1] == marks[3] == "" and marks[0] == "[" and _LINK_END.fullmatch(marks[2]):
            kinds.add(ProposalKind.PLAIN)
        else:
            return None
    return (kinds.pop(), " … ".join(words)) if len(kinds) == 1 else None


def _structure(state: SectionState, changes: list[Change]) -> tuple[ProposalKind, str] | None:
    """What stands before a line's own text put there, changed or taken away."""
    text = state.text
    for change in changes:
        line_start = text.rfind("\n", 0, change.start) + 1
        before = text[line_start : change.start]
        if not (_PREFIX.fullmatch(before) and _PREFIX.fullmatch(change.old) and _PREFIX.fullmatch(change.new)):
            return None
    new = changes[0].new.strip()
    if new.startswith("#"):
        kind = ProposalKind.HEADING
    elif _ITEM.match(new + " "):
        kind = ProposalKind.LIST
    elif new.startswith(">"):
        kind = ProposalKind.QUOTE
    elif not new and any(one.old.strip() for one in changes):
        kind = ProposalKind.PARAGRAPH
    else:
        return None
    lines = [text_of(text[one.end : (text + "\n").index("\n", one.end)]) for one in changes]
    return kind, " … ".join(filter(None, map(plain, lines)))


def _breaks(state: SectionState, changes: list[Change]) -> tuple[ProposalKind, str] | None:
    """A paragraph or an item cut in two, or two made one: the words before the place."""
    if len(changes) != 1:
        return None
    [change] = changes
    text = state.text
    before = plain(text_of(text[text.rfind("\n", 0, change.start) + 1 : change.start]))
    if not change.old and _BREAK.fullmatch(change.new) and before:
        return ProposalKind.SPLIT, before
    if change.old and _BREAK.fullmatch(change.old) and not change.new.strip():
        return ProposalKind.JOIN, before
    return None


_NOTE = re.compile(r"\[\^[^\]\s]+\](?!:)")
_DEFINITION = re.compile(r"^\[\^[^\]\s]+\]:[ \t]*", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_LINE_PREFIX = re.compile(r"^(?:[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|>[ \t]?))+", re.MULTILINE)
_DELIMITER = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+[ \t]*$", re.MULTILINE)
_STYLE = re.compile(r"(?<!\\)(?:\*\*|__|\*|`|(?<!\w)_|_(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Return Markdown as somebody would read it aloud: without marks, on one line, paragraphs between " ¶ ".

    Rough by intention: pieces of a suggestion are seldom whole Markdown.
    """
    text = _DELIMITER.sub("", text)
    text = _DEFINITION.sub("[note] ", _NOTE.sub("[note]", text))
    text = _LINE_PREFIX.sub("", _LINK.sub(r"\1", text))
    text = _ESCAPE.sub(r"\1", _STYLE.sub("", text))
    lines = [" ".join(line.replace("|", " | ").split()).strip("| ") for line in text.split("\n")]
    return " ¶ ".join(filter(None, lines))


_STARTS = re.compile(r"[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]\s]+\]:)")


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


def paragraph_at(state: SectionState, place: int) -> int:
    """Return the number of the base text's paragraph in which a place (in units of the whole text) lies, from 1."""
    at = base_at = 0
    base: list[str] = []
    for text, run in stretches(state):
        if run.insertion is None:
            base.append(text)
            base_at += max(0, min(run.length, place - at))
        at += run.length
    number = sum(start <= base_at for start in paragraph_starts("".join(base)))
    return max(1, number)
