"""What pandoc leaves to do in a Word document: where it comes from, its language, its running head, its tables.

Where it comes from stands in its properties (docProps/custom.xml), so that a returned file can be compared with the
very text that was given: version, number, digest, and for each section its key and revision.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from lxml import etree

from drafting.domain import typography
from exports import words
from exports.docx.origin import CUSTOM, Origin, properties_of
from exports.manuscript import Manuscript, frozen_utc

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC, _DCTERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # The set of properties that people may define.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOCALES = {"fr": "fr-FR", "en": "en-GB"}


def storable(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def finish(document: bytes, manuscript: Manuscript, origin: Origin) -> bytes:
    """Return pandoc's document completed; the same bytes for the same manuscript and origin."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    locale = LOCALES.get(manuscript.language[:2].lower(), LOCALES["en"])
    parts["docProps/core.xml"] = _core(manuscript, locale)
    parts["docProps/custom.xml"] = _custom(manuscript, origin)
    _rework(parts, "word/document.xml", _lay_out)
    _rework(parts, "word/styles.xml", lambda root: _speak(root, locale))
    _rework(parts, "word/settings.xml", lambda root: _speak_as_theme(root, locale))
    for name in [name for name in parts if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]:
        _rework(parts, name, lambda root: _fill_in(root, manuscript))
    return _zipped(parts)


def _rework(parts: dict[str, bytes], name: str, change: Callable[[Any], None]) -> None:
    root = etree.fromstring(parts[name])
    change(root)
    parts[name] = bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def _zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    order = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name))
    with zipfile.ZipFile(made, "w") as archive:
        for name in order:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return made.getvalue()


# --- The text ---


def _lay_out(root: Any) -> None:
    first = True
    for paragraph in root.iter(W + "p"):
        looks = paragraph.find(W + "pPr")
        style = None if looks is None else looks.find(W + "pStyle")
        if first and style is not None and style.get(W + "val") == "Heading1":
            first = False  # The first section begins on a new page, behind the cover.
            style.addnext(etree.Element(W + "pageBreakBefore"))
    for table in root.iter(W + "tbl"):
        _lay_out_table(table)


def _lay_out_table(table: Any) -> None:
    """Let a table take the width of the page, and keep its rows whole."""
    looks = table.find(W + "tblPr")
    width = looks.find(W + "tblW")
    if width is not None:
        width.set(W + "type", "pct")
        width.set(W + "w", "5000")
    for row in table.findall(W + "tr"):
        own = row.find(W + "trPr")
        if own is None:
            own = etree.Element(W + "trPr")
            row.insert(0, own)
        whole = etree.Element(W + "cantSplit")
        head = own.find(W + "tblHeader")
        if head is None:
            own.append(whole)
        else:
            head.addprevious(whole)


def _speak(root: Any, locale: str) -> None:
    for language in root.iter(W + "lang"):
        language.set(W + "val", locale)
        language.set(W + "eastAsia", locale)


def _speak_as_theme(root: Any, locale: str) -> None:
    for language in root.iter(W + "themeFontLang"):
        language.set(W + "val", locale)


def _fill_in(root: Any, manuscript: Manuscript) -> None:
    language = manuscript.language
    before, between = words.word(language, "page", page="\n", pages="\n").split("\n")[:2]
    version = words.version_name(language, manuscript.number)
    label = f" · {manuscript.label}" if manuscript.label else ""
    values = {"{title}": manuscript.title, "{version}": version + label, "{page}": before, "{of}": between}
    for text in root.iter(W + "t"):
        if text.text in values:
            text.text = typography.typeset(storable(values[text.text]), language=language)


# --- Its properties ---


def _core(manuscript: Manuscript, locale: str) -> bytes:
    spaces = {"cp": _CORE, "dc": _DC, "dcterms": _DCTERMS, "xsi": _XSI}
    root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap=spaces)
    coordinator = manuscript.coordinator
    version = words.version_name(manuscript.language, manuscript.number)
    rows = (
        (_DC, "title", manuscript.title), (_DC, "subject", manuscript.event),
        (_DC, "creator", coordinator.name if coordinator else ""),
        (_DC, "description", " · ".join(part for part in (version, manuscript.label) if part)),
        (_DC, "language", locale),
    )
    for space, name, value in rows:
        if value:
            etree.SubElement(root, f"{{{space}}}{name}").text = storable(value)
    for name in ("created", "modified"):
        moment = etree.SubElement(root, f"{{{_DCTERMS}}}{name}")
        moment.set(f"{{{_XSI}}}type", "dcterms:W3CDTF")
        moment.text = frozen_utc(manuscript).strftime("%Y-%m-%dT%H:%M:%SZ")
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def _custom(manuscript: Manuscript, origin: Origin) -> bytes:
    root = etree.Element(f"{{{CUSTOM}}}Properties", nsmap={None: CUSTOM, "vt": _VT})
    for number, (name, value) in enumerate(properties_of(manuscript, origin).items(), start=2):
        one = etree.SubElement(root, f"{{{CUSTOM}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        etree.SubElement(one, f"{{{_VT}}}lpwstr").text = storable(value)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))
