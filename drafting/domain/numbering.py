"""The numbers of a text's blocks for those who show it in another way than as a whole: comparisons."""

from __future__ import annotations

from functools import cached_property

from drafting.domain import line_numbers, markdown
from drafting.domain.line_numbers import BlockNumber, Numbered, Numbering


class NumberedBlocks:
    """The numbers at which the blocks of a text begin."""

    def __init__(self, found: Numbered) -> None:
        self.blocks = found.blocks
        self.next_line = found.next_line
        """The first line of the next section of the same version."""

    def at(self, source_line: int) -> BlockNumber | None:
        """Return the numbers of the block that begins on a line of the Markdown source (from 0)."""
        return self._by_line.get(source_line)

    @cached_property
    def _by_line(self) -> dict[int, BlockNumber]:
        # The first of those that begin on one line: cells of a row, a list and its first item.
        return {block.source_line: block for block in reversed(self.blocks)}


def number_blocks(text: str, *, language: str, section: int = 1, first_line: int = 1) -> NumberedBlocks:
    """Return the numbers of a section's text, without rendering it. Raise markdown.TooComplex."""
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type == "inline":
            markdown.typeset_words(token.children or [], language)
    return NumberedBlocks(line_numbers.mark(tokens, markdown.line_feeds(text), Numbering(section, first_line)))


def margin_mark(section: int, block: BlockNumber) -> str:
    """Return what shows a block's numbers beside it, as HTML for the beginning of its inline content.

    An element around it has the class `numbered` (static/css/numbers.css).
    """
    number = f"{section}.{block.paragraph}"
    line = "" if block.line is None else f' data-line="{block.line}"'
    return f'<span class="paragraph-number" data-number="{number}"{line} aria-hidden="true"></span>'
