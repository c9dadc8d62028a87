"""Somebody who may only suggest works in a section, in a real browser; the log tells what was proposed."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.changes import units
from drafting.domain.permissions import Stage
from drafting.domain.tracking import base_view, proposed_view
from drafting.services import sections
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.live_world import TEXT, World, Writer, logged, make_world, text_in
from tests.writing import write


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


class Suggester(Writer):
    """A writer who looks at what is proposed, not at what stands there."""

    def at(self, text: str) -> Suggester:
        """Put the caret right behind a text."""
        self.text_box.click()
        self.page.evaluate(
            "([key, text]) => { const { view } = livePage.sections.get(key);"
            " const at = view.state.doc.toString().indexOf(text) + text.length;"
            " view.focus(); view.dispatch({ selection: { anchor: at } }); }", [self.key, text])
        return self

    def select(self, text: str) -> Suggester:
        """Select a text."""
        self.at(text)
        self.page.evaluate(
            "([key, length]) => { const { view } = livePage.sections.get(key);"
            " const { head } = view.state.selection.main;"
            " view.dispatch({ selection: { anchor: head - length, head } }); }", [self.key, len(units(text))])
        return self

    def press(self, *keys: str) -> Suggester:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def switch(self) -> Suggester:
        """Switch between editing and suggesting by keyboard."""
        before = self.page.evaluate("livePage.modes.preferred")
        self.press("Control+Shift+e")
        self.wait_for("section.page.modes.preferred !== argument", before)
        return self

    @property
    def before_caret(self) -> str:
        """A few characters before the caret."""
        return str(self.page.evaluate(
            "key => { const { state } = livePage.sections.get(key).view;"
            " const { head } = state.selection.main; return state.sliceDoc(Math.max(0, head - 4), head); }", self.key))


def suggester(visit: Visit, world: World) -> Suggester:
    """Open the section as the contributor."""
    one = Suggester(visit(world.contributor), world)
    one.open()
    one.wait_for("!section.view.state.readOnly")
    return one


ACTIONS = {
    "typing": (
        lambda one: one.at("négocier").type(" tôt, « là » 😀"), TEXT.replace("négocier", "négocier tôt, « là » 😀")),
    "Backspace": (lambda one: one.at("négocier").press(*["Backspace"] * 3), TEXT.replace("négocier", "négoc")),
    "Delete": (lambda one: one.at("négocier").press(*["Delete"] * 6), TEXT.replace("négocier avant", "négocier")),
    "Backspace over an emoji": (lambda one: one.at("😀").press("Backspace"), TEXT.replace("😀", "")),
    "replacing a selection": (
        lambda one: one.select("négocier").type("consulter"), TEXT.replace("négocier", "consulter")),
    "typing after Backspace": (
        lambda one: one.at("négocier").press(*["Backspace"] * 3).type("iat"), TEXT.replace("négocier", "négociat")),
    "bold": (lambda one: one.select("alerte").press("Control+b"), TEXT.replace("alerte", "**alerte**")),
    "taking bold off": (lambda one: one.select("vraie").press("Control+b"), TEXT.replace("**vraie**", "vraie")),
    "splitting a paragraph": (
        lambda one: one.at("demandent").press("Enter"), TEXT.replace("demandent une", "demandent\n\n une")),
    "a new item": (
        lambda one: one.at("déploiement.").press("Enter").type("former."),
        TEXT.replace("déploiement.", "déploiement.\n- former.")),
    "a heading that becomes a paragraph": (
        lambda one: one.at("## ").press("Backspace"), TEXT.replace("## Nos", "Nos")),
    "a paragraph that becomes a heading": (
        lambda one: one.at("travailleurs").press("Control+Alt+2"), TEXT.replace("Les", "## Les")),
    "a paragraph that becomes an item": (
        lambda one: one.at("travailleurs").press("Control+Shift+8"), TEXT.replace("Les", "- Les")),
    "joining two paragraphs": (
        lambda one: one.at("😀.").press("Delete"), TEXT.replace("😀.\n\n- ", "😀.")),
    "deleting an item": (
        lambda one: one.select("- négocier avant tout déploiement.").press("Delete"),
        TEXT.replace("- négocier avant tout déploiement.", "")),
    "a word typed and taken back": (lambda one: one.at("négocier").type("mots").press(*["Backspace"] * 4), TEXT),
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
def test_what_one_does_is_one_suggestion_and_the_base_text_stays(
    world: World, visit: Visit, app: Flask, action: str
) -> None:
    one = suggester(visit, world)
    act, proposed = ACTIONS[action]

    act(one)

    one.wait_saved()
    state = logged(app, world.section)
    assert base_view(state) == TEXT
    assert proposed_view(state) == proposed
    assert len(state.suggestions) == 1
    assert one.visitor.problems == []
    if proposed != TEXT:
        one.press("Control+z", "Control+z", "Control+z", "Control+z")
        one.wait_saved()
        state = logged(app, world.section)
        assert (base_view(state), proposed_view(state)) == (TEXT, TEXT)


def compose(one: Suggester, *steps: str) -> None:
    """Type by an input method: each step replaces the one before, the last one stays."""
    keyboard = one.page.context.new_cdp_session(one.page)
    for step in steps:
        keyboard.send("Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)})
        one.page.wait_for_timeout(40)
    keyboard.send("Input.insertText", {"text": steps[-1]})
    one.page.wait_for_timeout(120)


def test_accents_by_composition_are_one_suggestion(world: World, visit: Visit, app: Flask) -> None:
    one = suggester(visit, world).at("négocier").type(" ")

    for accented in "éçê":
        compose(one, "´", accented)
        one.type("t")

    one.wait_saved()
    state = logged(app, world.section)
    assert base_view(state) == TEXT
    assert proposed_view(state) == TEXT.replace("négocier", "négocier étçtêt")
    assert len(state.suggestions) == 1


def test_composing_over_a_selection_strikes_it_and_adds_behind_it(world: World, visit: Visit, app: Flask) -> None:
    one = suggester(visit, world).select("négocier")

    compose(one, "^", "ê")
    one.type("tre")

    one.wait_saved()
    state = logged(app, world.section)
    assert base_view(state) == TEXT
    assert proposed_view(state) == TEXT.replace("négocier", "être")
    assert "négocierêtre" in one.text
    assert len(state.suggestions) == 1


def test_backspace_stays_before_what_it_strikes_and_skips_what_is_struck(world: World, visit: Visit) -> None:
    one = suggester(visit, world).at("négocier")

    one.press("Backspace", "Backspace")
    assert one.before_caret == "goci"
    one.press("ArrowRight", "ArrowRight", "Backspace")
    assert one.before_caret == "égoc"
    one.at("tout").press("Delete")
    assert one.before_caret == "out "


def test_unsaved_suggestions_survive_a_reload(world: World, visit: Visit, app: Flask) -> None:
    one = suggester(visit, world)
    one.page.on("dialog", lambda dialog: dialog.accept())
    let_through: list[bool] = []
    one.page.route_web_socket("**/live", lambda socket: socket.connect_to_server() if let_through else socket.close())
    one.page.evaluate("livePage.connection.socket.close()")
    one.select("négocier").type("décider né 😀")
    one.wait_state("offline")

    one.page.reload()

    one.wait_text("décider né 😀")
    let_through.append(True)
    one.page.reload()
    one.wait_text("décider né 😀").wait_saved()
    state = logged(app, world.section)
    assert base_view(state) == TEXT
    assert proposed_view(state) == TEXT.replace("négocier", "décider né 😀")
    assert len(state.suggestions) == 1


def test_who_loses_the_right_to_write_goes_on_by_suggesting(world: World, visit: Visit, app: Flask) -> None:
    one = Suggester(visit(world.author), world)
    one.open()
    one.at("Nos").type(" vrais").wait_saved()
    one.cut()
    one.at("négocier").type(" tôt")
    one.select("tout").press("Delete")
    one.wait_state("offline")
    sections.set_stage(world.coordinator, world.section.key, Stage.UNDER_REVIEW)

    one.come_back()

    one.wait_saved()
    one.wait_for("section.mode.isForced && !section.view.state.readOnly")
    one.at("protéger").type(" vite").wait_saved()
    state = logged(app, world.section)
    written = TEXT.replace("Nos", "Nos vrais")
    assert base_view(state) == written
    proposed = written.replace("négocier", "négocier tôt").replace("tout", "").replace("protéger", "protéger vite")
    assert proposed_view(state) == proposed
    assert one.article.locator(".live-kept").count() == 0


def test_one_may_choose_to_suggest_by_keyboard_and_it_is_remembered(world: World, visit: Visit, app: Flask) -> None:
    one = Suggester(visit(world.author), world)
    one.open()
    one.at("négocier").switch().type(" tôt").wait_saved()
    assert base_view(logged(app, world.section)) == TEXT
    assert proposed_view(logged(app, world.section)) == TEXT.replace("négocier", "négocier tôt")
    expect(one.page.get_by_role("radio", name="Suggestion")).to_be_checked()

    one.page.reload()
    one.write_button.press("Enter")
    one.text_box.wait_for()
    one.wait_for("!section.view.state.readOnly")
    one.at("tout").type(" vrai").wait_saved()

    assert base_view(logged(app, world.section)) == TEXT
    one.switch().type(" né").wait_saved()
    assert base_view(logged(app, world.section)) == TEXT.replace("tout", "tout né")


def test_who_may_only_suggest_sees_so_and_cannot_switch(world: World, visit: Visit, app: Flask) -> None:
    one = Suggester(visit(world.contributor), world)
    one.go()
    assert one.write_button.inner_text() == "Suggérer"

    one.write_button.click()
    one.text_box.wait_for()
    one.at("négocier").press("Control+Shift+e").type(" tôt").wait_saved()

    expect(one.page.get_by_role("radio", name="Modification")).to_be_disabled()
    assert "seulement suggérer" in one.article.locator(".live-notice").inner_text()
    assert base_view(logged(app, world.section)) == TEXT


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_suggestions_are_seen_and_read_as_insertions_and_deletions(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    lead = Suggester(visit(world.author), world)
    lead.open()
    lead.at("négocier").switch().type(" tôt").select("protéger").type("défendre").wait_saved()
    one = Suggester(visit(world.contributor, width=width, language=language, dark=dark), world)
    one.open()
    one.wait_for("!section.view.state.readOnly")
    one.text_box.locator("ins").first.wait_for()

    one.select("tout").press("Delete").at("déploiement.").press("Enter").type("former « là » 😀")
    one.select("alerte").press("Control+b").select("protéger").press("Delete").at("Nos").press("Delete")
    one.at("## ").press("Backspace").wait_saved()

    assert one.text_box.get_by_role("insertion").count() > 1
    assert one.text_box.get_by_role("deletion").count() > 2
    one.visitor.check_screen(f"suggesting-{language}-{width}")


def test_the_suggestion_at_the_caret_stands_out_and_the_simple_view_hides_what_is_struck(
    world: World, visit: Visit
) -> None:
    one = suggester(visit, world)
    one.select("négocier").type("décider").select("alerte").press("Delete").wait_saved()
    marks = "document.querySelector('script[src$=\"live/page.js\"]').src.replace('page.js', 'marks.js')"

    one.at("vraie")
    assert one.text_box.locator(".live-current").count() == 0
    one.text_box.locator("del", has_text="négocier").click()

    assert set(one.text_box.locator(".live-current").all_inner_texts()) == {"négocier", "décider"}
    one.page.evaluate(
        f"async key => (await import({marks})).setMarksView(livePage.sections.get(key).view, 'simple')", one.key)
    one.article.locator(".live-marks-simple").wait_for()
    shown = one.text_box.inner_text()
    assert "décider avant tout" in shown
    assert "négocier" not in shown
    assert "alerte" not in shown
    assert one.text_box.locator(".live-changed").count() == 2
    assert one.visitor.problems == []


def test_an_author_who_goes_on_typing_is_told_of_no_change(world: World, visit: Visit) -> None:
    writer = Writer(visit(world.contributor, width=375), world).open().caret_to_end()
    writer.type("Né ").wait_saved()
    card = writer.article.locator(".card")
    card.wait_for()

    writer.type("à l’œuvre, « là » ", delay_ms=60).wait_saved()
    expect(card).to_contain_text("à l’œuvre, « là »")

    expect(card.locator(".card-notice")).not_to_be_visible()
    expect(card.locator(".card-tick"), "there is nothing to decide on several for an author").not_to_be_visible()


def test_pasted_blocks_are_one_suggestion(world: World, visit: Visit, app: Flask) -> None:
    one = suggester(visit, world).at("déploiement.").press("Enter", "Enter")
    one.page.evaluate(
        "key => { const { view } = livePage.sections.get(key); const data = new DataTransfer();"
        " data.setData('text/html', '<h2>Né</h2><ul><li>œuvre</li><li>là 😀</li></ul>');"
        " const event = { clipboardData: data, bubbles: true, cancelable: true };"
        " view.contentDOM.dispatchEvent(new ClipboardEvent('paste', event)); }", one.key)
    one.wait_text("là 😀").wait_saved()

    state = logged(app, world.section)
    assert base_view(state) == TEXT
    assert len(state.suggestions) == 1
    assert "Né\n\n- œuvre\n- là 😀" in proposed_view(state)


RICH = """## Nos constats

Les travailleurs·ses demandent une **vraie** place 😀, et [le droit](https://exemple.org) de négocier.[^a]

- protéger les lanceurs d’alerte ;
  - dès le début ;
- négocier « avant ».

| Mesure | Délai |
| --- | --- |
| Audit né | 2026 |

> Une citation d’œuvre.

1. Premier
2. Deuxième

[^a]: Une note.
"""
KEYS = [
    "Backspace", "Backspace", "Delete", "Delete", "Enter", "Tab", "Shift+Tab", "Control+b", "Control+i", "Control+z",
    "Control+y", "Control+Backspace", "Control+Delete", "Shift+Enter", "Control+Shift+8", "Control+Shift+7",
    "Control+Shift+9", "Control+Alt+2", "Control+Alt+0", "Alt+Shift+ArrowDown", "Alt+Shift+Delete", "Control+x",
    "Control+v",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_whatever_keys_one_presses_the_base_text_stays(world: World, visit: Visit, app: Flask, seed: int) -> None:
    rng = random.Random(seed)
    write(world.second, world.coordinator, RICH)
    one = Suggester(visit(world.contributor), world, world.second)
    one.open()
    one.wait_for("!section.view.state.readOnly")

    for _ in range(80):
        choice = rng.random()
        if choice < 0.3:
            one.page.evaluate(
                "([key, at, far]) => { const { view } = livePage.sections.get(key); const { length } = view.state.doc;"
                " view.focus(); const anchor = Math.floor(at * length); const head = Math.min(length, anchor + far);"
                " view.dispatch({ selection: { anchor, head }, userEvent: 'select' }); }",
                [one.key, rng.random(), rng.choice([0, 0, 3, 12])])
        elif choice < 0.55:
            one.type(rng.choice(["é", "œuvre ", "« là » ", "·", "😀", "- ", "fin. "]))
        else:
            one.press(rng.choice(KEYS))
        if rng.random() < 0.1:
            one.text_box.focus()

    one.wait_saved()
    assert base_view(logged(app, world.second)) == RICH
    assert one.text == text_in(app, world.second)
    assert one.article.locator(".live-kept").count() == 0
    assert one.visitor.problems == []
