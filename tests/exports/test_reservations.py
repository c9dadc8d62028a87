"""Where a reservation's note stands: behind its passage, in a text that otherwise stays what was validated."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from drafting.domain.typography import ATOM
from exports import page
from exports.manuscript import Manuscript, Section, source_text
from exports.reservations import placed
from exports.validation_record import Reserved
from tests.exports import samples, validated


def reserved(text: str, passage: str, **values: object) -> Reserved:
    start = text.index(passage)
    made = Reserved("FÉD-A", "Fédération « œuvre »", "Nous disons non.", quote=passage, section=1, start=start,
                    stop=start + len(passage), is_footnote=True)
    return replace(made, **values)  # type: ignore[arg-type]


def manuscript(text: str, *reservations: Reserved) -> Manuscript:
    return validated.manuscript(sections=(Section(1, "Constats", text),), reservations=reservations)


@pytest.mark.parametrize(
    ("text", "passage", "marked"),
    [
        ("Une œuvre « commune » : oui.", "commune »", "Une œuvre « commune »‡ : oui."),
        ("Une **œuvre** commune.", "**œuvre", "Une **œuvre‡** commune."),
        ("Une **œuvre** commune.", "**œuvre**", "Une **œuvre**‡ commune."),
        ("Un `code` ici.", "`code`", "Un `code`‡ ici."),
        ("Un texte.\n\nUn autre.", "Un texte.\n\n", "Un texte.‡\n\nUn autre."),
        ("# Titre\n\nTexte 🙂 fin.", "Titre", "# Titre‡\n\nTexte 🙂 fin."),
        ("- un point\n- deux", "un point", "- un point‡\n- deux"),
        ("| a | b |\n|---|---|\n| c été | d |", "c été", "| a | b |\n|---|---|\n| c été‡ | d |"),
        ("| a | b |\n|---|---|\n| c | d |", "| c | d |", "| a | b |\n|---|---|\n| c | d‡ |"),
        ("|a|b|\n|-|-|\n|c|d|", "|c|", "|a|b|\n|-|-|\n|c‡|d|"),
        ("Voir [l’OIT](https://oit.org).", "[l’OIT](https://oit.org)", "Voir [l’OIT](https://oit.org)‡."),
        ("Le texte[^1] est là.\n\n[^1]: Note.", "texte[^1]", "Le texte[^1]‡ est là.\n\n[^1]: Note."),
        ("Texte 🙂 fin", "fin", "Texte 🙂 fin‡"),
        ("The text’s ‘own’ words.", "‘own’", "The text’s ‘own’‡ words."),
    ],
)
def test_a_note_stands_where_the_passage_ends(text: str, passage: str, marked: str) -> None:
    found = placed(manuscript(text, reserved(text, passage)))

    assert found.manuscript.sections[0].text == marked.replace("‡", ATOM)
    assert found.manuscript.reservations == ()
    assert [number for number, _ in found.notes[1]] == [1]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Les travailleurs·ses.", "travailleurs"),
        ("Les travailleurs·ses.", "travailleurs·"),
        ("L’œuvre commune.", "com"),
        ("Une e\u0301tude.", "Une e"),
        ("Un signe 👩‍🏭 entier.", "Un signe 👩"),
        ("Un signe 👍🏽 entier.", "Un signe 👍"),
        ("Un `code brut` ici.", "code"),
        ("```\ncode\n```\n", "code"),
        ("    code\n\nTexte.", "code"),
        ("Voir [l’OIT à Genève](https://oit.org).", "l’OIT"),
        ("Voir [l’OIT](https://oit.org/a).", "oit.org"),
        ("Voir <https://oit.org/a> ici.", "https://oit.org/a"),
        ("Le texte[^1].\n\n[^1]: Une note d’été.", "Une note"),
        ("| a | b |\n|---|---|\n| c | d |", "|---|---|"),
        ("Un titre\n========\n\nTexte.", "======="),
        ("Un &amp; deux.", "Un &am"),
        ("# Titre", "#"),
        ("Un début.\n\n**Gras** ici.", "Un début.\n\n**"),
        (f"Un {ATOM} signe.", "signe"),
        (f"Un `{ATOM}` signe.", "signe"),
    ],
)
def test_where_no_note_can_stand_the_reservation_is_annexed(text: str, passage: str) -> None:
    one = reserved(text, passage)

    found = placed(manuscript(text, one))

    assert found.manuscript == manuscript(text, one)
    assert found.notes == {1: ()}


@pytest.mark.parametrize(
    "changes", [{"section": 9}, {"stop": None}, {"stop": 999}, {"stop": 0}, {"is_footnote": False}])
def test_a_reservation_without_a_passage_here_is_annexed(changes: dict[str, object]) -> None:
    one = reserved("L’été.", "été", **changes)

    assert placed(manuscript("L’été.", one)).manuscript.reservations == (one,)


def test_notes_are_counted_in_the_order_of_the_text_and_one_that_cannot_stand_disturbs_no_other() -> None:
    text = "Un début, une `suite d’été` et une fin."
    last, code, first = reserved(text, "fin"), reserved(text, "suite"), reserved(text, "début")
    same = reserved(text, "Un début", acronym="UD")

    found = placed(manuscript(text, last, code, first, same))

    assert found.notes[1] == ((1, first), (2, same), (3, last))
    assert found.manuscript.reservations == (code,)
    assert found.manuscript.sections[0].text.count(ATOM) == 3


def test_notes_go_on_counting_in_the_next_section() -> None:
    one, two = reserved("L’été.", "été"), reserved("L’été.", "été", section=2)
    sections = (Section(1, "Un", "L’été."), Section(2, "Deux", "L’été."))

    found = placed(validated.manuscript(sections=sections, reservations=(two, one)))

    assert found.notes == {1: ((1, one),), 2: ((2, two),)}


def test_the_texts_own_notes_and_lines_keep_their_numbers() -> None:
    plain = samples.french(2, line_numbers=True)
    text = plain.sections[0].text
    passages = ("des décisions", "industrielle ;", "employeurs", "sur les systèmes déployés", "Refus de négocier")
    held = replace(plain, reservations=tuple(reserved(text, one) for one in passages))

    before, after = page.to_html(plain), page.to_html(held)

    assert after.count('class="note reservation"') == len(passages)
    bare = re.sub(r'<span class="note reservation".*?</strong> Nous disons non.</span>', "", after)
    main = bare[bare.index("<main>") : bare.index('<section class="annex"')]
    assert main.strip() == before[before.index("<main>") : before.index("</main>")].strip()


def test_a_notes_words_are_escaped_and_say_whose_and_on_what() -> None:
    said = "[Plus] *d’œuvres* <b> & [^1] :\n\nSecond | alinéa"
    one = replace(reserved("L’été.", "été", acronym="FÉD <A>"), text=said)

    html = page.to_html(manuscript("L’été.", one))

    assert ('<strong>Réserve de FÉD &lt;A&gt; sur «\u00a0été\u00a0»\u00a0:</strong> '
            "[Plus] *d’œuvres* &lt;b&gt; &amp; [^1]\u00a0:<br>Second | alinéa</span>.") in html


def test_of_a_long_passage_the_note_quotes_the_ends() -> None:
    text = "Le début de ce passage est ici, " + "et il dure, " * 20 + "jusqu’à sa toute dernière ligne."

    html = page.to_html(manuscript(text, reserved(text, text)))

    assert "Le début de ce passage est ici, et il […] dure, jusqu’à sa toute dernière ligne." in html


def test_a_note_in_a_title_is_not_in_the_contents() -> None:
    text = "### L’été\n\nTexte."

    html = page.to_html(manuscript(text, reserved(text, "L’été")))

    assert ATOM not in html
    assert '<span class="toc-name">L’été</span>' in html


def test_the_attached_source_stays_the_text_that_was_validated() -> None:
    one = reserved(validated.TEXT, "elle compte")

    assert source_text(validated.manuscript(reservations=(one,))) == source_text(validated.manuscript())
