"""The PDF: both standards, the same bytes each time, a structure that can be followed, text that can be read."""

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from exports import pdf
from exports.fonts import missing_characters
from exports.manuscript import Manuscript, Section, source_text, working_copy
from tests.exports import samples, verapdf

TEXTS = Path(__file__).parents[2] / "drafting/demonstration/texts"
ODD = [
    "a[^1]\n\n[^1]: note[^2]\n\n[^2]: note de note[^1]",
    "# Titre[^1]\n\n[^1]: note d’un titre",
    "|a[^1]|b|\n|-|-|\n|c[^2]|d|\n\n[^1]: tête\n\n[^2]: case",
    "> - > citation[^1]\n\n[^1]: une\n\n    > citation\n\n    | t | u |\n    |---|---|\n    | v | w |",
    "[^1][^1][^1]\n\n[^1]: trois fois",
    "x[^1]\n\n[^1]:\n",
    "jamais appelée\n\n[^1]: seule",
    "1. a\n\n   b[^1]\n\n   c\n\n[^1]: dans une liste",
    "a\u2011b \u2010 \u200d\ufe0f 👩‍🏭 👍🏽 c\u00ad d \u2060 e",
    "    code à droite   \n    \n    fin  \n\n```\na \t\n b\n```",
    "a[^2]\n\n[^2]: une note \u202e\nde deux  lignes\n\n        code \n        en note",
    "| tête | seule |\n|---|---|",
    "![](x) [](https://oit.org) [ ](https://oit.org)",
    "a\x00b\x07c\x0bd\x85e\u2028f\u202eg\u2066h\ufffei\ud800j\u0600k\U0001f1eb\U0001f1f7",
]
"""Texts at the edges of Markdown and Unicode."""


@pytest.fixture(scope="module")
def french() -> bytes:
    return pdf.render(samples.french())


@pytest.fixture(scope="module")
def opened(french: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(french)) as document:
        yield document


def nodes(node: Any, parents: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every structure element with the roles above it, in reading order."""
    path = (*parents, str(node.S)[1:])
    yield path, node
    for kid in kids(node):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from nodes(kid, path)


def kids(node: Any) -> list[Any]:
    content = node.get("/K", [])
    return list(content) if isinstance(content, pikepdf.Array) else [content]


def tree(document: pikepdf.Pdf) -> list[tuple[tuple[str, ...], Any]]:
    return list(nodes(document.Root.StructTreeRoot.K))


def text_of(content: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "text.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    ("text", "begins"), [("sante.2", "S’en écarter ne doit"), ("libertes.2", "La négociation n’est pas")])
def test_no_line_ends_after_its_first_word(text: str, begins: str, tmp_path: Path) -> None:
    section = Section(1, "Section", (TEXTS / f"{text}.md").read_text(encoding="utf-8"))

    lines = text_of(pdf.render(replace(samples.french(1), sections=(section,))), tmp_path).splitlines()

    assert [line for line in lines if line.startswith(begins)]
    short = re.compile(r"[A-ZÀ-Ü][\w’]*")
    assert [pair for pair in pairwise(lines) if short.fullmatch(pair[0]) and pair[1][:1].islower()] == []


@pytest.mark.parametrize(
    "manuscript",
    [
        samples.french(),
        samples.english(),
        working_copy(samples.french(2)),
        samples.french(1, number=0, digest="", organisations=(), recipient="", event="", label="", logo=None),
        samples.french(1, sections=(Section(1, "Vide", ""), Section(2, "Fin", "- \n\n|a|\n|-|\n||\n"))),
    ],
    ids=["french", "english", "working copy", "bare", "empty"],
)
def test_a_document_conforms_to_pdf_a_and_pdf_ua(manuscript: Manuscript, tmp_path: Path) -> None:
    document = pdf.render(manuscript)

    assert verapdf.failures(document, tmp_path) == {}


def test_the_same_manuscript_gives_the_same_bytes_in_another_process(french: bytes) -> None:
    script = (
        "import sys; from exports import pdf; from tests.exports import samples;"
        "sys.stdout.buffer.write(pdf.render(samples.french()))"
    )
    environment = dict(os.environ, PYTHONHASHSEED="77", TZ="Pacific/Auckland", LANG="C")

    again = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment).stdout

    assert again == french


def test_another_text_gives_other_bytes(french: bytes) -> None:
    assert pdf.render(samples.french(label="Autre")) != french


def test_the_file_is_laid_out_for_signing_programs(french: bytes, opened: pikepdf.Pdf) -> None:
    root = opened.Root

    assert b"\nxref\n" in french
    assert b"/ObjStm" not in french
    assert b"<pdfuaid:part>1</pdfuaid:part>" in french
    assert french.count(b"<rdf:RDF") == 1
    assert root.Names.is_indirect
    assert root.MarkInfo.is_indirect
    assert root.OutputIntents[0].is_indirect
    assert len(root.AF) == 1
    assert all(str(page.obj.Tabs) == "/S" for page in opened.pages)
    assert str(root.Lang) == "fr"


def test_the_markdown_is_attached_as_the_source(opened: pikepdf.Pdf) -> None:
    (specification,) = opened.Root.AF

    assert str(specification.UF) == "contribution.md"
    assert str(specification.AFRelationship) == "/Source"
    assert str(specification.EF.F.Params.ModDate) == "D:20250131233000Z"
    assert specification.EF.F.read_bytes().decode() == source_text(samples.french())


def test_the_canonical_text_is_attached_so_that_the_digest_can_be_recomputed(tmp_path: Path) -> None:
    canonical = '{"title":"L’œuvre « été » · 🙂"}'
    document = pdf.render(samples.french(1, canonical=canonical, digest=hashlib.sha256(canonical.encode()).hexdigest()))
    (tmp_path / "document.pdf").write_bytes(document)

    subprocess.run(["pdfdetach", "-savefile", "canonical.json", "-o", "found.json", "document.pdf"], cwd=tmp_path,
                   check=True)

    assert (tmp_path / "found.json").read_bytes() == canonical.encode()
    assert verapdf.failures(document, tmp_path) == {}
    assert "canonical.json" in text_of(document, tmp_path)


def test_nothing_is_left_of_the_layout_in_the_structure(opened: pikepdf.Pdf) -> None:
    roles = {str(node.S) for _, node in tree(opened)}

    assert roles == {
        "/Document", "/Sect", "/H1", "/H2", "/H3", "/H4", "/P", "/L", "/LI", "/Lbl", "/LBody", "/BlockQuote",
        "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD", "/Link", "/Reference", "/Note", "/Figure", "/TOC", "/TOCI",
    }  # fmt: skip


def test_every_footnote_is_a_note_with_an_id_behind_its_paragraph(opened: pikepdf.Pdf) -> None:
    notes = [(path, node) for path, node in tree(opened) if path[-1] == "Note"]

    assert len(notes) == 3 * 8
    assert len({str(node.ID) for _, node in notes}) == len(notes)
    assert all("P" not in path and "NonStruct" not in path for path, _ in notes)
    assert all("/Lbl" in [str(k.S) for k in kids(node) if "/S" in k] for _, node in notes)
    assert len([1 for path, _ in tree(opened) if path[-1] == "Reference" and "TOCI" not in path]) == 3 * 8


def test_the_contents_are_a_table_of_contents_with_links(opened: pikepdf.Pdf) -> None:
    links = [path for path, _ in tree(opened) if path[-4:] == ("TOC", "TOCI", "Reference", "Link")]

    assert len(links) == 8 * 2
    assert opened.Root.Outlines.Count > 0


def test_tables_have_rows_headers_and_no_repeated_words(opened: pikepdf.Pdf) -> None:
    tables = [node for path, node in tree(opened) if path[-1] == "Table"]

    assert len(tables) == 8
    for table in tables:
        rows = [node for path, node in nodes(table) if path[-1] == "TR"]
        assert [len(kids(row)) for row in rows] == [4, 4, 4, 4]
        heads = [node for path, node in nodes(table) if path[-1] == "TH"]
        assert len(heads) == 4
        assert all(str(head.A.Scope) == "/Column" for head in heads)
        assert all(len(kids(head)) == 1 for head in heads)


def test_lists_say_how_they_are_numbered(opened: pikepdf.Pdf) -> None:
    lists = [node for path, node in tree(opened) if path[-1] == "L" and "Note" not in path]
    labelled = [node for node in lists if "/A" in node]

    assert {str(node.A.ListNumbering) for node in labelled} == {"/Decimal", "/Disc"}
    assert any(path[-6:] == ("L", "LI", "LBody", "L", "LI", "LBody") for path, _ in tree(opened))


def test_a_paragraph_over_two_pages_is_one_paragraph() -> None:
    long = " ".join(f"Phrase numéro {n} d’un très long paragraphe." for n in range(200))

    with pikepdf.open(io.BytesIO(pdf.render(samples.french(sections=(Section(1, "Long", long, "CONF"),))))) as document:
        paragraphs = [node for path, node in tree(document) if path[-1] == "P" and "Sect" in path]

        assert len(document.pages) == 5
        assert len(paragraphs) == 2  # the line that names the lead organisation, and ours
        assert any(str(k.Type) == "/MCR" for k in kids(paragraphs[1]) if isinstance(k, pikepdf.Dictionary))


def test_pictures_have_their_alternative_text(opened: pikepdf.Pdf) -> None:
    figures = [str(node.Alt) for path, node in tree(opened) if path[-1] == "Figure"]

    assert figures == ["Logo : un œillet rouge", "Code QR qui mène à la page de vérification de ce document"]


def test_links_say_where_they_lead(opened: pikepdf.Pdf) -> None:
    annotations = [a for page in opened.pages for a in page.obj.get("/Annots", [])]

    assert len(annotations) > 30
    assert all(str(a.Contents).strip() for a in annotations)
    assert {str(a.A.URI) for a in annotations if "/A" in a} >= {"https://www.ilo.org/fr/?q=1;2", "https://www.ilo.org"}


def test_text_comes_out_in_order_whole_and_typeset(french: bytes, tmp_path: Path) -> None:
    text = text_of(french, tmp_path, "-f", "3", "-l", "4")
    words = " ".join(text.replace("\u00ad\n", "").split())

    assert "« au cœur » des décisions : qui décide ?" in words
    assert "109 000" in words
    assert "l’intergouvernementalisation des institutions internationales" in words
    order = ["Un sommet sans", "Les travailleurs·ses", "Ce que nous demandons", "Une convention", "sur les systèmes",
             "de trois niveaux", "Rien sur nous", "Suède", "Kenya", "Détail"]  # fmt: skip
    assert [words.index(o) for o in order] == sorted(words.index(o) for o in order)
    assert "-\n" not in text


def test_running_heads_and_page_numbers_are_on_every_page_but_the_cover(french: bytes, tmp_path: Path) -> None:
    cover, *others = text_of(french, tmp_path).split("\f")[:-1]

    assert "Page" not in cover
    assert all(f"Page {n} sur {len(others) + 1}" in page for n, page in enumerate(others, start=2))
    assert all("Version 2" in page for page in others)


def test_the_cover_says_what_it_is(french: bytes, tmp_path: Path) -> None:
    cover = " ".join(text_of(french, tmp_path, "-l", "1").split())

    for words in ("Confédération d’exemple du travail", "Destinataire : Sommet", "Version 2", "1er février 2025",
                  "K7Q4-M2XD-9TRB", "FÉDÉ-A", "observation", "Cachet de démonstration",
                  "https://contributions.exemple.org/verify",
                  "3f9a3f9a 3f9a3f9a"):  # fmt: skip
        assert words in cover


def test_a_working_copy_says_so_and_shows_no_code(tmp_path: Path) -> None:
    text = text_of(pdf.render_working_copy(samples.french(1)), tmp_path)

    assert "Copie de travail — non scellée" in text.split("\f")[0]
    assert all("Copie de travail" in page for page in text.split("\f")[:-1])
    assert "K7Q4" not in text
    assert "Cachet" not in text


def test_the_contents_give_the_right_pages(french: bytes, tmp_path: Path) -> None:
    pages = text_of(french, tmp_path, "-layout").split("\f")
    listed = [line.rsplit(maxsplit=1) for line in pages[1].splitlines() if line.strip()[:1].isdigit()]

    assert len(listed) == 8
    for title, number in listed:
        assert title.strip().split(maxsplit=1)[1][:20] in pages[int(number) - 1]


def test_missing_characters_are_named_and_shown_by_their_code(french: bytes, tmp_path: Path) -> None:
    (missing,) = missing_characters(samples.french())

    assert (missing.character, missing.name) == ("中", "CJK UNIFIED IDEOGRAPH-4E2D")
    assert missing.where == samples.TITLES[0]
    assert "[U+4E2D]" in text_of(french, tmp_path)
    assert "🙂" in text_of(french, tmp_path)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_conform_too(text: str, tmp_path: Path) -> None:
    document = pdf.render(replace(samples.french(1), sections=(Section(1, "Étrange", text),)))

    assert verapdf.failures(document, tmp_path) == {}


def test_a_title_with_odd_signs_conforms_too(tmp_path: Path) -> None:
    odd = "Qui\x07 \u202e? « œ » \ud800 中 \u2028 & <b> 🙂"

    sections = (Section(1, odd, odd, odd),)
    document = pdf.render(samples.french(1, title=odd, event=odd, recipient=odd, label=odd, sections=sections))

    assert verapdf.failures(document, tmp_path) == {}


def test_nothing_but_the_document_itself_is_ever_read() -> None:
    for url in ("file:///etc/passwd", "http://127.0.0.1/", "https://exemple.org/", "ftp://e.org/", "FILE:/etc/passwd"):
        with pytest.raises(ValueError, match="disallowed"):
            pdf.NoFetcher().fetch(url)


def test_notes_called_from_notes_are_all_there(tmp_path: Path) -> None:
    text = "a[^1] b[^3]\n\n[^1]: première[^2]\n\n[^2]: seconde\n\n[^3]: troisième"

    shown = text_of(pdf.render(samples.french(sections=(Section(1, "Notes", text),))), tmp_path)

    assert all(word in shown for word in ("première", "seconde", "troisième"))
