"""At the cards nothing typed is lost, nothing is decided by chance, and the focus stays where the reader is."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.permissions import ParticipationRole
from drafting.domain.tracking import base_view
from tests import factories
from tests.e2e.conftest import Visit
from tests.e2e.live_world import World, logged, make_world
from tests.e2e.test_comments import threads_of
from tests.e2e.test_review import TEXT, Reviewer, outcome, reviewer
from tests.writing import propose, write

# Comments come late.
LATE = """const there = window.fetch; window.fetch = async (address, ...rest) => {
  if (String(address).endsWith('/threads')) await new Promise((done) => setTimeout(done, 1_500));
  return there(address, ...rest);
};"""
HOLD = "isHeld => livePage.sections.values().next().value.sync.hold(isHeld)"


@pytest.fixture
def reviewed(app: Flask) -> World:
    """Three suggestions, two of them of one federation."""
    world = make_world()
    write(world.section, world.coordinator, TEXT)
    propose(world.section, world.contributor, "s1", "demandent", "exigent")
    propose(world.section, world.author, "s5", "", " de l’œuvre", before="européenne")
    propose(world.section, world.contributor, "s6", "2026", "2027 😀")
    return world


def ticking(visit: Visit, world: World) -> Reviewer:
    """Somebody who has opened what decides on several."""
    a = reviewer(visit(world.coordinator), world)
    a.article.locator(".cards-together summary").click()
    return a


def test_a_reason_for_several_stays_while_others_propose(reviewed: World, visit: Visit, app: Flask) -> None:
    a = ticking(visit, reviewed)
    a.article.locator(".cards-groups button", has_text="FES").click()
    a.article.get_by_role("button", name="Refuser les 2").click()
    reason = a.article.locator(".cards-together textarea")
    reason.press_sequentially("Trop tôt · « œuvre »")

    propose(reviewed.section, reviewed.author, "n1", "Nos", "Tous nos")
    expect(a.title).to_have_text("4 suggestions")

    expect(reason).to_be_focused()
    a.page.keyboard.type(" 😀")
    expect(reason).to_have_value("Trop tôt · « œuvre » 😀")
    a.article.locator(".cards-together .button-primary").click()
    expect(a.article.locator(".cards-message")).to_contain_text("2 suggestions refusées.")
    assert outcome(app, reviewed.section, "n1") is None


def test_the_focus_stays_at_what_one_has_pressed_above_the_cards(reviewed: World, visit: Visit) -> None:
    a = ticking(visit, reviewed)
    group = a.article.locator(".cards-groups button", has_text="FES")
    group.focus()

    a.page.keyboard.press("Enter")

    expect(a.article.locator(".cards-ticked")).to_have_text("2 suggestions cochées")
    expect(group).to_be_focused()


def test_what_changed_since_it_was_ticked_is_unticked(reviewed: World, visit: Visit) -> None:
    a = ticking(visit, reviewed)
    a.article.locator(".cards-groups button", has_text="FES").click()

    propose(reviewed.section, reviewed.contributor, "s6", "", " au plus tard", before="2027 😀")

    expect(a.article.locator(".cards-ticked")).to_have_text("1 suggestion cochée")
    expect(a.article.locator(".cards-message")).to_contain_text("1 suggestion cochée a changé")
    expect(a.card("s6").locator("input")).not_to_be_checked()


def test_a_reason_begun_on_a_card_is_there_when_the_card_comes_back(reviewed: World, visit: Visit) -> None:
    a = reviewer(visit(reviewed.coordinator, width=375), reviewed)
    a.act("s1", "reason").click()
    a.card("s1").locator(".card-reason").fill("Plutôt « demandent »")

    for _ in range(2):
        a.article.locator(".cards-step").last.click()
    expect(a.card("s1")).to_have_count(0)
    a.article.locator(".cards-step").first.click()

    expect(a.card("s1").locator(".card-reason")).to_be_visible()
    expect(a.card("s1").locator(".card-reason")).to_have_value("Plutôt « demandent »")


def test_a_reason_that_would_go_with_the_next_decision_is_seen(reviewed: World, visit: Visit) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.act("s6", "reason").click()
    a.card("s6").locator(".card-reason").fill("L’échéance est fixée.")
    a.act("s6", "reject").click()
    a.act("s6", "undo").click()
    a.act("s6", "accept").wait_for()

    expect(a.card("s6").locator(".card-reason")).to_be_visible()


def test_letters_pressed_in_a_discussion_on_a_card_decide_nothing(reviewed: World, visit: Visit, app: Flask) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.card("s1").locator(".thread-on-suggestion").click()
    a.card("s1").locator(".thread-new select").focus()

    a.page.keyboard.press("a")
    a.page.keyboard.press("r")

    a.page.wait_for_timeout(500)
    assert outcome(app, reviewed.section, "s1") is None
    a.card("s1").locator(".thread-new textarea").focus()
    a.page.keyboard.press("Escape")
    expect(a.card("s1").locator(".thread-new textarea")).to_be_focused()


def test_the_focus_stays_on_a_card_on_which_somebody_else_decides(reviewed: World, visit: Visit) -> None:
    a, b = reviewer(visit(reviewed.coordinator), reviewed), reviewer(visit(reviewed.author), reviewed)
    a.act("s1", "accept").focus()

    b.act("s1", "reject").click()

    expect(a.card("s1").locator(".card-fate")).to_have_text("Refusée par Rédaction Métallurgie (FEM)")
    assert a.page.evaluate("document.activeElement.closest('.card')?.dataset.suggestion") == "s1"


def test_a_discussion_is_offered_on_cards_that_were_there_first_and_stays_on_the_page(
    reviewed: World, visit: Visit
) -> None:
    visitor = visit(reviewed.coordinator)
    visitor.page.add_init_script(LATE)
    a = reviewer(visitor, reviewed)
    card = a.card("s1")
    card.locator(".thread-on-suggestion").click()
    card.locator(".thread-new textarea").fill("Pourquoi « exiger » ? 🙂")
    card.locator(".thread-new button.button-primary").click()
    card.locator("article.thread").wait_for()

    a.article.locator(".live-finish").click()

    expect(a.article.locator(".live-margin article.thread", has_text="Pourquoi « exiger » ?")).to_be_visible()


def test_a_comment_that_waits_for_the_text_is_sent_once(reviewed: World, visit: Visit) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.article.locator(".thread-comment").wait_for()
    a.caret_to_end()
    a.page.evaluate(HOLD, True)
    a.type("Écrit. ")
    a.page.keyboard.press("Control+Shift+ArrowLeft")
    a.page.keyboard.press("Control+Alt+m")
    a.article.locator(".thread-new textarea").fill("Une fois · 😀")

    for _ in range(2):
        a.article.locator(".thread-new button.button-primary").click()
    a.page.evaluate(HOLD, False)

    a.article.locator("article.thread", has_text="Une fois").first.wait_for()
    a.page.wait_for_timeout(500)
    assert len(threads_of(reviewed)) == 1


def test_a_decision_from_before_a_reload_that_comes_to_nothing_is_said(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.act("s1", "accept").wait_for()
    a.page.evaluate(HOLD, True)
    a.act("s1", "accept").click()
    a.wait_state("saving")
    a.page.wait_for_timeout(500)
    propose(reviewed.section, reviewed.contributor, "s1", "", " enfin", before="exigent")

    a.page.reload()

    expect(a.article.locator(".live-notice")).to_contain_text("n’a pas été enregistrée", timeout=20_000)
    assert outcome(app, reviewed.section, "s1") is None


def test_a_suggestion_of_which_nothing_is_left_concerns_its_author_only(reviewed: World, visit: Visit) -> None:
    body = factories.organisation(acronym="OBS", name="Observatoire")
    factories.participation(reviewed.contribution, body, ParticipationRole.OBSERVER)
    a = Reviewer(visit(reviewed.contributor), reviewed).open()
    a.cards.first.wait_for()
    a.wait_for("!section.view.state.readOnly")
    a.caret_to_end().type("Œuvre.")
    a.wait_saved()
    expect(a.title).to_have_text("4 suggestions")

    a.page.keyboard.press("Control+z")
    a.wait_saved()

    empty = a.cards.filter(has_text="Ne s’applique plus")
    expect(empty.locator("[data-act=withdraw]")).to_have_text("Retirer")
    b = reviewer(visit(factories.member(body, name="Observateur")), reviewed)
    expect(b.title).to_have_text("3 suggestions")
    assert b.cards.count() == 3


def test_what_is_only_suggested_is_not_counted(reviewed: World, visit: Visit) -> None:
    a = Reviewer(visit(reviewed.coordinator), reviewed).open()
    counted = a.article.locator(".editor-count", has_text="mots")
    expect(counted).to_contain_text("sans les suggestions")
    before = counted.inner_text()

    propose(reviewed.section, reviewed.author, "n1", "", " et encore trois mots", before="Nos constats")
    propose(reviewed.section, reviewed.author, "n2", "demandent")
    a.wait_text("et encore trois mots")
    a.page.wait_for_timeout(1_000)

    assert counted.inner_text() == before
    a.act("n1", "accept").click()
    words = int(before.split()[0])
    expect(counted).to_have_text(re.compile(rf"^{words + 4} mots .* sans les suggestions$"))


def test_a_column_or_row_leaves_what_is_suggested_in_the_other_cells(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    table = "| Été | Œuvre |\n| --- | --- |\n| un | deux |\n| trois | quatre 😀 |\n"
    write(reviewed.section, reviewed.coordinator, table)
    propose(reviewed.section, reviewed.contributor, "t1", "deux", "mille")
    propose(reviewed.section, reviewed.author, "t2", "", " seuls", before="trois")
    a = Reviewer(visit(reviewed.coordinator), reviewed).open()
    a.article.locator(".cm-cell").first.click()

    for tool in ("column-right", "row-remove"):
        a.page.locator(f".editor-toolbar [data-tool={tool}]").click()
    a.wait_for("!section.view.state.doc.toString().includes('Été')")
    a.wait_saved()

    state = logged(app, reviewed.section)
    assert base_view(state) == "| un |  | deux |\n| --- | --- | --- |\n| trois |  | quatre 😀 |\n"
    assert {one.author for one in state.runs if one.insertion} == {
        reviewed.contributor.person_id, reviewed.author.person_id}
    assert [one.insertion for one in state.runs if one.insertion] == ["t1", "t2"]
