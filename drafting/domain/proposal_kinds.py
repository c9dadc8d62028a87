"""What a suggestion does to the text: puts words in or takes them out, or bold, a heading, an item, a break.

static/js/live/proposal_kinds.js has the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from drafting.domain.changes import text_of
from drafting.domain.tracking import SectionState
from drafting.domain.wording import ITEM, plain


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
    NEW_ROW = "new_row"  # Of a table.
    NEW_NOTE = "new_note"
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


Found = tuple[ProposalKind, str]
"""The kind, and the words concerned where it is about formatting or structure."""

_MARKS = {"**": ProposalKind.BOLD, "__": ProposalKind.BOLD, "*": ProposalKind.ITALIC, "_": ProposalKind.ITALIC,
          "`": ProposalKind.CODE}  # fmt: skip
_PREFIX = re.compile(rf"(?:[ \t]*(?:#{{1,6}}[ \t]|{ITEM}[ \t]|>))*[ \t]*")
_ITEM_LINE = re.compile(rf"[ \t>]*{ITEM}[ \t]")
_ITEM_LAST = re.compile(rf"(?:^|[ \t>]){ITEM}$")
_LINK_END = re.compile(r"\]\([^\n]*\)")
_BREAK = re.compile(rf"[ \t>\\]*\n[ \t\n>]*(?:{ITEM}[ \t]+)?")
_ROW = re.compile(r"[ \t>]*\|[^\n]*\|[ \t]*")
_DELIMITER = re.compile(r"[ \t|:>-]*")
_NOTE_CALL = re.compile(r"\[(\^[^\[\] \t\n]{1,200})\]")
_NOTE_TEXT = re.compile(r"\n*\[(\^[^\[\] \t\n]{1,200})\]:(.*)", re.DOTALL)


def kind_of(state: SectionState, changes: list[Change]) -> Found:
    """Return what these changes of one suggestion do, and for formatting and structure the words concerned."""
    if not changes:
        return ProposalKind.EMPTY, ""
    for rule in (_formatting, _structure, _break, _lines, _note):
        found = rule(state, changes)
        if found is not None:
            return found
    old, new = any(one.old for one in changes), any(one.new for one in changes)
    if old and new:
        return ProposalKind.REPLACE, ""
    return (ProposalKind.INSERT if new else ProposalKind.DELETE), ""


def _formatting(state: SectionState, changes: list[Change]) -> Found | None:
    """Marks put around words or taken from around them, in one place or several."""
    if len(changes) % 2:
        return None
    kinds: set[ProposalKind | None] = set()
    words: list[str] = []
    for opening, closing in zip(changes[::2], changes[1::2], strict=True):
        words.append(plain(text_of(state.text[opening.end : closing.start])))
        put, taken = (opening.new, closing.new), (opening.old, closing.old)
        kind = _style(*put) if taken == ("", "") else _style(*taken) and ProposalKind.PLAIN if put == ("", "") else None
        kinds.add(kind)
    kind = kinds.pop()
    return (kind, " … ".join(filter(None, words))) if kind is not None and not kinds else None


def _style(opening: str, closing: str) -> ProposalKind | None:
    """Return what a pair of marks makes of the words between."""
    if opening == "[" and _LINK_END.fullmatch(closing):
        return ProposalKind.LINK
    return _MARKS.get(opening) if opening == closing else None


def _structure(state: SectionState, changes: list[Change]) -> Found | None:
    """What stands before a line's own words put there, changed or taken away, the words themselves left alone."""
    kinds: list[ProposalKind] = []
    words: list[str] = []
    for change in changes:
        if "\n" in change.old or "\n" in change.new:
            return None
        before, rest = _around(state, change)
        old, new = before + change.old + rest, before + change.new + rest
        was, becomes = _prefix(old), _prefix(new)
        kind = _line_kind(was, becomes)
        if kind is None or old[len(was) :] != new[len(becomes) :]:
            return None
        kinds.append(kind)
        words.append(plain(new))
    return kinds[0], " … ".join(filter(None, words))


def _line_kind(was: str, becomes: str) -> ProposalKind | None:
    """Return what a line becomes by another beginning."""
    before, marker = was.strip(" \t"), becomes.strip(" \t")
    if was == becomes or before == marker == "":
        return None
    if "#" in marker:
        return ProposalKind.HEADING
    if _ITEM_LAST.search(marker):
        return ProposalKind.LIST
    return ProposalKind.QUOTE if marker.endswith(">") else ProposalKind.PARAGRAPH


def _break(state: SectionState, changes: list[Change]) -> Found | None:
    """A paragraph or an item cut in two, or two made one: the words before the place."""
    if len(changes) != 1:
        return None
    [change] = changes
    before, rest = _around(state, change)
    words = plain(before)
    if not change.old.strip(" \t") and _BREAK.fullmatch(change.new) and words and plain(rest):
        return ProposalKind.SPLIT, words
    if _BREAK.fullmatch(change.old) and not change.new.strip(" \t") and plain(rest):
        return ProposalKind.JOIN, words
    return None


def _lines(state: SectionState, changes: list[Change]) -> Found | None:
    """Whole new lines: items, rows of a table, paragraphs."""
    if len(changes) != 1 or changes[0].old:
        return None
    new = changes[0].new
    before, rest = _around(state, changes[0])
    begins = new.startswith("\n") or not before.strip(" \t>")
    ends = new.endswith("\n") or not rest.strip(" \t|>")
    if not (begins and ends):
        return None
    lines = [line for line in new.split("\n") if line.strip(" \t")]
    if all(_ITEM_LINE.match(line + " ") for line in lines[:1]) and lines:
        return ProposalKind.NEW_ITEM, ""
    if lines and all(_ROW.fullmatch(line) and not _DELIMITER.fullmatch(line) for line in lines):
        return ProposalKind.NEW_ROW, ""
    return (ProposalKind.NEW_PARAGRAPH, "") if "\n" in new else None


def _note(_: SectionState, changes: list[Change]) -> Found | None:
    """A note: its call in the text, and its words at the end."""
    if len(changes) != 2 or any(one.old for one in changes):
        return None
    call, text = _NOTE_CALL.fullmatch(changes[0].new), _NOTE_TEXT.fullmatch(changes[1].new)
    return (ProposalKind.NEW_NOTE, plain(text[2])) if call and text and call[1] == text[1] else None


def _around(state: SectionState, change: Change) -> tuple[str, str]:
    """Return the rest of the line before and behind a change."""
    text = state.text
    end = text.find("\n", change.end)
    start = text.rfind("\n", 0, change.start) + 1
    return text_of(text[start : change.start]), text_of(text[change.end : len(text) if end < 0 else end])


def _prefix(line: str) -> str:
    """Return what stands before a line's own words."""
    found = _PREFIX.match(line)
    return found[0] if found else ""
