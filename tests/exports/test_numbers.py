"""Numbers in the margin of the printed text: the same as on screen, each where its line begins, and no content."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pytest

from drafting.domain.line_numbers import Numbering
from drafting.domain.markdown import Options, render
from exports import pdf
from exports.manuscript import Manuscript, Section, working_copy
from tests.exports import samples, verapdf
from tests.exports.test_pdf import text_of

TEXTS = sorted((Path(__file__).parents[2] / "drafting/demonstration/texts").glob("*.now.md"))[:3]
LEFT_PT = 34 / 25.4 * 72  # Where the text begins on a page with line numbers.


def in_lines() -> Manuscript:
    """A version whose lines are numbered, without a watermark: its letters would be read among the text's."""
    sections = [Section(n, f"Section · {n}", path.read_text(encoding="utf-8")) for n, path in enumerate(TEXTS, 2)]
    rich = Section(1, "Tout", samples.FRENCH.replace("{n}", "1").replace(" 中", ""))
    return replace(samples.french(1), sections=(rich, *sections), line_numbers=True)


@dataclass(frozen=True)
class Word:
    x: float
    middle: float
    text: str


def words_of(document: bytes, tmp_path: Path) -> list[list[Word]]:
    """Return the words of each page with their places, in points."""
    page = re.compile(r"<page .*?</page>", re.DOTALL)
    word = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>')
    return [
        [Word(float(x), (float(top) + float(bottom)) / 2, html.unescape(text))
         for x, top, bottom, text in word.findall(one)]
        for one in page.findall(text_of(document, tmp_path, "-bbox"))
    ]


def lines_on_paper(document: bytes, tmp_path: Path) -> dict[int, str]:
    """Return what stands beside each number in the margin, without spaces."""
    found: dict[int, str] = {}
    for words in words_of(document, tmp_path):
        for number in words:
            if number.x < LEFT_PT - 6 and number.text.isdigit():
                beside = [one for one in words if one.x > LEFT_PT - 6 and abs(one.middle - number.middle) < 5]
                line = "".join(one.text for one in sorted(beside, key=lambda one: one.x))
                # A table's head stands again on its next page, with its number.
                assert found.setdefault(int(number.text), line) == line
    return found


def lines_on_screen(manuscript: Manuscript) -> dict[int, str]:
    """Return each numbered line of the version's page, without spaces and without the calls of its notes."""
    found: dict[int, str] = {}
    first = 1
    for section in manuscript.sections:
        options = Options(prefix="v", heading_shift=2, table_frames=True, numbering=Numbering(section.number, first))
        rendered = render(section.text, language=manuscript.language, options=options)
        first = rendered.next_line
        body = re.sub(r"<sup.*?</sup>", "", rendered.html.partition('<div class="notes">')[0], flags=re.DOTALL)
        line = re.compile(r'id="l(\d+)"[^>]*></span>(.*?)(?=<span class="line-number"|$)', re.DOTALL)
        for number, rest in line.findall(body):
            found[int(number)] = re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", rest)))
    return found


def letters(text: str) -> str:
    """Return the letters of a line: marks of lists, calls of notes and hyphens aside."""
    return "".join(one for one in text if one.isalpha())


def test_each_line_begins_on_paper_where_it_begins_on_the_screen(tmp_path: Path) -> None:
    manuscript = in_lines()

    paper = lines_on_paper(pdf.render(manuscript), tmp_path)

    screen = lines_on_screen(manuscript)
    assert sorted(paper) == list(range(1, len(screen) + 1))
    assert len(screen) > 120
    # The cells of a table's row may be on several lines, and cut words; so may be a long address.
    begins = {number: letters(line)[:7] for number, line in screen.items()}
    assert {number: letters(paper[number])[: len(begin)] for number, begin in begins.items()} == begins


def test_no_line_of_prose_is_broken_twice(tmp_path: Path) -> None:
    """What stands beside a number is the whole line: 80 characters fit, whatever they are."""
    wide = "**MMMM WWWW** " + "Les communes nomment onze membres à l’unanimité du comité. " * 40
    manuscript = replace(in_lines(), sections=(Section(1, "Large", f"{wide}\n\n- {wide}\n\n> {wide}"),))

    paper = lines_on_paper(pdf.render(manuscript), tmp_path)

    assert {n: letters(line) for n, line in paper.items()} == {
        n: letters(line) for n, line in lines_on_screen(manuscript).items()
    }


@pytest.mark.parametrize("changed", [{}, {"line_numbers": True}], ids=["paragraphs", "lines"])
def test_numbers_keep_the_standards_and_are_no_content(changed: dict[str, bool], tmp_path: Path) -> None:
    document = pdf.render(replace(working_copy(samples.french(2)), **changed))

    assert verapdf.failures(document, tmp_path) == {}
    read = text_of_structure(document)
    assert "Les travailleurs·ses et les représentant·es" in read
    assert "1.1" not in read


def text_of_structure(document: bytes) -> str:
    """Return what a screen reader reads: text whose marked content has a place in the structure tree."""
    read: list[str] = []
    with pikepdf.open(io.BytesIO(document)) as file:
        for page in file.pages:
            depth: list[bool] = []
            fonts = {name: _unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
            font: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                kind = str(operator)
                if kind in ("BDC", "BMC"):
                    depth.append(str(operands[0]) != "/Artifact")
                elif kind == "EMC":
                    depth.pop()
                elif kind == "Tf":
                    font = fonts[str(operands[0])]
                elif kind in ("Tj", "TJ") and depth and all(depth):
                    pieces = operands[0] if kind == "TJ" else [operands[0]]
                    codes = b"".join(bytes(one) for one in pieces if isinstance(one, pikepdf.String))
                    read.append("".join(
                        font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2)))
                elif kind == "ET":
                    read.append(" ")
    return re.sub(r"\s+", " ", "".join(read))


def _unicode(font: pikepdf.Object) -> dict[int, str]:
    found = re.findall(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>", bytes(font.ToUnicode.read_bytes()))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in found}


def test_paragraphs_have_their_numbers_in_every_document_and_lines_only_where_asked_for(tmp_path: Path) -> None:
    plain = text_of(pdf.render(samples.french(2)), tmp_path)
    lines = text_of(pdf.render(replace(samples.french(2), line_numbers=True)), tmp_path)

    for text in (plain, lines):
        assert re.search(r"§\s?1\.1\b", text)
        assert re.search(r"§\s?2\.11\b", text)
    assert not re.search(r"^12$", plain, re.MULTILINE)
    assert re.search(r"^12$", lines, re.MULTILINE)
