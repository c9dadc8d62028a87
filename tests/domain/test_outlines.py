"""Outlines: every kind in both languages, and the recipient's questions."""

import pytest

from drafting.domain.outlines import (
    QUESTIONS_MAX,
    TITLE_MAX,
    OutlineKind,
    outline,
    outlines,
    questions_from,
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_has_an_outline_with_guides_in_each_language(language):
    offered = outlines(language)

    assert [one.kind for one in offered] == list(OutlineKind)
    for one in offered:
        assert one.language == language
        assert one.name
        assert one.summary
        titles = [section.title for section in one.sections()]
        assert len(titles) == len(set(titles)) >= 4
        assert all(0 < len(title) <= TITLE_MAX for title in titles)
        assert all(section.guide.endswith(".") for section in one.sections())


@pytest.mark.parametrize("kind", list(OutlineKind))
def test_both_languages_have_the_same_number_of_sections(kind):
    assert len(outline(kind, "fr").sections()) == len(outline(kind, "en").sections())


def test_an_unknown_language_gets_the_french_outline():
    assert outline("summit", "eo").language == "fr"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="novel"):
        outline("novel", "fr")


def test_the_recipients_questions_come_between_opening_and_closing():
    consultation = outline("consultation", "fr")

    titles = [section.title for section in consultation.sections(["Q1. Où ?", "Q2. Quel cœur d’œuvre ?"])]

    assert titles[len(consultation.opening) :][:2] == ["Q1. Où ?", "Q2. Quel cœur d’œuvre ?"]
    assert titles[-1] == consultation.closing[-1].title


def test_a_kind_without_questions_ignores_them():
    assert outline("congress", "fr").sections(["Q1"]) == outline("congress", "fr").sections()


def test_pasted_questions_are_one_a_line_without_repeats():
    pasted = "Q1.  Quels effets\tsur l’emploi ?\r\n\n  Q2. Et les travailleurs·ses 🙂 ?\n"
    pasted += "Q1. Quels effets sur l’emploi ?"

    assert questions_from(pasted) == ("Q1. Quels effets sur l’emploi ?", "Q2. Et les travailleurs·ses 🙂 ?")


def test_a_long_question_is_cut_at_a_word_and_too_many_are_left_out():
    long = questions_from("mot " * 200)[0]

    assert len(long) <= TITLE_MAX
    assert long.endswith("mot…")
    assert len(questions_from("\n".join(f"Question {n}" for n in range(200)))) == QUESTIONS_MAX
