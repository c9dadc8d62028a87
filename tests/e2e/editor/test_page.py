"""The page: marks hidden, notes numbered, Markdown on demand, finding, counting."""

from __future__ import annotations

import pytest

from drafting.domain.blocks import count
from tests.e2e.editor.conftest import ROOT, Editor

PAPER = (
    "# Un titre à l’œuvre\n\nDu **gras**, de *l’italique* et un [lien](https://www.example.org/é) 😀[^a].\n\n"
    "- un\n  - deux\n\n4. quatre\n4. cinq\n\n> Une « citation ».\n\n"
    "| Été | Œuvre |\n| --- | --- |\n| a | b |\n\nFin[^b].\n\n[^b]: Seconde.\n[^a]: Première.\n"
)


def test_a_page_shows_no_marks_of_markdown(editor: Editor) -> None:
    editor.open(PAPER)
    editor.page.evaluate("view.contentDOM.blur()")

    seen = editor.seen

    for mark in ("#", "**", "*", "[", "](", "](http", "|", "---", "> ", "^"):
        assert mark not in seen, mark
    assert "Un titre à l’œuvre" in seen
    assert "Du gras, de l’italique et un lien" in seen


def test_structure_is_in_the_accessibility_tree(editor: Editor) -> None:
    editor.open(PAPER)
    page = editor.page

    assert page.get_by_role("heading", name="Un titre à l’œuvre").get_attribute("aria-level") == "3"
    assert page.get_by_role("link", name="lien").get_attribute("href") == "https://www.example.org/é"
    assert page.get_by_role("table").get_by_role("cell").all_inner_texts() == ["a", "b"]
    assert page.get_by_role("columnheader").all_inner_texts() == ["Été", "Œuvre"]
    assert page.get_by_role("listitem").count() == 4
    assert page.get_by_role("textbox", name="Introduction").get_attribute("aria-multiline") == "true"


def test_list_numbers_are_computed(editor: Editor) -> None:
    editor.open(PAPER)

    assert editor.page.locator(".cm-marker-number").all_inner_texts() == ["4.", "5."]


def test_inline_marks_show_where_the_caret_touches_them(editor: Editor) -> None:
    editor.open("Du **gr¦as**, de *l’italique*.")

    touching = editor.seen
    editor.select(0)

    assert touching == "Du **gras**, de l’italique."
    assert editor.seen == "Du gras, de l’italique."


def test_notes_are_numbered_in_the_order_of_their_references(editor: Editor) -> None:
    editor.open(PAPER)

    assert editor.page.locator(".cm-note-reference").all_inner_texts() == ["1", "2"]
    assert editor.page.locator(".cm-note-number").all_inner_texts() == ["2.", "1."]


def test_the_note_button_goes_there_and_back(editor: Editor) -> None:
    editor.open("Un été¦ à l’œuvre.")

    editor.tool("note")
    editor.type("Voir « ici » 😀.")
    there = editor.text
    editor.tool("note")
    editor.type("!")

    assert there.count("[^") == 2
    assert there.endswith("]: Voir « ici » 😀.")
    assert editor.text.startswith("Un été[^")
    assert "]! à l’œuvre." in editor.text


def test_a_second_note_before_the_first_stands_before_it(editor: Editor) -> None:
    editor.open("Un deux¦.")

    editor.tool("note")
    editor.type("B")
    editor.select(2)
    editor.tool("note")
    editor.type("A")

    assert editor.page.locator(".cm-note-reference").all_inner_texts() == ["1", "2"]
    assert editor.page.locator(".cm-note").all_inner_texts() == ["2.B", "1.A"]


def test_markdown_is_shown_and_hidden_again(editor: Editor) -> None:
    editor.open(PAPER)

    editor.tool("markdown")
    shown = editor.seen
    editor.tool("markdown")

    assert "# Un titre à l’œuvre" in shown
    assert "| a | b |" in shown
    assert "#" not in editor.seen


def test_find_steps_through_matches_and_replaces(editor: Editor) -> None:
    editor.open("¦Un été. Deux étés. Trois Étés 😀.")

    editor.press("Control+f")
    editor.type("été")
    counted = editor.page.locator(".cm-find-count").inner_text()
    editor.press("Enter")
    first = editor.page.locator(".cm-find-count").inner_text()
    editor.page.get_by_label("Remplacer par").fill("hiver")
    editor.page.get_by_role("button", name="Tout remplacer").click()
    editor.press("Escape")

    assert counted == "3 résultats"
    assert first == "1 sur 3"
    assert editor.text == "Un hiver. Deux hivers. Trois hivers 😀."
    assert editor.page.evaluate("document.activeElement === view.contentDOM")


COUNTED = [
    "# Été\n\nL’**œuvre** des [travailleurs·ses](https://x.org) 😀[^a]\n\n| a | b |\n|---|---|\n\n[^a]: Fin.",
    "- un\n  - deux ; trois\n\n1. « quatre »\n\n> cinq\n> six\n\n---\n\n\\*sept\\* `huit neuf`",
    "a  b\n\n\nc\\\nd<https://x.org/é> *e*f",
    *(file.read_text() for file in sorted((ROOT / "drafting/demonstration/texts").glob("*.now.md"))),
]


@pytest.mark.parametrize("source", COUNTED, ids=range(len(COUNTED)))
def test_words_and_characters_are_counted_as_the_server_counts(editor: Editor, source: str) -> None:
    editor.open()
    expected = count(source)

    counted = editor.page.evaluate("source => countMarkdown(source)", source)

    assert counted == {"words": expected.words, "characters": expected.characters}


def test_the_limit_is_shown_and_said_when_passed(editor: Editor) -> None:
    editor.open("un deux trois quatre cinq six sept huit¦", limit={"unit": "words", "max": 10})

    counted = editor.page.locator(".editor-count", has_text="mots")
    counted.wait_for()  # Counting begins when the page is calm.
    before = counted.inner_text()
    editor.type(" neuf dix onze douze")
    editor.page.locator(".editor-count-over").wait_for()

    assert before == "8 / 10 mots · reste 2"
    assert editor.page.locator(".editor-count").inner_text() == "12 / 10 mots · 2 de trop"
    assert editor.page.locator("[role=status]").inner_text() == "Limite dépassée de 2 mots."


def test_a_link_is_made_changed_and_removed(editor: Editor) -> None:
    editor.open("Voir ¦le site¦ 😀")

    editor.press("Control+k")
    editor.type("javascript:alert(1)")
    editor.press("Enter")
    refused = editor.page.get_by_role("alert").inner_text()
    editor.page.get_by_label("Adresse").fill("www.example.org/été (1)")
    editor.press("Enter")
    made = editor.text
    editor.press("Control+k")
    editor.page.get_by_role("button", name="Retirer le lien").click()

    assert refused.startswith("Cette adresse")
    assert made == "Voir [le site](https://www.example.org/été%20%281%29) 😀"
    assert editor.text == "Voir le site 😀"


def test_a_section_that_may_only_be_read_takes_the_focus_but_no_text(editor: Editor) -> None:
    editor.open("Un été", readOnly=True)

    editor.page.locator(".cm-content").focus()
    editor.type("x")
    editor.press("Enter", "Backspace")

    assert editor.text == "Un été"
    assert editor.page.locator(".cm-content").get_attribute("aria-readonly") == "true"
    assert editor.page.locator("[data-tool=bold]").get_attribute("aria-disabled") == "true"
    assert editor.page.locator("[data-tool=find]").get_attribute("aria-disabled") is None


def test_undo_and_redo_are_buttons_too(editor: Editor) -> None:
    editor.open("¦")

    editor.type("été")
    editor.tool("undo")
    undone = editor.text
    editor.tool("redo")

    assert undone == ""
    assert editor.text == "été"


def test_a_host_s_own_undo_is_used(editor: Editor) -> None:
    editor.page.evaluate(
        """() => mount({doc: 'été', language: 'fr', history: {undo: () => messages.push('undo'), redo: () => true,
        canUndo: () => true, canRedo: () => false}})"""
    )
    editor.page.evaluate("view.focus()")

    editor.press("Control+z")
    editor.tool("undo")

    assert editor.messages == ["undo", "undo"]
    assert editor.page.locator("[data-tool=redo]").get_attribute("aria-disabled") == "true"


def test_no_change_cuts_a_character_in_two(editor: Editor) -> None:
    editor.open("a😀b")

    editor.page.evaluate("view.dispatch({changes: {from: 2, to: 3}, userEvent: 'delete'})")
    whole = editor.text
    editor.page.evaluate("view.dispatch({changes: {from: 1, insert: 'é\\ud83d'}, userEvent: 'input'})")

    assert whole == "ab"
    assert editor.text == "aéb"


def test_a_change_from_elsewhere_is_not_touched_by_filters(editor: Editor) -> None:
    editor.open("| a | b |\n| --- | --- |\n| c | d |")

    editor.page.evaluate(
        """() => view.dispatch({changes: {from: 0, to: 5}, annotations: codemirror.Transaction.remote.of(true)})"""
    )

    assert editor.text == " b |\n| --- | --- |\n| c | d |"
