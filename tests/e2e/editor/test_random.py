"""Whatever is typed and pressed in any order, the editor neither fails nor leaves a broken text."""

from __future__ import annotations

import random

import pytest

from tests.e2e.editor.conftest import Editor
from tests.e2e.editor.test_page import PAPER

KEYS = [
    "Enter", "Backspace", "Delete", "Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home",
    "End", "Control+b", "Control+i", "Control+Shift+7", "Control+Shift+8", "Control+Shift+9", "Control+Alt+1",
    "Control+Alt+0",
    "Shift+ArrowRight", "Shift+ArrowDown", "Shift+Enter", "Control+Alt+f", "Alt+Shift+ArrowDown",
    "Alt+Shift+ArrowRight", "Alt+Shift+Delete", "Control+Backspace", "Control+Delete", "Control+z", "Control+y",
]  # fmt: skip
TYPED = ["é", "œuvre ", "😀", "|", "- ", "1. ", "*", "# ", "a", "> "]
STEPS = 300


@pytest.mark.parametrize("seed", [7, 11])
def test_any_keys_in_any_order_leave_a_whole_text(editor: Editor, seed: int) -> None:
    chance = random.Random(seed)
    editor.open(PAPER)

    for step in range(STEPS):
        editor.page.evaluate("view.hasFocus || view.focus()")
        if step % 20 == 0:
            editor.select(chance.randrange(editor.page.evaluate("view.state.doc.length") + 1))
        if chance.random() < 0.4:
            editor.page.keyboard.insert_text(chance.choice(TYPED))
        else:
            editor.press(chance.choice(KEYS))

    text = editor.text
    assert text.encode("utf-16-le", "strict")
    assert editor.problems == []
    heads = editor.page.evaluate("[view.state.selection.main.from, view.state.selection.main.to]")
    assert 0 <= heads[0] <= heads[1] <= len(text.encode("utf-16-le")) // 2
