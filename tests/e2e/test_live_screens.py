"""The page on which a contribution is written: what it looks like, by keyboard, on a phone, to a screen reader."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.e2e.conftest import SCREENS, Visit, violations
from tests.e2e.live_world import World, Writer, make_world


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_writing_page_is_accessible_and_fits(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    a = Writer(visit(world.coordinator, language=language, width=width, dark=dark), world).go()
    a.visitor.check_screen(f"live-reading-{language}")
    b = Writer(visit(world.author), world).open().caret_to_end()
    a.write_button.click()
    a.caret_to_end()
    b.type("Écrit par la métallurgie. ").wait_saved()
    a.type("Écrit par le secrétariat. ").wait_saved()
    b.page.keyboard.press("Shift+Home")

    a.article.locator(".live-here-writing").wait_for()
    a.article.locator(".live-selected").first.wait_for()
    a.visitor.check_screen(f"live-writing-{language}")

    a.page.locator(".live-authorship").click()
    a.page.locator(".live-author.org-blue").first.wait_for()
    a.visitor.check_screen(f"live-authorship-{language}")

    a.cut().caret_to_end()
    a.type("Hors connexion. ").wait_state("offline")
    a.page.locator(".live-status:not([hidden])").wait_for()
    assert violations(a.page) == []
    # The browser itself reports that there is no network; nothing else is wrong.
    assert [problem for problem in a.visitor.problems if "ERR_INTERNET_DISCONNECTED" not in problem] == []


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_who_may_only_suggest_reads_and_is_told_why(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    reader = Writer(visit(world.contributor, language=language, width=width, dark=dark), world).go()

    assert reader.write_button.is_hidden()
    assert reader.article.locator(".live-notice").inner_text().strip()
    reader.visitor.check_screen(f"live-contributor-{language}")
