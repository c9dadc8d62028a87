"""Open a stranger's .docx: which file it is, and its XML parts, checked before anything else reads them.

A .docx is a ZIP of XML files. Only the parts that hold text are unpacked, each within limits that no honest document
reaches; pictures, fonts, macros and embedded objects are never looked at. A part with a document type (the door to
entities that multiply) is refused: Word never writes one.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from enum import StrEnum
from posixpath import dirname, join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

MAX_BYTES = 30_000_000  # A long text with its photographs.
MAX_ENTRIES = 5_000
MAX_PART = 60_000_000  # 1,000 pages are about 10 MB of XML.
MAX_ALL_PARTS = 90_000_000
MAX_RATIO = 150  # Prose packs 10 to 20 times; only asked of parts that are large.
RATIO_MATTERS_FROM = 5_000_000
MAX_DEPTH = 200  # A table in a table in a text box is about 60 deep.
MAX_ELEMENTS = 1_500_000

_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships":
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError, ValueError,
    LookupError, ElementTree.ParseError,
)
"""What Python's readers say of a broken archive, of an encoding that nobody knows, of names that mean nothing."""
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WANTED = re.compile(r"/(styles|numbering|footnotes|endnotes|comments|header|footer|settings)$")


class Reason(StrEnum):
    """Why a file cannot be read; `explanations` has a sentence for each."""

    EMPTY = "empty"
    TOO_LARGE = "file-too-large"
    OLD_WORD = "old-word"
    PROTECTED = "protected"
    OPEN_DOCUMENT = "open-document"
    PDF = "pdf"
    RICH_TEXT = "rich-text"
    OTHER_OFFICE = "other-office"
    NOT_WORD = "not-word"
    DAMAGED = "damaged-file"
    TOO_COMPLEX = "too-complex"
    LONG_SECTION = "long-section"
    NO_TEXT = "no-text"


class Refused(Exception):
    """The file cannot be read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def look(data: bytes) -> Reason | None:
    """Tell from its first bytes and its size why a file is certainly no .docx; None where it may be one."""
    if not data:
        return Reason.EMPTY
    if len(data) > MAX_BYTES:
        return Reason.TOO_LARGE
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # A .docx with a password is wrapped in the old format, in a stream of this name.
        return Reason.PROTECTED if "EncryptedPackage".encode("utf-16-le") in data else Reason.OLD_WORD
    if data.startswith(b"%PDF-"):
        return Reason.PDF
    if data.startswith(b"{\\rtf"):
        return Reason.RICH_TEXT
    if data.startswith(b"PK\x03\x04"):
        return Reason.OPEN_DOCUMENT if b"application/vnd.oasis.opendocument" in data[:200] else None
    return Reason.NOT_WORD


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the XML parts that hold text, under their plain names. Raise Refused.

    The names are `document`, `styles`, `numbering`, `footnotes`, `endnotes`, `comments`, `settings`, `core`,
    `custom`, `header1`, `footer2`..., and `document.rels`, `footnotes.rels`...
    """
    reason = look(data)
    if reason is not None:
        raise Refused(reason)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(_Reader(archive))
    except _BROKEN as error:
        raise Refused(Reason.DAMAGED) from error


class _Reader:
    """Reads parts of one archive, counting what they cost."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused(Reason.TOO_COMPLEX)
        self.archive = archive
        self.entries = {entry.filename.lower(): entry for entry in entries}
        if len(self.entries) != len(entries):
            raise Refused(Reason.DAMAGED)  # Two parts of one name: which one is read would depend on the reader.
        self.read_bytes = 0
        self.elements = 0

    def has(self, name: str) -> bool:
        return name.lower() in self.entries

    def part(self, name: str) -> bytes:
        """Return a part's XML, unpacked and checked; raise KeyError where there is none."""
        entry = self.entries[name.lower()]
        if entry.flag_bits & 1:
            raise Refused(Reason.PROTECTED)
        if entry.file_size > MAX_PART or (
            entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        ):
            raise Refused(Reason.TOO_COMPLEX)
        with self.archive.open(entry) as opened:  # No more than the directory says it is: zipfile holds it to that.
            content = opened.read(MAX_PART + 1)
        self.read_bytes += len(content)
        if len(content) > MAX_PART or self.read_bytes > MAX_ALL_PARTS:
            raise Refused(Reason.TOO_COMPLEX)
        self._check(content)
        for strict, usual in _STRICT.items():
            content = content.replace(strict, usual)
        return content

    def _check(self, content: bytes) -> None:
        """Refuse document types, depth and number beyond the limits, before a tree is made of it."""
        depth = 0

        def start(_name: str, _attributes: object) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
                raise Refused(Reason.TOO_COMPLEX)

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        def document_type(*_: object) -> None:
            raise Refused(Reason.DAMAGED)

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.StartDoctypeDeclHandler = document_type
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise Refused(Reason.DAMAGED) from error

    def relationships(self, of: str) -> list[tuple[str, str]]:
        """Return (type, target part) of what a part points to inside the archive."""
        name = join(dirname(of), "_rels", of.rpartition("/")[2] + ".rels")
        if not self.has(name):
            return []
        root = ElementTree.fromstring(self.part(name))  # noqa: S314 - checked: no document type, so no entities
        return [
            (one.get("Type", ""), normpath(join("/", dirname(of), one.get("Target", ""))).lstrip("/"))
            for one in root.iter(_RELATIONSHIP) if one.get("TargetMode") != "External"
        ]


def _parts(reader: _Reader) -> dict[str, bytes]:
    roots = reader.relationships("")
    main = next((target for kind, target in roots if kind.endswith("/officeDocument")), "")
    if not main or not reader.has(main):
        raise Refused(Reason.NOT_WORD)
    found = {"document": reader.part(main)}
    if b"wordprocessingml" not in found["document"][:20_000]:
        raise Refused(Reason.OTHER_OFFICE)
    for kind, target in roots:
        name = {"core-properties": "core", "custom-properties": "custom"}.get(kind.rpartition("/")[2], "")
        if name and name not in found and reader.has(target):
            found[name] = reader.part(target)
    count: dict[str, int] = {}
    for kind, target in reader.relationships(main):
        match = _WANTED.search(kind)
        if match is None or not reader.has(target):
            continue
        name = match[1]
        count[name] = count.get(name, 0) + 1
        if name in ("header", "footer"):
            name = f"{name}{count[name]}"
        elif count[name] > 1:
            continue
        found[name] = reader.part(target)
        _add_links(reader, target, name, found)
    _add_links(reader, main, "document", found)
    return found


def _add_links(reader: _Reader, part: str, name: str, found: dict[str, bytes]) -> None:
    rels = join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")
    if reader.has(rels):
        found[f"{name}.rels"] = reader.part(rels)
