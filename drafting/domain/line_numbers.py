"""Numbers of lines and paragraphs: where each begins in a text as it is rendered, so that people can cite it.

The numbers are a pure function of the text, so that they are the same on screen, on paper and in comparisons:

- Paragraphs are those by which amendments are numbered (`proposals.paragraph_starts`), counted in each section.
- Lines are counted through the whole version. A line holds as many whole words as fit in MEASURE characters as
  read: INDENT fewer for each list or quotation around it. It ends at an ordinary space alone, so `travailleurs·ses`,
  « word » or 12 % are never cut; a longer word has a line of its own. Calls of notes count for nothing, nor does the
  sign that marks where one is put in later (`typography.ATOM`).
- A heading is one line, however long; so is a row of a table, and each line of a block of code.
- Notes have no lines, they have their own numbers; titles of sections and rules have none either.

Works on markdown-it's tokens once their prose is typeset.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from drafting.domain.proposals import paragraph_starts
from drafting.domain.typography import ATOM

MEASURE = 80
"""Characters of a line. In the printed column 80 of them always fit at 10 points; 90 would not."""
INDENT = 4
LEAST = 32
SAID = {
    "line_number": {"fr": "ligne {n}", "en": "line {n}"},
    "paragraph_number": {"fr": "paragraphe {n}", "en": "paragraph {n}"},
}

_WORD = re.compile("[^ ]+")
_AROUND = ("bullet_list_", "ordered_list_", "blockquote_")


@dataclass(frozen=True)
class Numbering:
    """How a section's lines and paragraphs are numbered inside its version."""

    section: int
    """The section's number in its version: § 4.2 is the second paragraph of section 4."""
    first_line: int = 1
    breaks: bool = False
    """Whether each line begins where its number says, whatever the page's width."""
    spoken: bool = False
    """Whether a screen reader is to read the numbers."""


@dataclass(frozen=True)
class BlockNumber:
    """The numbers at which a block that shows text begins."""

    source_line: int
    """The line of the Markdown source on which it begins, from 0: markdown-it's `map[0]`."""
    paragraph: int
    is_first: bool
    """Whether the paragraph begins here; a paragraph may go on in the next block."""
    line: int | None
    """None in a footnote."""


@dataclass
class Numbered:
    """What numbering a text has found."""

    next_line: int
    """The number of the first line of the next section."""
    blocks: list[BlockNumber] = field(default_factory=list)


def mark(tokens: list[Token], source: str, numbering: Numbering) -> Numbered:
    """Put marks where paragraphs and lines begin, into the children of the tokens; return the numbers.

    `source` is the text that the tokens were made of, with line feeds only.
    """
    return _Marker(source, numbering).mark(tokens)


def line_starts(text: str, measure: int) -> list[int]:
    """Return where the lines of a paragraph as read begin; "\\n" is a line break that its author made."""
    starts, offset = [], 0
    for part in text.split("\n"):
        starts.append(offset)
        column = 0
        for word in _WORD.finditer(part):
            length = len(word[0]) - word[0].count(ATOM)
            if column and column + 1 + length > measure:
                starts.append(offset + word.start())
                column = length
            else:
                column += length + (column > 0)
        offset += len(part) + 1
    return starts


def html_of(mark: Token, language: str) -> str:
    """Return a mark as HTML: the page's CSS shows its number, so that nobody copies it and no screen reader says it.

    Where it is to be heard it has words.
    """
    kind, id, number = mark.type.replace("_", "-"), mark.meta["id"], mark.meta["number"]
    if not mark.meta["spoken"]:
        return f'<span class="{kind}" id="{id}" data-number="{number}" aria-hidden="true"></span>'
    said = SAID[mark.type].get(language, SAID[mark.type]["en"]).format(n=number)
    return f'<span class="{kind}" id="{id}" data-number="{number}"><span class="visually-hidden">{said}. </span></span>'


def html_of_code(block: Token, html: str, language: str) -> str:
    """Return the HTML of a block of code with the marks of its lines."""
    marks: list[list[Token]] = (block.meta or {}).get("marks", [])
    opening = re.match("<pre><code[^>]*>", html)
    if not marks or not opening:
        return html
    lines = html[opening.end() :].split("\n")
    said = ["".join(html_of(one, language) for one in each) for each in marks]
    said += [""] * (len(lines) - len(said))
    return opening[0] + "\n".join(before + line for before, line in zip(said, lines, strict=False))


class _Marker:
    """Goes once through the tokens of a text."""

    def __init__(self, source: str, numbering: Numbering) -> None:
        self.numbering = numbering
        self.paragraph_lines = _lines_at(source, paragraph_starts(source))
        self.found = Numbered(numbering.first_line)
        self.seen: set[int] = set()
        self.around = 0
        self.source_line = 0
        self.is_note = False
        self.is_heading = False
        self.cells: int | None = None
        """Cells of the present table row that were passed; None outside of tables."""

    def mark(self, tokens: list[Token]) -> Numbered:
        for token in tokens:
            self._enter(token)
            if token.type == "inline" and token.children:
                self._mark_inline(token)
            elif token.type in ("fence", "code_block"):
                self._mark_code(token)
        return self.found

    def _enter(self, token: Token) -> None:
        if token.map:
            self.source_line = token.map[0]
        if token.type.startswith(_AROUND):
            self.around += token.nesting
        elif token.type in ("footnote_block_open", "footnote_block_close"):
            self.is_note = token.nesting == 1
        elif token.type in ("heading_open", "heading_close"):
            self.is_heading = token.nesting == 1
        elif token.type == "tr_open":
            self.cells = 0
        elif token.type == "tr_close":
            self.cells = None

    def _mark_inline(self, token: Token) -> None:
        assert token.children is not None  # noqa: S101 - the caller has looked
        if self.cells is not None:
            self.cells += 1
            if self.cells == 1:
                token.children[:0] = self._begin()
        elif self.is_note or self.is_heading:
            token.children[:0] = self._begin()
        else:
            measure = max(LEAST, MEASURE - INDENT * self.around)
            starts = line_starts(_as_read(token.children), measure)
            token.children[:] = [*self._begin(), *self._broken(token.children, starts[1:])]

    def _mark_code(self, token: Token) -> None:
        """Give a block of code the marks of its lines, for the renderer to put before each."""
        first = self._begin()
        rest = [] if self.is_note else [[self._line()] for _ in token.content.rstrip("\n").split("\n")[1:]]
        token.meta = {**(token.meta or {}), "marks": [first, *rest]}

    def _begin(self) -> list[Token]:
        """Return the marks at the beginning of a block, and note its numbers."""
        paragraph = max(1, bisect_right(self.paragraph_lines, self.source_line))
        is_first = paragraph not in self.seen
        self.seen.add(paragraph)
        line = None if self.is_note else self.found.next_line
        self.found.blocks.append(BlockNumber(self.source_line, paragraph, is_first, line))
        marks = []
        if is_first:
            name = f"{self.numbering.section}.{paragraph}"
            marks.append(self._mark("paragraph_number", f"p{self.numbering.section}-{paragraph}", name))
        if not self.is_note:
            marks.append(self._line())
        return marks

    def _line(self) -> Token:
        number = self.found.next_line
        self.found.next_line += 1
        return self._mark("line_number", f"l{number}", str(number))

    def _mark(self, kind: str, id: str, number: str) -> Token:
        meta = {"id": id, "number": number, "spoken": self.numbering.spoken}
        return Token(kind, "", 0, meta=meta)

    def _broken(self, children: list[Token], starts: list[int]) -> Iterator[Token]:
        """Yield the children with a mark where each further line begins."""
        at, waiting = 0, iter(starts)
        start = next(waiting, None)
        for token in children:
            shown = _shown(token)
            if start is None or start > at + len(shown):
                at += len(shown)
                yield token
                continue
            reached = 0
            while start is not None and start <= at + len(shown):
                if start - at > reached:
                    yield _part(token, shown, reached, start - at)
                reached = start - at
                is_own = token.type == "hardbreak"  # Breaks the line by itself.
                if self.numbering.breaks and not is_own:
                    yield Token("line_break", "br", 0)
                yield self._line()
                start = next(waiting, None)
            if reached < len(shown):
                yield _part(token, shown, reached, len(shown))
            at += len(shown)


def _lines_at(source: str, starts: list[int]) -> list[int]:
    """Return on which lines of the source, from 0, these places are."""
    ends = [match.start() for match in re.finditer("\n", source)]
    return [bisect_right(ends, start - 1) if start else 0 for start in starts]


def _as_read(children: list[Token]) -> str:
    return "".join(map(_shown, children))


def _shown(token: Token) -> str:
    """Return what a token shows; spaces that end no line are something else than a space."""
    if token.type == "text":
        return token.content.replace("\n", " ")
    if token.type == "code_inline":
        return token.content.replace(" ", "\u00a0").replace("\n", "\u00a0")
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, "")


def _part(token: Token, shown: str, start: int, end: int) -> Token:
    """Return the part of a token between two lines; all but text is whole."""
    if token.type != "text" or (start == 0 and end == len(shown)):
        return token
    return token.copy(content=token.content[start:end])
