"""Two people write in one section at once, in real browsers on a real server."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.permissions import Stage
from drafting.services import sections
from tests.e2e.conftest import Visit
from tests.e2e.live_world import TEXT, World, Writer, logged, make_world, text_in, wait_even


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def test_two_people_type_in_one_section_at_once(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open()
    b = Writer(visit(world.author), world).open()
    a.caret_to_end()
    b.text_box.click()
    b.page.keyboard.press("Control+Home")

    for word in ["Été ", "œuvre ", "« là » "]:
        a.type(word)
        b.type(word.upper())

    a.wait_saved().wait_text("ÉTÉ ŒUVRE « LÀ »")
    b.wait_saved().wait_text("Été œuvre « là »")
    wait_even(app, world.section, a, b)
    assert a.text == b.text == text_in(app, world.section)
    assert a.visitor.problems == b.visitor.problems == []


def test_one_who_is_cut_off_goes_on_writing_and_comes_back(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = Writer(visit(world.author), world).open().caret_to_end()
    a.cut()

    a.type("Écrit hors connexion. ")
    a.wait_state("offline")
    b.type("Écrit pendant ce temps. ").wait_saved()
    a.come_back()

    a.wait_saved().wait_text("Écrit pendant ce temps.")
    b.wait_text("Écrit hors connexion.")
    wait_even(app, world.section, a, b)
    assert a.text == b.text == text_in(app, world.section)
    assert a.text.count("Écrit hors connexion.") == a.text.count("Écrit pendant ce temps.") == 1


def test_unsaved_text_survives_a_reload_and_is_saved_once(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.page.on("dialog", lambda dialog: dialog.accept())
    let_through: list[bool] = []
    a.page.route_web_socket("**/live", lambda socket: socket.connect_to_server() if let_through else socket.close())
    a.page.evaluate("livePage.connection.socket.close()")
    a.type("Tapé sans connexion, né œuvre. ")
    a.wait_state("offline")

    a.page.reload()

    a.wait_text("Tapé sans connexion, né œuvre.")
    a.wait_state("offline")
    let_through.append(True)
    a.page.reload()
    a.wait_text("Tapé sans connexion, né œuvre.").wait_saved()
    assert text_in(app, world.section).count("Tapé sans connexion, né œuvre.") == 1


def test_accents_typed_by_composition_while_another_types_are_whole(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = Writer(visit(world.author), world).open()
    b.text_box.click()
    b.page.keyboard.press("Control+Home")
    keyboard = a.page.context.new_cdp_session(a.page)

    for accented in "éêçéê":
        a.type("l")
        for step in ("´", "^", accented):
            keyboard.send("Input.imeSetComposition", {"text": step, "selectionStart": 1, "selectionEnd": 1})
            b.type("x")
            a.page.wait_for_timeout(80)
        keyboard.send("Input.insertText", {"text": accented})

    a.wait_saved().wait_text("x" * 15)
    b.wait_saved().wait_text("lélêlçlélê")
    wait_even(app, world.section, a, b)
    assert a.text == b.text == text_in(app, world.section)


def test_what_others_write_waits_for_the_end_of_a_composition_but_not_for_ever(world: World, visit: Visit) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = Writer(visit(world.author), world).open()
    b.text_box.click()
    b.page.keyboard.press("Control+Home")
    keyboard = a.page.context.new_cdp_session(a.page)
    keyboard.send("Input.imeSetComposition", {"text": "^", "selectionStart": 1, "selectionEnd": 1})

    b.type("Œuvre ").wait_saved()
    a.page.wait_for_timeout(700)
    early = a.text
    a.wait_text("Œuvre")

    assert "Œuvre" not in early


def test_each_undoes_their_own_and_authors_stay(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = Writer(visit(world.author), world).open()
    b.text_box.click()
    b.page.keyboard.press("Control+Home")
    before = list(logged(app, world.section).runs)
    b.page.keyboard.press("Control+Shift+ArrowRight")
    b.page.keyboard.press("Delete")  # Deletes what the coordinator wrote.
    b.wait_saved()
    a.type("Ajout né « là »").wait_saved()

    b.page.keyboard.press("Control+z")
    b.wait_saved().wait_text("## Nos constats")
    a.page.keyboard.press("Control+z")
    a.wait_saved()

    assert text_in(app, world.section) == TEXT
    assert list(logged(app, world.section).runs) == before
    a.page.keyboard.press("Control+y")
    a.wait_saved().wait_text("Ajout né « là »")
    b.wait_text("Ajout né « là »")


def test_a_section_agreed_while_somebody_writes_becomes_read_only_and_keeps_their_text(
    world: World, visit: Visit, app: Flask
) -> None:
    b = Writer(visit(world.author), world).open().caret_to_end()
    b.type("Enregistré avant. ").wait_saved()
    b.page.on("dialog", lambda dialog: dialog.accept())
    b.cut()
    b.type("Tapé trop tard, né œuvre. ")
    b.wait_state("offline")
    sections.set_stage(world.coordinator, world.section.key, Stage.AGREED)

    b.come_back()

    b.article.locator(".live-kept").wait_for()
    assert "Tapé trop tard, né œuvre." in b.article.locator(".live-kept textarea").first.input_value()
    b.wait_for("section.view.state.readOnly")
    assert "Enregistré avant." in text_in(app, world.section)
    assert "Tapé trop tard" not in text_in(app, world.section)
    assert "convenue" in b.article.locator(".live-notice").inner_text()
    b.page.reload()
    b.article.locator(".live-kept").wait_for()
    b.article.locator(".live-kept .actions button").click()
    b.page.reload()
    b.wait_for("section.stage === 'agreed'")
    assert b.article.locator(".live-kept").count() == 0


def test_a_section_reopened_can_be_written_again(world: World, visit: Visit, app: Flask) -> None:
    b = Writer(visit(world.author), world).open().caret_to_end()
    sections.set_stage(world.coordinator, world.section.key, Stage.AGREED)
    b.wait_for("section.view.state.readOnly")

    b.type("Ne doit pas entrer")
    sections.set_stage(world.coordinator, world.section.key, Stage.OPEN)
    b.wait_for("!section.view.state.readOnly")
    b.caret_to_end().type("Rouverte. ").wait_saved()

    assert "Rouverte." in text_in(app, world.section)
    assert "Ne doit pas entrer" not in text_in(app, world.section)


def test_finishing_shows_the_text_for_reading_to_everybody(world: World, visit: Visit) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    reader = Writer(visit(world.contributor), world).go()

    a.type("Lu par tout le monde. ").wait_saved()
    a.article.locator(".live-finish").click()

    a.article.locator(".section-text", has_text="Lu par tout le monde.").wait_for()
    reader.article.locator(".section-text", has_text="Lu par tout le monde.").wait_for()
    assert a.article.locator(".cm-content").count() == 0
