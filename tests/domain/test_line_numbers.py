"""Line and paragraph numbers: which lines a text has, that marks change nothing else, the same numbers everywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from drafting.domain.line_numbers import MEASURE, BlockNumber, Numbering, line_starts
from drafting.domain.markdown import Options, render
from drafting.domain.numbering import margin_mark, margins, number_blocks
from drafting.domain.proposals import paragraph_starts
from drafting.domain.redline import RedlineWords, compare_rendered
from drafting.domain.version import Citation, parse_citation

TEXTS = sorted((Path(__file__).parents[2] / "drafting/demonstration/texts").glob("*.md"))

# What is read, broken at 20 characters.
LINES = [
    ("", [""]),
    ("Un été court", ["Un été court"]),
    ("L’œuvre commune dure toujours", ["L’œuvre commune dure ", "toujours"]),  # 20 characters, and a space that ends it
    ("Des travailleurs·ses toujours", ["Des travailleurs·ses ", "toujours"]),
    ("Vingt-et-un caractères", ["Vingt-et-un ", "caractères"]),  # A hyphen is no place to break.
    ("Elles disent non, 12\u00a0% «\u00a0oui\u00a0»", ["Elles disent non, ", "12\u00a0% «\u00a0oui\u00a0»"]),
    ("anticonstitutionnellement oui", ["anticonstitutionnellement ", "oui"]),
    ("🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 neuf signes", ["🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 neuf ", "signes"]),
    ("Un vers\nUn autre vers\n\nfin", ["Un vers\n", "Un autre vers\n", "\n", "fin"]),
    ("deux  espaces  comptent pour une", ["deux  espaces  ", "comptent pour une"]),
]


@pytest.mark.parametrize(("text", "lines"), LINES, ids=[text[:20] or "nothing" for text, _ in LINES])
def test_lines_end_at_spaces(text: str, lines: list[str]) -> None:
    starts = line_starts(text, 20)

    assert [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] == lines


def test_a_line_is_as_full_as_it_can_be() -> None:
    for text in TEXTS:
        words = " ".join(text.read_text(encoding="utf-8").split())
        starts = line_starts(words, MEASURE)
        lines = [words[a:b].rstrip(" ") for a, b in zip(starts, [*starts[1:], len(words)], strict=True)]

        assert all(len(line) <= MEASURE or " " not in line for line in lines)
        assert all(len(a) + 1 + len(b.split(" ")[0]) > MEASURE for a, b in pairwise(lines))


def numbered(text: str, **options: object) -> str:
    return render(text, language="fr", options=Options(numbering=Numbering(4, 7, **options))).html


def shape(html: str) -> str:
    """Return the text with its numbers: «4.2» for a paragraph, ‹8› for a line, / where a line is broken."""
    html = re.sub(r'<span class="paragraph-number"[^>]* data-number="([^"]+)"[^>]*></span>', r"«\1»", html)
    html = re.sub(r'<span class="line-number" id="l(\d+)" data-number="\1"[^>]*></span>', r"‹\1›", html)
    html = re.sub(r'<br class="line-break">', "/", html)
    html = re.sub(r"<sup.*?</sup>|<a [^>]*note-back.*?</a>", "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("\u202f", " ")).strip()


LONG = "mot " * 25
RULES = [
    ("a heading is one line, however long",
     f"# {LONG}é", f"«4.1»‹7›{LONG}é"),
    ("a paragraph has lines of 80 characters",
     f"{LONG}é", f"«4.1»‹7›{'mot ' * 20}/‹8›{'mot ' * 5}é"),
    ("items and quotations have shorter ones",
     f"> - {LONG}é", f"«4.1»‹7›{'mot ' * 18}/‹8›{'mot ' * 7}é"),
    ("an author's own line break is a line",
     "Un vers  \nUn autre œuvre", "«4.1»‹7›Un vers ‹8›Un autre œuvre"),
    ("a line of the source is none",
     "Un\nautre\nmot", "«4.1»‹7›Un autre mot"),
    ("a row of a table is one, whatever its cells hold",
     f"| a | b |\n| - | - |\n| {LONG} | é |\n|  | œ |", f"«4.1»‹7›a b ‹8›{LONG}é ‹9›œ"),
    ("each line of a block of code is one",
     "```\nun\n\ndeux\n```", "«4.1»‹7›un ‹8› ‹9›deux"),
    ("code in a line is not cut",
     f"{'mot ' * 19}`un deux trois` é", f"«4.1»‹7›{'mot ' * 19}/‹8› un deux trois é"),
    ("notes have a paragraph's number and no line",
     "Un[^a] mot.\n\n[^a]: L’œuvre · 🙂\n\nFin", "«4.1»‹7›Un mot. «4.3»‹8›Fin «4.2»L’œuvre · 🙂"),
    ("a rule has none, but it counts as a paragraph, as for amendments",
     "Un\n\n---\n\nDeux", "«4.1»‹7›Un «4.3»‹8›Deux"),
    ("what follows a heading without an empty line is in its paragraph",
     "## Été\nTexte", "«4.1»‹7›Été ‹8›Texte"),
    ("each item is a paragraph",
     "- un\n- deux\n\n  suite", "«4.1»‹7›un «4.2»‹8›deux «4.3»‹9›suite"),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in RULES], ids=[case[0] for case in RULES])
def test_what_is_numbered(text: str, expected: str) -> None:
    assert shape(numbered(text, breaks=True)) == re.sub(r"\s+", " ", expected)


def test_marks_around_words_do_not_move_lines() -> None:
    plain = f"{'mot ' * 18}gras et italique avec un lien long"
    marked = f"{'mot ' * 18}**gras *et italique* avec** [un lien](https://oit.org) long"

    assert shape(numbered(marked, breaks=True)).replace(" ", "") == shape(numbered(plain, breaks=True)).replace(" ", "")


@pytest.mark.parametrize("path", TEXTS, ids=[path.name for path in TEXTS])
def test_marks_change_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = render(text, language="fr")

    done = render(text, language="fr", options=Options(numbering=Numbering(4, 7, breaks=True)))

    bare = re.sub(r'<br class="line-break">|<span class="(?:line|paragraph)-number"[^>]*></span>', "", done.html)
    assert bare == plain.html
    assert done.next_line == 7 + done.html.count('class="line-number"')


@pytest.mark.parametrize("path", TEXTS, ids=[path.name for path in TEXTS])
def test_each_paragraph_that_amendments_know_can_be_reached_or_shows_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    found = {int(n) for n in re.findall(r'id="p4-(\d+)"', numbered(text))}

    starts = [*paragraph_starts(text), len(text)]
    silent = [text[a:b] for n, (a, b) in enumerate(pairwise(starts), start=1) if n not in found]
    assert [one for one in silent if re.search(r"\w", one)] == []
    assert max(found) == len(starts) - 1


def test_comparisons_get_the_same_numbers_without_rendering() -> None:
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        rendered = render(text, language="fr", options=Options(numbering=Numbering(4, 7)))

        found = number_blocks(text, language="fr", section=4, first_line=7)

        assert (tuple(found.blocks), found.next_line) == (rendered.blocks, rendered.next_line)


def test_the_numbers_of_a_block_stand_beside_it() -> None:
    block = BlockNumber(9, 2, True, 123)

    assert margin_mark(4, block) == (
        '<span class="paragraph-number" data-number="4.2" data-line="123" aria-hidden="true"></span>')
    assert "data-line" not in margin_mark(4, replace(block, line=None)) + margin_mark(4, block, has_line=False)


REDLINES = [
    ("new and kept paragraphs have the new text's numbers",
     "Été\n\nFin", "Été\n\nMilieu · 🙂\n\nFin", ["4.1·7", "4.2·8", "4.3·9"]),
    ("what is gone has none",
     "Été\n\nMilieu · œuvre\n\nFin", "Été\n\nFin", ["4.1·7", "4.2·8"]),
    ("items, rows and headings have theirs",
     "- un\n- deux", "# Titre\n\n- un\n- deux · é\n\n|  | b |\n| - | - |\n| c | d |",
     ["4.1·7", "4.2·8", "4.3·9", "4.4·10", "4.4·11"]),
    ("a paragraph that was split has two",
     "Un mot. Un autre mot bien long.", "Un mot.\n\nUn autre mot bien long.", ["4.1·7", "4.2·8"]),
    ("notes have no line",
     "Un[^a].\n\n[^a]: Note é.", "Un[^a].\n\n[^a]: Note è.", ["4.1·7", "4.2·"]),
]


@pytest.mark.parametrize(("a", "b", "expected"), [case[1:] for case in REDLINES], ids=[case[0] for case in REDLINES])
def test_a_redline_has_the_numbers_of_the_new_text(a: str, b: str, expected: list[str]) -> None:
    marks = margins(4, number_blocks(b, language="fr", section=4, first_line=7), has_lines=True)

    redline = compare_rendered(a, b, language="fr", margins=marks)

    plain = compare_rendered(a, b, language="fr")
    for html, bare in ((redline.inline({}, RedlineWords(), fold=False), plain.inline({}, RedlineWords(), fold=False)),
                       (redline.side_by_side({}, RedlineWords(), fold=False),
                        plain.side_by_side({}, RedlineWords(), fold=False))):
        found = re.findall(r'<span class="paragraph-number" data-number="([^"]+)"(?: data-line="(\d+)")?', html)
        assert [f"{number}·{line}" for number, line in found] == expected
        assert re.sub(r'<span class="paragraph-number"[^>]*></span>', "", html) == bare


def test_a_screen_reader_is_read_numbers_only_where_they_are_asked_for() -> None:
    silent, spoken = numbered("L’œuvre"), numbered("L’œuvre", spoken=True)

    assert silent.count('aria-hidden="true"') == 2
    assert "ligne" not in silent
    assert "aria-hidden" not in spoken
    assert '<span class="visually-hidden">ligne 7. </span>' in spoken
    assert '<span class="visually-hidden">paragraphe 4.1. </span>' in spoken


CITATIONS = [
    ("l. 123", Citation(line=123)), ("L.123", Citation(line=123)), ("ligne 12", Citation(line=12)),
    ("lignes 12-15", Citation(line=12)), ("l. 12 à 15", Citation(line=12)), ("line 7", Citation(line=7)),
    ("123", Citation(line=123)), (" l123 ", Citation(line=123)),
    ("§ 4.2", Citation(section=4, paragraph=2)), ("§\u00a04.2", Citation(section=4, paragraph=2)),
    ("4.2", Citation(section=4, paragraph=2)), ("§4-2", Citation(section=4, paragraph=2)),
    ("p4-2", Citation(section=4, paragraph=2)), ("paragraphe 4.2", Citation(section=4, paragraph=2)),
    ("12-15", Citation(section=12, paragraph=15)),
    ("", None), ("l. 0", None), ("œuvre", None), ("l. 1234567", None), ("§ 4", None), ("4.2.1", None), ("٣", None),
]


@pytest.mark.parametrize(("words", "citation"), CITATIONS, ids=[repr(words) for words, _ in CITATIONS])
def test_what_people_cite_is_understood(words: str, citation: Citation | None) -> None:
    assert parse_citation(words) == citation


def test_a_citation_is_the_places_id() -> None:
    assert (Citation(line=123).anchor, Citation(section=4, paragraph=2).anchor) == ("l123", "p4-2")
