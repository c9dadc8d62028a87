"""The page on which a contribution is written: what it looks like, by keyboard, on a phone, to a screen reader."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.extensions import db
from tests.e2e.conftest import SCREENS, Visit, violations
from tests.e2e.live_world import World, Writer, make_world, text_in


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

    if width < 640:
        a.page.get_by_role("button", name="More tools").click()
        a.visitor.check_screen(f"live-tools-{language}")
    a.page.locator(".live-authorship").click()
    a.page.locator(".live-author.org-blue").first.wait_for()
    a.visitor.check_screen(f"live-authorship-{language}")

    a.cut().caret_to_end()
    a.type("Hors connexion. ").wait_state("offline")
    a.page.locator(".live-status:not([hidden])").wait_for()
    assert violations(a.page) == []
    # The browser itself reports that there is no network; nothing else is wrong.
    assert [problem for problem in a.visitor.problems if "ERR_INTERNET_DISCONNECTED" not in problem] == []


@pytest.mark.parametrize(("unit", "limit", "before", "after"), [
    ("words", 18, "16 mots sur 18 au plus", "20 mots sur 18 au plus (trop long)"),
    ("characters", None, "125 caractères", "149 caractères"),
])
def test_the_length_of_the_contribution_follows_for_who_writes_and_who_reads(
    world: World, visit: Visit, unit: str, limit: int | None, before: str, after: str
) -> None:
    world.contribution.limit_unit, world.contribution.text_limit = unit, limit
    db.session.commit()
    reader = Writer(visit(world.contributor), world).go()
    shown = reader.page.locator(".contribution-length")
    at_first = shown.inner_text()
    reader.wait_for("section.send !== null")

    a = Writer(visit(world.coordinator), world, world.second).open()
    a.type("Né à l’œuvre, hier · 😀 !").wait_saved()

    expect(a.page.locator(".live-tools")).to_have_attribute("data-saving", "Enregistré")
    assert at_first == before
    for page in (a.page, reader.page):
        page.locator(".contribution-length", has_text=after).wait_for()
        assert page.locator(".contribution-length.soon").count() == (limit is not None)
    reader.go()
    assert shown.inner_text() == after, "the server says the same"


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_who_may_only_suggest_is_offered_to_and_told_why(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    reader = Writer(visit(world.contributor, language=language, width=width, dark=dark), world).go()

    assert reader.write_button.inner_text() == ("Suggérer" if language == "fr" else "Suggest")
    assert reader.article.locator(".live-notice").inner_text().strip()
    reader.visitor.check_screen(f"live-contributor-{language}")


def test_a_section_is_opened_written_and_left_by_keyboard_alone(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).go()
    a.write_button.wait_for()
    for _ in range(40):
        a.page.keyboard.press("Tab")
        if a.page.evaluate("document.activeElement.matches('.live-write')"):
            break

    a.page.keyboard.press("Enter")
    a.wait_for("section.view?.hasFocus")
    a.page.keyboard.press("Control+End")
    a.type("Né au clavier. ")
    a.page.keyboard.press("Alt+F10")
    assert a.page.evaluate("document.activeElement.closest('[role=toolbar]') !== null")
    a.page.keyboard.press("Escape")
    a.wait_for("section.view.hasFocus")
    a.wait_saved()
    a.page.keyboard.press("Control+Home")  # In a list, Tab indents; anywhere else it leaves the text.
    a.page.keyboard.press("Tab")
    assert not a.page.evaluate("document.activeElement.closest('.cm-editor') !== null"), "Tab leaves the text"
    for _ in range(40):
        a.page.keyboard.press("Shift+Tab")
        if a.page.evaluate("document.activeElement.matches('.live-finish')"):
            break
    a.page.keyboard.press("Enter")

    a.article.locator(".section-text", has_text="Né au clavier.").wait_for()
    assert a.page.evaluate("document.activeElement.matches('.live-write')"), "the focus stays where one was"
    assert "Né au clavier." in text_in(app, world.section)


def test_open_pages_send_what_they_have_before_a_version_is_frozen(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    reader = Writer(visit(world.contributor), world).go()
    reader.wait_for("section.send !== null")
    a.page.evaluate("livePage.sections.values().next().value.sync.hold(true)")  # As an input method does.
    a.type("Juste avant la version. ")
    a.page.evaluate("setTimeout(() => livePage.sections.values().next().value.sync.hold(false), 400)")

    answer = a.page.evaluate(
        """async path => {
          const html = await (await fetch(path)).text();
          const token = new DOMParser().parseFromString(html, 'text/html').querySelector('[name=csrf_token]').value;
          const body = new URLSearchParams({ csrf_token: token, label: 'essai', note: '' });
          const started = performance.now();
          const done = await fetch(path, { method: 'POST', body });
          return { ok: done.ok, url: done.url, ms: performance.now() - started };
        }""",
        f"/contributions/{world.contribution.key}/versions",
    )

    assert answer["ok"]
    frozen = a.visitor.go(answer["url"].removeprefix(a.visitor.address))
    assert "Juste avant la version." in frozen.locator("main").inner_text()
