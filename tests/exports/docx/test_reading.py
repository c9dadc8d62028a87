"""Word documents as sections: where they are split, what is kept as Markdown, and what is reported as lost."""

from __future__ import annotations

import json

import pytest

from drafting.domain import markdown
from exports import pandoc, worker
from exports.docx import package, reading
from exports.docx.losses import Kind
from exports.docx.reading import ReadDocument
from tests.exports.docx.words import SPACES, call, docx, h, notes, p, r, table

BOLD, ITALIC = "<w:b/>", "<w:i/>"


def texts(document: ReadDocument) -> list[tuple[str, str]]:
    return [(section.title, section.text.strip()) for section in document.sections]


def text_of(body: str, **parts: object) -> str:
    """The Markdown of a body without headings."""
    [section] = reading.read(docx(body, **parts)).sections  # type: ignore[arg-type]
    return section.text.strip()


def losses(document: ReadDocument) -> dict[str, int]:
    return {one["kind"]: one["count"] for one in document.losses}


# --- Where it is split ---


def test_it_is_split_at_the_highest_level_that_occurs_more_than_once() -> None:
    found = reading.read(docx(
        h("Pour l’œuvre « commune »") + p("Avant · 🙂") + h("Un", 2) + p("é") + h("Détail", 3) + p("è") + h("Deux", 2)
        + p("ê")
    ))

    assert found.title == "Pour l’œuvre « commune »"
    assert texts(found) == [("", "Avant · 🙂"), ("Un", "é\n\n## Détail\n\nè"), ("Deux", "ê")]


@pytest.mark.parametrize(
    ("levels", "level"),
    [([1, 1, 2], 1), ([1, 2, 2, 3], 2), ([2, 3, 3], 3), ([1], 1), ([3, 2], 2), ([], None)],
)
def test_the_level_of_splitting(levels: list[int], level: int | None) -> None:
    assert reading.split_level(levels) == level


def test_the_title_style_names_the_contribution() -> None:
    found = reading.read(docx(p("Un titre d’été", style="Titre") + p("é")))

    assert (found.title, texts(found)) == ("Un titre d’été", [("", "é")])


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["1. Préambule", "2. Demandes"], ["Préambule", "Demandes"]),
        (["", "I – L’œuvre", "II – Nos demandes"], ["", "L’œuvre", "Nos demandes"]),
        (["A) Un", "B) Deux"], ["Un", "Deux"]),
        (["1. Préambule", "Annexe"], ["1. Préambule", "Annexe"]),
        (["1789 : la liberté", "1936 : les congés"], ["1789 : la liberté", "1936 : les congés"]),
        (["1. Seul"], ["1. Seul"]),
        (["1. ", "2. Demandes"], ["1. ", "2. Demandes"]),
    ],
)
def test_numbers_typed_before_all_titles_are_left_out(titles: list[str], expected: list[str]) -> None:
    assert reading.without_numbers(titles) == expected


def test_a_document_without_headings_is_one_section() -> None:
    assert texts(reading.read(docx(p("un") + p("deux")))) == [("", "un\n\ndeux")]


def test_the_whole_document_can_be_one_section() -> None:
    found = reading.read(docx(h("Un") + p("é") + h("Deux") + p("è")), whole=True)

    assert texts(found) == [("", "## Un\n\né\n\n## Deux\n\nè")]


def test_a_style_of_ones_own_with_an_outline_level_is_a_heading() -> None:
    own = (
        f'<w:styles {SPACES}><w:style w:type="paragraph" w:styleId="Chapitre"><w:name w:val="Chapitre"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
    )

    found = reading.read(docx(p("Un", style="Chapitre") + p("é") + p("Deux", style="Chapitre") + p("è"), styles=own))

    assert texts(found) == [("Un", "é"), ("Deux", "è")]


def test_a_title_that_is_too_long_is_kept_in_the_text() -> None:
    long = "[œuvre](x) " * 60

    found = reading.read(docx(h(long) + p("é") + h("Deux")))

    assert len(found.sections[0].title) <= reading.TITLE_MAX
    first, _, rest = found.sections[0].text.partition("\n\n")
    assert rest == "é\n"
    assert [child.content for child in markdown.parse(first)[1].children or [] if child.content] == [long.strip()]
    assert losses(found) == {"long-title": 1}


def test_a_footnote_in_a_title_begins_the_section() -> None:
    title = f'<w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr>{r("Un")}{call(1)}</w:p>'

    found = reading.read(docx(title + p("é") + h("Deux"), more={"footnotes": notes("La note · œuvre")}))

    assert texts(found)[0] == ("Un", "La note · œuvre\n\né")
    assert losses(found) == {"title-note": 1}


def test_the_language_is_that_of_most_words() -> None:
    usual = f'<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US"/></w:rPr></w:rPrDefault>'
    usual += "</w:docDefaults></w:styles>"
    french = p("Une œuvre bien plus longue", looks='<w:lang w:val="fr-FR"/>')

    assert reading.read(docx(p("short") + french, styles=usual)).language == "fr"
    assert reading.read(docx(p("short"), styles=usual)).language == "en"
    assert reading.read(docx(p("é"))).language == ""


# --- What is kept ---


LOOKS = [
    (r("gras", BOLD) + r(" et ") + r("italique", ITALIC), "**gras** et *italique*"),
    (r("les deux", BOLD + ITALIC), "***les deux***"),
    (r("a ", BOLD) + r("b"), "**a** b"),
    (r("un ") + r("deux ", BOLD) + r("trois", BOLD + ITALIC), "un **deux *trois***"),
    (r("« mot »", BOLD) + r("s"), "« **mot** »s"),
    (r("travailleurs·ses"), "travailleurs·ses"),
    (r("l’œuvre d'été 🙂"), "l’œuvre d'été 🙂"),
    (r("fin\u00a0; et\u202f12\u00a0000\u00a0€"), "fin ; et 12 000 €"),
    (r("e\u0301te\u0301"), "été"),
    (r("m") + r("2", '<w:vertAlign w:val="superscript"/>') + r(" CO") + r("2", '<w:vertAlign w:val="subscript"/>'),
     "m² CO₂"),
    (r("1") + r("er", '<w:vertAlign w:val="superscript"/>'), "1er"),
    (r("un") + "<w:r><w:br/></w:r>" + r("deux"), "un\\\ndeux"),
]


@pytest.mark.parametrize(("runs", "expected"), LOOKS, ids=[expected for _, expected in LOOKS])
def test_words_and_their_look_are_kept(runs: str, expected: str) -> None:
    assert text_of(f"<w:p>{runs}</w:p>") == expected


SIGNS = [
    "# pas un titre", "- pas une liste", "+ ni là", "1. pas une liste", "12) ni là", "> pas une citation", "---", "===",
    "~~~", "a*b*c _d_ e__f", "[x](y)", "![x](y)", "[^1] et [z]: http://a", "&amp;amp; &lt;b&gt;", "`code` \\ fin\\",
    "| a | b |", "**", "[à suivre]", "snake_case et 3 * 4", "http://exemple.example/a_b_c", "Question (1) ?",
    "<!-- x -->",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_that_mean_something_in_markdown_stay_what_they_are(sign: str) -> None:
    xml = sign if "&" in sign else sign.replace("<", "&lt;").replace(">", "&gt;")
    plain = sign.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    tokens = markdown.parse(text_of(p(xml)))

    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} == {"text"}
    assert "".join(child.content for child in children) == plain


def test_a_table_is_a_table_with_its_header() -> None:
    assert text_of(table(["Pays", "Nombre"], ["Suède", "1|2"])) == (
        "| Pays | Nombre |\n| --- | --- |\n| Suède | 1\\|2 |"
    )


def test_footnotes_are_footnotes_and_links_are_links() -> None:
    link = f'<w:hyperlink r:id="L1">{r("lien")}</w:hyperlink>'

    text = text_of(
        f"<w:p>{r('Un ')}{link}{r(' noté')}{call(1)}{r('.')}</w:p>",
        more={"footnotes": notes("« Note » d’été")}, links={"L1": "https://exemple.example/a?b=1&amp;c=2"},
    )

    assert text == "Un [lien](https://exemple.example/a?b=1&c=2) noté[^1].\n\n[^1]: « Note » d’été"


def test_a_link_that_may_not_be_followed_is_text() -> None:
    found = reading.read(docx(
        f'<w:p><w:hyperlink r:id="L1">{r("clic")}</w:hyperlink></w:p>', links={"L1": "javascript:alert(1)"},
    ))

    assert texts(found) == [("", "clic")]
    assert losses(found) == {"link": 1}


def numbered(text: str, number: int, level: int = 0) -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{r(text)}</w:p>'
    )


def numbering() -> str:
    kinds = {1: ("bullet", "•"), 2: ("decimal", "%1."), 3: ("lowerLetter", "%1.")}
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">' + "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{sign}"/></w:lvl>'
            for level in range(3)
        ) + "</w:abstractNum>" for n, (kind, sign) in kinds.items()
    )
    numbers = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in kinds)
    return f"<w:numbering {SPACES}>{abstract}{numbers}</w:numbering>"


def test_lists_are_lists_and_letters_are_reported() -> None:
    body = numbered("un", 1) + numbered("dedans", 1, 1) + numbered("deux", 1) + p("puis") + numbered("a", 2) + numbered(
        "b", 2) + p("enfin") + numbered("c", 3)

    found = reading.read(docx(body, more={"numbering": numbering()}))

    assert texts(found) == [("", "- un\n  - dedans\n- deux\n\npuis\n\n1. a\n2. b\n\nenfin\n\n1. c")]
    assert losses(found) == {"list-number": 1}


# --- What is not ---


PICTURE = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri='{}'/></a:graphic></wp:inline></w:drawing></w:r>"
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent>"
    "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox>"
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
FRACTION = "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
LOST = [
    (Kind.IMAGE, f"<w:p>{PICTURE.format('http://x/picture')}{r('é')}</w:p>", "é"),
    (Kind.CHART, f"<w:p>{PICTURE.format('http://x/chart')}{r('é')}</w:p>", "é"),
    (Kind.TEXT_BOX, f"<w:p>{BOX.format(p('dans la zone'))}{r('é')}</w:p>", "é\n\ndans la zone"),
    (Kind.EMBEDDED, f"<w:p><w:r><w:object/></w:r>{r('é')}</w:p>", "é"),
    (Kind.EQUATION, f"<w:p>{r('x = ')}{FRACTION}</w:p>", "x = (a)/(b)"),
    (Kind.COMMENT, f'<w:p>{r("é")}<w:r><w:commentReference w:id="1"/></w:r></w:p>', "é"),
    (Kind.INSERTION, f'<w:p>{r("é ")}<w:ins w:id="1" w:author="A">{r("plus")}</w:ins></w:p>', "é plus"),
    (Kind.DELETION, f'<w:p>{r("é")}<w:del w:id="1" w:author="A"><w:r><w:delText>moins</w:delText></w:r></w:del></w:p>',
     "é"),
    (Kind.HIDDEN, f"<w:p>{r('é')}{r('caché', '<w:vanish/>')}</w:p>", "é"),
    (Kind.COLOUR, p("é", looks='<w:color w:val="FF0000"/>'), "é"),
    (Kind.COLOUR, p("é", looks='<w:highlight w:val="yellow"/>'), "é"),
    (Kind.UNDERLINE, p("é", looks='<w:u w:val="single"/>'), "é"),
    (Kind.STRIKE, p("é", looks="<w:strike/>"), "é"),
    (Kind.RAISED, "<w:p>" + r("a ") + r("voir plus bas", '<w:vertAlign w:val="superscript"/>') + "</w:p>",
     "a voir plus bas"),
    (Kind.MERGED_CELL, table(["a", "b"], ["<w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + p("é")]),
     "| a | b |\n| --- | --- |\n| é |   |"),
    (Kind.FULL_CELL, table(["a", "b"], [p("é") + p("è"), "c"]), "| a | b |\n| --- | --- |\n| é è | c |"),
    (Kind.NO_HEADER_ROW, table(["a", "b"], ["é", "c"], header=False), "| a | b |\n| --- | --- |\n| é | c |"),
    (Kind.FRAME_TABLE, table(["é"], header=False), "é"),
    (Kind.NESTED_TABLE, table(["a", "b"], [table(["é", "è"]) + p("c"), "d"]),
     "| a | b |\n| --- | --- |\n| é è c | d |"),
]


@pytest.mark.parametrize(("kind", "body", "kept"), LOST, ids=[kind.value for kind, _, _ in LOST])
def test_what_a_section_cannot_hold_is_reported_with_its_place(kind: Kind, body: str, kept: str) -> None:
    found = reading.read(docx(h("Un") + p("rien") + h("L’œuvre") + body))

    assert texts(found)[1] == ("L’œuvre", kept)
    assert [(one["kind"], one["count"], one["places"]) for one in found.losses] == [(kind.value, 1, ["L’œuvre"])]


def test_tracked_changes_can_be_rejected() -> None:
    changed = (
        f'<w:p>{r("é")}<w:ins w:id="1" w:author="A">{r(" plus")}</w:ins>'
        '<w:del w:id="2" w:author="A"><w:r><w:delText xml:space="preserve"> moins</w:delText></w:r></w:del></w:p>'
    )

    assert texts(reading.read(docx(changed), changes="reject")) == [("", "é moins")]
    assert texts(reading.read(docx(changed), changes="accept")) == [("", "é plus")]


def test_headers_and_contents_are_reported_and_left_out() -> None:
    contents = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p('Un ..... 3')}</w:sdtContent></w:sdt>"
    )
    header = f"<w:hdr {SPACES}>{p('Projet confidentiel')}</w:hdr>"

    found = reading.read(docx(contents + p("é"), more={"header1": header}, kinds={"header1": "header"}))

    assert texts(found) == [("", "é")]
    assert losses(found) == {"header": 1, "contents": 1}
    assert found.running == ("Projet confidentiel",)


def test_an_indented_paragraph_is_no_quotation() -> None:
    assert text_of(f'<w:p><w:pPr><w:ind w:left="720"/></w:pPr>{r("é")}</w:p>') == "é"


# --- In the guarded process ---


def test_the_guarded_process_reads_the_same() -> None:
    data = docx(h("Un") + p("œuvre 🙂") + h("Deux") + table(["a", "b"], ["c", "d"]))

    answer = worker.run("exports.docx.reading:read_to_json", data, "accept", False, limits=pandoc.limits())

    assert reading.from_json(answer) == reading.read(data)


def test_a_refusal_comes_out_of_the_guarded_process_as_such() -> None:
    answer = worker.run(
        "exports.docx.reading:read_to_json", docx("<w:p/>"), "accept", False, limits=pandoc.limits()
    )

    with pytest.raises(package.Refused, match="no-text"):
        reading.from_json(answer)


@pytest.mark.parametrize("answer", [
    {"title": 1, "sections": [], "losses": [], "running": [], "language": ""},
    {"title": "", "sections": [{"title": "é", "text": None}], "losses": [], "running": []},
    {"title": "", "sections": [], "losses": [{"kind": "inconnu", "count": 1, "places": []}], "running": []},
    {"refused": "inconnu"},
])
def test_an_answer_of_another_shape_is_not_believed(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        reading.from_json(json.dumps(answer).encode())
