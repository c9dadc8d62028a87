"""Make the document whose styles our Word documents have (python tools/reference_docx.py): exports/docx/reference.docx.

Pandoc's own reference document, with our styles, our numbered section headings, and a running head and foot. The
fonts are those that come with Word; LibreOffice has fonts of the same widths for them. Words in braces are filled in
by exports/docx/finishing.py.
"""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "exports" / "docx" / "reference.docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INK, SOFT, LINE = "1D1D1B", "55534E", "B9B5AA"
SERIF = '<w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:cs="Cambria" w:eastAsia="Cambria"/>'
SANS = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Calibri"/>'
MONO = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas" w:eastAsia="Consolas"/>'


def size(points: float) -> str:
    """A size in points."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def paragraph(key: str, name: str, *, based: str = "Normal", following: str = "", p: str = "", r: str = "",
              own: bool = False, more: str = "") -> str:
    """A paragraph style."""
    return (
        f'<w:style w:type="paragraph"{" w:customStyle=" + chr(34) + "1" + chr(34) if own else ""} w:styleId="{key}">'
        f'<w:name w:val="{name}"/>' + (f'<w:basedOn w:val="{based}"/>' if based else "")
        + (f'<w:next w:val="{following}"/>' if following else "") + more + "<w:qFormat/>"
        + (f"<w:pPr>{p}</w:pPr>" if p else "") + (f"<w:rPr>{r}</w:rPr>" if r else "") + "</w:style>"
    )


def character(key: str, name: str, r: str, *, own: bool = False) -> str:
    """A character style."""
    return (
        f'<w:style w:type="character"{" w:customStyle=" + chr(34) + "1" + chr(34) if own else ""} w:styleId="{key}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{r}</w:rPr></w:style>'
    )


def space(before: int, after: int, line: int = 0) -> str:
    """Space before and after in points, and the line's height in percent."""
    height = f' w:line="{line * 240 // 100}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before * 20}" w:after="{after * 20}"{height}/>'


def headings() -> str:
    """The nine levels; the first is a section's title, numbered by Word."""
    sizes = {1: 18, 2: 14, 3: 12, 4: 11}
    made = []
    for level in range(1, 10):
        number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if level == 1 else ""
        before, after = {1: (28, 10), 2: (18, 6)}.get(level, (14, 4))
        look = "<w:b/><w:bCs/>" if level < 4 else "<w:b/><w:bCs/><w:i/><w:iCs/>"
        made.append(paragraph(
            f"Heading{level}", f"heading {level}", following="BodyText",
            p=f"<w:keepNext/><w:keepLines/>{number}{space(before, after)}<w:jc w:val=\"left\"/>"
              f'<w:outlineLvl w:val="{level - 1}"/>',
            r=f'{SANS}{look}<w:color w:val="{INK}"/>{size(sizes.get(level, 11))}',
        ))
    return "".join(made)


def styles() -> str:
    """The part styles.xml."""
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE}"'
    rows = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 50), ("left", 100), ("bottom", 50), ("right", 100))
    )
    cover = f'<w:color w:val="{SOFT}"/>'
    return (
        f"{HEAD}<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr>{SERIF}{size(11)}"
        '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{space(0, 6, 115)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>'
        + paragraph("BodyText", "Body Text", p=f'{space(0, 7, 120)}<w:jc w:val="left"/>')
        + paragraph("FirstParagraph", "First Paragraph", based="BodyText", following="BodyText", own=True)
        + paragraph("Compact", "Compact", based="BodyText", p=space(0, 3, 115), own=True)
        + paragraph("Title", "Title", following="BodyText", p=f'<w:keepNext/>{space(12, 12)}',
                    r=f'{SANS}<w:b/><w:bCs/><w:color w:val="{INK}"/>{size(28)}')
        + paragraph("Subtitle", "Subtitle", following="BodyText", p=space(0, 6), r=f"{cover}{size(14)}")
        + paragraph("CoverEvent", "Cover Event", p=space(140, 0), r=f"{SANS}{cover}{size(13)}", own=True)
        + paragraph("CoverVersion", "Cover Version", p=space(6, 28), r=f"{SANS}{size(12)}", own=True)
        + paragraph("CoverLabel", "Cover Label", p=f"<w:keepNext/>{space(14, 2)}",
                    r=f"{SANS}<w:b/><w:bCs/>{cover}{size(10)}", own=True)
        + paragraph("CoverLine", "Cover Line", p=space(0, 2), r=f"{SANS}{size(10)}", own=True)
        + paragraph("SectionLead", "Section Lead", following="BodyText", p=f"<w:keepNext/>{space(0, 10)}",
                    r=f"{SANS}<w:i/><w:iCs/>{cover}{size(10)}", own=True)
        + headings()
        + paragraph("BlockText", "Block Text", based="BodyText", following="BodyText",
                    p=f'<w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="{LINE}"/></w:pBdr>'
                      f'{space(4, 8, 115)}<w:ind w:left="480" w:right="480"/>')
        + paragraph("FootnoteText", "footnote text", p=space(0, 2, 100), r=size(9))
        + paragraph("FootnoteBlockText", "Footnote Block Text", based="FootnoteText", own=True)
        + paragraph("SourceCode", "Source Code", p=f"<w:wordWrap w:val=\"0\"/>{space(0, 7, 100)}",
                    r=f"{MONO}{size(9.5)}", own=True)
        + paragraph("Header", "header", r=f"{SANS}{cover}{size(9)}",
                    p=f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr>{space(0, 0)}')
        + paragraph("Footer", "footer", r=f"{SANS}{cover}{size(9)}",
                    p=f'<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs>{space(0, 0)}')
        + character("VerbatimChar", "Verbatim Char", f"{MONO}{size(10)}", own=True)
        + character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>')
        + character("Hyperlink", "Hyperlink", '<w:color w:val="1F4E79"/><w:u w:val="single"/>')
        + '<w:style w:type="table" w:customStyle="1" w:styleId="Table"><w:name w:val="Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblBorders>{rows}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr>'
        '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EFEDE6"/><w:vAlign w:val="bottom"/></w:tcPr>'
        "</w:tblStylePr></w:style></w:styles>"
    )


def numbering(own: str) -> str:
    """The part numbering.xml: section titles are 1. 2. 3. by themselves; pandoc adds the lists."""
    level = (
        '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/><w:suff w:val="space"/>'
        '<w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        "</w:abstractNum>"
    )
    number = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    others = "".join(re.findall(r"<w:abstractNum .*?</w:abstractNum>", own, re.DOTALL))
    numbers = "".join(re.findall(r"<w:num .*?</w:num>", own, re.DOTALL))
    return f'{HEAD}<w:numbering xmlns:w="{W}">{level}{others}{number}{numbers}</w:numbering>'


def field(code: str) -> str:
    """A number that Word fills in."""
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def text(words: str) -> str:
    """A run of text."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def header() -> str:
    """The running head: the contribution's title."""
    return f'{HEAD}<w:hdr {SPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{text("{title}")}</w:p></w:hdr>'


def footer() -> str:
    """The running foot: the version, and the page."""
    page = f'{text("{page}")}{field("PAGE")}{text("{of}")}{field("NUMPAGES")}'
    return (
        f'{HEAD}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{text("{version}")}'
        f"<w:r><w:tab/></w:r>{page}</w:p></w:ftr>"
    )


def document() -> str:
    """The part document.xml: only its page counts. The first page has no running head."""
    return (
        f'{HEAD}<w:document {SPACES}><w:body><w:p/><w:sectPr><w:headerReference w:type="default" r:id="rId41"/>'
        '<w:footerReference w:type="default" r:id="rId42"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1531" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" '
        'w:gutter="0"/>'
        "<w:titlePg/></w:sectPr></w:body></w:document>"
    )


def settings(own: str) -> str:
    """The part settings.xml, with the way of laying out of Word 2013 and later."""
    compatible = (
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    own = own.replace('<w:themeFontLang w:val="en-US" />', '<w:themeFontLang w:val="fr-FR"/>')
    return own.replace("<w:rsids>", compatible + "<w:rsids>")


def make() -> bytes:
    """Return the reference document; the same bytes each time."""
    sys.path.insert(0, str(ROOT))
    from exports import pandoc

    asked = [str(pandoc.program()), "--print-default-data-file", "reference.docx"]
    with zipfile.ZipFile(io.BytesIO(subprocess.run(asked, capture_output=True, check=True).stdout)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["word/styles.xml"] = styles()
    parts["word/numbering.xml"] = numbering(parts["word/numbering.xml"])
    parts["word/document.xml"] = document()
    parts["word/settings.xml"] = settings(parts["word/settings.xml"])
    parts["word/header1.xml"], parts["word/footer1.xml"] = header(), footer()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = "".join(
        f'<Override PartName="/word/{part}1.xml" ContentType="{kind}.{part}+xml"/>' for part in ("header", "footer")
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", overrides + "</Types>")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{office}/{part}" Target="{part}1.xml"/>'
        for number, part in ((41, "header"), (42, "footer"))
    )
    links = re.sub(r'<Relationship [^>]*"http://example.com"[^>]*/>', "", parts["word/_rels/document.xml.rels"])
    parts["word/_rels/document.xml.rels"] = links.replace("</Relationships>", rows + "</Relationships>")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return made.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(make())
    print(TARGET)
