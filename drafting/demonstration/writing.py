"""How a text becomes another, piece by piece, as people write: pure functions over plain text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_TOKEN = re.compile(r"\n+|[^\S\n]+|[^\s]+")
_SENTENCE_END = re.compile(r"(?<=\D[.!?;])\*{0,2} (?=\S)")  # Not after the number of a list item.
_NOTE = re.compile(r"\[\^([a-z]+)\]: ")
_CALL = re.compile(r"\[\^([a-z]+)\](?!:)")
CHARACTERS_PER_S = 2.5
PAUSE_S = 12.0
SAME_BLOCK = 0.45  # Two blocks more alike than this are one block reworded.
ISLAND_MAX = 8  # Unchanged characters between two changed words that are typed anew with them.


@dataclass(frozen=True)
class Piece:
    """One edit of a few words: replace `start`..`end` by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Slot:
    """A block's place in both states; None where the block does not exist."""

    old: str | None
    new: str | None

    @property
    def is_changed(self) -> bool:
        """Whether the two states differ here."""
        return self.old != self.new

    @property
    def note(self) -> str | None:
        """The label of the footnote that this block defines, if it is one."""
        match = _NOTE.match(self.new or self.old or "")
        return match.group(1) if match else None


def blocks_of(text: str) -> list[str]:
    """Split a text at its empty lines."""
    return [block for block in text.strip("\n").split("\n\n") if block]


def align(old: str, new: str) -> list[Slot]:
    """Pair the blocks of two states: equal blocks first, then reworded ones."""
    a, b = blocks_of(old), blocks_of(new)
    slots: list[Slot] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            slots += [Slot(block, block) for block in a[a1:a2]]
        else:
            slots += _pair(a[a1:a2], b[b1:b2])
    return slots


def _pair(a: list[str], b: list[str]) -> list[Slot]:
    """Pair blocks in order where they resemble each other."""
    slots: list[Slot] = []
    for new in b:
        place = next((n for n, old in enumerate(a) if _alike(old, new)), None)
        if place is None:
            slots.append(Slot(None, new))
            continue
        slots += [Slot(old, None) for old in a[:place]]
        slots.append(Slot(a[place], new))
        a = a[place + 1 :]
    return slots + [Slot(old, None) for old in a]


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio() > SAME_BLOCK


def choose(slots: list[Slot], done: Collection[int], changes: Collection[int] | None) -> set[int]:
    """Return the places of the slots that a sitting brings to their new state.

    `changes` counts changed slots without footnotes; the footnotes that the chosen blocks call come along.
    """
    places = [n for n, slot in enumerate(slots) if slot.is_changed]
    if changes is None:
        return set(places) - set(done)
    written = [n for n in places if slots[n].note is None]
    chosen = {written[n] for n in changes}
    called = {label for n in chosen for label in _CALL.findall(slots[n].new or "")}
    return (chosen | {n for n in places if slots[n].note in called}) - set(done)


def text_at(slots: list[Slot], done: Collection[int]) -> str:
    """Return the text in which the slots of these places are new and the others old."""
    blocks = [slot.new if n in done else slot.old for n, slot in enumerate(slots)]
    return "\n\n".join(block for block in blocks if block is not None)


def pieces(slots: list[Slot], before: Collection[int], chosen: Collection[int]) -> Iterator[tuple[str, str]]:
    """Yield (text, next text), run by run of neighbouring slots, from the top to the bottom."""
    done = set(before)
    for run in _runs(sorted(chosen)):
        text = text_at(slots, done)
        done |= set(run)
        yield text, text_at(slots, done)


def _runs(places: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def edits(a: str, b: str) -> list[Piece]:
    """Return the edits that make b of a, one after the other, words and sentences at a time."""
    found: list[Piece] = []
    shift = 0
    for start, end, text in _changes(a, b):
        cursor = start + shift
        replaced = end - start
        for part in _as_typed(text):
            found.append(Piece(cursor, cursor + replaced, part))
            cursor += len(part)
            replaced = 0
        shift += len(text) - (end - start)
    return found


def replacement(a: str, b: str) -> Piece:
    """Return the one edit of whole words that makes b of a: what both begin and end with is left alone."""
    start = _shared(a, b)
    while start and a[start - 1].isalnum() and (a[start : start + 1].isalnum() or b[start : start + 1].isalnum()):
        start -= 1
    most = min(len(a), len(b)) - start
    end = min(most, _shared(a[::-1], b[::-1]))
    while end and a[-end].isalnum() and (a[-end - 1].isalnum() or b[-end - 1].isalnum()):
        end -= 1
    return Piece(*_to_line_start(a, start, len(a) - end, b[start : len(b) - end]))


def _shared(a: str, b: str) -> int:
    """Return with how many same characters two texts begin."""
    return next((at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))


def _changes(a: str, b: str) -> list[tuple[int, int, str]]:
    """Return (start, end, text) of the changed words, in a's offsets; near neighbours are one change."""
    words_a, words_b = _TOKEN.findall(a), _TOKEN.findall(b)
    offsets = [0]
    for word in words_a:
        offsets.append(offsets[-1] + len(word))
    changes: list[tuple[int, int, int, int]] = []
    for kind, a1, a2, b1, b2 in _opcodes(words_a, words_b):
        if kind == "equal":
            continue
        if changes and offsets[a1] - offsets[changes[-1][1]] <= ISLAND_MAX:
            first = changes.pop()
            changes.append((first[0], a2, first[2], b2))
        else:
            changes.append((a1, a2, b1, b2))
    return [_to_line_start(a, offsets[a1], offsets[a2], "".join(words_b[b1:b2])) for a1, a2, b1, b2 in changes]


def _to_line_start(a: str, start: int, end: int, text: str) -> tuple[int, int, str]:
    """Slide a pure insertion back to the start of its line where that is the same text.

    Between "- un\\n" and "- trois", "deux\\n- " after the mark is the same as "- deux\\n" before it.
    """
    at, slid = start, text
    while start == end and at > 0 and slid.endswith(a[at - 1]) and a[at - 1] != "\n":
        at, slid = at - 1, slid[-1] + slid[:-1]
    return (at, at, slid) if start == end and (at == 0 or a[at - 1] == "\n") else (start, end, text)


def _opcodes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Compare two lists of words after setting aside what they share at both ends."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = SequenceMatcher(None, a[head : len(a) - tail], b[head : len(b) - tail], autojunk=False)
    return [(kind, a1 + head, a2 + head, b1 + head, b2 + head) for kind, a1, a2, b1, b2 in middle.get_opcodes()]


def _as_typed(text: str) -> list[str]:
    """Split new text into what one types in a breath: a sentence, a list item, a row; a table's head with it."""
    parts: list[str] = []
    for line in re.findall(r"[^\n]*\n+|[^\n]+", text):
        if line.startswith("| ---") and parts:
            parts[-1] += line  # A head without this line is not a table yet.
            continue
        ends = [match.end() for match in _SENTENCE_END.finditer(line)]
        cuts = [0, *ends, len(line)]
        parts += [line[x:y] for x, y in pairwise(cuts) if y > x]
    return parts or [""]


def seconds_for(piece: Piece) -> float:
    """Return how long it takes to write a piece."""
    return PAUSE_S + max(len(piece.text), 5) / CHARACTERS_PER_S
