"""The printed table of amendments: both standards, header cells for rows and columns, words that can be searched."""

import io
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from exports import amendments, worker
from exports.amendments import AmendmentTable, Row
from tests.exports import verapdf
from tests.exports.test_pdf import tree

AT = datetime(2025, 2, 10, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
LONG = "Parce que l’œuvre « commune » des travailleurs·ses passe d’abord 🙂. " * 50


def row(number: int = 1, **values: object) -> Row:
    defaults = {
        "number": f"2-3-{number}", "acronym": "FEX", "organisation": "Fédération « exemple » de l’œuvre",
        "section": "Droits & libertés", "paragraph": 3, "removed": ("trente-cinq",), "added": ("trente-deux", "·ses"),
        "justification": "C’est juste.\n\nEt « voté » 🙂 中.", "state": "rejected", "reason": "Trop tôt.\nPlus tard.",
    }
    return Row(**{**defaults, **values})  # type: ignore[arg-type]


def table(*rows: Row, **values: str) -> AmendmentTable:
    defaults = {"title": "L’IA & le travail · <été>", "recipient": "Sommet", "language": "fr"}
    return AmendmentTable(**{**defaults, **values}, at=AT, rows=rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("printed", [
    table(row(1), row(2, state="integrated", reason="", removed=()), row(3, justification=LONG[:4000])),
    table(*(row(n, justification=LONG[: 90 * n]) for n in range(1, 40)), language="en", only="FEX, Rejected"),
    table(row(1, removed=(), added=()), recipient=""),
    table(),
], ids=["french", "english, many pages", "no words", "nothing"])
def test_the_table_conforms_to_pdf_a_and_pdf_ua(printed: AmendmentTable, tmp_path: Path) -> None:
    path = tmp_path / "checked.pdf"
    path.write_bytes(amendments.render(printed))

    for flavour in verapdf.PROFILES:
        compliant, checks, messages = verapdf._check(path, flavour)
        assert (compliant, messages) == (True, {})
        assert checks > 100


def test_rows_and_columns_have_header_cells() -> None:
    with pikepdf.open(io.BytesIO(amendments.render(table(*(row(n) for n in range(1, 30)))))) as document:
        found = [(str(node.A.Scope), path[-3]) for path, node in tree(document) if path[-1] == "TH"]
        assert len(document.pages) > 1

    # A head repeated on the next pages is no content: it is read once.
    assert found == [("/Column", "THead")] * 6 + [("/Row", "TBody")] * 29


def test_every_page_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "table.pdf"
    path.write_bytes(worker.run("exports.amendments:render", table(*(row(n) for n in range(1, 30)))))

    pages = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    first, second = pages.split("\f")[:2]

    assert "29 amendements" in first
    assert "10 février 2025" in first.replace("\u00a0", " ")
    assert "Supprimé : trente-cinq" in first.replace("\u00a0", " ")
    assert "Page 2 sur" in second.replace("\u00a0", " ")
    assert "L’IA & le travail" in second
    assert "Numéro" in second
