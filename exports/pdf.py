"""Manuscript to PDF bytes: PDF/A-3a and PDF/UA-1, tagged, the source attached, ready to be sealed.

The bytes depend on the manuscript alone. They are laid out for incremental signing: classic cross-reference
table, no object streams, plain XMP, and the objects that signing programs rewrite are indirect.
"""

import io
import logging
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cssselect2
import pikepdf

FONTS = Path(__file__).parent / "fonts"
# Before WeasyPrint is loaded: only the bundled fonts exist, on every machine.
os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")

from weasyprint import CSS, HTML, Attachment  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher  # noqa: E402

from exports import fonts, notes, page, tags, words  # noqa: E402
from exports.manuscript import Manuscript, frozen_utc, source_text, working_copy  # noqa: E402

Progress = Callable[[str, int], None]
"""Called with a step (`layout`, `fonts`, `writing`) and, for `layout`, the number of pages so far."""

UA_XMP = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    b"</rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


class NoFetcher(URLFetcher):  # type: ignore[misc]
    """Reads what is inside the document (data:) and nothing else: no network, no file, no redirect."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def render(manuscript: Manuscript, *, on_progress: Progress | None = None) -> bytes:
    """Return the document as unsealed PDF bytes. Raise markdown.TooComplex.

    Untrusted text belongs in `exports.worker.render`, which calls this within limits.
    """
    return lay_out(page.to_html(manuscript), [stylesheet(), style(page.own_css(manuscript))],
                   attachments=_attachments(manuscript), on_progress=on_progress)


def lay_out(
    source: str, stylesheets: list[Any], *, attachments: list[Any] | None = None, on_progress: Progress | None = None
) -> bytes:
    """Return HTML for print as PDF bytes of both standards, with its structure."""
    with _PageCount(on_progress):
        shown = fonts.replace_missing(source)
        html = HTML(string=shown, url_fetcher=NoFetcher(), base_url="about:blank")
        notes.place(html.etree_element)
        _trim_code(html.etree_element)
        html.wrapper_element = cssselect2.ElementWrapper.from_html_root(html.etree_element, content_language=None)
        tags.install()
        document = html.render(font_config=font_config(), stylesheets=stylesheets, **OPTIONS)
        tags.mark_artifacts(document)
        if on_progress:
            on_progress("fonts", len(document.pages))
        raw = document.write_pdf(finisher=_finish, attachments=attachments or [], **OPTIONS)
        if on_progress:
            on_progress("writing", len(document.pages))
        return _normalise(raw)


def render_working_copy(manuscript: Manuscript, *, on_progress: Progress | None = None) -> bytes:
    """Return the document as a watermarked working copy, without code."""
    return render(working_copy(manuscript), on_progress=on_progress)


OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "output_intent": "srgb", "pdf_forms": False}


@cache
def font_config() -> Any:
    """Return the font configuration of this process, read once."""
    return FontConfiguration()


@cache
def stylesheet() -> Any:
    """Return the parsed stylesheet, read once."""
    return style(page.stylesheet())


def style(css: str) -> Any:
    """Return a parsed stylesheet, with this process's fonts."""
    return CSS(string=css, font_config=font_config(), url_fetcher=NoFetcher())


def _trim_code(root: Any) -> None:
    # WeasyPrint 70 stops at a space before a preserved line break.
    for block in root.iter("pre"):
        for element in block.iter():
            element.text = re.sub(r"[ \t]+(?=\n)", "", element.text or "")


def _attachments(manuscript: Manuscript) -> list[Any]:
    """Return the source to read, and the canonical text by which anybody recomputes the digest."""
    language = manuscript.language
    made = [_attached("contribution.md", words.word(language, "source"), source_text(manuscript), manuscript)]
    if manuscript.canonical:
        made.append(_attached("canonical.json", words.word(language, "canonical"), manuscript.canonical, manuscript))
    return made


def _attached(name: str, description: str, text: str, manuscript: Manuscript) -> Any:
    at = frozen_utc(manuscript)
    return Attachment(
        string=text, name=name, description=description, relationship="Source", created=at, modified=at
    )


def _finish(document: Any, pdf: Any) -> None:
    """Complete what WeasyPrint wrote: PDF/UA beside PDF/A in the one RDF, attachments named once."""
    reference = pdf.catalog["Metadata"]
    stream = pdf.objects[int(reference.split()[0])]
    xmp = b"".join(stream.stream)
    stream.stream = [xmp.replace(b"</rdf:RDF>", UA_XMP + b"</rdf:RDF>", 1)]
    stream.compress = False
    if "AF" in pdf.catalog:
        seen: list[Any] = []
        for one in pdf.catalog["AF"]:
            if one not in seen:
                seen.append(one)
        pdf.catalog["AF"][:] = seen


def _normalise(raw: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        root = pdf.Root
        for key in ("/Names", "/MarkInfo", "/ViewerPreferences"):
            if key in root:
                root[key] = pdf.make_indirect(root[key])
        root.OutputIntents[0] = pdf.make_indirect(root.OutputIntents[0])
        if "/AF" in root:
            root.AF = pdf.make_indirect(root.AF)
        if "/AcroForm" in root:
            _make_signature_fields(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
            min_version="1.7",
            fix_metadata_version=False,
        )
        return out.getvalue()


def _make_signature_fields(pdf: pikepdf.Pdf) -> None:
    """Make the boxes laid out by WeasyPrint fields for signatures: tagged, empty, not to be moved or edited."""
    form = pdf.Root.AcroForm
    for field in form.Fields:
        for key in ("/V", "/AS", "/MK", "/DA", "/Border", "/AP"):
            if key in field:
                del field[key]
        x0, y0, x1, y1 = (float(one) for one in field.Rect)
        box = [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]
        field.FT, field.F, field.Rect = pikepdf.Name.Sig, PRINTED | LOCKED, pikepdf.Array(box)
        empty = pdf.make_stream(b"")
        empty.Type, empty.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        empty.BBox = pikepdf.Array([0, 0, box[2] - box[0], box[3] - box[1]])
        field.AP = pikepdf.Dictionary(N=empty)
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=form.Fields))


PRINTED, LOCKED = 4, 128
"""Flags of an annotation (ISO 32000-1, table 165)."""


class _PageCount:
    """Passes WeasyPrint's own log of pages on, and drops it elsewhere."""

    PAGE = re.compile(r"Creating layout - Page (\d+)")

    def __init__(self, callback: Progress | None) -> None:
        self.callback = callback
        self.logger = logging.getLogger("weasyprint.progress")
        self.handler = logging.Handler()
        self.handler.emit = self._emit  # type: ignore[method-assign]

    def _emit(self, record: logging.LogRecord) -> None:
        found = self.PAGE.search(record.getMessage())
        if found and self.callback:
            self.callback("layout", int(found[1]))

    def __enter__(self) -> None:
        if self.callback:
            self.logger.setLevel(logging.INFO)
            self.logger.addHandler(self.handler)

    def __exit__(self, *exc: object) -> None:
        self.logger.removeHandler(self.handler)
