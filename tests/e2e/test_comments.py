"""Comments in real browsers: the page with all threads, and cards in the margin of the text, for two at once."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from drafting.domain.comment import Visibility
from drafting.extensions import db
from drafting.models import Thread
from drafting.services import comments, contributions, mentions, threads
from drafting.services.threads import Passage
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.live_world import World, Writer, make_world
from tests.writing import propose


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def threads_of(world: World) -> list[str | None]:
    """Return which suggestion each thread is about."""
    db.session.rollback()
    return list(db.session.scalars(select(Thread.suggestion).where(Thread.section_id == world.section.id)))


def discuss(world: World) -> None:
    """Three threads: one for all with a reply, one for an organisation, a settled one."""
    key, passage = world.section.key, Passage(selected="vraie place")
    first = threads.begin(
        world.contributor, key, "Faut-il dire « vraie » ? 🙂\nVoir https://exemple.example/étude, page 3.",
        visibility=Visibility.EVERYBODY, passage=passage,
    )
    comments.reply(world.author, first.key, "Oui : c’est le cœur de la demande. @CET, d’accord ?")
    threads.begin(
        world.author, key, "À nous de trancher avant vendredi.", visibility=Visibility.ORGANISATION,
        passage=Passage(selected="lanceurs d’alerte"),
    )
    done = threads.begin(world.author, key, "Titre à revoir.", visibility=Visibility.EVERYBODY)
    threads.resolve(world.coordinator, done.key)


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_page_of_all_threads(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    discuss(world)
    visitor = visit(world.author, width=width, language=language, dark=dark)
    page = visitor.go(f"/contributions/{world.contribution.key}/comments")

    visitor.check_screen(f"comments-{language}-{width}")
    expect(page.locator(".thread")).to_have_count(2)
    page.goto(f"{visitor.address}/contributions/{world.contribution.key}/comments?state=all")
    page.locator(".thread-begin > summary").click()
    page.locator(".thread-reply > summary").first.click()
    page.locator(".comment-own summary").first.click()
    visitor.check_screen(f"comments-open-{language}-{width}")
    expect(page.locator(".thread")).to_have_count(3)


def test_a_thread_is_begun_answered_and_settled_without_a_script(world: World, visit: Visit) -> None:
    visitor = visit(world.coordinator)
    page = visitor.go(f"/contributions/{world.contribution.key}/comments")
    page.locator(".thread-begin > summary").click()
    page.get_by_label("Passage").fill("vraie place")
    page.get_by_label("Votre commentaire").fill("Vraiment ?\nŒuvre 🙂")
    page.get_by_label("Qui peut lire ce fil").select_option("organisation")
    page.get_by_role("button", name="Commenter", exact=True).click()
    thread = page.locator(".thread")
    expect(thread).to_contain_text("Visible par CET seulement")
    page.locator(".thread-reply > summary").click()
    page.get_by_label("Votre réponse").fill("Oui.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(thread.locator(".comment")).to_have_count(2)
    page.get_by_role("button", name="Régler").click()

    expect(page.locator(".thread")).to_contain_text("Réglé par Secrétariat CET (CET)")
    assert visitor.problems == []


SELECT = """([key, words]) => {
  const root = document.querySelector(`#section-${key} .section-text`);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const [first, last] = words.map((word) => nodes.find((node) => node.data.includes(word)));
  const range = document.createRange();
  range.setStart(first, first.data.indexOf(words[0]));
  range.setEnd(last, last.data.indexOf(words[1]) + words[1].length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


class Commenter(Writer):
    """Somebody who reads, selects and comments."""

    def go(self) -> Commenter:
        super().go()
        self.article.locator(".thread-comment").wait_for()
        return self

    def select(self, first: str, last: str | None = None) -> Commenter:
        """Select from some words of the reading text to others."""
        self.page.evaluate(SELECT, [self.key, [first, last or first]])
        return self

    @property
    def cards(self) -> Locator:
        return self.article.locator(".live-margin .threads > article.thread")

    @property
    def form(self) -> Locator:
        return self.article.locator(".thread-new")

    def comment(self, text: str, whom: str = "") -> Commenter:
        """Write in the form that is open, and send it."""
        self.form.locator("textarea").fill(text)
        if whom:
            self.form.locator("select").select_option(whom)
        self.form.locator("button.button-primary").click()
        self.cards.filter(has_text=text.split("\n")[0]).wait_for()
        return self

    def marked(self) -> str:
        """The words that are marked in the text on screen."""
        return "|".join(self.article.locator(".thread-passage").all_text_contents())


def test_a_comment_arrives_at_once_where_it_may_be_seen_and_nowhere_else(world: World, visit: Visit) -> None:
    a = Commenter(visit(world.coordinator), world).go()
    b = Commenter(visit(world.contributor), world).go()

    a.select("une ", "place").page.locator(".thread-here").click()
    a.comment("Entre nous · 🙂", "organisation")
    a.select("lanceurs")
    a.page.keyboard.press("Control+Alt+m")
    a.comment("Pour tous : œuvre ?")

    b.cards.filter(has_text="Pour tous : œuvre ?").wait_for()
    assert b.cards.count() == 1
    assert b.marked() == "lanceurs"
    assert a.cards.count() == 2
    assert a.marked() == "une |vraie| place|lanceurs"
    b.cards.locator(".thread-reply > summary").click()
    b.cards.locator("textarea").fill("Oui, « tous ».")
    b.cards.get_by_role("button", name="Envoyer la réponse").click()
    a.cards.filter(has_text="Oui, « tous ».").wait_for()
    a.cards.filter(has_text="Pour tous").get_by_role("button", name="Régler").click()
    b.article.locator(".threads-settled > summary").wait_for()
    assert b.cards.count() == 0
    assert b.marked() == ""
    assert a.visitor.problems == b.visitor.problems == []


def test_a_passage_commented_while_writing_follows_the_text(world: World, visit: Visit) -> None:
    a = Commenter(visit(world.coordinator), world).go()
    b = Commenter(visit(world.author), world)
    a.write_button.click()
    a.text_box.wait_for()
    a.text_box.click()
    a.page.keyboard.press("Control+Home")
    a.page.keyboard.press("Control+Shift+End")
    a.page.locator(".thread-here").wait_for()
    a.page.keyboard.press("ArrowLeft")
    for _ in range(4):
        a.page.keyboard.press("ArrowDown")
    a.page.keyboard.press("Home")
    a.page.keyboard.press("Control+Shift+ArrowRight")
    word = a.page.evaluate("getSelection().toString()").strip()
    a.page.keyboard.press("Control+Alt+m")
    b.open()
    b.text_box.click()
    b.page.keyboard.press("Control+Home")
    b.type("Été 😀. ").wait_saved()
    a.wait_text("Été 😀.")

    a.comment("Est-ce le bon mot ?")

    b.cards.filter(has_text="bon mot").wait_for()
    assert word
    assert a.marked().strip() == b.marked().strip() == word
    b.type("Encore. ").wait_saved()
    a.wait_text("Encore.")
    assert a.marked().strip() == b.marked().strip() == word
    assert a.visitor.problems == b.visitor.problems == []


def test_an_unsent_comment_survives_a_reload_and_a_lost_connection(world: World, visit: Visit) -> None:
    a = Commenter(visit(world.contributor), world).go()
    a.select("lanceurs", "alerte")
    a.page.keyboard.press("Control+Alt+m")
    a.form.locator("textarea").fill("À ne pas perdre : œuvre 🙂")
    a.visitor.context.set_offline(True)
    a.form.locator("button.button-primary").click()
    a.form.locator(".thread-error").wait_for()
    a.visitor.context.set_offline(False)

    a.page.reload()

    a.form.wait_for()
    assert a.form.locator("textarea").input_value() == "À ne pas perdre : œuvre 🙂"
    a.form.locator("button.button-primary").click()
    a.cards.wait_for()
    assert a.marked() == "lanceurs d’alerte"
    a.page.reload()
    a.cards.wait_for()
    assert a.form.count() == 0


def test_comments_by_the_keyboard_alone(world: World, visit: Visit) -> None:
    a = Commenter(visit(world.contributor), world).go()
    keyboard = a.page.keyboard
    a.article.locator(".thread-comment").focus()
    keyboard.press("Enter")
    keyboard.type("À la main · œuvre, @red")
    a.form.locator(".thread-offer").wait_for()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    assert a.form.locator("textarea").input_value() == "À la main · œuvre, @Rédaction Métallurgie "
    keyboard.type("?")
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("Enter")
    a.cards.filter(has_text="À la main").wait_for()
    a.page.wait_for_function("() => document.activeElement?.matches('article.thread')")
    for _ in range(9):
        keyboard.press("Tab")
        if "Répondre" in a.page.evaluate("document.activeElement.textContent"):
            break
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("Et une réponse")
    keyboard.press("Tab")
    keyboard.press("Enter")
    a.cards.filter(has_text="Et une réponse").wait_for()
    assert a.cards.locator("strong", has_text="@Rédaction Métallurgie").count() == 1
    assert a.visitor.problems == []


def test_a_mention_is_seen_when_its_card_is_looked_at(world: World, visit: Visit) -> None:
    discuss(world)
    visitor = visit(world.coordinator, width=375)
    visitor.go("/").get_by_role("heading", name="On vous a mentionné").wait_for()
    visitor.check_screen("dashboard-mentions")
    a = Commenter(visit(world.coordinator), world).go()
    card = a.cards.filter(has_text="vraie place")
    assert "On vous a mentionné" in card.inner_text()

    with a.page.expect_response("**/threads/*"):
        a.article.locator("mark.thread-passage").first.click()

    a.page.wait_for_function("() => document.querySelector('article.is-chosen') !== null")
    db.session.rollback()
    assert mentions.unread(world.coordinator) == []


def test_cards_leave_the_page_with_the_right_to_read(world: World, visit: Visit) -> None:
    discuss(world)
    a = Commenter(visit(world.contributor), world).go()
    a.cards.first.wait_for()
    part = next(each for each in world.contribution.participations
                if each.organisation_id == world.contributor.organisation_id)

    contributions.leave_out(world.coordinator, world.contribution.key, part.key)

    a.cards.first.wait_for(state="detached")
    expect(a.article.locator(".thread-comment")).to_be_hidden()


def test_who_comments_on_a_phone_stays_at_the_words(world: World, visit: Visit) -> None:
    a = Commenter(visit(world.author, width=375), world).go()
    a.select("négocier")
    here = a.page.locator(".thread-here")
    here.wait_for()
    before = a.page.evaluate("scrollY")

    here.click()

    expect(a.form.locator("textarea")).to_be_focused()
    for part in (a.form.locator("textarea"), a.form.locator("select"), a.form.get_by_role("button").first):
        expect(part).to_be_in_viewport(ratio=1)
    assert a.page.evaluate("scrollY") == before


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_cards_in_the_margin(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    discuss(world)
    a = Commenter(visit(world.author, width=width, language=language, dark=dark), world).go()
    a.cards.first.wait_for()
    a.visitor.check_screen(f"margin-{language}-{width}")
    a.select("négocier")
    a.page.locator(".thread-here").wait_for()
    a.visitor.check_screen(f"margin-selected-{language}-{width}")
    a.page.locator(".thread-here").click()
    a.form.locator("textarea").fill("Négocier quoi ?")
    a.article.locator(".threads-settled > summary").click()
    a.visitor.check_screen(f"margin-form-{language}-{width}")
    a.write_button.click()
    a.text_box.wait_for()
    a.page.locator(".cm-content .thread-passage").first.wait_for()
    expect(a.page.locator(".editor-style")).to_be_enabled()
    a.visitor.check_screen(f"margin-writing-{language}-{width}")


def test_a_suggestion_is_commented_on_its_card(world: World, visit: Visit) -> None:
    propose(world.section, world.contributor, "s1", "demandent", "exigent")
    a = Commenter(visit(world.coordinator), world).go()
    a.article.locator(".section-waiting a").click()
    card = a.article.locator(".card[data-suggestion=s1]")
    card.locator(".thread-on-suggestion").click()
    card.locator(".thread-new textarea").fill("Pourquoi « exiger » ? 🙂")
    card.locator(".thread-new button.button-primary").click()

    card.locator("article.thread", has_text="Pourquoi « exiger » ?").wait_for()
    a.visitor.check_screen("suggestion-commented-fr-1280")
    assert card.locator(".thread-quotation").inner_text() == "demandent"
    assert threads_of(world) == ["s1"]
