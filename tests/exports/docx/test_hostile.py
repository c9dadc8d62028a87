"""Documents made to do harm, or broken by a program: each is read, or refused in words, within its limits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from exports import pandoc, worker
from exports.docx import reading
from exports.docx.package import Reason, Refused
from tests.exports.docx import words
from tests.exports.docx.words import SPACES, docx, p, r

TEXT = p("L’œuvre « commune » · 🙂")
DOCUMENT, LINKS = "word/document.xml", "word/_rels/document.xml.rels"


def read(data: bytes) -> reading.ReadDocument:
    """As a job does it: in the guarded process, within its limits."""
    answer = worker.run("exports.docx.reading:read_to_json", data, "accept", False, limits=pandoc.limits(cpu_s=20))
    return reading.from_json(answer)


def with_part(name: str, change: Callable[[bytes], bytes], data: bytes | None = None) -> bytes:
    """The document with one of its files changed."""
    return packed(data or docx(TEXT), change={name: change})


def packed(data: bytes, *, method: int = zipfile.ZIP_DEFLATED, change: dict[str, Callable[[bytes], bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, bytes)(old.read(name)))
    return made.getvalue()


def spoiled(method: int) -> bytes:
    """A document packed so, with bytes in the middle of its text that are not what was packed."""
    data = bytearray(packed(docx("".join(p(f"œuvre {n} 🙂") for n in range(5_000))), method=method, change={}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        entry = archive.getinfo(DOCUMENT)
    middle = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    data[middle : middle + 20] = bytes(byte ^ 0x5A for byte in data[middle : middle + 20])
    return bytes(data)


@pytest.mark.parametrize("data", [
    docx("<w:p><inconnu:é/></w:p>" + TEXT),
    with_part(LINKS, lambda xml: xml.replace(b"<Relationship ", b"<inconnu:Relationship ", 1)),
    with_part(DOCUMENT, lambda xml: b'<?xml version="1.0" encoding="X-INCONNU"?>' + xml.replace("œ".encode(), b"oe")),
    with_part(DOCUMENT, lambda _xml: f"<w:document {SPACES}/>".encode()),
    with_part(DOCUMENT, lambda _xml: f"<w:p {SPACES}/>".encode()),
    with_part("word/styles.xml", lambda _xml: b""),
    spoiled(zipfile.ZIP_DEFLATED), spoiled(zipfile.ZIP_LZMA), spoiled(zipfile.ZIP_BZIP2),
], ids=["no such namespace", "none in a relation", "no such encoding", "no body", "a paragraph for a document",
        "empty styles", "deflate", "LZMA", "bzip2"])
def test_what_a_program_broke_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(data)

    assert refused.value.reason is Reason.DAMAGED


def cell(span: str) -> str:
    return f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{TEXT}</w:tc></w:tr></w:tbl>'


NOTE = f'<w:footnotes {SPACES}><w:footnote w:id="1"><w:p>{r("note")}{words.call(1)}</w:p></w:footnote></w:footnotes>'


def styled(rest: str) -> bytes:
    """A document whose only paragraph has a style that holds this."""
    style = f'<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/>{rest}</w:style>'
    return docx(p("L’œuvre « commune » · 🙂", style="A"), styles=f"<w:styles {SPACES}>{style}</w:styles>")


@pytest.mark.parametrize("data", [
    docx(cell("²")), docx(cell("9" * 5_000)), docx(cell("1000000000")), docx(cell("-5")), docx(cell("")),
    styled('<w:basedOn w:val="A"/><w:link w:val="A"/>'),
    styled(f'<w:pPr><w:outlineLvl w:val="{"9" * 5_000}"/></w:pPr>'),
    docx('<w:p><w:r><w:sym w:font="X" w:char="D800"/></w:r></w:p>' + TEXT),
    docx("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 2_000 + "</w:p>" + TEXT),
    docx('<w:altChunk r:id="r9"/>' + TEXT, links={"r9": "file:///etc/passwd"}),
    docx('<w:p><w:r><w:drawing><wp:extent cx="99999999999999" cy="-5"/><a:blip r:link="r9"/></w:drawing></w:r></w:p>'
         + TEXT, links={"r9": "http://127.0.0.1:1/image.png"}),
    packed(docx(TEXT), method=zipfile.ZIP_LZMA, change={}),
], ids=["a width of ²", "5,000 digits", "1,000,000,000 wide", "negative", "no width", "a style based on itself",
        "an endless level", "a surrogate", "fields that do not end", "a file of the server", "an image of ours",
        "another packing"])
def test_what_means_nothing_does_not_hide_the_text(data: bytes) -> None:
    found = read(data)

    assert "".join(one.text for one in found.sections).count("« commune » · 🙂") == 1
    assert "root:" not in repr(found)


def test_a_note_that_calls_itself_ends_within_its_limits() -> None:
    with pytest.raises(worker.TooMuch):
        read(docx(f"<w:p>{r('œuvre')}{words.call(1)}</w:p>", more={"footnotes": NOTE}))


def test_of_a_thousand_headers_twelve_are_quoted_and_what_cannot_be_seen_is_left_out() -> None:
    pages = [p(f"Page {n} \u202e· é") for n in range(1_000)]
    headers = {f"header{n}": f"<w:hdr {SPACES}>{page}</w:hdr>" for n, page in enumerate(pages)}
    core = '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>L’œuvre \u202e · 🙂</dc:title></c>'
    data = docx(TEXT, more={**headers, "core": core}, kinds=dict.fromkeys(headers, "header"))
    relation = b'<Relationship Id="c" Type="http://x/core-properties" Target="word/core.xml"/></Relationships>'

    found = read(with_part("_rels/.rels", lambda xml: xml.replace(b"</Relationships>", relation), data))

    assert found.title == "L’œuvre · 🙂"
    assert len(found.running) == 12
    assert found.running[0] == "Page 0 · é"
    assert [one["count"] for one in found.losses if one["kind"] == "header"] == [1_000]
