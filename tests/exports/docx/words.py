"""Word documents for tests, written by hand: XML in a ZIP, no more than a test needs."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="Titre{n}"><w:name w:val="heading {n}"/></w:style>' for n in range(1, 5)
)
STYLES = (
    f'<w:styles {SPACES}>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    f'{_HEADINGS}<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style></w:styles>'
)


def p(text: str, *, style: str = "", looks: str = "") -> str:
    """A paragraph of one run; `looks` is what stands in its w:rPr."""
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{chosen}{r(text, looks)}</w:p>"


def r(text: str, looks: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def h(text: str, level: int = 1) -> str:
    """A heading."""
    return p(text, style=f"Titre{level}")


def table(*rows: list[str], header: bool = True) -> str:
    """A table of plain cells; a cell that begins with `<` is XML already."""
    cells = [
        "".join(f"<w:tc>{cell if cell.startswith('<') else p(cell)}</w:tc>" for cell in row) for row in rows
    ]
    first = '<w:trPr><w:tblHeader/></w:trPr>' if header else ""
    grid = "<w:tblGrid>" + "<w:gridCol/>" * max(len(row) for row in rows) + "</w:tblGrid>"
    lines = "".join(f"<w:tr>{first if at == 0 else ''}{cell}</w:tr>" for at, cell in enumerate(cells))
    look = f'<w:tblPr><w:tblLook w:firstRow="{int(header)}"/></w:tblPr>'
    return f"<w:tbl>{look}{grid}{lines}</w:tbl>"


def docx(body: str, *, styles: str = STYLES, more: dict[str, str] | None = None, links: dict[str, str] | None = None,
         kinds: dict[str, str] | None = None) -> bytes:
    """A .docx with this body.

    `more` are further parts (name in word/ without its ending -> XML), related by their own name or as `kinds` says.
    """
    parts = {"styles": styles, **(more or {})}
    related = "".join(
        f'<Relationship Id="p{at}" Type="{_OFFICE}/{(kinds or {}).get(name, name)}" Target="{name}.xml"/>'
        for at, name in enumerate(parts)
    )
    related += "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    )
    files = {
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relationships(
            f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(related),
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    return zipped(files)


def relationships(rows: str) -> str:
    """A part that relates others."""
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def zipped(files: dict[str, str]) -> bytes:
    """A ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            stored = name == "mimetype"  # So that OpenDocument files are known by their first bytes.
            archive.writestr(name, content, zipfile.ZIP_STORED if stored else None)
    return made.getvalue()


def notes(*texts: str) -> str:
    """The part of the footnotes 1, 2..."""
    made = "".join(f'<w:footnote w:id="{n}">{p(text)}</w:footnote>' for n, text in enumerate(texts, start=1))
    return f"<w:footnotes {SPACES}>{made}</w:footnotes>"


def call(number: int) -> str:
    """The call of a footnote."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'
