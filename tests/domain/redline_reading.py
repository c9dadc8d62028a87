"""Reads a redline as a browser does: strict HTML, its accepted and its rejected side, in a form to compare.

Written apart from the product: what is deleted is dropped, what is inserted unwrapped, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import html5lib

PHRASING = {"a", "br", "code", "em", "strong", "sup", "span", "ins", "del"}
FLOW = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "pre", "hr", "div", "details"}
INSIDE = {
    "ul": {"li"}, "ol": {"li"}, "table": {"thead", "tbody"}, "thead": {"tr"}, "tbody": {"tr"}, "tr": {"td", "th"},
    "p": PHRASING, "pre": {"code"}, "summary": PHRASING, "li": FLOW | PHRASING, "blockquote": FLOW,
    "td": PHRASING, "th": PHRASING, "div": FLOW | {"summary"}, "details": FLOW | {"summary"},
    **{f"h{n}": PHRASING for n in range(1, 7)}, **dict.fromkeys(PHRASING, PHRASING),
}  # fmt: skip


@dataclass
class Block:
    """A block in a form to compare: tag, what matters of its attributes, and blocks or words inside."""

    tag: str
    form: str = ""
    blocks: list[Block] = field(default_factory=list)
    words: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    joins: bool = False

    def plain(self) -> Any:
        return (self.tag, self.form, [b.plain() for b in self.blocks], _tidy(self.words))


def parse(html: str) -> Any:
    """Return the tree of a fragment. Raise for any error that a validator would report."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(html, container="div")


def check(html: str) -> None:
    """Raise AssertionError unless the HTML is valid: nesting, unique ids, no link in a link."""
    root = parse(html)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for element in root:
        assert element.tag in FLOW | PHRASING, element.tag
        _check(element, set())


def _check(element: Any, above: set[str]) -> None:
    tag = element.tag
    assert not (tag == "a" and "a" in above), "a link in a link"
    assert not (tag in ("ins", "del") and above & {"ins", "del"}), "a change in a change"
    words = [element.text, *(child.tail for child in element)]
    if tag in ("ul", "ol", "table", "thead", "tbody", "tr", "hr"):
        assert not "".join(w or "" for w in words).strip(), f"words in {tag}"
    if tag == "tr":
        assert len(element) > 0
    for child in element:
        assert child.tag in INSIDE.get(tag, set()), f"{child.tag} in {tag}"
        _check(child, above | {tag})


def side(html: str, *, accepted: bool, folding: bool = False) -> Any:
    """Return one side of a redline, to be compared with `plain`. `folding`: spaces and apostrophes count alike."""
    reader = _Reader(parse(html), accepted=accepted, is_redline=True)
    return reader.read(folding)


def plain(html: str, *, folding: bool = False) -> Any:
    """Return a text without changes in the same form."""
    return _Reader(parse(html), accepted=True, is_redline=False).read(folding)


class _Reader:
    def __init__(self, root: Any, *, accepted: bool, is_redline: bool) -> None:
        self.root = root
        self.accepted = accepted
        self.is_redline = is_redline
        self.is_column = False

    def read(self, folding: bool) -> Any:
        blocks = self.blocks(self.root)
        notes = {note: _text(block) for note, block in self._notes(blocks)}
        out = [self._resolved(block, notes).plain() for block in blocks]
        return _folded(out) if folding else out

    def _notes(self, blocks: list[Block]) -> Iterator[tuple[str, Block]]:
        for block in blocks:
            if block.tag == "note":
                yield block.form, block
            yield from self._notes(block.blocks)

    def _resolved(self, block: Block, notes: dict[str, str]) -> Block:
        # Numbers follow from the order of the calls: a call is compared by what its note says.
        block.words = [
            (f"[{notes.get(text[6:], '?')}]", marks) if text.startswith("\x00call:") else (text, marks)
            for text, marks in block.words
        ]
        block.blocks = [self._resolved(inner, notes) for inner in block.blocks]
        if block.tag == "note":
            block.form = ""
        if block.form == "notes":
            block.blocks.sort(key=lambda b: str(b.plain()))
        return block

    def is_gone(self, element: Any) -> bool:
        kinds = (element.get("class") or "").split()
        if not self.is_redline:
            return "note-back" in kinds
        if any(kind.startswith("redline-") and kind not in ("redline-fold", "redline-mark") for kind in kinds):
            return True
        if "note-back" in kinds or element.tag == "summary":
            return True
        gone = {"deleted"} if self.accepted else {"inserted", "rewrapped"}
        if gone & set(kinds):
            return True
        if element.tag == ("del" if self.accepted else "ins"):
            return True
        return element.tag == "span" and "reformatted" in kinds and not self.accepted

    def blocks(self, element: Any) -> list[Block]:
        out: list[Block] = []
        words: list[tuple[str, tuple[str, ...]]] = []

        def close() -> None:
            if "".join(text for text, _ in words).strip():
                out.append(Block("p", words=list(words)))
            words.clear()

        words.append((element.text or "", ()))
        for child in element:
            if not self.is_gone(child):
                if child.tag in PHRASING:
                    words.extend(self.words(child, ()))
                else:
                    close()
                    self._add(out, child)
            words.append((child.tail or "", ()))
        close()
        return out

    def _add(self, out: list[Block], element: Any) -> None:
        kinds = (element.get("class") or "").split()
        if element.tag == "details" or ("table-frame" in kinds):
            out.extend(self.blocks(element))
            return
        block = self.block(element)
        if ("joined" if self.accepted else "split") in kinds and self.is_redline and out and not self.is_column:
            _merge(out[-1], block)
        elif block.tag != "tbody" or block.blocks:
            out.append(block)

    def block(self, element: Any) -> Block:
        kinds = (element.get("class") or "").split()
        was = element.get("data-was") if self.is_redline and not self.accepted else None
        tag = element.tag
        if tag in ("td", "th"):
            align = next((k[6:] for k in kinds if k.startswith("align-")), "left")
            words = [w for part in self._inside(element) for w in part]
            has_words = bool("".join(text for text, _ in words).strip())
            return Block("cell", (was or align) if has_words else "", words=words)
        if tag == "div" and "notes" in kinds:
            return Block("div", "notes", self.blocks(element.find("ol")))
        if tag == "li" and "note" in kinds:
            return Block("note", element.get("id") or "", self.blocks(element))
        tag, _, form = (was or tag).partition(":")
        if tag == "ol":
            form = (form if was else element.get("start")) or "1"
        if tag in ("p", "pre") or re.fullmatch("h[1-6]", tag):
            words = [w for part in self._inside(element) for w in part]
            return Block(tag, form, words=words)
        return Block(tag, form, self.blocks(element))

    def _inside(self, element: Any) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
        yield [(element.text or "", ())]
        for child in element:
            if not self.is_gone(child):
                yield list(self.words(child, ()))
            yield [(child.tail or "", ())]

    def words(self, element: Any, marks: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        kinds = (element.get("class") or "").split()
        if element.tag == "br":
            yield "\x00br", marks
            return
        if element.get("class") == "redline-mark":
            return  # ¶
        if element.tag == "sup" and "note-call" in kinds:
            yield "\x00call:" + (element.find(".//a").get("href") or "")[1:], marks
            return
        inner = marks
        if element.tag in ("strong", "em", "code"):
            inner = (*marks, element.tag)
        elif element.tag == "a":
            inner = (*marks, f"a {element.get('href')} {element.get('title')}")
        yield element.text or "", inner
        for child in element:
            if not self.is_gone(child):
                yield from self.words(child, inner)
            yield child.tail or "", inner


def _merge(before: Block, after: Block) -> None:
    if after.blocks and before.blocks:
        _merge(before.blocks[-1], after.blocks[0])
        before.blocks += after.blocks[1:]
    else:
        before.words += after.words


def _text(block: Block) -> str:
    own = "".join("[n]" if t.startswith("\x00call:") else t for t, _ in block.words)
    return " ".join(" ".join([own, *(_text(inner) for inner in block.blocks)]).split())


def _tidy(words: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Join neighbours with the same marks; blanks count as one, ends are trimmed."""
    out: list[tuple[str, tuple[str, ...]]] = []
    for text, marks in words:
        pieces = [text] if text.startswith("\x00") else re.findall(r"[ \n\t]+|[^ \n\t]+", text)
        for piece in pieces:
            is_blank = not piece.strip(" \n\t")
            if is_blank and (not out or out[-1][0].endswith(" ")):
                continue
            mark = tuple(sorted(set(marks)))
            if out and out[-1][1] == mark:
                out[-1] = (out[-1][0] + (" " if is_blank else piece), mark)
            else:
                out.append((" " if is_blank else piece, mark))
    if out and out[-1][0].endswith(" "):
        out[-1] = (out[-1][0][:-1], out[-1][1])
    return [one for one in out if one[0]]


def _folded(value: Any) -> Any:
    """Fold what the comparison counts as the same, and leave out where links in the page lead."""
    if isinstance(value, str):
        text = re.sub(r"[ \u00a0\u202f]+", " ", value.replace("'", "’"))
        return re.sub(r"a #\S+", "a #", text)
    if isinstance(value, (list, tuple)):
        return [_folded(one) for one in value]
    return value


def column(html: str, *, kept: str) -> Any:
    """Return the text of one of two columns, all its signs taken off."""
    reader = _Reader(parse(html), accepted=kept == "inserted", is_redline=True)
    reader.is_gone = lambda element: _is_sign(element)  # type: ignore[method-assign]
    reader.is_column = True
    return reader.read(False)


def _is_sign(element: Any) -> bool:
    kinds = (element.get("class") or "").split()
    return "note-back" in kinds or any(kind.startswith("redline-") for kind in kinds)
