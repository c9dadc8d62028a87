"""The numbers of a text's blocks for those who show it in another way than as a whole: comparisons."""

from __future__ import annotations

from collections.abc import Mapping

from markdown_it.token import Token

from drafting.domain import line_numbers, markdown
from drafting.domain.line_numbers import BlockNumber, Numbered, Numbering

BEGIN = {"paragraph_open", "heading_open", "th_open", "td_open"}
"""What holds words, and so a mark before them."""


def number_blocks(text: str, *, language: str, section: int = 1, first_line: int = 1) -> Numbered:
    """Return the numbers of a section's text, without rendering it. Raise markdown.TooComplex."""
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type == "inline":
            markdown.typeset_words(token.children or [], language)
    return line_numbers.mark(tokens, markdown.line_feeds(text), Numbering(section, first_line))


def margins(section: int, numbered: Numbered, *, has_lines: bool) -> dict[int, str]:
    """Return what shows the numbers beside each block, by the line of the source on which it begins, from 0.

    Lines are only cited in a version: without `has_lines` there are paragraphs alone.
    """
    found: dict[int, str] = {}
    for block in numbered.blocks:
        if block.is_first or has_lines:
            found.setdefault(block.source_line, margin_mark(section, block, has_line=has_lines))
    return found


def margin_mark(section: int, block: BlockNumber, *, has_line: bool = True) -> str:
    """Return what shows a block's numbers beside it, as HTML for the beginning of its inline content.

    An element around it has the class `numbered` (static/css/numbers.css).
    """
    number = f"{section}.{block.paragraph}"
    line = "" if block.line is None or not has_line else f' data-line="{block.line}"'
    return f'<span class="paragraph-number" data-number="{number}"{line} aria-hidden="true"></span>'


def set_margins(tokens: list[Token], marks: Mapping[int, str]) -> None:
    """Let each block begin with its mark when it is rendered; of several on one line the first that says something."""
    waiting, line = dict(marks), 0
    for at, token in enumerate(tokens):
        line = token.map[0] if token.map else line
        if token.type in BEGIN and line in waiting and tokens[at + 1].content:
            token.meta = {**(token.meta or {}), "margin": waiting.pop(line)}
