"""Files that are no .docx, and those made to do harm: refused in plain words, quickly, before anything reads them."""

from __future__ import annotations

import io
import time
import zipfile
import zlib

import pytest

from exports.docx import package
from exports.docx.package import Reason, Refused
from tests.exports.docx import words
from tests.exports.docx.words import docx, p


def refused(data: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        package.parts_of(data)
    return caught.value.reason


def with_document(xml: str) -> bytes:
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": words.relationships(
            '<Relationship Id="r1" Type="http://x/officeDocument" Target="word/document.xml"/>'
        ),
        "word/document.xml": xml,
    }
    return words.zipped(files)


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (OLD, Reason.OLD_WORD),
        (OLD + "EncryptedPackage".encode("utf-16-le"), Reason.PROTECTED),
        (b"%PDF-1.7\n", Reason.PDF),
        (b"{\\rtf1 \xc5\x93uvre}", Reason.RICH_TEXT),
        ("Du texte brut · œuvre 🙂".encode(), Reason.NOT_WORD),
        (words.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
         Reason.OPEN_DOCUMENT),
        (words.zipped({"lettre.txt": "œuvre"}), Reason.NOT_WORD),
        (with_document("<workbook xmlns='http://x/spreadsheetml/main'/>"), Reason.OTHER_OFFICE),
        (docx(p("œuvre"))[:400], Reason.DAMAGED),
        (with_document("<w:document xmlns:w='http://x/wordprocessingml'><w:body>"), Reason.DAMAGED),
    ],
    ids=["nothing", ".doc", "with a password", "PDF", "RTF", "plain text", ".odt", "a ZIP", ".xlsx", "cut off",
         "XML that does not end"],
)
def test_what_is_no_docx_is_told_apart(data: bytes, reason: Reason) -> None:
    assert refused(data) is reason


def test_a_file_beyond_the_limit_is_not_opened() -> None:
    assert package.look(b"PK\x03\x04" + b"\0" * package.MAX_BYTES) is Reason.TOO_LARGE


def test_entities_that_multiply_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><w:document xmlns:w="http://x/wordprocessingml">&l9;</w:document>'

    assert refused(with_document(xml)) is Reason.DAMAGED


def test_an_entity_that_names_a_file_is_refused() -> None:
    kind = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    xml = '<w:document xmlns:w="http://x/wordprocessingml">&f;</w:document>'

    assert refused(with_document(kind + xml)) is Reason.DAMAGED


@pytest.mark.parametrize("tag", ["w:ins", "w:tbl"])
def test_depth_is_refused_before_a_tree_is_made_of_it(tag: str) -> None:
    body = f"<{tag}>" * 100_000 + f"</{tag}>" * 100_000

    started = time.monotonic()

    assert refused(docx(body)) is Reason.TOO_COMPLEX
    assert time.monotonic() - started < 5


def test_a_part_that_unpacks_to_far_more_is_refused_unread() -> None:
    assert refused(docx("<w:p/>" * 4_000_000)) is Reason.TOO_COMPLEX


def test_a_part_that_hides_its_size_is_not_read_beyond_it() -> None:
    bomb = bytearray(docx(f"<w:p><w:r><w:t>{'é' * 20_000_000}</w:t></w:r></w:p>"))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        real = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    at = bytes(bomb).index(real, bytes(bomb).index(b"PK\x01\x02"))
    bomb[at : at + 4] = (1_000).to_bytes(4, "little")

    assert refused(bytes(bomb)) in (Reason.DAMAGED, Reason.TOO_COMPLEX)


def test_too_many_elements_are_refused() -> None:
    body = "".join(f"<w:p w:a='{zlib.crc32(str(n).encode())}'/>" for n in range(package.MAX_ELEMENTS + 1))

    assert refused(docx(body)) is Reason.TOO_COMPLEX


def test_two_parts_of_one_name_are_refused() -> None:
    made = io.BytesIO(docx(p("un")))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("WORD/document.xml", "<autre/>")

    assert refused(made.getvalue()) is Reason.DAMAGED


def test_macros_pictures_and_objects_are_never_unpacked() -> None:
    made = io.BytesIO(docx(p("œuvre")))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/vbaProject.bin", b"\0" * 200_000_000)

    assert set(package.parts_of(made.getvalue())) == {"document", "document.rels", "styles"}


def test_strict_documents_are_read_as_usual_ones() -> None:
    xml = '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body/></w:document>'

    assert b"schemas.openxmlformats.org/wordprocessingml/2006/main" in package.parts_of(with_document(xml))["document"]
