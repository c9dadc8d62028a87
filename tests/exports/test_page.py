"""The print HTML: what the templates make of a manuscript, and where notes go."""

from datetime import datetime
from xml.etree.ElementTree import fromstring, tostring
from zoneinfo import ZoneInfo

import pytest

from exports import notes, page, words
from exports.manuscript import Organisation, Section, set_sections, source_text
from tests.exports import samples


def test_titles_are_typeset_and_escaped() -> None:
    html = page.to_html(samples.french(1, title="<b>Qui ?</b> « œuvre » & l'été 🙂"))

    assert "<h1>&lt;b&gt;Qui\u202f?&lt;/b&gt; «\u00a0œuvre\u00a0» &amp; l’été 🙂</h1>" in html


def test_notes_are_numbered_through_the_document() -> None:
    first, second = set_sections(samples.french(2))

    assert 'id="s1-note-3"' in first.html
    assert 'id="s2-note-4"' in second.html


def test_the_attached_source_keeps_the_notes_of_sections_apart() -> None:
    manuscript = samples.french(
        sections=(Section(1, "Un", "a[^1]\n\n[^1]: première"), Section(2, "Deux", "b[^1]\r\n\r\n[^1]: seconde\n"))
    )

    assert source_text(manuscript) == (
        f"# {manuscript.title}\n\n## 1. Un\n\na[^1-1]\n\n[^1-1]: première\n\n## 2. Deux\n\nb[^2-1]\n\n[^2-1]: seconde\n"
    )


def test_a_running_head_is_one_line_cut_between_words() -> None:
    assert page.running("Court", 20, "fr") == "Court"
    assert page.running("Un titre beaucoup trop long pour une ligne", 20, "fr") == "Un titre beaucoup…"


def test_a_long_list_of_organisations_has_a_page_of_its_own() -> None:
    few = page.to_html(samples.french(1))
    many = page.to_html(
        samples.french(1, organisations=tuple(Organisation(f"F{n}", "Fédération", "author") for n in range(43)))
    )

    assert "organisations-page" not in few
    assert many.count("organisations-page") == 1
    assert many.count('class="acronym"') == 43


def test_running_heads_cannot_break_out_of_their_string() -> None:
    css = page.own_css(samples.french(1, title='"; } @import url(file:///etc/passwd); \\" \n</style>'))

    assert "url(" not in css
    assert "</style" not in css


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [("fr", 1, "1er\u00a0mai 2025"), ("fr", 10, "10\u00a0mai 2025"), ("en", 1, "1 May 2025")],
)
def test_dates_are_written_in_words(language: str, day: int, expected: str) -> None:
    assert words.long_date(language, datetime(2025, 5, day, tzinfo=ZoneInfo("Europe/Paris"))) == expected


def test_every_expression_exists_in_every_language() -> None:
    assert words.WORDS["fr"].keys() == words.WORDS["en"].keys()


def test_a_note_moves_to_its_first_call_and_later_calls_lead_to_it() -> None:
    root = fromstring(
        '<body><p>a<sup class="note-call"><a href="#n-note-1" id="c1">1</a></sup> b'
        '<sup class="note-call"><a href="#n-note-1" id="c2">1</a></sup> c</p>'
        '<div class="notes"><ol><li id="n-note-1" class="note"><p>œuvre <a href="#c1" class="note-back">↩</a></p></li>'
        "</ol></div></body>"
    )

    notes.place(root)

    assert tostring(root, encoding="unicode") == (
        '<body><p>a<span class="note" id="n-note-1" data-number="1" data-tag="Note"><p class="first">œuvre</p></span>'
        ' b<sup class="note-again"><a href="#n-note-1" id="c2">1</a></sup> c</p></body>'
    )
