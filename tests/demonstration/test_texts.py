"""What the demonstration says: long enough, sourced, clean, and nothing beyond the published facts."""

import re
import unicodedata

import pytest

from drafting.demonstration.story import FIRST, LIVE, SECOND, STATES
from drafting.demonstration.texts import FOLDER, chapters, text_of

FILES = sorted(FOLDER.glob("*.md"))
ALL = [(chapter.key, state) for state in STATES for chapter in chapters(state)]

# The published facts know these numbers and no others: days, year, amount, article, recommendation, texts.
NUMBERS = {"10", "11", "2025", "109", "22", "87", "98", "2024/1689", "2024/2831"}
# Every capitalised word that does not open a sentence: places, real bodies of the facts, our own examples.
NAMES = {
    "CET",
    "CGT",
    "CES",
    "OIT",
    "ONU",
    "RGPD",
    "IA",
    "UE",
    "Union",
    "Paris",
    "Atos",
    "France",
    "Tesla",
    "Amazon",
    "Meta",
    "Suède",
    "Allemagne",
    "Canada",
    "Kenya",
    "Sommet",
    "Commission",
    "Confédération",
    "Fédération",
    "République",
    "Organisation",
    "Nations",
    "Travail",
    "États",
}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_][\w’·-]*", text)


def _prose(text: str) -> str:
    """The text without marks, so that only sentences and cells remain."""
    text = re.sub(r"\[\^[a-z]+\]:? ?", "", text)
    text = re.sub(r"^(\d+\. |- |#+ |\| ?)", "", text, flags=re.M)
    return text.replace("*", "").replace("| ", "\n").replace("|", "")


def test_the_demonstration_is_long_enough_in_each_state():
    for state in STATES:
        count = sum(len(_words(_prose(text_of(chapter.key, state)))) for chapter in chapters(state))

        assert count >= 2500
        assert len(chapters(state)) >= 6


def test_every_section_of_a_state_has_a_text():
    assert all(text_of(section, state) for section, state in ALL)
    assert {path.name.split(".")[0] for path in FILES} == {section for section, _ in ALL}


@pytest.mark.parametrize(("section", "state"), ALL)
def test_every_footnote_is_called_once_defined_and_defined_once_called(section, state):
    text = text_of(section, state)

    calls = re.findall(r"\[\^([a-z]+)\](?!:)", text)
    notes = re.findall(r"^\[\^([a-z]+)\]: \S", text, flags=re.M)

    assert len(calls) == len(set(calls))
    assert sorted(calls) == sorted(notes)


def test_there_are_enough_footnotes_and_tables():
    for state in STATES:
        whole = "\n\n".join(text_of(chapter.key, state) for chapter in chapters(state))

        assert len(re.findall(r"^\[\^", whole, flags=re.M)) >= 12
        assert len(re.findall(r"^\| --- ", whole, flags=re.M)) == (1 if state == FIRST else 2)
        assert re.search(r"^- ", whole, flags=re.M)
        assert re.search(r"^1\. ", whole, flags=re.M)
        assert re.search(r"^## ", whole, flags=re.M)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_table_row_has_as_many_cells_as_its_head(path):
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("|"):
            assert len({row.count("|") for row in block.strip().splitlines()}) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_source_is_clean(path):
    text = path.read_text(encoding="utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert not re.search("[\u00a0\u202f\u2009\u00ad\ufeff\r\t]", text), "typography belongs to the rendering"
    assert not re.search(r"['\"“”]|\.\.\.|--[^- |]", text), "straight quotes, dots or dashes"
    assert not re.search(r"\S  |[ ]$|\n\n\n", text, flags=re.M), "stray spaces or empty lines"
    assert not re.search(r"[^\s|][;:!?](?=\s)", re.sub(r"^\[\^[a-z]+\]:", "", text, flags=re.M)), "no space"
    assert not re.search(r" [,.]|«\S|\S»", text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_number_and_no_name_goes_beyond_the_published_facts(path):
    prose = _prose(path.read_text(encoding="utf-8"))

    assert set(re.findall(r"\d[\d/]*", prose)) <= NUMBERS
    inside = re.findall(r"(?<=[^.!?:«\n] )(?:[ldnsmtcj]’|qu’)?([A-ZÀ-Ý][\w’-]*)", prose)
    assert {name.rstrip("-") for name in inside} <= NAMES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_quoted_but_the_title_of_the_report(path):
    text = path.read_text(encoding="utf-8")

    assert set(re.findall("«(.*?)»", text)) <= {" IA : notre ambition pour la France "}
    assert not re.search(r"^>", text, flags=re.M)
    assert "http" not in text


@pytest.mark.parametrize(("section", "state"), ALL)
def test_a_real_unions_position_is_attributed_with_its_source(section, state):
    text = text_of(section, state)
    body = text.split("\n[^", 1)[0]

    for paragraph in body.split("\n\n"):
        if re.search(r"\b(CGT|CES|Confédération européenne)\b", paragraph):
            assert "[^" in paragraph, paragraph
        for sentence in re.split(r"(?<=[.!?]) ", paragraph):
            real = re.search(r"\b(CGT|CES)\b", sentence)
            assert not (real and re.search(r"\b([Nn]ous (demand|propos|voul|reven)|CET (demande|réclame))", sentence))


def test_the_versions_differ_in_the_ways_a_comparison_must_show():
    def both(section):
        return text_of(section, FIRST), text_of(section, SECOND)

    def block(text, start):
        return next(n for n, one in enumerate(text.split("\n\n")) if one.startswith(start))

    old, new = both("investissements")
    assert block(old, "Les donneurs d’ordre") < block(old, "## Des emplois")
    assert block(new, "Les donneurs d’ordre") > block(new, "| Condition"), "a moved paragraph"
    assert old.count("\n| ") + 1 == new.count("\n| "), "a row more"
    old, new = both("donnees")
    assert "sa mémoire. La Fédération" in old
    assert "sa mémoire.\n\nLa Fédération" in new, "a split paragraph"
    assert old.split("[^cgt]: ")[1] != new.split("[^cgt]: ")[1], "a changed footnote"
    old, new = both("droits")
    assert "Le même programme peut fixer la règle" in old
    assert "Le même programme peut fixer la règle" not in new, "a removed sentence"
    assert {chapter.key for chapter in chapters(SECOND)} - {chapter.key for chapter in chapters(FIRST)}


def test_the_live_text_has_moved_on_since_version_2():
    moved = [chapter.key for chapter in chapters(LIVE) if text_of(chapter.key, LIVE) != text_of(chapter.key, SECOND)]

    assert len(moved) >= 4
