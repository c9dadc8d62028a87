"""A printed comparison: both standards, changes that are tagged and told, readable without colour."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import html5lib
import pikepdf
import pytest

from drafting.domain.diff import Kind, Piece
from drafting.domain.markdown import Options
from drafting.domain.redline import compare_rendered
from exports import redline, standalone, words, worker
from exports.redline import Maker, Part, RedlineDocument, Side, for_paper, lifted, told, typed
from exports.redline_words import ENGLISH, FRENCH
from tests.exports import samples, verapdf
from tests.exports.test_pdf import ODD, tree

ZONE = ZoneInfo("Europe/Paris")
A = Side("Version 1 – Déposée « à l’heure »", datetime(2026, 3, 3, 14, 5, tzinfo=ZONE), "3f9a" * 16)
B = Side("Texte en cours d’écriture", datetime(2026, 3, 9, 9, 30, tzinfo=ZONE))
WHO = Maker("Camille Œuvre", "FEX", datetime(2026, 3, 4, 10, 2, tzinfo=ZONE), "2-3-1", "Noé Lefèvre (LEA)")

OLD = samples.FRENCH.replace("{n}", "1")
NEW = (
    OLD.replace("109 milliards", "110 milliards")
    .replace("1. Une convention de l'OIT[^c] sur l'intelligence artificielle ;\n", "1. Une **convention** de l’OIT ;\n")
    .replace("| Suède | Tesla | 1 200 |", "| Norvège | Tesla | 1 250 |")
    .replace("Conventions nos 87 et 98", "Conventions nos 87, 98 et 190")
    .replace("#### Détail\n\nUn paragraphe", "Un ajout, avec « œuvre » · 🙂.\n\n#### Détail\n\nUn alinéa")
)


def part(number: int, a: str, b: str, *, first: int = 1, language: str = "fr", **values: object) -> Part:
    made = compare_rendered(a, b, language=language, options=Options(prefix=f"c{number}", heading_shift=3))
    makers = {change.number: (WHO,) for change in made.changes}
    html, entries = told(made, makers, language=language, first=first)
    defaults = {"title": "Droits & « libertés »", "old_title": "Droits & « libertés »", "fate": ()}
    shown = lifted(html, 1) if made.changes else ""
    return Part(number, html=shown, entries=entries, **{**defaults, **values})  # type: ignore[arg-type]


def document(*parts: Part, **values: object) -> RedlineDocument:
    defaults = {
        "title": "L’IA & le travail · <été>", "recipient": "Sommet", "language": "fr", "a": A, "b": B,
        "address": "https://contributions.exemple.org/contributions/abc/compare?from=v1&to=d2026-03-09T08:30:00Z",
    }
    return RedlineDocument(parts=parts, **{**defaults, **values})  # type: ignore[arg-type]


def rich(language: str = "fr") -> RedlineDocument:
    one = part(1, OLD, NEW, language=language, title="Un titre neuf", old_title="Un vieux titre",
               fate=("section_renamed", "section_moved"))
    two = part(2, "", NEW, first=1 + len(one.entries), language=language, fate=("section_new",))
    three = part(3, OLD, "", first=1 + len(one.entries + two.entries), language=language, fate=("section_removed",))
    return document(one, two, three, part(4, OLD, OLD), language=language)


def text_of(content: bytes, tmp_path: Path) -> str:
    path = tmp_path / "text.pdf"
    path.write_bytes(content)
    shown = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    return shown.replace("\u00a0", " ").replace("\u202f", " ")


CASES = [
    rich(), rich("en"),
    document(part(1, "Un mot.", "Deux mots."), recipient="", section="Droits & « libertés »", b=A),
    document(part(1, OLD, OLD)),
    document(Part(1, "Typé", "Typé", (), typed([Piece(Kind.SAME, "a & <b>\n"), Piece(Kind.DELETED, "é"),
                                               Piece(Kind.INSERTED, "œ 🙂")]))),
    document(part(1, "# A\n\n### B\n\na", "#### C\n\nb\n\n## D\n\n###### E\n\n> # F")),
    document(),
]
IDS = ["french", "english", "one section", "the same", "as typed", "leaping headings", "empty"]


@pytest.mark.parametrize("printed", CASES, ids=IDS)
def test_the_comparison_conforms_to_pdf_a_and_pdf_ua(printed: RedlineDocument, tmp_path: Path) -> None:
    path = tmp_path / "checked.pdf"
    path.write_bytes(redline.render(printed))

    for flavour in verapdf.PROFILES:
        compliant, checks, messages = verapdf._check(path, flavour)
        assert (compliant, messages) == (True, {})
        assert checks > 100


def test_odd_texts_conform_too(tmp_path: Path) -> None:
    parts: list[Part] = []
    for number, (a, b) in enumerate(pairwise([*ODD, *reversed(ODD), ""]), start=1):
        parts.append(part(number, a, b, first=1 + sum(len(each.entries) for each in parts)))

    printed = redline.render(document(*parts))

    assert verapdf.failures(printed, tmp_path) == {}


def test_words_whose_layout_alone_changed_are_printed_once(tmp_path: Path) -> None:
    printed = document(part(1, "Un seul œillet rouge.", "Un seul **œillet** rouge."))

    shown = " ".join(text_of(redline.render(printed), tmp_path).split())

    assert "Un seul œillet" in shown
    assert "œillet œillet" not in shown.replace("œilletœillet", "œillet œillet")


def test_changes_are_tagged_as_such_in_words_that_readers_without_them_understand() -> None:
    with pikepdf.open(io.BytesIO(redline.render(rich()))) as opened:
        found = {str(node.S): str(node.A.TextDecorationType) for path, node in tree(opened)
                 if path[-1] in ("Ins", "Del") and "/A" in node}
        roles = dict(opened.Root.StructTreeRoot.RoleMap.items())

    assert found == {"/Ins": "/Underline", "/Del": "/LineThrough"}
    assert {name: str(role) for name, role in roles.items()} == {"/Ins": "/Span", "/Del": "/Span"}


def test_the_first_page_says_what_is_compared_and_how_to_read_it(tmp_path: Path) -> None:
    first = " ".join(text_of(redline.render(rich()), tmp_path).split("\f")[0].split())

    for said in (
        "Texte comparé", "Document de travail.", "Version 1 – Déposée « à l’heure »", "3 mars 2026, 14 h 05",
        "3f9a3f9a", "Texte en cours d’écriture", "9 mars 2026, 9 h 30", "from=v1&to=d2026-03-09T08:30:00Z",
        "ajouté est souligné", "supprimé est barré", "mise en forme changée est souligné de points",
        "sans modification",
    ):
        assert said in first, said


def test_every_page_says_that_it_is_a_working_document(tmp_path: Path) -> None:
    pages = text_of(redline.render(rich()), tmp_path).split("\f")[:-1]

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Texte comparé · Document de travail" in page
        assert f"Page {number} sur {len(pages)}" in page


def test_the_list_says_who_when_by_which_amendment_and_who_accepted(tmp_path: Path) -> None:
    printed = rich()
    last = " ".join(text_of(redline.render(printed), tmp_path).split())

    assert "Liste des modifications" in last
    for said in ("FEX · Camille Œuvre", "amendement 2-3-1", "accepté par Noé Lefèvre (LEA)", "4 mars 2026"):
        assert said in last
    assert "p. 2" in last
    assert [entry.number for _, entry in printed.entries] == list(range(1, len(printed.entries) + 1))


@pytest.mark.parametrize("printed", CASES, ids=IDS)
def test_each_change_and_its_line_in_the_list_lead_to_each_other(printed: RedlineDocument) -> None:
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(standalone.redline_html(printed))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    links = {each.get("href")[1:] for each in root.iter("a") if each.get("href").startswith("#")}

    assert len(ids) == len(set(ids))
    assert links <= set(ids)
    for _, entry in printed.entries:
        assert f"list-{entry.number}" in ids
        assert f"change-{entry.number}" in links


def test_the_one_file_needs_nothing_and_says_the_same() -> None:
    html = standalone.redline_html(rich())

    assert not re.search(r"<(script|link|img|iframe|object|base)\b", html)
    assert " style=" not in html
    assert "url(" not in html
    assert "Document de travail" in html
    assert "accepté par" in html


def test_changes_are_told_in_words_not_by_colour_alone() -> None:
    css = (Path(redline.page.TEMPLATES) / "redline.css").read_text()

    assert re.search(r"\bins\b[^{]*{[^}]*underline", css)
    assert re.search(r"\bdel\b[^{]*{[^}]*line-through", css)
    assert re.search(r"\.reformatted\b[^{]*{[^}]*dotted", css)


def test_a_comparison_is_made_in_the_guarded_worker() -> None:
    assert worker.render(rich()) == redline.render(rich())


def test_headings_never_skip_a_level() -> None:
    html = for_paper("<h1>a</h1><h4>b</h4><h6>c</h6><h2>d</h2><h3>e</h3>")

    assert html == "<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2><h3>e</h3>"
    assert lifted("<h4 id='é'>a</h4>", 1) == "<h3 id='é'>a</h3>"


def test_no_line_is_broken_inside_hidden_words() -> None:
    assert for_paper('<span class="said visually-hidden" lang="fr">fin d’ajout </span> a b') == (
        '<span class="said visually-hidden" lang="fr">fin\u00a0d’ajout\u00a0</span> a b')


def test_what_is_shown_as_typed_is_text() -> None:
    assert typed([Piece(Kind.SAME, "<b>"), Piece(Kind.DELETED, "é & ")]) == "<pre>&lt;b&gt;<del>é &amp; </del></pre>"


def test_every_kind_of_change_has_its_words_in_each_language() -> None:
    from drafting.domain.redline import Kind as ChangeKind

    for language in ("fr", "en"):
        for kind in ChangeKind:
            assert words.word(language, f"kind_{kind.value}")
    for name, french in vars(FRENCH).items():
        english = getattr(ENGLISH, name)
        if isinstance(french, str):
            assert english != french, name
        elif callable(french):
            assert english(2) != french(2), name
