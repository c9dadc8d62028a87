"""Bringing earlier text back in a real browser: chosen by keyboard, seen at once by who has the text open."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.services import restorations
from drafting.services.texts import text_of
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.live_world import World, Writer, make_world, text_in

BEFORE = "Texte d’avant, né à l’été « indien » 😀. "


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def rewritten(world: World, visit: Visit) -> Writer:
    """The coordinator writes, and then writes something else instead; their page stays open."""
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.type(BEFORE).wait_saved()
    a.page.keyboard.press("Control+a")
    a.type("Tout autre chose. ").wait_saved()
    return a


def head(world: World) -> int:
    return restorations.restorable(world.coordinator, world.section.key, 0).head


def earlier(world: World, app: Flask) -> int:
    """The last revision at which the text of before was there whole."""
    with app.app_context():
        last = head(world)
        return max(
            n for n in range(last + 1)
            if BEFORE.strip() in text_of(world.section, n)
        )


def test_a_restored_text_appears_on_the_open_page(world: World, visit: Visit, app: Flask) -> None:
    a = rewritten(world, visit)
    revision = earlier(world, app)
    other = visit(world.coordinator)

    page = other.go(f"/sections/{world.section.key}/revisions/{revision}")
    page.get_by_role("link", name="Rétablir ce texte ou un de ses passages").click()
    page.get_by_role("checkbox").first.wait_for()
    page.get_by_role("button", name="Rétablir les passages cochés").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Le texte est rétabli").wait_for()

    a.wait_text(BEFORE.strip()).wait_saved()
    assert BEFORE.strip() in text_in(app, world.section)
    assert "Tout autre chose" not in text_in(app, world.section)
    page.get_by_role("link", name="Annuler ce rétablissement").click()
    page.get_by_role("button", name="Rétablir les passages cochés").click()
    page.get_by_role("heading", name="Le texte est rétabli").wait_for()
    a.wait_text("Tout autre chose").wait_saved()
    assert a.visitor.problems == other.problems == []


def test_typing_at_the_same_place_meanwhile_is_kept_and_the_rest_is_offered_again(
    world: World, visit: Visit, app: Flask
) -> None:
    a = rewritten(world, visit)
    revision = earlier(world, app)
    other = visit(world.coordinator)
    page = other.go(f"/sections/{world.section.key}/revisions/{revision}/restore")
    a.caret_to_end()
    a.type("Encore un mot, né à l’été 👍. ").wait_saved()

    page.get_by_role("button", name="Rétablir les passages cochés").click()
    page.get_by_role("alert").filter(has_text="Le texte a changé entre-temps").wait_for()

    assert "Encore un mot, né à l’été 👍." in text_in(app, world.section)
    assert BEFORE.strip() not in text_in(app, world.section)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Rétablir les passages cochés").dblclick()
    page.get_by_role("heading", name="Le texte est rétabli").wait_for()
    a.wait_text(BEFORE.strip()).wait_saved()
    assert "Encore un mot" not in text_in(app, world.section)
    other.problems.clear()  # The 409 itself.
    assert a.visitor.problems == []


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_screens(world: World, visit: Visit, app: Flask, language: str, width: int, dark: bool) -> None:
    rewritten(world, visit)
    revision = earlier(world, app)
    someone = visit(world.coordinator, language=language, width=width, dark=dark)
    page = someone.go(f"/sections/{world.section.key}/revisions/{revision}/restore")
    someone.check_screen(f"restore-{language}-{width}")
    page.get_by_role("checkbox").first.uncheck()
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.locator("button[name=how][value=edit]").click()
    page.get_by_role("alert").wait_for()
    page.wait_for_load_state("networkidle")
    someone.problems.clear()  # The 422 itself.
    someone.check_screen(f"restore-refused-{language}-{width}")
    page.get_by_role("checkbox").first.check()
    page.locator("button[name=how][value=suggest]").click()
    page.locator("a.button-primary").wait_for()
    page.wait_for_load_state()
    someone.check_screen(f"restore-proposed-{language}-{width}")
