"""One side of a redline: the blocks of a text as nodes, each with what it counts as and how to show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from markdown_it.token import Token

from drafting.domain import markdown
from drafting.domain.markdown import Options
from drafting.domain.words import folded

LEAVES = {"paragraph", "heading", "th", "td"}
CODE = {"fence", "code_block"}

_WORD = re.compile(r"\w+")


@dataclass(slots=True, eq=False)
class Node:
    """A block: a paragraph, a list, a cell..."""

    kind: str
    """markdown-it's name without `_open`; `root` for the whole."""
    first: int
    """Of its tokens."""
    end: int = 0
    children: list[Node] = field(default_factory=list)
    inline: Token | None = None
    tail: list[int] = field(default_factory=list)
    """Tokens after the words: ways back from a note."""
    token: Token | None = None
    key: str = ""
    """Equal keys: the same when read, but for apostrophes, no-break spaces and the numbers of notes."""
    text: str = ""
    """Its words, for likeness."""
    _words: frozenset[str] | None = None
    _all_words: frozenset[str] | None = None

    @property
    def all_words(self) -> frozenset[str]:
        """Every word, short ones too."""
        if self._all_words is None:
            self._all_words = frozenset(_WORD.findall(self.text.lower()))
        return self._all_words

    @property
    def words(self) -> frozenset[str]:
        """What two blocks have in common is counted in these: words that say something, if there are any."""
        if self._words is None:
            telling = frozenset(word for word in self.all_words if len(word) > 3)
            self._words = telling if len(telling) > 2 else self.all_words
        return self._words

    @property
    def is_tight(self) -> bool:
        """A paragraph of a list without blank lines, which has no tag of its own."""
        return self.token is not None and self.token.hidden

    def leaves(self) -> Iterator[Node]:
        """Yield what holds words, in reading order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class Side:
    """A text prepared for comparison."""

    def __init__(self, source: str, *, language: str, options: Options) -> None:
        self.source = source
        self.options = options
        self.language = language
        self.tokens, self.env = markdown.prepare(source, language=language, options=options)
        self.root, self.notes = _tree(self.tokens)
        self.note_names: dict[int, str] = {}
        """What each note counts as, by its place; the same as on the other side for the same note."""
        self.line_starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
        if source.count("\n") + (not source.endswith("\n")) != len(self.line_starts) - 1:
            # Lines are what markdown-it takes for lines, not what Python does (form feeds, U+2028...).
            self.line_starts = [0, *accumulate(len(line) for line in re.findall(r"[^\n]*\n|[^\n]+", source))]
        self._tables = {n.first: at for at, n in enumerate(n for n in _all(self.root) if n.kind == "table")}
        self._rows = {c.first: n for n in _all(self.root) if n.kind == "tr" for c in n.children}
        self._typeset: set[int] = set()

    def set_keys(self) -> None:
        """Say what each block counts as; `note_names` must be known."""
        for note in self.notes:
            self.key(note)
        self.key(self.root)

    def key(self, node: Node) -> str:
        """Return what a block and all in it count as."""
        if node.inline is not None or not node.children:
            node.key, node.text = self._leaf_key(node)
            return node.key
        inner = [self.key(child) for child in node.children]
        node.key = f"{_open_key(node)}\x02" + "\x03".join(inner) + "\x04"
        node.text = " ".join([child.text for child in node.children])
        return node.key

    def _leaf_key(self, node: Node) -> tuple[str, str]:
        if node.inline is None:
            content = node.token.content if node.token is not None else ""
            info = node.token.info if node.token is not None else ""
            return f"{node.kind}\x02{info}\x02{content}", content
        parts, words = [], []
        for token in node.inline.children or ():
            if token.type == "text":
                parts.append(token.content)
                words.append(token.content)
            elif token.type == "softbreak":
                parts.append(" ")
                words.append(" ")
            elif token.type == "code_inline":
                parts.append(f"\x05{token.content}\x05")
                words.append(token.content)
            elif token.type == "footnote_ref":
                parts.append(f"\x06{self.note_names.get(int(token.meta['id']), '')}\x06")
            elif token.type == "link_open":
                parts.append(f"\x07{token.attrs.get('href')}\x07{token.attrs.get('title')}")
            elif token.type != "dead_link":
                parts.append(f"\x08{token.type}")
                words.append(" " if token.type == "hardbreak" else "")
        # A link to a place in the same page names this side's ids: taken off, both sides speak of the same place.
        key = folded("".join(parts)).replace(f"\x07#{self.options.prefix}-", "\x07#")
        return f"{_open_key(node)}\x02{key}", "".join(words)

    def typeset(self, node: Node) -> None:
        """Set the words of a leaf, once."""
        if node.inline is not None and node.first not in self._typeset:
            self._typeset.add(node.first)
            markdown.typeset(node.inline, self.env)

    def html(self, first: int, end: int) -> str:
        """Return the HTML of these tokens."""
        if first in self._tables:
            self.env["tables"] = self._tables[first]
        return markdown.html_of(self.tokens, first, end, self.env)

    def whole(self, node: Node) -> str:
        """Return the HTML of a block as it stands."""
        for leaf in node.leaves():
            self.typeset(leaf)
        if any(first in self._tables for first in range(node.first, node.end)):
            self.env["tables"] = self._tables[next(f for f in range(node.first, node.end) if f in self._tables)]
        return markdown.html_of(self.tokens, node.first, node.end, self.env)

    def opening(self, node: Node) -> str:
        """Return the tag or tags a block begins with."""
        return self.html(node.first, node.first + 1)

    def closing(self, node: Node) -> str:
        """Return what a block ends with, ways back from a note included."""
        return "".join(self.html(at, at + 1) for at in [*node.tail, node.end - 1])

    def lines(self, node: Node) -> tuple[int, int] | None:
        """Return the range of the source lines a block stands on; None where markdown-it does not say."""
        span = node.token.map if node.token is not None else None
        if span is None:
            inner = [lines for child in node.children if (lines := self.lines(child))]
            return (inner[0][0], inner[-1][1]) if inner else None
        return self.line_range(span)

    def line_range(self, span: Sequence[int]) -> tuple[int, int]:
        """Return the range of these lines in the source, without blank ends."""
        start, end = (self.line_starts[min(at, len(self.line_starts) - 1)] for at in span)
        while end > start and self.source[end - 1] in "\n ":
            end -= 1
        return start, end


    def row_of(self, cell: Node) -> Node:
        """Return the row a cell stands in."""
        return self._rows[cell.first]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _open_key(node: Node) -> str:
    token = node.token
    if token is None:
        return node.kind
    side = token.attrs.get("style", "") if node.kind in ("th", "td") else ""
    tag = token.tag if node.kind == "heading" else ""
    return f"{node.kind}{tag}{side}{token.attrs.get('start', '')}"


def _tree(tokens: list[Token]) -> tuple[Node, list[Node]]:
    """Return the root of all blocks, and the notes, which are the children of its last block."""
    root = Node("root", 0, len(tokens))
    stack = [root]
    for at, token in enumerate(tokens):
        if token.nesting == 1:
            node = Node(token.type.removesuffix("_open"), at, token=token)
            stack[-1].children.append(node)
            stack.append(node)
        elif token.nesting == -1:
            stack.pop().end = at + 1
        elif token.type == "inline":
            stack[-1].inline = token
        elif token.type == "footnote_anchor":
            stack[-1].tail.append(at)
        else:
            stack[-1].children.append(Node(token.type, at, at + 1, token=token))
    blocks = [child for child in root.children if child.kind == "footnote_block"]
    return root, [note for block in blocks for note in block.children]


