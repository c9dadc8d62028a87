"""Keys pressed while a command's module is still on its way, over a slow line: nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.editor.conftest import Editor

SLOW_MS = 300
SLOW = """name => import('/static/js/editor/later.js').then((later) => {
  const source = later[name], { module, load } = source;
  const waiting = [];  // The command waits for it, and the page fetches it ahead when it is calm.
  source.module = null;
  source.load = () => new Promise((resolve, reject) => waiting.push([resolve, reject]));
  window.arrive = (error) => {
    Object.assign(source, { module, load });
    for (const [resolve, reject] of waiting) error ? reject(new Error(error)) : resolve(module);
  };
})"""


@contextmanager
def on_its_way(editor: Editor, name: str, *, error: str = "") -> Iterator[None]:
    """Let a module arrive, or fail, when the block ends."""
    editor.page.evaluate(SLOW, name)
    yield
    editor.page.wait_for_timeout(SLOW_MS)
    editor.page.evaluate("error => arrive(error)", error)


@pytest.mark.parametrize(("name", "keys", "before", "after"), [
    ("itemising", "Control+Shift+Digit8", "Un été¦", "- Un été, déjà “là” 🙂¦"),
    ("itemising", "Control+Shift+Digit8", "¦Un été¦", "- , déjà “là” 🙂¦"),
    ("noting", "Control+Alt+f", "Un été¦", "Un été[^n]\n\n[^n]: , déjà “là” 🙂¦"),
])
def test_what_is_typed_meanwhile_comes_after_what_the_command_does(
    editor: Editor, name: str, keys: str, before: str, after: str
) -> None:
    editor.open(before)

    with on_its_way(editor, name):
        editor.press(keys)
        editor.type(", déjà “là” 🙂")
        assert editor.marked == before

    editor.wait(lambda: re.sub(r"\[\^\w+\]", "[^n]", editor.marked) == after)


@pytest.mark.parametrize(("name", "keys", "field"), [("search", "Control+f", "paix"), ("links", "Control+k", "paix")])
def test_what_is_meant_for_a_dialog_goes_there(editor: Editor, name: str, keys: str, field: str) -> None:
    editor.open("La ¦paix¦ et la guerre")

    with on_its_way(editor, name):
        editor.press(keys)
        editor.type("la guerre")

    editor.wait(lambda: editor.page.evaluate("document.activeElement.value") == "la guerre")
    assert editor.text == "La paix et la guerre"


def test_without_a_connection_what_was_typed_is_there(editor: Editor) -> None:
    editor.open("Un été¦")

    with on_its_way(editor, "itemising", error="Pas de connexion"):
        editor.press("Control+Shift+Digit8")
        editor.type(" déjà")

    editor.wait(lambda: editor.marked == "Un été déjà¦")
    assert editor.messages == ["Pas de connexion"]


def test_where_nothing_is_typed_the_selection_stays(editor: Editor) -> None:
    editor.open("Un ¦été¦")

    with on_its_way(editor, "itemising"):
        editor.press("Control+Shift+Digit8")

    editor.wait(lambda: editor.marked == "- Un ¦été¦")


def test_keys_that_type_nothing_do_nothing_meanwhile(editor: Editor) -> None:
    editor.open("Un ¦été")

    with on_its_way(editor, "itemising"):
        editor.press("Control+Shift+Digit8", "ArrowLeft", "Backspace", "Delete", "Control+b", "Control+z", "Enter", "x")
        assert editor.marked == "Un ¦été"

    editor.wait(lambda: editor.marked == "- Un x¦été")


def test_a_composed_letter_is_typed_once(editor: Editor) -> None:
    editor.open("Un été¦")
    keyboard = editor.page.context.new_cdp_session(editor.page)

    with on_its_way(editor, "itemising"):
        editor.press("Control+Shift+Digit8")
        editor.type(", ")
        keyboard.send("Input.imeSetComposition", {"text": "^", "selectionStart": 1, "selectionEnd": 1})
        keyboard.send("Input.insertText", {"text": "ê"})
        editor.type("tre")

    editor.wait(lambda: editor.marked == "- Un été, être¦")
