"""The structure tree of the PDF: what a screen reader follows.

WeasyPrint 70 writes one structure element a box, so a paragraph over two pages is two paragraphs, each line is a
Span, footnotes are Spans, a contents list is an ordinary list and running heads are content. This module writes
the tree itself, one structure element an HTML element, and takes the place of `weasyprint.pdf.add_tags`. It can go
when WeasyPrint merges continued elements and knows Note, TOC and Artifact.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf.stream import Stream

from exports import fonts

ROLES = {
    "section": "Sect", "blockquote": "BlockQuote", "p": "P", "pre": "P", "ul": "L", "ol": "L", "li": "LI",
    "li::marker": "Lbl", "table": "Table", "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD",
    "img": "Figure", "input": "Form", "a": "Link", "ins": "Ins", "del": "Del", "span::footnote-call": "Reference",
    "span::footnote-marker": "Lbl",
    **{f"h{n}": f"H{n}" for n in range(1, 7)},
}  # fmt: skip
# Elements without a role here (div, span, em...) leave no trace: their content belongs to what is around them.
ROLE_MAP = {"Ins": "Span", "Del": "Span"}
"""Roles of our own, and the standard one that a reader who does not know them takes: PDF 1.7 knows no changes."""
DECORATIONS = {"Ins": "Underline", "Del": "LineThrough"}
KEPT_WHEN_EMPTY = {"TD", "TH", "Document"}
LIST_NUMBERING = {"ul": "Disc", "ol": "Decimal"}


class Node:
    """One structure element: its role, and its content in reading order."""

    def __init__(self, role: str, element: Any = None, parent: "Node | None" = None) -> None:
        self.role = role
        self.element = element
        self.parent = parent
        self.kids: list[Any] = []  # Node, (page, mcid), an annotation, or the name of a field
        self.words: list[str] = []
        self.box: Any = None
        self.page = 0
        self.entry = pydyf.Dictionary({})

    def add(self, role: str, element: Any) -> "Node":
        """Return a new node at the end of this one."""
        node = Node(role, element, self)
        self.kids.append(node)
        return node

    def is_empty(self) -> bool:
        """Tell whether nothing would be read here."""
        return self.role not in KEPT_WHEN_EMPTY and all(isinstance(k, Node) and k.is_empty() for k in self.kids)

    def text(self) -> str:
        """Return the words inside."""
        return " ".join("".join(self.words).split())


class _Tree:
    """Builds the nodes from the boxes of all pages, then writes them into the PDF."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self.nodes: dict[tuple[int, str], Node] = {}
        self.calls: dict[int, Node] = {}

    def read(self, box: Any, node: Node, page: int, marks: dict[Any, Any]) -> None:
        """Add a box and what it contains to a node."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            return
        inner = self._node_of(box, node)
        if box.link_annotation:
            inner.kids.append(box.link_annotation)
        if isinstance(box, boxes.TextBox):
            mark = marks.pop(box, None)
            if mark is not None:
                inner.kids.append((page, mark["mcid"]))
                self._hear(inner, box.text)
            return
        if isinstance(box, boxes.ReplacedBox):
            inner.box, inner.page = box, page
            inner.kids.append((page, marks.pop(box)["mcid"]))
            return
        for child in getattr(box, "children", ()):
            self.read(child, inner, page, marks)

    def _hear(self, node: Node | None, text: str) -> None:
        while node is not None and node.role not in ("Document", "Sect", "L", "Table"):
            node.words.append(text)
            node = node.parent

    def _node_of(self, box: Any, node: Node) -> Node:
        """Return the node for a box: the present one, one begun on an earlier page, or a new one."""
        element, tag = box.element, box.element_tag
        if element is None or tag is None:
            return node
        role = (element.get("data-tag") if "::" not in tag else None) or ROLES.get(tag)
        if role is None or (element is node.element and role == node.role):
            return node
        key = (id(element), tag)
        if key not in self.nodes:
            self.nodes[key] = self._begin(role, element, tag, node)
        found = self.nodes[key]
        # What an item holds besides its label is its body.
        return self._body(found) if role == "LI" else found

    def _begin(self, role: str, element: Any, tag: str, node: Node) -> Node:
        if role == "Note":
            return self._begin_note(element, node)
        if role == "Lbl" and node.role == "LBody" and node.parent is not None:
            label = Node(role, element, node.parent)
            node.parent.kids.insert(0, label)
            return label
        if role == "Link" and node.role == "TOCI":
            node = node.add("Reference", None)
        made = node.add(role, element)
        if role == "Form":
            made.kids.append(element.get("name"))
        if tag.endswith("::footnote-call"):
            self.calls[id(element)] = made
        return made

    def _begin_note(self, element: Any, node: Node) -> Node:
        """Begin a footnote, read after the paragraph that calls it."""
        call = self.calls.get(id(element))
        if call is None or call.parent is None:
            return node.add("Note", element)
        before: Node = call.parent
        while before.role not in ("P", "LBody", "TD", "TH", "BlockQuote", "Sect", "H2", "H3", "H4", "H5", "H6"):
            if before.parent is None:
                break
            before = before.parent
        if before.role == "P" or before.role.startswith("H"):
            holder = before.parent or self.root
            note = Node("Note", element, holder)
            at = holder.kids.index(before) + 1
            while at < len(holder.kids) and isinstance(holder.kids[at], Node) and holder.kids[at].role == "Note":
                at += 1
            holder.kids.insert(at, note)
            return note
        return before.add("Note", element)

    def _body(self, item: Node) -> Node:
        for kid in item.kids:
            if isinstance(kid, Node) and kid.role == "LBody":
                return kid
        return item.add("LBody", item.element)


class _Writer:
    """Writes nodes as PDF objects and fills the parent tree."""

    def __init__(self, pdf: Any, pages: int) -> None:
        self.pdf = pdf
        self.by_page: list[dict[int, bytes]] = [{} for _ in range(pages)]
        self.annotations: list[tuple[bytes, Any]] = []
        self.notes = 0
        self.fields = _fields(pdf)

    def write(self, node: Node, parent: bytes) -> bytes:
        entry = node.entry
        if node.role == "Table" and not any(kid.role == "TBody" for kid in node.kids):
            for kid in node.kids:
                kid.role = "TBody"  # PDF/UA wants a body: a table of one row has no head of its own
        entry.update({"S": f"/{node.role}", "P": parent})
        self.pdf.add_object(entry)
        pages = [kid[0] for kid in node.kids if isinstance(kid, tuple)]
        if pages:
            entry["Pg"] = self.pdf.page_references[pages[0]]
        kids = list(self._kids(node, pages[0] if pages else 0))
        if kids:
            # A child alone is in a list, too: pyHanko 0.38 does not see a structure element that is not.
            is_alone = len(kids) == 1 and not isinstance(kids[0], bytes)
            entry["K"] = kids[0] if is_alone else pydyf.Array(kids)
        self._attributes(node)
        return bytes(entry.reference)

    def _kids(self, node: Node, first_page: int) -> Iterator[Any]:
        reference = node.entry.reference
        for kid in node.kids:
            if isinstance(kid, Node):
                if not kid.is_empty():
                    yield self.write(kid, reference)
            elif isinstance(kid, tuple):
                page, mcid = kid
                self.by_page[page][mcid] = reference
                here = self.pdf.page_references[page]
                yield mcid if page == first_page else pydyf.Dictionary({"Type": "/MCR", "Pg": here, "MCID": mcid})
            elif isinstance(kid, str):
                # The reference itself: in a list, pyHanko would call every earlier signature changed.
                field = self.fields[kid]
                self.annotations.append((reference, field))
                yield pydyf.Dictionary({"Type": "/OBJR", "Obj": field.reference})
            else:
                self.annotations.append((reference, kid))
                kid["Contents"] = pydyf.String(node.text() or "lien")
                yield pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.reference})

    def _attributes(self, node: Node) -> None:
        entry = node.entry
        if node.role == "Figure":
            entry["Alt"] = pydyf.String(node.element.get("alt") or "")
            x, y = node.box.content_box_x() * 0.75, node.box.content_box_y() * 0.75
            width, height = node.box.width * 0.75, node.box.height * 0.75
            top = float(self.heights[node.page]) - y
            entry["A"] = pydyf.Dictionary({
                "O": "/Layout", "Placement": "/Block", "BBox": pydyf.Array((x, top - height, x + width, top)),
            })  # fmt: skip
        elif node.role == "TH":
            scope = "/Row" if node.element.get("scope") == "row" else "/Column"
            entry["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope})
        elif node.role == "L" and node.kids and node.kids[0].kids and node.kids[0].kids[0].role == "Lbl":
            numbering = LIST_NUMBERING.get(node.element.tag, "Disc")
            entry["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
        elif node.role in DECORATIONS:
            decoration = f"/{DECORATIONS[node.role]}"
            entry["A"] = pydyf.Dictionary({"O": "/Layout", "TextDecorationType": decoration})
        elif node.role == "Note":
            self.notes += 1
            entry["ID"] = pydyf.String(node.element.get("id") or f"note-{self.notes}")

    heights: list[float] = []  # noqa: RUF012 (set by add_tags)


def _fields(pdf: Any) -> dict[str, Any]:
    """Return the fields of the document by their names."""
    references = set(pdf.catalog["AcroForm"]["Fields"]) if "AcroForm" in pdf.catalog else set()
    found = [one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.reference in references]
    return {one["T"].string: one for one in found}


def add_tags(pdf: Any, document: Any, pdf_version: str, page_streams: list[Any]) -> None:
    """Write the structure tree of a document; takes the place of WeasyPrint's function of the same name."""
    tree = _Tree()
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.read(page._page_box, tree.root, number, stream._tags)
        if stream._tags:
            raise AssertionError(f"content of page {number + 1} has no place in the structure tree")
    parent_tree = pydyf.Dictionary({"Nums": pydyf.Array()})
    pdf.add_object(parent_tree)
    root = pydyf.Dictionary({"Type": "/StructTreeRoot", "ParentTree": parent_tree.reference})
    used = {node.role for node in tree.nodes.values()}
    if roles := {role: f"/{standard}" for role, standard in ROLE_MAP.items() if role in used}:
        root["RoleMap"] = pydyf.Dictionary(roles)
    pdf.add_object(root)
    writer = _Writer(pdf, len(document.pages))
    writer.heights = [page.height * 0.75 for page in document.pages]
    root["K"] = writer.write(tree.root, root.reference)
    numbers = parent_tree["Nums"]
    for number, marks in enumerate(writer.by_page):
        numbers.extend((number, pydyf.Array([marks[mcid] for mcid in sorted(marks)])))
    for number, (reference, annotation) in enumerate(writer.annotations, start=len(document.pages)):
        numbers.extend((number, reference))
        annotation["StructParent"] = number
    root["ParentTreeNextKey"] = len(document.pages) + len(writer.annotations)
    pdf.catalog["StructTreeRoot"] = root.reference
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def mark_artifacts(document: Any) -> None:
    """Say what is no content: running heads, signs and numbers for the eye, a table's head on its next pages."""
    heads: set[int] = set()
    for page in document.pages:
        _mark(page._page_box, heads, False)


def _mark(box: Any, heads: set[int], artifact: bool) -> None:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    artifact = artifact or isinstance(box, boxes.MarginBox) or _is_for_the_eye(box)
    if isinstance(box, boxes.TableRowGroupBox) and box.is_header and box.element is not None:
        artifact = artifact or id(box.element) in heads
        heads.add(id(box.element))
    if artifact and isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
        box.is_artifact = True
    for child in getattr(box, "children", ()):
        _mark(child, heads, artifact)


def _is_for_the_eye(box: Any) -> bool:
    return box.element is not None and box.element.get("aria-hidden") == "true"


def _marked(self: Any, box: Any, tag: str) -> AbstractContextManager[None]:
    if getattr(box, "is_artifact", False):
        return self.artifact()  # type: ignore[no-any-return]
    return _original_marked(self, box, tag)  # type: ignore[no-any-return]


_original_marked = Stream.marked
_original_add_tags = weasyprint.pdf.add_tags
_original_fonts = weasyprint.pdf.build_fonts_dictionary


def _fonts_dictionary(pdf: Any, fonts_used: dict[Any, Any], *rest: Any) -> Any:
    fonts.set_reading(fonts_used.values())
    return _original_fonts(pdf, fonts_used, *rest)


def install() -> None:
    """Make WeasyPrint write this structure tree in this process."""
    weasyprint.pdf.add_tags = add_tags
    Stream.marked = _marked
    weasyprint.pdf.build_fonts_dictionary = _fonts_dictionary


def uninstall() -> None:
    """Give WeasyPrint its own tags back (for the benchmark's peer)."""
    weasyprint.pdf.add_tags = _original_add_tags
    Stream.marked = _original_marked
    weasyprint.pdf.build_fonts_dictionary = _original_fonts
