"""Pack a Word document's text again for pandoc, which then sees a file that we made.

It holds text, styles, lists, notes and links, and nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from exports.docx.package import Reason, Refused

Element = Any
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_OUR_PARTS = ("styles", "numbering", "footnotes", "endnotes")
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def parse(content: bytes) -> Element:
    """Return the tree of a checked part. Raise Refused for what only a namespace shows to be no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(Reason.DAMAGED) from error


def pack(trees: dict[str, Element], parts: dict[str, bytes]) -> bytes:
    """Return a .docx of these trees, with the links that the parts had."""
    names = [name for name in _OUR_PARTS if name in trees]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(["document", *names]))
        root = (f"{_OFFICE}officeDocument", "word/document.xml", False, "r1")
        archive.writestr("_rels/.rels", _relationships([root]))
        for name in ("document", *names):
            archive.writestr(f"word/{name}.xml", etree.tostring(trees[name], encoding="UTF-8", xml_declaration=True))
        own = [(f"{_OFFICE}{name}", f"{name}.xml", False, f"ours{name}") for name in names]
        archive.writestr("word/_rels/document.xml.rels", _relationships([*own, *_links(parts, "document")]))
        for name in ("footnotes", "endnotes"):
            if name in names:
                archive.writestr(f"word/_rels/{name}.xml.rels", _relationships(list(_links(parts, name))))
    return made.getvalue()


def _links(parts: dict[str, bytes], name: str) -> Iterator[tuple[str, str, bool, str]]:
    """Yield the addresses outside the document to which a part links."""
    if f"{name}.rels" not in parts:
        return
    for one in parse(parts[f"{name}.rels"]).iter(_REL + "Relationship"):
        if one.get("TargetMode") == "External" and one.get("Type", "").endswith("/hyperlink"):
            yield one.get("Type"), one.get("Target", ""), True, one.get("Id", "")


def _relationships(rows: list[tuple[str, str, bool, str]]) -> bytes:
    root = etree.Element(_REL + "Relationships", nsmap={None: _REL[1:-1]})
    for kind, target, is_external, key in rows:
        one = etree.SubElement(root, _REL + "Relationship", Id=key, Type=kind, Target=target)
        if is_external:
            one.set("TargetMode", "External")
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _content_types(names: list[str]) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    usual = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    for ending, kind in usual.items():
        etree.SubElement(root, f"{{{space}}}Default", Extension=ending, ContentType=kind)
    for name in names:
        kind = f"{_TYPES}{'document.main' if name == 'document' else name}+xml"
        etree.SubElement(root, f"{{{space}}}Override", PartName=f"/word/{name}.xml", ContentType=kind)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
