"""Two people write in one section at once, in real browsers on a real server."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.e2e.conftest import Visit
from tests.e2e.live_world import World, Writer, make_world, text_in


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
