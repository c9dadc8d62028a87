"""A Markdown text as a tree of plain blocks: for comparison, counting, and other formats than HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from markdown_it.token import Token

from drafting.domain import markdown


class Kind(StrEnum):
    """What a block is; the value is also the name of its HTML class where it needs one."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    ITEM = "item"
    QUOTE = "quote"
    TABLE = "table"
    ROW = "row"
    HEAD_CELL = "head_cell"
    CELL = "cell"
    CODE = "code"
    RULE = "rule"
    NOTE = "note"


@dataclass(frozen=True)
class Span:
    """A stretch of text with the same marks."""

    text: str
    marks: frozenset[str] = frozenset()
    """Of `strong`, `em`, `code`."""
    link: str = ""
    note: int = 0
    """The footnote that is called here, counted from 1; the text is then empty."""


@dataclass(frozen=True)
class Block:
    """A paragraph, a list, a table row...: either spans or blocks inside, never both."""

    kind: Kind
    spans: tuple[Span, ...] = ()
    blocks: tuple["Block", ...] = ()
    level: int = 0
    """Of a heading, 1 to 6; of a numbered list, its first number; of a note, its number."""
    lines: tuple[int, int] = (0, 0)
    """Where it stands in the source: first line, and the line after its last."""

    def text(self) -> str:
        """Return its words: blocks inside on lines of their own, cells of a row between tabs."""
        if self.blocks:
            return ("\t" if self.kind is Kind.ROW else "\n").join(b.text() for b in self.blocks)
        return "".join(s.text for s in self.spans)


@dataclass(frozen=True)
class Count:
    """How long a text is for a reader, as recipients count: what is read, not its marks."""

    words: int
    characters: int
    notes: int


_OPENS = {
    "paragraph_open": Kind.PARAGRAPH, "heading_open": Kind.HEADING, "bullet_list_open": Kind.BULLETS,
    "ordered_list_open": Kind.NUMBERS, "list_item_open": Kind.ITEM, "blockquote_open": Kind.QUOTE,
    "table_open": Kind.TABLE, "tr_open": Kind.ROW, "th_open": Kind.HEAD_CELL, "td_open": Kind.CELL,
    "footnote_open": Kind.NOTE,
}  # fmt: skip
_MARKS = {"strong_open": "strong", "em_open": "em"}
_WORD = re.compile(r"[^\s\u00a0\u202f]*\w[^\s\u00a0\u202f]*")


def blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a text in order, its footnotes last. Raise markdown.TooComplex."""
    open_tokens: list[Token] = []
    inside: list[list[Any]] = [[]]
    for token in markdown.parse(source):
        if token.type in _OPENS:
            open_tokens.append(token)
            inside.append([])
        elif token.nesting == -1 and open_tokens and token.type == open_tokens[-1].type.replace("_open", "_close"):
            inner = inside.pop()
            inside[-1].append(_close(open_tokens.pop(), inner))
        elif token.type == "inline":
            inside[-1].extend(_spans(token.children or []))
        elif token.type in ("fence", "code_block"):
            inside[-1].append(Block(Kind.CODE, (Span(token.content.rstrip("\n")),), lines=_lines(token)))
        elif token.type == "hr":
            inside[-1].append(Block(Kind.RULE, lines=_lines(token)))
    return tuple(inside[0])


def plain_text(source: str, *, notes: bool = True) -> str:
    """Return what a reader reads, a block a line, without any mark; footnotes last or left out."""
    return "\n".join(b.text() for b in blocks(source) if notes or b.kind is not Kind.NOTE)


def count(source: str, *, notes: bool = True) -> Count:
    """Count words and characters of the text as read.

    A word is what stands between spaces and has a letter or digit, so that « ; » is none and
    `travailleurs·ses` and `l’OIT` are one each. Characters are code points, spaces included, line ends not.
    """
    tree = blocks(source)
    text = "\n".join(b.text() for b in tree if notes or b.kind is not Kind.NOTE)
    characters = len(text.replace("\n", "").replace("\t", ""))
    return Count(len(_WORD.findall(text)), characters, sum(b.kind is Kind.NOTE for b in tree))


def _close(token: Token, inner: list[Any]) -> Block:
    kind = _OPENS[token.type]
    level = 0
    if kind is Kind.HEADING:
        level = int(token.tag[1])
    elif kind is Kind.NUMBERS:
        level = int(token.attrs.get("start", 1))
    elif kind is Kind.NOTE:
        level = int(token.meta["id"]) + 1
    if all(isinstance(one, Span) for one in inner):
        return Block(kind, tuple(inner), (), level, _lines(token))
    return Block(kind, (), tuple(inner), level, _lines(token))


def _lines(token: Token) -> tuple[int, int]:
    return (token.map[0], token.map[1]) if token.map else (0, 0)


def _spans(children: list[Token]) -> Iterator[Span]:
    marks: list[str] = []
    links: list[str] = []
    for token in children:
        if token.type in _MARKS:
            marks.append(_MARKS[token.type])
        elif token.type in ("strong_close", "em_close"):
            marks.pop()
        elif token.type == "link_open":
            links.append(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            links.pop()
        elif token.type == "footnote_ref":
            yield Span("", frozenset(marks), note=int(token.meta["id"]) + 1)
        elif token.type in ("softbreak", "hardbreak"):
            yield Span(" " if token.type == "softbreak" else "\n", frozenset(marks), links[-1] if links else "")
        elif token.content:
            code = ["code"] if token.type == "code_inline" else []
            yield Span(token.content, frozenset(marks + code), links[-1] if links else "")
