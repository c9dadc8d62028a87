"""Markdown to HTML: what is allowed out, footnotes, headings, links, and the limits."""

import html.parser
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafting.domain import markdown
from drafting.domain.markdown import Options, TooComplex, render, to_html

NB, NN = "\u00a0", "\u202f"


def fr(source: str, **options: object) -> str:
    return to_html(source, language="fr", options=Options(**options)).replace("&nbsp;", NB)  # type: ignore[arg-type]


def test_a_paragraph_is_typeset_but_not_its_code_or_links() -> None:
    html = fr("« Qui ? » : `a ; b ?` et [c ; d](https://oit.org/?a=b;c) ; fin 🙂 !")

    assert html == (
        f"<p>«{NB}Qui{NN}?{NB}»{NB}: <code>a ; b ?</code> et "
        f'<a href="https://oit.org/?a=b;c">c ; d</a>{NN}; fin 🙂{NN}!</p>\n'
    )


def test_spaces_are_right_across_emphasis() -> None:
    assert fr("« *œuvre* » **fin** ;") == (
        f"<p>«{NB}<em>œuvre</em>{NB}» <strong>fin</strong>{NN};</p>\n"
    )


def test_typography_can_be_left_out() -> None:
    assert fr("Qui ?", typography=False) == "<p>Qui ?</p>\n"


def test_inclusive_forms_are_kept_whole() -> None:
    assert fr("Les travailleurs·ses.") == '<p>Les <span class="whole">travailleurs·ses</span>.</p>\n'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "[x](//exemple.org/y)",
        "[x](/sign-out)",
        "![x](https://exemple.org/pixel.png)",
        "![x](file:///etc/passwd)",
        "[a]: javascript:alert(1)\n\n[a]",
        '[x](https://oit.org "a\\" onclick=alert(1)")',
    ],
)
def test_nothing_dangerous_comes_out(hostile: str) -> None:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(fr(hostile))

    for tag, attributes in found:
        assert tag in markdown.TAGS
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert (attributes.get("href") or "https:").split(":")[0] in ("https", "mailto", "tel")


@pytest.mark.parametrize("url", ["https://oit.org", "http://a.fr", "mailto:a@exemple.org", "tel:+33123456789"])
def test_links_people_use_stay(url: str) -> None:
    assert f'href="{url}"' in fr(f"[lien]({url})")


def test_an_image_shows_its_alternative_text() -> None:
    assert fr("Voir ![le *logo* : œ](https://exemple.org/l.png).") == f"<p>Voir le logo{NB}: œ.</p>\n"


def test_notes_are_numbered_on_from_the_section_before() -> None:
    source = "Un[^a], deux[^b], un encore[^a].\n\n[^a]: Source ; page 3.\n\n[^b]: Autre.\n\n    - liste\n"

    done = render(source, language="fr", options=Options(prefix="s2", first_note=8))

    assert done.notes == 2
    assert 'href="#s2-note-8" id="s2-call-8"' in done.html
    assert 'href="#s2-note-8" id="s2-call-8-1"' in done.html
    assert '<li id="s2-note-9" class="note">' in done.html
    assert '<ol start="8">' in done.html


@pytest.mark.parametrize(
    ("levels", "shift", "expected"),
    [
        ([1, 2, 3, 2], 0, [1, 2, 3, 2]),
        ([2, 3], 0, [2, 3]),
        ([2, 4, 4, 2], 0, [2, 3, 3, 2]),
        ([1, 2], 2, [3, 4]),
        ([3, 5, 3], 2, [3, 4, 3]),
        ([2, 1, 3], 1, [2, 2, 3]),
        ([1, 2, 3, 4, 5, 6], 2, [3, 4, 5, 6, 6, 6]),
    ],
)
def test_headings_nest_under_the_title_and_never_skip_a_level(
    levels: list[int], shift: int, expected: list[int]
) -> None:
    html = fr("\n\n".join("#" * n + " Été" for n in levels), heading_shift=shift)

    assert [int(part[0]) for part in html.split("<h")[1:]] == expected


def test_ids_are_prefixed_and_unlike_one_another() -> None:
    html = fr("# Forms\n\n# Forms\n\n# Œuvre\n\n[là](#forms-2) [nulle part](#ailleurs)", prefix="s7")

    assert 'id="s7-forms"' in html
    assert 'id="s7-forms-2"' in html
    assert 'id="s7-oeuvre"' in html
    assert '<a href="#s7-forms-2">là</a> nulle part' in html


def test_the_empty_corner_of_a_table_is_no_header() -> None:
    html = to_html("|  | Été 😀 |\n| --- | ---: |\n| œuvre | 2 |", language="fr")

    assert "<td></td>" in html
    assert '<th scope="col" class="align-right">Été' in html
    assert html.count("<th ") == html.count("</th>") == 1


def test_on_a_screen_each_table_stands_in_a_frame_with_a_name() -> None:
    table = "| Année |\n| --- |\n| 2025 |\n\n"
    framed = to_html(table + "Puis\n\n" + table, language="en", options=Options(table_frames=True))
    bare = to_html(table, language="fr")

    frame = '<div class="table-frame" role="group" tabindex="0" aria-label="Table {}">\n<table>'
    assert [framed.count(frame.format(n)) for n in (1, 2)] == [1, 1]
    assert framed.count("</table>\n</div>") == 2
    assert "<div" not in bare


def test_tables_have_header_cells_and_no_style_attribute() -> None:
    html = fr("| Année | Montant |\n|---|--:|\n| 2025 | 109 000 € |\n")

    assert '<th scope="col">Année</th>' in html
    assert '<th scope="col" class="align-right">Montant</th>' in html
    assert f'<td class="align-right">109{NN}000{NB}€</td>' in html
    assert "style" not in html


@pytest.mark.parametrize(
    "source",
    [
        "é" * (markdown.MAX_SOURCE + 1),
        "![" * 150_000,
        "[" * 50_000,
        "^[" * 25_000,
        ">" * 3000 + " é",
        "- " * 3000 + "é",
        "*" * 3000 + "é" + "*" * 3000,
        "[^1]" * 12_000 + "\n\n[^1]: é",
    ],
)
def test_texts_beyond_the_limits_are_refused_at_once_and_in_plain_words(source: str) -> None:
    started = time.process_time()

    with pytest.raises(TooComplex, match="Ce texte"):
        fr(source)

    assert time.process_time() - started < 5


def test_half_a_surrogate_pair_is_shown_as_unreadable() -> None:
    assert fr("a\ud83d b 🙂") == "<p>a\ufffd b 🙂</p>\n"


def test_text_within_the_limits_never_vanishes_silently() -> None:
    assert "profond" in fr(">" * 25 + " profond")


@given(st.text(alphabet="aé *_`[]()!#>-|\n\t1.^:<&\"'«»·🙂\\", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_either_shown_or_refused(text: str) -> None:
    assert "<script" not in fr(text)
