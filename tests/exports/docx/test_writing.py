"""A version as a Word document: Word's own headings, lists, tables and footnotes, the version's text, its origin."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from drafting.domain import markdown
from exports import pandoc, worker
from exports.docx import finishing, reading, writing
from exports.docx.origin import Origin
from exports.manuscript import Manuscript, Section
from tests.exports import samples
from tools import reference_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORIGIN = Origin("papier", "v-un", (("abcd", 12), ("efgh", 3)))


def made(*texts: str, **changes: object) -> bytes:
    sections = tuple(Section(n, f"Section « {n} »", text, "FEX") for n, text in enumerate(texts, start=1))
    return writing.render(replace(samples.french(1), sections=sections, **changes), ORIGIN)  # type: ignore[arg-type]


def part(document: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return etree.fromstring(archive.read(name))


def words_in(element: etree._Element) -> str:
    return "".join(
        {W + "t": one.text or "", W + "br": "\n", W + "tab": "\t"}.get(str(one.tag), "") for one in element.iter()
    )


def styled(document: bytes, style: str) -> list[str]:
    """The paragraphs of a style."""
    return [
        words_in(one) for one in part(document, "word/document.xml").iter(W + "p")
        if one.find(f"{W}pPr/{W}pStyle[@{W}val='{style}']") is not None
    ]


def plain(text: str) -> str:
    """A text's words as they are read, spaces and all."""
    html = markdown.to_html(text, language="fr")
    bare = re.sub(r"<[^>]+>", " ", html).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(bare.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_first_page_says_what_it_is() -> None:
    document = made("é")

    manuscript = samples.french(1)
    assert styled(document, "Title") == [manuscript.title]
    assert manuscript.recipient in styled(document, "Subtitle")[0]
    assert styled(document, "CoverVersion")[0].startswith("Version 2 · ")
    lines = " ".join(styled(document, "CoverLine"))
    assert manuscript.digest in lines.replace(" ", "")
    assert manuscript.organisations[0].name in lines


def test_sections_are_numbered_headings_of_word_and_the_first_begins_a_page() -> None:
    document = made("## Détail\n\né\n\n#### Plus bas\n\nè", "ê")

    assert styled(document, "Heading1") == ["Section «\u00a01\u00a0»", "Section «\u00a02\u00a0»"]
    assert styled(document, "Heading2") == ["Détail"]
    assert styled(document, "Heading3") == ["Plus bas"]  # Levels never skip one.
    heading = part(document, "word/styles.xml").find(f"{W}style[@{W}styleId='Heading1']/{W}pPr/{W}numPr/{W}numId")
    assert heading is not None
    numbers = part(document, "word/numbering.xml")
    number = numbers.find(f"{W}num[@{W}numId='{heading.get(W + 'val')}']/{W}abstractNumId")
    level = numbers.find(f"{W}abstractNum[@{W}abstractNumId='{number.get(W + 'val')}']/{W}lvl")
    assert level.find(W + "lvlText").get(W + "val") == "%1."
    breaks = [words_in(one) for one in part(document, "word/document.xml").iter(W + "p")
              if one.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert breaks == ["Section «\u00a01\u00a0»"]


def test_footnotes_are_notes_of_word_where_they_are_called() -> None:
    first = "Un[^a], deux[^b], encore[^a].\n\n[^a]: Note « d’été »\n\n[^b]: *Œuvre*"

    document = made(first, "Trois[^a], encore[^a]\n\n[^a]: Autre 🙂")

    notes = [words_in(one).strip() for one in part(document, "word/footnotes.xml") if one.get(W + "type") is None]
    assert notes == ["Note «\u00a0d’été\u00a0»", "Œuvre", "Autre 🙂"]
    calls = [one.tag for one in part(document, "word/document.xml").iter(W + "footnoteReference")]
    assert len(calls) == 3
    assert styled(document, "BodyText") == ["Un, deux, encore1.", "Trois, encore3"]


def test_a_note_within_a_note_follows_in_brackets() -> None:
    document = made("Un[^a]\n\n[^a]: Dehors[^b]\n\n[^b]: Dedans")

    notes = [words_in(one).strip() for one in part(document, "word/footnotes.xml") if one.get(W + "type") is None]
    assert notes == ["Dehors [Dedans]"]


def test_tables_have_a_header_row_that_repeats_and_rows_that_stay_whole() -> None:
    table = part(made("| Pays | Nombre |\n|---|---:|\n| Suède | 1200 |"), "word/document.xml").find(f".//{W}tbl")

    rows = table.findall(W + "tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert table.find(f"{W}tblPr/{W}tblStyle").get(W + "val") == "Table"


@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_the_document_speaks_its_language(language: str, locale: str) -> None:
    document = made("é", language=language)

    assert {one.get(W + "val") for one in part(document, "word/styles.xml").iter(W + "lang")} == {locale}
    assert part(document, "docProps/core.xml").findtext("{http://purl.org/dc/elements/1.1/}language") == locale


def test_french_typography_is_that_of_pages_and_pdf() -> None:
    document = made("« Qui décide ? » : 109 000 voix ; n° 3 ; `a ; b` · travailleurs·ses")

    assert styled(document, "BodyText") == [
        "«\u00a0Qui décide\u202f?\u00a0»\u00a0: 109\u202f000 voix\u202f; n°\u00a03\u202f; a ; b · travailleurs·ses"
    ]


def test_it_says_in_its_properties_where_it_comes_from() -> None:
    document = made("é", "è")

    found = {one.get("name"): one[0].text for one in part(document, "docProps/custom.xml")}
    assert found == {
        "contribution": "papier", "version": "v-un", "version-number": "2", "digest": samples.french(1).digest,
        "section-1": "abcd 12", "section-2": "efgh 3",
    }
    title = part(document, "docProps/core.xml").findtext("{http://purl.org/dc/elements/1.1/}title")
    assert title == samples.french(1).title


def test_head_and_foot_name_the_text_and_the_version() -> None:
    document = made("é")

    assert words_in(part(document, "word/header1.xml")) == samples.french(1).title
    assert re.fullmatch(r"Version 2.*\tPage.1.sur.1", words_in(part(document, "word/footer1.xml")))


def test_the_same_version_gives_the_same_bytes() -> None:
    assert made("« œuvre » 🙂") == made("« œuvre » 🙂")


TEXTS = [
    "Un *deux* **trois** ***quatre*** `cinq`, l’œuvre « commune » · 🙂\n\nSix\\\nsept",
    "- un\n- deux\n  - trois\n  - quatre\n\n1. cinq\n2. six\n\n   sept",
    "3. trois\n4. quatre",
    "> Citation « œuvre »\n>\n> suite",
    "| Pays | Nombre |\n| --- | ---: |\n| Suède | 1 200 |\n| a\\|b |  |",
    "Voir [le site](https://exemple.example/?a=1;2) et [mort](#nulle-part).",
    "## Titre\n\né\n\n### Détail\n\nè",
    "![une image](https://exemple.example/x.png) reste en mots",
    "travailleurs·ses, 12:30, H₂O & <b>, 1\\. pas une liste, \\# ni un titre",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_is_read_back_as_the_same_words(text: str) -> None:
    document = made(text)

    found = reading.read(document)

    [section] = found.sections
    assert section.title == "Section « 1 »"
    assert plain(section.text) == plain(text)


@pytest.mark.parametrize("manuscript", [samples.french(3), samples.english()], ids=["fr", "en"])
def test_whole_documents_go_through_the_guarded_process(manuscript: Manuscript) -> None:
    document = worker.run("exports.docx.writing:render", manuscript, ORIGIN, limits=pandoc.limits())

    assert document == writing.render(manuscript, ORIGIN)
    found = reading.read(document)
    assert (found.title, found.language, found.losses) == (manuscript.title, manuscript.language, ())
    assert [one.title for one in found.sections] == [" ".join(one.title.split()) for one in manuscript.sections]


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert "�" in " ".join(styled(made("a\ud800b \x0b"), "BodyText"))
    assert finishing.storable("é\x00\ufffe🙂") == "é��🙂"


def test_the_reference_document_is_what_its_tool_makes() -> None:
    assert writing.REFERENCE.read_bytes() == reference_docx.make()
