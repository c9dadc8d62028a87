"""Keyboard only, screen readers, narrow screens, dark mode and forced colours."""

from __future__ import annotations

import json

import pytest

from tests.e2e.editor.conftest import ROOT, Editor
from tests.e2e.editor.test_page import PAPER

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()


def violations(editor: Editor) -> list[str]:
    """Run axe-core from the tests' own process: the page's policy lets no foreign script in."""
    editor.cdp().send("Runtime.evaluate", {"expression": AXE})
    found = editor.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {json.dumps([n['html'][:200] for n in v['nodes']])}" for v in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_editor_has_no_accessibility_violation(editor: Editor, language: str, scheme: str) -> None:
    editor.page.emulate_media(color_scheme=scheme)
    editor.open(PAPER.replace("| a |", "| a¦ |"), language=language, limit={"unit": "words", "max": 10})
    editor.press("Control+f")
    editor.type("un")

    assert violations(editor) == []


def test_an_empty_or_missing_header_cell_is_no_header(editor: Editor) -> None:
    editor.open("|  | Été 😀 |  |\n| --- | --- | --- |\n| œuvre | ¦1 |\n", language="fr")
    roles = "[...document.querySelectorAll('.cm-row-header .cm-cell')].map(cell => cell.getAttribute('role'))"

    before = editor.page.evaluate(roles)
    assert violations(editor) == []
    editor.press("ArrowUp", "Home")
    editor.page.evaluate("view.dispatch({changes: {from: 2, insert: 'a'}})")

    assert before == ["cell", "columnheader", "cell"]
    assert editor.page.evaluate(roles) == ["columnheader", "columnheader", "cell"]


def test_the_dialog_has_no_accessibility_violation(editor: Editor) -> None:
    editor.open("Un ¦été¦")
    editor.press("Control+k", "Enter")

    assert violations(editor) == []


@pytest.mark.parametrize("width", [320, 375])
def test_nothing_overflows_a_phone(editor: Editor, width: int) -> None:
    editor.page.set_viewport_size({"width": width, "height": 700})
    editor.open(
        PAPER.replace("| a |", "| anticonstitutionnellement constitutionnalité¦ |").replace(
            "| b |", "| démocratisation |"
        )
    )

    overflow = editor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    small = editor.page.evaluate(
        """[...document.querySelectorAll('button, select')].filter(node => node.offsetParent).map(node =>
        [node.ariaLabel, node.getBoundingClientRect().width, node.getBoundingClientRect().height])
        .filter(([, width, height]) => width < 24 || height < 24)"""
    )

    assert overflow <= 0
    assert small == []


SEEN = """[...document.querySelectorAll('.editor-toolbar button, .editor-toolbar select')]
    .filter(node => node.offsetParent).map(node => node.dataset.tool ?? node.className)"""
FIRST = ["undo", "redo", "editor-style", "bold", "italic", "bullets", "editor-tool editor-more"]


def test_on_a_phone_one_row_of_tools_shows_and_more_when_asked_for(editor: Editor) -> None:
    editor.page.set_viewport_size({"width": 375, "height": 700})
    editor.open("¦Un été 😀")
    bar = editor.page.locator(".editor-toolbar")
    height = "document.querySelector('.editor-toolbar').getBoundingClientRect().height"

    first, low = editor.page.evaluate(SEEN), editor.page.evaluate(height)
    editor.press("Alt+F10", "End")
    last_first = editor.page.evaluate("document.activeElement.className")
    editor.press("Enter")
    expanded, all_tools = bar.get_by_label("Plus d’outils").get_attribute("aria-expanded"), editor.page.evaluate(SEEN)
    editor.press("End")
    last = editor.page.evaluate("document.activeElement.dataset.tool")

    assert first == FIRST
    assert low < 50
    assert last_first == "editor-tool editor-more"
    assert expanded == "true"
    assert len(all_tools) == len(FIRST) + 9
    assert last == "markdown"
    assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    assert violations(editor) == []


def test_the_toolbar_is_one_stop_and_is_reached_by_alt_f10(editor: Editor) -> None:
    editor.open("¦Un été")
    active = "document.activeElement.dataset.tool ?? document.activeElement.className"

    editor.press("Alt+F10", "ArrowRight", "ArrowRight", "ArrowRight")
    reached = editor.page.evaluate(active)
    stops = editor.page.evaluate("[...document.querySelectorAll('.editor-toolbar [tabindex=\"0\"]')].length")
    editor.press("Enter")

    assert reached == "bold"
    assert stops == 1
    assert editor.text == "**Un** été" or editor.text == "****Un été"
    assert editor.page.evaluate("document.activeElement === view.contentDOM")


def test_tab_leaves_the_editor(editor: Editor) -> None:
    editor.open("Un été¦")

    editor.press("Tab")

    assert not editor.page.evaluate("view.contentDOM.contains(document.activeElement)")


def test_escape_then_tab_leaves_a_list(editor: Editor) -> None:
    editor.open("- un\n- deux¦")

    editor.press("Escape", "Tab")

    assert editor.text == "- un\n- deux"
    assert not editor.page.evaluate("view.contentDOM.contains(document.activeElement)")


def test_a_toggle_says_whether_it_is_on(editor: Editor) -> None:
    editor.open("Un **gr¦as**")

    on = editor.page.locator("[data-tool=bold]").get_attribute("aria-pressed")
    editor.select(0)

    assert on == "true"
    assert editor.page.locator("[data-tool=bold]").get_attribute("aria-pressed") == "false"


def test_the_style_list_makes_a_heading(editor: Editor) -> None:
    editor.open("Un été¦")

    editor.page.get_by_label("Style du paragraphe").select_option("2")

    assert editor.text == "## Un été"
    assert editor.page.get_by_label("Style du paragraphe").input_value() == "2"


def test_the_buttons_speak_english_too(editor: Editor) -> None:
    editor.open("¦", language="en")

    assert editor.page.get_by_role("button", name="Numbered list").get_attribute("title") == (
        "Numbered list (Ctrl+Shift+7)"
    )
