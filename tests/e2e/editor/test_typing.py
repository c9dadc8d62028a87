"""Typing as in a word processor: paragraphs, headings, lists, quotations, bold and italic."""

from __future__ import annotations

import pytest

from tests.e2e.editor.conftest import Editor

# (before, keys, after); ¦ is the caret.
KEYS = [
    ("Un été à l’œuvre¦", ["Enter"], "Un été à l’œuvre\n\n¦"),
    ("Un¦ été", ["Enter"], "Un\n\n¦ été"),
    ("Un été\n\n¦Deux", ["Backspace"], "Un été¦Deux"),
    ("Un été¦\n\nDeux", ["Delete"], "Un été¦Deux"),
    ("Un été¦\n\nDeux", ["ArrowRight"], "Un été\n\n¦Deux"),
    ("Un été\n\n¦Deux", ["ArrowLeft"], "Un été¦\n\nDeux"),
    ("Un été¦\n\nDeux", ["ArrowDown"], "Un été\n\nDeux¦"),
    ("Un¦", ["Shift+Enter"], "Un\\\n¦"),
    ("# Titre¦", ["Enter"], "# Titre\n\n¦"),
    ("# ¦Titre", ["Backspace"], "¦Titre"),
    ("# Titre 😀¦", ["Home"], "# ¦Titre 😀"),
    ("- un¦", ["Enter"], "- un\n- ¦"),
    ("1. un\n2. deux¦", ["Enter"], "1. un\n2. deux\n3. ¦"),
    ("- un\n- ¦", ["Enter"], "- un\n\n¦"),
    ("- un\n  - ¦", ["Enter"], "- un\n- ¦"),
    ("- un\n- ¦deux", ["Tab"], "- un\n  - ¦deux"),
    ("1. un\n2. ¦deux", ["Tab"], "1. un\n   1. ¦deux"),
    ("- un\n  - ¦deux", ["Shift+Tab"], "- un\n- ¦deux"),
    ("- un\n  - ¦deux\n    - trois", ["Backspace"], "- un\n- ¦deux\n  - trois"),
    ("- un\n- ¦deux\n- trois", ["Backspace"], "- un\n\n¦deux\n\n- trois"),
    ("- ¦un", ["Backspace"], "¦un"),
    ("> un¦", ["Enter"], "> un\n>\n> ¦"),
    ("> un\n>\n> ¦", ["Enter"], "> un\n\n¦"),
    ("> ¦un", ["Backspace"], "¦un"),
    ("**gras¦ fort**", ["Enter"], "**gras**\n\n**¦ fort**"),
    ("Un ¦", ["Control+b", "a", "Space", "b", "Control+b", "c"], "Un **a b**c¦"),
    ("Un ¦", ["Control+b", "a", "Space", "Control+b", "c"], "Un **a** c¦"),
    ("Un ¦", ["Control+i", "a", "Space", "Enter", "b"], "Un *a* \n\nb¦"),
    ("Un été¦ ici", ["Control+b", "Control+b"], "Un été¦ ici"),
    ("¦été¦", ["Control+b"], "**¦été¦**"),
    ("**¦été¦**", ["Control+b"], "¦été¦"),
    ("¦un été¦", ["Control+i"], "*¦un été¦*"),
    ("l’œu¦vre", ["Control+b"], "l’**œu¦vre**"),
    ("**gras¦**", ["Control+b"], "**gras**¦"),
    ("a ¦b *c¦ d* e", ["Control+b"], "a **¦b *c¦ d*** e"),
    ("**¦a b¦ c**", ["Control+b"], "¦a b¦ **c**"),
    ("¦un\n\ndeux¦", ["Control+b"], "**¦un**\n\n**deux¦**"),
    ("un¦", ["Control+Alt+2"], "## un¦"),
    ("## un¦", ["Control+Alt+0"], "un¦"),
    ("un\n\n¦deux\n\ntrois", ["Control+Shift+8"], "un\n\n- ¦deux\n\ntrois"),
    ("¦un\n\ndeux¦", ["Control+Shift+7"], "1. ¦un\n2. deux¦"),
    ("¦- un\n- deux¦", ["Control+Shift+8"], "¦un\n\ndeux¦"),
    ("¦- un\n- deux¦", ["Control+Shift+7"], "1. ¦un\n2. deux¦"),
    ("un\n\n¦deux\n\ntrois", ["Control+Shift+9"], "un\n\n> ¦deux\n\ntrois"),
    ("> ¦un", ["Control+Shift+9"], "¦un"),
    ("😀¦", ["Backspace"], "¦"),
    ("¦😀", ["Delete"], "¦"),
]


@pytest.mark.parametrize(("before", "keys", "after"), KEYS, ids=[f"{b!r} {' '.join(k)}" for b, k, _ in KEYS])
def test_a_key_does_what_a_word_processor_taught(editor: Editor, before: str, keys: list[str], after: str) -> None:
    editor.open(before)

    editor.press(*keys)

    assert editor.marked == after


def test_bold_that_ends_with_a_space_looks_bold_and_is_tidied_when_left(editor: Editor) -> None:
    editor.open("Un ¦ été")
    editor.press("Control+b")
    editor.type("mot ")

    looks_bold = editor.page.locator(".cm-bold").inner_text()
    editor.press("Home")

    assert looks_bold == "**mot **"
    editor.wait(lambda: editor.text == "Un **mot**  été")
    assert editor.page.locator(".cm-bold").inner_text() == "mot"


def test_an_empty_pair_of_marks_leaves_no_trace(editor: Editor) -> None:
    editor.open("Un ¦été")

    editor.press("ArrowLeft", "Control+b")
    editor.page.evaluate("view.dispatch({selection: {anchor: 0}, userEvent: 'select'})")

    editor.wait(lambda: editor.text == "Un été")
