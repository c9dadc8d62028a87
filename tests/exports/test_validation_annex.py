"""What the paper says of its validation and its signing: in words, in order, in structure, and by both standards."""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from drafting.domain.ballot import Ballot, Quorum, Rule, Stance, Terms, count
from exports import page, pdf
from exports.manuscript import Manuscript, Section
from exports.round_words import arithmetic
from exports.validation_record import SILENT, TACIT, Diverging, Reserved, Signatory, Validated, ValidationRecord
from exports.words import WORDS
from tests.exports import samples, validated, verapdf
from tests.exports.test_pdf import nodes, tree

ZONE = ZoneInfo("Europe/Paris")
LONG = ("Fédération nationale interprofessionnelle de l’œuvre, de la métallurgie, des services publics et des "
        "industries culturelles et créatives d’exemple")
STANCES = [*[Stance.APPROVED] * 22, *[Stance.RESERVED] * 6, *[Stance.ABSTAINED] * 3, *[Stance.OPPOSED] * 2]
CAPACITY = "secrétaire général·e adjointe chargée des affaires européennes et de la solidarité internationale"


def acronym(n: int) -> str:
    return f"FÉD-{n}" if n % 5 else f"FNIO-CULTURE-{n}"


def name(n: int) -> str:
    return LONG if n % 7 == 0 else f"Fédération d’exemple n° {n}"


def stance(n: int) -> str:
    return STANCES[n - 1].value if n <= len(STANCES) else TACIT if n < 40 else SILENT


def record() -> ValidationRecord:
    """Return how 41 organisations decided, with every stance."""
    ballots = [
        Ballot(acronym(n), STANCES[n - 1] if n <= len(STANCES) else None, mandates=100 + n, was_called=n < 40)
        for n in range(1, 42)]
    return ValidationRecord(
        "two_thirds", "half", by_mandates=True, silence_agrees=True,
        opened_at=datetime(2025, 1, 1, 9, tzinfo=ZONE), closed_at=datetime(2025, 1, 20, 18, tzinfo=ZONE),
        count=count(Terms(Rule.TWO_THIRDS, Quorum.HALF, by_mandates=True, silence_agrees=True), ballots),
        validated=tuple(
            Validated(acronym(n), name(n), stance(n), 100 + n,
                      datetime(2025, 1, 10, 9, n, tzinfo=ZONE) if n <= len(STANCES) else None, by_delegation=n == 2)
            for n in range(1, 42)),
    )


def reservations(text: str) -> tuple[Reserved, ...]:
    """Return reservations in notes (in a table, behind another note, in a list), one that no note can hold, and one
    on the whole."""
    passages = ["doivent être « au cœur » des décisions", "une stratégie\nindustrielle", "cadre[^a]",
                "sur les systèmes déployés", "Licenciements après une syndicalisation", "Organisation internationale"]
    said = "Nous demandons <b>davantage</b> · *œuvre* [1] 🙂 :\n\nUn second paragraphe."
    anchored = [
        Reserved(acronym(22 + n), name(22 + n), said, passage, 1, text.index(passage),
                 text.index(passage) + len(passage), is_footnote=True)
        for n, passage in enumerate(passages, 1)]
    return (*anchored, Reserved(acronym(28), name(28), "Sur l’ensemble, un calendrier.\n\nEt les moyens."))


def manuscript(**values: object) -> Manuscript:
    """Return a rich text that 41 organisations decided on and 28 sign, some of them parts of it."""
    made = samples.french(1, canonical="{}")
    scopes = {2: (1,), 3: (1, 4)}
    return replace(made, **{
        "signatories": tuple(
            Signatory(f"signature-{n}", acronym(n), name(n), "" if n == 4 else f"Signataire {n}",
                      CAPACITY if n % 4 else "secrétaire général·e", scopes.get(n, ()))
            for n in range(1, 29)),
        "validation": record(), "reservations": reservations(made.sections[0].text),
        "dissents": (Diverging(acronym(33), name(33), "Nous disons non.\n\nEt voici pourquoi : <i>.",
                               ((acronym(32), name(32)), (acronym(35), name(35)))),),
        **values,
    })  # type: ignore[arg-type]


@cache
def printed() -> bytes:
    return pdf.render(manuscript())


def bare(words: str) -> str:
    return "".join(words.split())


@cache
def heard() -> str:
    """Return what is read by the structure, without spaces: poppler leaves out those at the ends of lines."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(printed())
        file.flush()
        made = subprocess.run(["pdfinfo", "-struct-text", file.name], capture_output=True, check=True).stdout.decode()
    return bare("".join(re.findall(r'^ *"(.*?)"$', made.replace("\u00ad", ""), re.MULTILINE | re.DOTALL)))


@pytest.fixture(scope="module")
def opened() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed())) as document:
        yield document


@pytest.mark.parametrize("language", ["fr", "en"])
def test_notes_annexes_and_fields_conform_to_both_standards(language: str, tmp_path: Any) -> None:
    document = printed() if language == "fr" else pdf.render(manuscript(language="en", line_numbers=True))

    assert verapdf.failures(document, tmp_path) == {}


def test_the_same_manuscript_gives_the_same_bytes() -> None:
    assert pdf.render(manuscript()) == printed()


def test_it_reads_in_order() -> None:
    order = [
        "Réserve de FÉD-23 sur « doivent être « au cœur » des décisions » : Nous demandons <b>davantage</b>",
        "Validation par les organisations Du 1er janvier 2025 au 20 janvier 2025",
        "Résultat Texte adopté : 4 025 mandats en sa faveur (dont 819 par accord tacite), 265 contre ;",
        "Décisions reçues : 3 861 sur 4 961 mandats. Quorum : 2 481.", "Règle Deux tiers", "Quorum Plus de la moitié",
        "Silence L’appel l’annonçait", "Accord tacite (sans réponse) 819", "Décision de chaque organisation",
        "Fédération d’exemple n° 1 (FÉD-1) Approuvé 10 janvier 2025 101",
        "Fédération d’exemple n° 2 (FÉD-2) Approuvé, par délégation 10 janvier 2025 102",
        "Accord tacite Sans réponse à l’appel qui leur a été envoyé. Ces organisations n’ont pas approuvé le texte",
        "Fédération d’exemple n° 34 (FÉD-34), 134 mandats", "Sans réponse",
        "(FNIO-CULTURE-40), 140 mandats", "Réserves En bas de page, là où se termine le passage :",
        "R1, Fédération d’exemple n° 23 (FÉD-23), section 1",
        "Sur le passage « Organisation internationale » (section 1) Nous demandons <b>davantage</b>",
        "Sur l’ensemble du texte Sur l’ensemble, un calendrier.", "Avis divergents", "(FÉD-33) Avec :",
        "Nous disons non. Et voici pourquoi : <i>.", "Signatures Les organisations qui ont approuvé ce texte",
        "Confédération d’exemple du travail Cachet", "Signataire 2 secrétaire général·e adjointe", "section 1",
        "sections 1, 4", "Signataire 28",
    ]  # fmt: skip
    reached = heard().index(bare("Section conduite par FÉDÉ-A"))
    for one in order:
        assert bare(one) in heard()[reached:], one
        reached = heard().index(bare(one), reached)


def test_a_tacit_agreement_is_nowhere_among_the_decisions() -> None:
    html = page.to_html(manuscript())
    table = html[html.index('class="roll-call"') : html.index('id="tacit"')]

    assert table.count("<tr>") == 1 + len(STANCES)
    assert "FÉD-34" not in table
    assert "tacite" not in table.partition("<h3")[0]


def test_headings_are_in_the_contents_and_the_bookmarks(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        titles = {one.title: [each.title for each in one.children] for one in outline.root}

    assert titles["Validation par les organisations"] == [
        "Décision de chaque organisation", "Accord tacite", "Sans réponse", "Réserves", "Avis divergents"]
    assert titles["Signatures"] == []
    contents = heard()[: heard().index(bare("Section conduite"))]
    assert bare("Validation par les organisations") in contents
    assert re.search(r"Signatures\d+1\.", contents)


def test_reservations_are_notes_behind_their_paragraphs(opened: pikepdf.Pdf) -> None:
    notes = {str(node.ID): path for path, node in tree(opened) if path[-1] == "Note"}

    assert sorted(one for one in notes if "reservation" in one) == [f"reservation-{n}" for n in range(1, 6)]
    assert all("P" not in path for path in notes.values())
    assert any("TD" in path for id, path in notes.items() if "reservation" in id)


def test_each_field_is_tagged_in_its_row_in_printing_order_and_named(opened: pikepdf.Pdf) -> None:
    forms = [(path, node) for path, node in tree(opened) if path[-1] == "Form"]
    fields = [node.K.Obj for _, node in forms]

    assert [str(one.T) for one in fields] == ["seal", *(f"signature-{n}" for n in range(1, 29))]
    assert all(path[-5:] == ("Table", "TBody", "TR", "TD", "Form") for path, _ in forms)
    assert all(node.K.Type == pikepdf.Name.OBJR for _, node in forms)
    assert str(fields[0].TU) == "Cachet électronique de Confédération d’exemple du travail"
    assert str(fields[1].TU) == "Signature de Signataire 1, Fédération d’exemple n°\u00a01"
    assert str(fields[4].TU) == "Signature de secrétaire général·e, Fédération d’exemple n°\u00a04"
    assert all(str(one.obj.Tabs) == "/S" for one in opened.pages)
    assert {int(one.F) for one in fields} == {132}


def test_the_signatories_are_one_table_over_pages_with_its_head_on_each(opened: pikepdf.Pdf) -> None:
    tables = [node for path, node in tree(opened) if path[-1] == "Table"]
    rows = [node for path, node in nodes(tables[-1]) if path[-1] == "TR"]
    made = subprocess.run(["pdftotext", "-layout", "-", "-"], input=printed(), capture_output=True, check=True).stdout
    pages = [page for page in made.decode().split("\f") if re.search("Signataire +Signe +Signature", page)]

    assert [len(list(row.K)) for row in rows] == [3] * (1 + 1 + 28)
    assert len(pages) == 4
    assert heard().count("SignataireSigneSignature") == 1


def test_a_row_is_never_cut(opened: pikepdf.Pdf) -> None:
    rows = [node for path, node in tree(opened) if path[-1] == "TR"]
    on_pages = [{str(one.Pg.objgen) for _, one in nodes(row) if "/Pg" in one} for row in rows]

    assert max(map(len, on_pages)) == 1


def test_the_annex_leads_to_the_notes(opened: pikepdf.Pdf) -> None:
    targets = {str(one.Dest) for page in opened.pages for one in page.obj.get("/Annots", []) if "/Dest" in one}

    assert {f"reservation-{n}" for n in range(1, 6)} <= targets


def test_where_everybody_signs_the_whole_text_no_column_says_so() -> None:
    html = page.to_html(validated.manuscript(2))

    assert "tout le texte" not in html
    assert html.count("<input") == 3


def test_without_a_round_nothing_is_printed_of_it() -> None:
    html = page.to_html(samples.french())

    assert 'class="annex' not in html
    assert "<input" not in html


def test_a_roll_call_that_is_not_shown_is_not_printed() -> None:
    html = page.to_html(manuscript(validation=replace(record(), validated=()), reservations=(), dissents=()))

    assert 'class="roll-call"' not in html
    assert 'id="tacit"' not in html
    assert "Accord tacite (sans réponse)" in html


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("quorum", list(Quorum))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_and_quorum_has_its_words(rule: Rule, quorum: Quorum, language: str) -> None:
    held = replace(record(), rule=rule.value, quorum=quorum.value)

    html = page.to_html(manuscript(language=language, validation=held, reservations=()))

    assert page.prose(WORDS[language][f"rule_{rule}"], language) in html
    assert page.prose(WORDS[language][f"quorum_{quorum}"], language) in html


@pytest.mark.parametrize(
    ("terms", "stances", "language", "said"),
    [
        (Terms(Rule.CONSENSUS), "aar", "fr",
         "Texte adopté : 3 organisations en sa faveur, 0 contre ; le consensus n’admet aucune opposition. "
         "Décisions reçues : 3 sur 3 organisations."),
        (Terms(Rule.CONSENSUS), "ao", "fr",
         "Texte non adopté : 1 organisation en sa faveur, 1 contre ; le consensus n’admet aucune opposition. "
         "Décisions reçues : 2 sur 2 organisations."),
        (Terms(Rule.SIMPLE_MAJORITY, Quorum.HALF, silence_agrees=True), "ao-a", "en",
         "Text adopted: 3 organisations for it (1 of them by tacit agreement), 1 against; at least 3 for it were "
         "needed. Decisions received: 3 of 4 organisations. Quorum: 3."),
        (Terms(Rule.SIMPLE_MAJORITY, by_mandates=True), "a", "en",
         "Text adopted: 1 mandate for it, 0 against; at least 1 for it were needed. "
         "Decisions received: 1 of 1 mandate."),
    ],
)
def test_the_arithmetic_is_said_in_words(terms: Terms, stances: str, language: str, said: str) -> None:
    of = {"a": Stance.APPROVED, "r": Stance.RESERVED, "o": Stance.OPPOSED, "-": None}
    counted = count(terms, [Ballot(str(n), of[one], was_called=True) for n, one in enumerate(stances)])
    held = replace(
        record(), count=counted, rule=terms.rule.value, quorum=terms.quorum.value, by_mandates=terms.by_mandates)

    found = " ".join(" ".join(arithmetic(held, language)).split())

    assert found == said


def test_a_document_of_a_text_that_nobody_reserved_says_how_it_was_adopted_only() -> None:
    html = page.to_html(manuscript(reservations=(), dissents=(), sections=(Section(1, "Un", "L’été."),)))

    assert 'id="reservations"' not in html
    assert 'id="dissents"' not in html
    assert 'id="validation-top"' in html
