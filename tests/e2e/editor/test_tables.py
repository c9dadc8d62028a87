"""Tables are real tables: typed in cell by cell, with rows and columns added and removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.editor.conftest import Editor

T = "| Été | Œuvre |\n| --- | --- |\n| a | b |\n| c | d |"


def at(cell: str, text: str = T) -> str:
    """Put the caret after the text of a cell."""
    return text.replace(f" {cell} |", f" {cell}¦ |", 1)


# (before, keys, after)
KEYS = [
    (at("a"), ["Tab"], T.replace("| b |", "| ¦b¦ |")),
    (at("b"), ["Tab"], T.replace("| c |", "| ¦c¦ |")),
    (at("c"), ["Shift+Tab"], T.replace("| b |", "| ¦b¦ |")),
    (at("d"), ["Tab"], T + "\n| ¦ |  |"),
    (at("a"), ["Enter"], T.replace("| c |", "| ¦c |")),
    (at("a"), ["ArrowRight"], T.replace("| b |", "| ¦b |")),
    (T.replace("| b", "| ¦b"), ["ArrowLeft"], at("a")),
    (at("a"), ["ArrowDown"], T.replace("| c |", "| ¦c |")),
    (at("c"), ["ArrowUp"], T.replace("| a |", "| ¦a |")),
    (at("b"), ["Delete"], at("b")),
    (T.replace("| b", "| ¦b"), ["Backspace"], T.replace("| b", "| ¦b")),
    (at("a"), ["Alt+Shift+ArrowDown"], T.replace("| c |", "| ¦ |  |\n| c |")),
    (at("c"), ["Alt+Shift+ArrowUp"], T.replace("| c |", "| ¦ |  |\n| c |")),
    (
        at("a"),
        ["Alt+Shift+ArrowRight"],
        "| Été |  | Œuvre |\n| --- | --- | --- |\n| a | ¦ | b |\n| c |  | d |",
    ),
    (
        at("a"),
        ["Alt+Shift+ArrowLeft"],
        "|  | Été | Œuvre |\n| --- | --- | --- |\n| ¦ | a | b |\n|  | c | d |",
    ),
    (at("a"), ["Alt+Shift+Delete"], "| Été | Œuvre |\n| --- | --- |\n| ¦c | d |"),
    (at("a"), ["Alt+Shift+Backspace"], "| Œuvre |\n| --- |\n| ¦b |\n| d |"),
    ("avant\n\n" + T + "\n\n¦après", ["Backspace"], "avant\n\n" + at("d") + "\n\naprès"),
    ("avant¦\n\n" + T, ["Delete"], "avant¦\n\n" + T),
    (T.replace("| a | b |", "| ¦a | b¦ |"), ["Delete"], T.replace("| a | b |", "| ¦ |  |")),
    ("av¦ant\n\n" + T.replace("a |", "a¦ |", 1).replace("| a¦", "| a¦"), ["Delete"], None),
]


@pytest.mark.parametrize(("before", "keys", "after"), KEYS, ids=[f"{k} {i}" for i, (_, k, _) in enumerate(KEYS)])
def test_a_key_in_a_table(editor: Editor, before: str, keys: list[str], after: str | None) -> None:
    editor.open(before)

    editor.press(*keys)

    if after is not None:
        assert editor.marked == after
    assert editor.page.locator(".cm-table [role=cell], .cm-table [role=columnheader]").count() >= 3


def test_a_table_is_inserted_by_its_button_and_filled_by_keyboard(editor: Editor) -> None:
    editor.open("Avant¦")

    editor.tool("table")
    editor.type("Année")
    editor.press("Tab")
    editor.type("Accords | nets 😀")
    for _ in range(2):
        editor.press("Tab")
    editor.type("2024")

    assert editor.text.startswith(
        "Avant\n\n| Année | Accords \\| nets 😀 |  |\n| --- | --- | --- |\n| 2024 |  |  |\n|  |  |  |"
    )
    assert editor.page.locator(".cm-table [role=columnheader]").all_inner_texts()[:2] == [
        "Année",
        "Accords | nets 😀",
    ]


def test_rows_and_columns_are_added_and_removed_by_buttons(editor: Editor) -> None:
    editor.open(at("a"))

    for name in ("row-below", "column-right", "row-above", "column-left"):
        editor.tool(name)
    grown = editor.text
    for name in ("column-remove", "column-remove", "row-remove"):
        editor.tool(name)

    assert grown.count("\n") == T.count("\n") + 2
    assert grown.split("\n")[0].count("|") == 5
    assert editor.page.locator(".cm-row").count() == 4
    editor.tool("table-remove")
    assert editor.text == ""


def test_the_table_s_buttons_are_there_only_in_a_table(editor: Editor) -> None:
    editor.open("¦avant\n\n" + T)

    hidden = editor.page.locator(".editor-table-tools").is_hidden()
    editor.select(8 + 3)

    assert hidden
    expect(editor.page.locator(".editor-table-tools")).to_be_visible()


def test_a_click_puts_the_caret_into_the_cell_that_was_clicked(editor: Editor) -> None:
    long = "Une longue phrase qui se replie sur plusieurs lignes de la cellule à l’étroit. " * 4
    editor.open(f"| Été | Œuvre |\n| --- | --- |\n| {long.strip()} | {long.strip()} |\n| c | d |")

    for number in range(6):
        box = editor.page.locator(".cm-cell").nth(number).bounding_box()
        assert box
        editor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 14)
        editor.type("§")

    cells = editor.page.locator(".cm-cell").all_inner_texts()
    assert [cell.count("§") for cell in cells] == [1] * 6


def test_a_cell_that_is_missing_can_be_typed_in(editor: Editor) -> None:
    editor.open("| a | b |\n| --- | --- |\n| c ¦|\n|| d |")

    editor.page.locator(".cm-row").nth(2).locator(".cm-cell").nth(0).click()
    editor.type("é")

    assert editor.text.endswith("|é| d |")


def test_a_selection_over_text_and_part_of_a_table_leaves_whole_rows(editor: Editor) -> None:
    editor.open("av¦ant\n\n" + T.replace("a |", "a¦ |", 1))

    editor.type("X")

    assert editor.text == "avX\n\n|  |  |\n| --- | --- |\n|  | b |\n| c | d |"


def test_a_whole_table_is_deleted_with_the_text_around_it(editor: Editor) -> None:
    editor.open("av¦ant\n\n" + T + "\n\nap¦rès")

    editor.press("Delete")

    assert editor.text == "avrès"
