"""Accents typed through the browser's own composition, as dead keys and input methods do."""

from __future__ import annotations

import pytest

from tests.e2e.editor.conftest import Editor

# (before, what the method shows on the way, what is committed, after)
COMPOSED = [
    ("Un ¦t", ["´", "é"], "é", "Un é¦t"),
    ("Un **gr¦as**", ["^", "ê"], "ê", "Un **grê¦as**"),
    ("- ¦un", ["`", "à"], "à", "- à¦un"),
    ("| a¦ | b |\n| --- | --- |", ["ç"], "ç", "| aç¦ | b |\n| --- | --- |"),
    ("| ¦ | b |\n| --- | --- |\n| é | · |", ["´", "é"], "é", "| é¦ | b |\n| --- | --- |\n| é | · |"),
    ("# ¦t", ["´", "É"], "É", "# É¦t"),
    ("Un ¦vieux¦ mot", ["n", "né"], "né", "Un né¦ mot"),
    ("> ¦", ["œ"], "œ", "> œ¦"),
    ("[^a]¦\n\n[^a]: é", ["日", "日本"], "日本", "[^a]日本¦\n\n[^a]: é"),
]


@pytest.mark.parametrize(("before", "steps", "committed", "after"), COMPOSED)
def test_composed_text_arrives_whole(editor: Editor, before: str, steps: list[str], committed: str, after: str) -> None:
    editor.open(before)
    cdp = editor.cdp()

    for step in steps:
        cdp.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})
    during = editor.page.evaluate("view.composing")
    cdp.send("Input.insertText", {"text": committed})
    editor.page.wait_for_timeout(150)

    assert during
    assert editor.marked == after


def test_nothing_is_redrawn_around_a_composition(editor: Editor) -> None:
    editor.open("Un ¦mot **gras** et *doux*")
    cdp = editor.cdp()
    cdp.send("Input.imeSetComposition", {"text": "*", "selectionStart": 1, "selectionEnd": 1})

    before = editor.page.locator(".cm-line").first.inner_html()
    cdp.send("Input.imeSetComposition", {"text": "*a*", "selectionStart": 3, "selectionEnd": 3})
    during = editor.page.locator(".cm-line").first.inner_html()
    cdp.send("Input.insertText", {"text": "*a*"})
    editor.page.locator(".cm-italic").nth(1).wait_for()

    assert during == before.replace("Un *", "Un *a*")
    assert editor.text == "Un *a*mot **gras** et *doux*"
