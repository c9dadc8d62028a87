"""A manuscript as a Word document: our tokens become pandoc's tree, pandoc makes the file, `finishing` completes it.

The tree is made from the same tokens as the HTML of pages and PDF, so the three say the same, footnotes numbered
through the document, with the same typography.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from drafting.domain import markdown, typography
from exports import pandoc, words
from exports.docx import finishing
from exports.docx.origin import Origin
from exports.manuscript import Manuscript, Section

REFERENCE = Path(__file__).parent / "reference.docx"
SECTION_LEVEL = 1
_VERSION = [1, 23, 1]
Node = dict[str, Any]


def render(manuscript: Manuscript, origin: Origin) -> bytes:
    """Return the .docx of a manuscript; in a guarded process. Raise markdown.TooComplex."""
    return finishing.finish(pandoc.write(tree_of(manuscript), reference=REFERENCE), manuscript, origin)


def tree_of(manuscript: Manuscript) -> dict[str, Any]:
    """Return pandoc's tree of a manuscript: first page, then the sections."""
    blocks = list(_cover(manuscript))
    notes = 0
    for section in manuscript.sections:
        reader = _Reader(_tokens(section, manuscript.language), notes)
        blocks += [*_heading(section, manuscript.language), *reader.blocks()]
        notes += len(reader.numbers)
    return {"pandoc-api-version": _VERSION, "meta": {}, "blocks": blocks}


def _cover(manuscript: Manuscript) -> list[Node]:
    language = manuscript.language

    def line(style: str, text: str) -> list[Node]:
        return [_styled(style, [_para(_text(_set(text, language)))])] if text else []

    def word(key: str, **values: Any) -> str:
        return words.word(language, key, **values)

    version = words.version_name(language, manuscript.number)
    parts = [version, manuscript.label, words.long_date(language, manuscript.frozen_at)]
    recipient = f"{word('addressed_to')} {manuscript.recipient}" if manuscript.recipient else ""
    organisations = [
        f"{one.acronym} · {one.name} ({word(one.role)})" for one in manuscript.organisations
    ]
    blocks = [
        *line("Cover Event", manuscript.event or "\u00a0"), *line("Title", manuscript.title),
        *line("Subtitle", recipient), *line("Cover Version", " · ".join(part for part in parts if part)),
        *(line("Cover Label", word("organisations")) if organisations else []),
        *(block for one in organisations for block in line("Cover Line", one)),
    ]
    if manuscript.digest:
        blocks += [*line("Cover Label", word("digest")), *_digest(manuscript.digest)]
    return [*blocks, *line("Cover Label", word("word_document")), *line("Cover Line", word("word_note"))]


def _digest(digest: str) -> list[Node]:
    """Return the digest in groups, which lines may part but readers and copies do not mistake."""
    groups = " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
    return [_styled("Cover Line", [_para([_node("Code", [["", [], []], groups])])])]


def _heading(section: Section, language: str) -> list[Node]:
    title = _text(_set(section.title, language))
    blocks = [_node("Header", [SECTION_LEVEL, [f"s{section.number}", [], []], title])]
    if section.lead:
        lead = words.word(language, "lead", lead=section.lead)
        blocks.append(_styled("Section Lead", [_para(_text(_set(lead, language)))]))
    return blocks


def _tokens(section: Section, language: str) -> list[Token]:
    options = markdown.Options(prefix=f"s{section.number}", heading_shift=SECTION_LEVEL)
    return markdown.shown(section.text, language=language, options=options)[0]


class _Reader:
    """Reads one section's tokens as blocks of pandoc's tree."""

    def __init__(self, tokens: list[Token], notes_before: int) -> None:
        self._tokens, self._notes = _split(tokens)
        self._notes_before = notes_before
        self._at = 0
        self.numbers: dict[int, int] = {}
        """Note -> the number that Word gives it, counting through the document."""
        self._called: set[int] = set()
        self._inside: list[int] = []

    def blocks(self) -> list[Node]:
        """Return the blocks up to the end of what is open."""
        found: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.nesting < 0:
                break
            self._at += 1
            block = self._block(token)
            if block is not None:
                found.append(block)
        return found

    def _inside_of(self, reader: Any) -> Any:
        """Read what is inside of the token just opened, and step over its end."""
        found = reader()
        self._at += 1
        return found

    def _block(self, token: Token) -> Node | None:
        kind = token.type
        if kind == "paragraph_open":
            return _node("Plain" if token.hidden else "Para", self._inside_of(self._inline))
        if kind == "heading_open":
            key = str(token.attrs.get("id", ""))
            return _node("Header", [int(token.tag[1]), [key, [], []], self._inside_of(self._inline)])
        if kind == "blockquote_open":
            return _node("BlockQuote", self._inside_of(self.blocks))
        if kind == "bullet_list_open":
            return _node("BulletList", self._inside_of(self._items))
        if kind == "ordered_list_open":
            start = int(str(token.attrs.get("start", 1)))
            form = [start, {"t": "Decimal"}, {"t": "OneParen" if token.markup == ")" else "Period"}]
            return _node("OrderedList", [form, self._inside_of(self._items)])
        if kind == "table_open":
            return self._inside_of(self._table)  # type: ignore[no-any-return]
        if kind in ("fence", "code_block"):
            return _node("CodeBlock", [["", [], []], token.content.rstrip("\n")])
        return {"t": "HorizontalRule"} if kind == "hr" else None

    def _items(self) -> list[list[Node]]:
        items: list[list[Node]] = []
        while self._tokens[self._at].type == "list_item_open":
            self._at += 1
            items.append(self._inside_of(self.blocks))
        return items

    def _table(self) -> Node:
        rows: list[list[tuple[str, list[Node]]]] = []
        while self._tokens[self._at].type != "table_close":
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                side = str(token.attrs.get("style", "")).partition("text-align:")[2]
                rows[-1].append((side, self._inline()))
        sides = {"right": "AlignRight", "center": "AlignCenter"}
        columns = [[{"t": sides.get(side, "AlignDefault")}, {"t": "ColWidthDefault"}] for side, _ in rows[0]]
        made = [[_EMPTY, [_cell(inlines) for _, inlines in row]] for row in rows]
        body = [_EMPTY, 0, [], made[1:]]
        return _node("Table", [_EMPTY, [None, []], columns, [_EMPTY, made[:1]], [body], [_EMPTY, []]])

    def _inline(self) -> list[Node]:
        """Return the inlines of the inline token here, if there is one."""
        token = self._tokens[self._at]
        if token.type != "inline":
            return []
        self._at += 1
        children = token.children or []
        found, end = self._inlines(children, 0)
        assert end == len(children)  # noqa: S101 - what markdown-it opens it closes
        return found

    def _inlines(self, children: Sequence[Token], at: int) -> tuple[list[Node], int]:
        found: list[Node] = []
        while at < len(children) and children[at].nesting >= 0:
            token = children[at]
            at += 1
            if token.nesting > 0:
                inner, at = self._inlines(children, at)
                at += 1
                found += _marked(token, inner)
            else:
                found += self._leaf(token)
        return found, at

    def _leaf(self, token: Token) -> list[Node]:
        if token.type == "footnote_ref":
            return self._note(int(token.meta["id"]))
        if token.type == "code_inline":
            return [_node("Code", [["", [], []], token.content])]
        if token.type in ("softbreak", "hardbreak"):
            return [{"t": "SoftBreak" if token.type == "softbreak" else "LineBreak"}]
        return _text(token.content)

    def _note(self, number: int) -> list[Node]:
        """Return a footnote where it is first called; further calls are its number, raised.

        Word has no note within a note: there its text follows in brackets.
        """
        if number in self._called or number not in self._notes:
            return [_node("Superscript", _text(str(self.numbers.get(number, number + 1))))]
        self._called.add(number)
        if not self._inside:
            self.numbers[number] = self._notes_before + len(self.numbers) + 1
        outer, self._tokens, here, self._at = self._tokens, self._notes[number], self._at, 0
        self._inside.append(number)
        blocks = self.blocks()
        self._inside.pop()
        self._tokens, self._at = outer, here
        if not self._inside:
            return [_node("Note", blocks or [_para([])])]
        inlines = [part for block in blocks if block["t"] in ("Para", "Plain") for part in [_space(), *block["c"]]]
        return [_space(), *_text("["), *inlines[1:], *_text("]")]


_EMPTY: list[Any] = ["", [], []]


def _split(tokens: list[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """Return the text's tokens, and each footnote's, without the links back."""
    text: list[Token] = []
    notes: dict[int, list[Token]] = {}
    into = text
    for token in tokens:
        if token.type == "footnote_open":
            into = notes.setdefault(int(token.meta["id"]), [])
        elif token.type == "footnote_close":
            into = text
        elif not token.type.startswith("footnote_"):
            into.append(token)
    return text, notes


def _marked(token: Token, inner: list[Node]) -> list[Node]:
    if token.type == "link_open":
        href, title = str(token.attrs.get("href", "")), str(token.attrs.get("title", ""))
        return [_node("Link", [_EMPTY, inner, [href, title]])]
    if token.type in ("strong_open", "em_open"):
        return [_node("Strong" if token.type == "strong_open" else "Emph", inner)]
    return inner


def _cell(inlines: list[Node]) -> list[Any]:
    return [_EMPTY, {"t": "AlignDefault"}, 1, 1, [_node("Plain", inlines)] if inlines else []]


def _node(kind: str, content: Any) -> Node:
    return {"t": kind, "c": content}


def _para(inlines: list[Node]) -> Node:
    return _node("Para", inlines)


def _space() -> Node:
    return {"t": "Space"}


def _styled(style: str, blocks: list[Node]) -> Node:
    return _node("Div", [["", [], [["custom-style", style]]], blocks])


def _text(text: str) -> list[Node]:
    """Return words and spaces; half of a surrogate pair, which a broken paste may leave, becomes a question mark."""
    text = finishing.storable(text)
    found: list[Node] = []
    for at, word in enumerate(text.split(" ")):
        found += [_space()] if at else []
        found += [_node("Str", word)] if word else []
    return found


def _set(text: str, language: str) -> str:
    return typography.typeset(finishing.storable(text), language=language)
