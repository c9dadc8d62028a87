"""What is not saved survives what happens to browsers and servers, and is saved once."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Dialog, expect

from drafting.domain.permissions import Stage
from drafting.services import sections
from tests.e2e.conftest import Visit
from tests.e2e.live_world import World, Writer, make_world, text_in, wait_even
from tests.server import Server

TYPED = "Né œuvre « là » 😀. "


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def another_page(writer: Writer, world: World) -> Writer:
    """Open another page of the same person's browser."""
    visitor = writer.visitor
    page = visitor.context.new_page()
    return Writer(type(visitor)(visitor.context, page, visitor.address), world)


def test_text_of_a_crashed_tab_is_saved_by_the_next_page(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.cut().type(TYPED)
    a.wait_state("offline")
    a.page.wait_for_timeout(400)
    a.page.close(run_before_unload=False)
    a.come_back()

    b = another_page(a, world).go()

    b.wait_text(TYPED.strip()).wait_saved()
    assert text_in(app, world.section).count(TYPED.strip()) == 1


def test_a_frame_that_was_still_under_way_does_not_hide_a_lost_network(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.cut()
    a.page.wait_for_timeout(300)

    a.page.evaluate("livePage.connection.take({type: 'pong'})")
    a.type(TYPED)

    a.wait_state("offline", 10_000)
    a.come_back().wait_saved()
    assert TYPED.strip() in text_in(app, world.section)


def test_what_was_typed_just_before_a_reload_is_there_after_it(world: World, visit: Visit) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.page.on("dialog", lambda dialog: dialog.accept())
    a.page.route_web_socket("**/live", lambda socket: socket.close())
    a.page.evaluate("livePage.connection.socket.close()")

    for word in ("Né", "œuvre", "été", "là", "forêt", "Noël"):
        a.type(word + " · ")
        a.page.reload()
        a.wait_for("section.view").caret_to_end()

    assert a.text.rstrip().endswith("Né · œuvre · été · là · forêt · Noël ·")


def test_text_of_a_tab_that_lived_when_the_page_was_opened_is_saved_when_that_tab_crashes(
    world: World, visit: Visit, app: Flask
) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = another_page(a, world).go()
    b.wait_for("livePage.connection?.isOpen")
    a.page.route_web_socket("**/live", lambda socket: socket.close())
    a.page.evaluate("livePage.connection.socket.close()")
    a.type(TYPED)
    a.wait_state("offline")
    a.page.wait_for_timeout(400)

    a.page.close(run_before_unload=False)

    b.wait_text(TYPED.strip()).wait_saved()
    assert text_in(app, world.section).count(TYPED.strip()) == 1


def test_what_the_browser_did_not_write_any_more_when_the_page_was_left_is_there(
    world: World, visit: Visit, app: Flask
) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.page.on("dialog", lambda dialog: dialog.accept())
    a.cut()
    a.page.evaluate("livePage.store.write = () => Promise.resolve()")
    # The network is there again for the next page only: this one would send what it has before it goes.
    a.page.evaluate("() => { window.WebSocket = class extends EventTarget { close() {} }; }")
    a.type(TYPED)

    a.come_back().page.reload()

    a.wait_text(TYPED.strip()).wait_saved()
    assert text_in(app, world.section).count(TYPED.strip()) == 1
    assert a.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsaved'))") == []


def test_the_last_words_of_a_tab_that_lived_when_the_page_was_opened_are_saved_when_it_is_left(
    world: World, visit: Visit, app: Flask
) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = another_page(a, world).go()
    b.wait_for("livePage.connection?.isOpen")
    a.page.on("dialog", lambda dialog: dialog.accept())
    a.page.route_web_socket("**/live", lambda socket: socket.close())
    a.page.evaluate("livePage.connection.socket.close()")
    a.page.evaluate("livePage.store.write = () => Promise.resolve()")
    a.type(TYPED)

    a.page.goto("about:blank")

    b.wait_text(TYPED.strip()).wait_saved()
    assert text_in(app, world.section).count(TYPED.strip()) == 1
    assert b.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsaved'))") == []


SLOW_SOCKET = """
  const Fast = WebSocket;
  window.WebSocket = class extends Fast {
    addEventListener(name, act) {
      super.addEventListener(name, name === "open" ? (event) => setTimeout(() => act(event), 1500) : act);
    }
  };
"""


def test_who_opens_the_section_before_the_connection_is_there_has_the_unsaved_text_saved(
    world: World, visit: Visit, app: Flask
) -> None:
    a, b = Writer(visit(world.coordinator), world).open().caret_to_end(), Writer(visit(world.author), world).open()
    a.cut().type(TYPED)
    a.wait_state("offline")
    b.caret_to_end().type("Entre-temps. ").wait_saved()
    a.page.on("dialog", lambda dialog: dialog.accept())
    a.page.add_init_script(SLOW_SOCKET)

    a.come_back().page.reload()
    a.wait_for("section.may === 'write' && (section.opening.write(), true)")

    a.wait_text(TYPED.strip()).wait_saved()
    assert a.article.locator(".live-kept").count() == 0
    assert text_in(app, world.section).count(TYPED.strip()) == 1


def test_a_second_page_leaves_the_text_of_a_living_page_alone_until_that_is_gone(
    world: World, visit: Visit, app: Flask
) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.page.route_web_socket("**/live", lambda socket: socket.close())
    a.page.evaluate("livePage.connection.socket.close()")
    a.type(TYPED)
    a.wait_state("offline")
    a.page.wait_for_timeout(400)

    b = another_page(a, world).go()
    b.wait_for("section.may === 'write' && livePage.connection?.isOpen")
    b.page.wait_for_timeout(500)

    assert b.article.locator(".cm-content").count() == 0
    assert TYPED not in text_in(app, world.section)
    a.page.close(run_before_unload=False)
    b.wait_text(TYPED.strip()).wait_saved()
    assert text_in(app, world.section).count(TYPED.strip()) == 1


def test_a_server_that_is_killed_while_somebody_types_loses_nothing(
    world: World, visit: Visit, app: Flask, server: Server
) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.type("Avant, né. ").wait_saved()

    server.kill()
    a.type("Pendant, œuvre. ")
    a.wait_state("offline")
    server.start()

    a.wait_for("livePage.connection?.isOpen")
    a.wait_saved()
    assert a.text == text_in(app, world.section)
    assert "Avant, né. Pendant, œuvre. " in a.text


def test_a_network_that_blocks_the_socket_is_named_and_loses_nothing(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    a.page.route_web_socket("**/live", lambda socket: socket.close())
    a.page.evaluate("livePage.connection.socket.close()")

    a.type(TYPED)

    a.page.locator(".live-status", has_text="bloque").wait_for(timeout=20_000)
    assert a.state == "offline"
    assert TYPED in a.text


def test_a_long_paste_goes_in_pieces_and_arrives_whole(world: World, visit: Visit, app: Flask) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    b = Writer(visit(world.author), world).open()
    long = "Un été à l’œuvre 😀 « là ». " * 2_000
    a.page.evaluate(
        "text => { const view = livePage.sections.values().next().value.view;"
        " view.dispatch({ changes: { from: view.state.doc.length, insert: text }, userEvent: 'input.paste' }); }", long)

    b.wait_for("section.view.state.doc.length > 50000")
    wait_even(app, world.section, a, b)

    assert a.text == b.text == text_in(app, world.section)
    assert long in a.text
    assert a.visitor.problems == b.visitor.problems == []


def test_leaving_with_unsaved_text_asks_first_and_signing_out_too(world: World, visit: Visit) -> None:
    a = Writer(visit(world.coordinator), world).open().caret_to_end()
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    a.page.on("dialog", stay)
    a.type("Enregistré. ").wait_saved()
    assert not a.page.evaluate("livePage.isAtRisk")
    a.cut().type(TYPED)
    a.wait_state("offline")

    assert a.page.evaluate("livePage.isAtRisk")
    a.page.evaluate(
        "() => { const form = document.createElement('form'); form.method = 'post'; form.action = '/sign-out';"
        " document.body.append(form); form.requestSubmit(); }")
    assert questions == ["confirm"]
    assert TYPED in a.text


def test_text_that_came_too_late_for_a_frozen_section_is_not_lost_by_a_closed_tab(
    world: World, visit: Visit, app: Flask
) -> None:
    a = Writer(visit(world.author), world).open().caret_to_end()
    a.cut().type(TYPED)
    a.wait_state("offline")
    a.page.wait_for_timeout(400)
    a.page.close(run_before_unload=False)
    sections.set_stage(world.coordinator, world.section.key, Stage.AGREED)
    a.come_back()

    b = another_page(a, world).go()

    b.article.locator(".live-kept").wait_for()
    assert TYPED.strip() in b.article.locator(".live-kept textarea").first.input_value()
    assert TYPED not in text_in(app, world.section)


def test_the_tools_say_what_any_section_has_not_saved(world: World, visit: Visit) -> None:
    a = Writer(visit(world.coordinator), world).open()
    a.page.locator(f"#section-{world.second.key} .live-write").click()
    a.page.locator(f"#section-{world.second.key} .cm-content").wait_for()
    a.caret_to_end().cut()

    a.type("Sans réseau · œuvre").wait_state("offline")

    tools = a.page.locator(".live-tools")
    expect(tools).to_have_attribute("data-saving", "Non enregistré\u00a0: hors connexion")
    a.come_back().wait_saved()
    expect(tools).to_have_attribute("data-saving", "Enregistré")
