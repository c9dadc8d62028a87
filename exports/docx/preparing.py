"""Prepare a checked .docx for pandoc: count what cannot be kept, and move what can."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from exports.docx import origin, packing
from exports.docx.losses import Kind, Losses
from exports.docx.package import Reason, Refused
from exports.docx.runs import storable
from exports.docx.styles import Styles

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PLAIN_COLOURS = {None, "auto", "000000"}
_WIDTH = re.compile("[1-9][0-9]{0,2}")
"""Of a cell, in columns: Word's tables have 63 at most."""
MOST_RUNNING = 12
"""Headers and footers that are quoted; a document has three or six."""
Element = Any


@dataclass
class Prepared:
    """A .docx for pandoc, and what was seen on the way."""

    document: bytes
    losses: Losses
    title: str = ""
    """From the document's properties."""
    running: list[str] = field(default_factory=list)
    """The words of its headers and footers, of the first MOST_RUNNING."""
    language: str = ""
    """Two letters: the one in which most of its words are marked."""
    is_ours: bool = False
    """Whether it was made here, so that its first level of headings is the sections' titles."""


def prepare(parts: dict[str, bytes]) -> Prepared:
    """Return the document made ready. The parts are those of `package.parts_of`. Raise Refused."""
    trees = {name: packing.parse(content) for name, content in parts.items() if not name.endswith(".rels")}
    if trees["document"].find(W + "body") is None:
        raise Refused(Reason.DAMAGED)
    styles = Styles(trees.get("styles"))
    losses = Losses()
    is_ours = origin.is_named_in(trees.get("custom"))
    if is_ours:
        _leave_out_cover(trees["document"], styles)
    for name in ("document", "footnotes", "endnotes"):
        if name in trees:
            losses.here = ""
            _go_through(trees[name], styles, losses)
    running = [] if is_ours else _running(trees)
    losses.add(Kind.HEADER, len(running), place="")
    shown = running[:MOST_RUNNING]
    if is_ours:
        losses.counts.pop(Kind.HEADING_NUMBER, None)  # Sections have numbers here too.
    language = _language(trees["document"], styles.language)
    return Prepared(packing.pack(trees, parts), losses, _title(trees), shown, language, is_ours)


def _go_through(root: Element, styles: Styles, losses: Losses) -> None:
    for choice in list(root.iter(MC + "AlternateContent")):
        _choose(choice)
    for box in list(root.iter(W + "sdt")):
        _leave_out_contents(box, losses)
    body = root.find(W + "body") if root.tag == W + "document" else root
    for block in list(body.iter(W + "p", W + "tbl", W + "altChunk")):
        if block.tag == W + "altChunk":
            losses.add(Kind.EMBEDDED)
        elif block.tag == W + "tbl":
            _see_table(block, losses)
        elif block.getparent() is not None:
            _see_paragraph(block, styles, losses)


def _leave_out_cover(root: Element, styles: Styles) -> None:
    """Take out what we wrote around the sections of a document that was made here."""
    for paragraph in list(root.iter(W + "p")):
        if styles.name_of(_value(paragraph.find(f"{W}pPr/{W}pStyle"))) in origin.FRAME_STYLES:
            paragraph.getparent().remove(paragraph)


def _choose(alternate: Element) -> None:
    """Keep the first of several forms of the same thing."""
    parent = alternate.getparent()
    kept = alternate.find(MC + "Choice")
    if kept is None:
        kept = alternate.find(MC + "Fallback")
    if parent is None:
        return
    place = parent.index(alternate)
    for child in reversed(list(kept) if kept is not None else []):
        parent.insert(place, child)
    parent.remove(alternate)


def _leave_out_contents(box: Element, losses: Losses) -> None:
    gallery = box.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    if gallery is not None and gallery.get(W + "val") == "Table of Contents" and box.getparent() is not None:
        losses.add(Kind.CONTENTS)
        box.getparent().remove(box)


def _see_table(table: Element, losses: Losses) -> None:
    merged = 0
    for span in list(table.iter(W + "gridSpan")):
        if not _WIDTH.fullmatch(_value(span) or ""):  # With 5,000 digits pandoc would leave the cell's text out.
            span.getparent().remove(span)
        elif _value(span) != "1":
            merged += 1
    merged += sum(_value(cell) == "restart" for cell in table.iter(W + "vMerge"))
    if not any(True for _ in table.iterancestors(W + "tbl")):
        losses.add(Kind.MERGED_CELL, merged)


def _see_paragraph(paragraph: Element, styles: Styles, losses: Losses) -> None:
    style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
    if styles.is_contents(style):
        losses.counts.setdefault(Kind.CONTENTS, 1)
        losses.places.setdefault(Kind.CONTENTS, [""])
        paragraph.getparent().remove(paragraph)
        return
    if styles.heading_level(style):
        words = " ".join("".join(paragraph.itertext(W + "t")).split())
        if words:
            losses.here = words
            if styles.is_numbered(style) or paragraph.find(f"{W}pPr/{W}numPr") is not None:
                losses.add(Kind.HEADING_NUMBER, place="")
    else:
        # Pandoc takes an indented paragraph for a quotation; quotations have styles of their own.
        for indent in paragraph.findall(f"{W}pPr/{W}ind"):
            indent.getparent().remove(indent)
    # Text boxes first: their paragraphs are then looked at in their own turn, not a second time in here.
    for drawing in list(paragraph.iter(W + "drawing", W + "pict", W + "object")):
        _take_out(drawing, paragraph, losses)
    _see_changes(paragraph, losses)
    _see_looks(paragraph, styles.is_link, losses)
    for formula in list(paragraph.iter(M + "oMathPara", M + "oMath")):
        _write_out(formula, losses)


def _see_changes(paragraph: Element, losses: Losses) -> None:
    losses.add(Kind.COMMENT, sum(1 for _ in paragraph.iter(W + "commentReference")))
    losses.add(Kind.INSERTION, sum(1 for _ in paragraph.iter(W + "ins", W + "moveTo")))
    losses.add(Kind.DELETION, sum(1 for _ in paragraph.iter(W + "del", W + "moveFrom")))
    losses.add(Kind.FORMAT_CHANGE, sum(1 for _ in paragraph.iter(W + "rPrChange", W + "pPrChange")))


def _see_looks(paragraph: Element, is_link: Any, losses: Losses) -> None:
    """Count what runs look like beyond bold and italics: once a paragraph and kind."""
    seen: set[Kind] = set()
    for run in list(paragraph.iter(W + "r")):
        looks = run.find(W + "rPr")
        if looks is None or not any(child.tag in (W + "t", W + "tab", W + "sym") for child in run):
            continue
        if _is_on(looks.find(W + "vanish")):
            losses.add(Kind.HIDDEN)
            run.getparent().remove(run)
            continue
        if is_link(_value(looks.find(W + "rStyle"))) or run.getparent().tag == W + "hyperlink":
            continue  # Blue and underlined, as links are.
        colour, mark, shade = (looks.find(W + name) for name in ("color", "highlight", "shd"))
        if _value(colour) not in _PLAIN_COLOURS or _value(mark) not in (None, "none") or _is_filled(shade):
            seen.add(Kind.COLOUR)
        if _value(looks.find(W + "u")) not in (None, "none"):
            seen.add(Kind.UNDERLINE)
        if _is_on(looks.find(W + "strike")) or _is_on(looks.find(W + "dstrike")):
            seen.add(Kind.STRIKE)
    for kind in seen:
        losses.add(kind)


def _write_out(formula: Element, losses: Losses) -> None:
    """Put a formula's signs, in one line, where the formula stands."""
    if formula.getparent() is None or any(True for _ in formula.iterancestors(M + "oMathPara")):
        return
    losses.add(Kind.EQUATION)
    run = etree.Element(W + "r")
    text = etree.SubElement(run, W + "t")
    text.text = _in_line(formula)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    formula.getparent().replace(formula, run)


def _in_line(part: Element) -> str:
    """Return a formula's signs in the order in which one reads them: a/b, x^2, a_i, √x."""
    name = etree.QName(part).localname
    if name == "t":
        return str(part.text or "")
    inner = {etree.QName(child).localname: _in_line(child) for child in part} if name in _SHAPES else {}
    if name in _SHAPES:
        return _SHAPES[name].format(**{key: inner.get(key, "") for key in ("e", "num", "den", "sup", "sub", "deg")})
    return "".join(_in_line(child) for child in part)


_SHAPES = {
    "f": "({num})/({den})", "sSup": "{e}^{sup}", "sSub": "{e}_{sub}", "sSubSup": "{e}_{sub}^{sup}",
    "rad": "√({e})", "d": "({e})",
}


def _take_out(drawing: Element, paragraph: Element, losses: Losses) -> None:
    """Take a drawing out; the words of a text box follow behind the paragraph to which it is tied."""
    if not any(ancestor is paragraph for ancestor in drawing.iterancestors()):
        return  # It was in a text box that is already behind.
    boxes = [box for box in drawing.iter(W + "txbxContent") if "".join(box.itertext(W + "t")).strip()]
    if boxes:
        losses.add(Kind.TEXT_BOX, len(boxes))
        for block in reversed([block for box in boxes for block in box if block.tag in (W + "p", W + "tbl")]):
            paragraph.addnext(block)
    elif drawing.tag == W + "object":
        losses.add(Kind.EMBEDDED)
    elif not _is_line(drawing):
        losses.add(Kind.CHART if _is_chart(drawing) else Kind.IMAGE)
    drawing.getparent().remove(drawing)


def _is_chart(drawing: Element) -> bool:
    uris = (data.get("uri", "") for data in drawing.iter("{*}graphicData"))
    return any(uri.endswith(("/chart", "/diagram")) for uri in uris)


def _is_line(drawing: Element) -> bool:
    """Tell whether it is but a line across the page."""
    return any(shape.get("{urn:schemas-microsoft-com:office:office}hr") == "t" for shape in drawing.iter())


def _running(trees: dict[str, Element]) -> list[str]:
    found: dict[str, None] = {}
    for name, tree in trees.items():
        if name.startswith(("header", "footer")):
            words = " ".join(storable(" ".join(tree.itertext(W + "t"))).split())
            if any(character.isalpha() for character in words):
                found[words[:300]] = None
    return list(found)


def _language(root: Element, usual: str) -> str:
    """Return the language of most words, by the marks with which Word checks their spelling."""
    counts: Counter[str] = Counter()
    for run in root.iter(W + "r"):
        mark = run.find(f"{W}rPr/{W}lang")
        counts[(_value(mark) or usual)[:2].lower()] += sum(len(text.text or "") for text in run.iter(W + "t"))
    return max(counts, key=lambda language: counts[language], default=usual[:2].lower())


def _title(trees: dict[str, Element]) -> str:
    core = trees.get("core")
    title = core.find("{http://purl.org/dc/elements/1.1/}title") if core is not None else None
    return " ".join(storable(title.text or "").split()) if title is not None else ""


def _value(element: Element) -> str | None:
    return None if element is None else element.get(W + "val")


def _is_on(element: Element) -> bool:
    return element is not None and element.get(W + "val") not in ("0", "false", "off")


def _is_filled(shade: Element) -> bool:
    return shade is not None and shade.get(W + "fill") not in (None, "auto", "FFFFFF", "ffffff")
