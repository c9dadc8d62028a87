"""Reviewing live: cards beside the text, decided by several people at once, by pointer, by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import ParticipationRole
from drafting.domain.tracking import base_view
from drafting.models import Section
from tests import factories
from tests.e2e.conftest import SCREENS, Visit, Visitor, violations
from tests.e2e.live_world import World, Writer, logged, make_world
from tests.writing import propose, write

TEXT = """## Nos constats

Les travailleurs·ses demandent une **vraie** place 😀 dans chaque décision qui touche leur métier.

- protéger les lanceurs d’alerte ;
- négocier avant tout déploiement ;
- former « tout le monde ».

Une directive européenne fixe le cadre. Elle s’applique en 2026.
"""


@pytest.fixture
def world(app: Flask) -> World:
    world = make_world()
    write(world.section, world.coordinator, TEXT)
    return world


@pytest.fixture
def reviewed(world: World) -> World:
    """Seven suggestions of two federations, of several kinds; two of them touch the same words."""
    a, b, section = world.author, world.contributor, world.section
    propose(section, b, "s1", "demandent", "exigent")
    propose(section, b, "s2", "négocier avant tout déploiement")
    propose(section, a, "s3", "avant tout", "dès le début de tout")
    propose(section, b, "s4", "", "\n- associer les élus 😀 ;", before="- protéger les lanceurs d’alerte ;")
    propose(section, a, "s5", "", " de l’œuvre", before="européenne")
    propose(section, b, "s6", "2026", "2027")
    propose(section, b, "s7", "", "### ", before="« tout le monde ».\n\n")
    return world


class Reviewer(Writer):
    """Somebody at the cards."""

    def review(self) -> Reviewer:
        """Open the page, and the section's suggestions."""
        width = self.page.evaluate("innerWidth")
        if width > 960:
            self.page.set_viewport_size({"width": width, "height": 1600})  # All cards are near the screen.
        self.go()
        self.article.locator(".section-waiting a").click()
        self.text_box.wait_for()
        self.cards.first.wait_for()
        return self

    @property
    def cards(self) -> Locator:
        return self.article.locator(".card")

    def card(self, id: str) -> Locator:
        """The card of a suggestion."""
        return self.article.locator(f".card[data-suggestion={id}]")

    def act(self, id: str, act: str) -> Locator:
        """A button of a card."""
        return self.card(id).locator(f"[data-act={act}]")

    @property
    def title(self) -> Locator:
        return self.article.locator(".cards-title")

    def away(self) -> Reviewer:
        """Move the pointer away from the cards."""
        self.page.mouse.move(5, 5)
        return self

    @property
    def said(self) -> str:
        """What was announced last."""
        return self.page.locator("#document > .visually-hidden[role=status]").inner_text()


def reviewer(visitor: Visitor, world: World) -> Reviewer:
    return Reviewer(visitor, world).review()  # type: ignore[no-any-return]


def outcome(app: Flask, section: Section, id: str) -> str | None:
    return logged(app, section).suggestions[id].outcome


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_the_review_is_accessible_and_fits(
    reviewed: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    visitor = visit(reviewed.coordinator, language=language, width=width, dark=dark)
    page = Reviewer(visitor, reviewed).go()
    visitor.check_screen(f"review-reading-{language}")
    line = page.article.locator(".section-waiting")
    assert "7" in line.inner_text()

    a = reviewer(visitor, reviewed)
    visitor.check_screen(f"review-cards-{language}")
    if width > 960:
        expect(a.cards).to_have_count(7)
        a.act("s1", "reason").click()
        a.card("s3").locator(".card-title").click()
        a.article.locator(".cards-together summary").click()
        a.article.locator(".cards-groups button").first.click()
        a.article.get_by_role("button", name="Refuser les 7").click()
    else:
        assert a.cards.count() == 1
        a.article.locator(".cards-step").last.click()
    visitor.check_screen(f"review-acting-{language}")


def test_the_lead_accepts_rejects_with_a_reason_and_undoes_while_others_look_on(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a, b = reviewer(visit(reviewed.author), reviewed), reviewer(visit(reviewed.contributor), reviewed)
    expect(a.card("s1").locator(".card-what")).to_have_text("Remplacer demandent par exigent")
    expect(b.act("s1", "accept")).to_have_count(0)

    a.act("s1", "accept").click()
    expect(a.card("s1").locator(".card-fate")).to_have_text("Acceptée")
    a.act("s6", "reason").click()
    a.card("s6").locator("textarea").fill("L’échéance de « 2026 » est fixée 😀.")
    a.act("s6", "reject").click()
    expect(a.card("s6").locator(".card-fate")).to_have_text("Refusée")

    expect(b.title).to_have_text("5 suggestions")
    b.article.locator(".cards-recent summary").click()
    last = b.article.locator(".cards-decision").first
    expect(last).to_contain_text("Rédaction Métallurgie (FEM) a refusé la suggestion de FES")
    expect(last).to_contain_text("L’échéance de « 2026 » est fixée 😀.")
    assert "exigent une **vraie**" in base_view(logged(app, reviewed.section))

    a.act("s1", "undo").click()
    expect(a.act("s1", "accept")).to_have_count(1)
    expect(b.title).to_have_text("6 suggestions")
    assert "demandent une **vraie**" in base_view(logged(app, reviewed.section))
    assert outcome(app, reviewed.section, "s1") is None
    a.away()
    expect(a.title).to_have_text("6 suggestions")
    assert a.visitor.problems == b.visitor.problems == []


def test_suggestions_on_the_same_words_name_each_other_and_what_remains_is_shown(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    expect(a.card("s3").locator(".card-collides")).to_have_text("Touche les mêmes mots que la suggestion de FES")

    a.card("s3").locator(".card-collides button").click()
    expect(a.card("s2").locator("article")).to_have_attribute("aria-current", "true")
    a.act("s2", "accept").click()
    expect(a.card("s3").locator(".card-what")).to_have_text("Ajouter dès le début de tout")
    expect(a.card("s3").locator(".card-collides")).to_be_hidden()
    a.away()
    propose(reviewed.section, reviewed.contributor, "s8", "former")
    propose(reviewed.section, reviewed.author, "s9", "former « tout")
    a.article.locator(".cards-fresh", has_text="2 nouvelles suggestions").click()
    a.act("s9", "accept").click()

    expect(a.card("s8").locator(".card-what")).to_contain_text("Ne s’applique plus")
    a.act("s8", "reject").click()
    expect(a.card("s8").locator(".card-fate")).to_have_text("Refusée")
    assert outcome(app, reviewed.section, "s8") == "reject"


def test_what_changed_while_one_was_reading_is_said_and_not_decided_blindly(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.card("s1").locator(".card-what").hover()

    propose(reviewed.section, reviewed.contributor, "s1", "", " enfin", before="exigent")
    expect(a.card("s1").locator(".card-notice")).to_contain_text("Modifiée par son auteur pendant que vous lisiez")
    expect(a.card("s1").locator(".card-notice")).to_contain_text("demandent")
    expect(a.card("s1").locator(".card-what")).to_contain_text("exigent enfin")

    # The server refuses too, where the page does not know yet what its author has done.
    a.away()
    a.page.wait_for_timeout(1_000)
    a.page.evaluate("livePage.sections.values().next().value.sync.hold(true)")
    propose(reviewed.section, reviewed.contributor, "s6", "", " ou jamais", before="2027")
    a.act("s6", "accept").click()
    a.page.wait_for_timeout(400)
    a.page.evaluate("livePage.sections.values().next().value.sync.hold(false)")
    expect(a.card("s6").locator(".card-notice")).to_contain_text("Rien n’a été décidé : elle a changé entre-temps.")
    expect(a.card("s6").locator(".card-what")).to_contain_text("2027 ou jamais")
    assert outcome(app, reviewed.section, "s6") is None
    a.act("s6", "accept").click()
    expect(a.card("s6").locator(".card-fate")).to_have_text("Acceptée")


def test_two_who_decide_at_the_same_moment_make_one_decision(reviewed: World, visit: Visit, app: Flask) -> None:
    a, b = reviewer(visit(reviewed.coordinator), reviewed), reviewer(visit(reviewed.author), reviewed)
    hold = "isHeld => livePage.sections.values().next().value.sync.hold(isHeld)"
    for one in (a, b):
        one.act("s5", "accept").wait_for()
    a.page.evaluate(hold, True)
    b.page.evaluate(hold, True)

    a.act("s5", "accept").click()
    b.act("s5", "reject").click()
    a.page.evaluate(hold, False)
    b.page.evaluate(hold, False)

    fates = {a.card("s5").locator(".card-fate").inner_text(timeout=5_000), ""}
    for one in (a, b):
        expect(one.card("s5").locator(".card-fate")).not_to_have_text("En cours…")
        fates.add(one.card("s5").locator(".card-fate").inner_text())
    decided = [row for row in rows(app, reviewed.section) if row.decide]
    assert len(decided) == 1
    assert outcome(app, reviewed.section, "s5") in ("accept", "reject")
    assert any("par " in fate for fate in fates), fates


def test_all_of_an_organisation_are_decided_at_once_and_taken_back_at_once(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.article.locator(".cards-together summary").click()

    a.article.locator(".cards-groups button", has_text="FES").click()
    expect(a.article.locator(".cards-ticked")).to_have_text("5 suggestions cochées")
    a.card("s4").locator("input").uncheck()
    a.article.get_by_role("button", name="Accepter les 4").click()
    expect(a.article.locator(".cards-sure")).to_contain_text("Accepter 4 suggestions")
    a.article.locator(".cards-together .button-primary").click()

    expect(a.article.locator(".cards-message")).to_contain_text("4 suggestions acceptées.")
    expect(a.title).to_have_text("3 suggestions")
    assert len([row for row in rows(app, reviewed.section) if row.decide]) == 1
    a.article.locator(".cards-message button").click()
    expect(a.title).to_have_text("7 suggestions")
    assert base_view(logged(app, reviewed.section)) == TEXT


def test_cards_do_not_move_under_the_pointer_while_others_propose(reviewed: World, visit: Visit) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.card("s6").locator(".card-what").hover()
    before = a.card("s6").bounding_box()

    propose(reviewed.section, reviewed.author, "n1", "Nos", "Tous nos")
    propose(reviewed.section, reviewed.author, "n2", "vraie", "grande")
    expect(a.article.locator(".cards-fresh")).to_have_text("2 nouvelles suggestions")
    assert a.card("s6").bounding_box() == before
    assert a.card("n1").count() == 0

    a.article.locator(".cards-fresh").click()
    expect(a.card("n1")).to_have_count(1)
    expect(a.article.locator(".cards-fresh")).to_be_hidden()


def test_ten_suggestions_are_reviewed_by_keyboard_alone(reviewed: World, visit: Visit, app: Flask) -> None:
    section = reviewed.section
    for number, word in enumerate(("Nos", "chaque", "cadre"), start=8):
        propose(section, reviewed.author, f"s{number}", word, f"{word} é")
    a = Reviewer(visit(reviewed.coordinator), reviewed).open()
    a.cards.first.wait_for()
    a.page.keyboard.press("Control+Home")

    a.page.keyboard.press("Alt+ArrowDown")
    a.page.keyboard.press("Alt+Enter")
    expect(a.page.locator(".card article:focus")).to_have_count(1)
    assert a.said.startswith("Suggestion 1 sur 10, FEM, Rédaction Métallurgie\u00a0: remplacer")
    assert violations(a.page) == []
    for number in range(10):
        a.page.keyboard.press("a" if number % 2 else "r")
        expect(a.title).to_have_text(
            "Aucune suggestion" if number == 9 else f"{9 - number} suggestion{'s' if number < 8 else ''}")
        focused = a.page.evaluate("document.activeElement.closest('.card, .cards-title') !== null")
        assert focused, f"the focus is lost after {number + 1} decisions"
        if number == 4:
            a.page.keyboard.press("Escape")
            a.wait_for("section.view.hasFocus")
            a.page.keyboard.press("Alt+Enter")
            expect(a.page.locator(".card article:focus")).to_have_count(1)
    state = logged(app, section)
    assert sorted(one.outcome or "" for one in state.suggestions.values()) == ["accept"] * 5 + ["reject"] * 5
    assert a.visitor.problems == []


def test_screen_readers_hear_a_list_of_cards_with_headings_and_named_buttons(reviewed: World, visit: Visit) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)

    region = a.page.get_by_role("region", name="Suggestions de la section « Protéger la santé »")
    assert region.get_by_role("heading", level=3, name="7 suggestions").count() == 1
    name = re.compile("FES Relecture Services Remplacer «.demandent.» par «.exigent.»")
    assert region.get_by_role("article", name=name).count() == 1
    expect(region.get_by_role("heading", level=4)).to_have_count(7)
    region.get_by_role("button", name="Accepter : remplacer « demandent » par « exigent »").click()
    expect(a.card("s1").locator(".card-fate")).to_have_text("Acceptée")
    assert "Acceptée" in a.said or "Suggestion" in a.said


def test_an_observer_reads_the_suggestions_and_decides_nothing(reviewed: World, visit: Visit) -> None:
    body = factories.organisation(acronym="OBS", name="Observatoire")
    factories.participation(reviewed.contribution, body, ParticipationRole.OBSERVER)
    observer: Actor = factories.member(body, name="Observateur")
    a = reviewer(visit(observer), reviewed)

    assert a.cards.count() == 7
    assert a.article.locator("[data-act], .card-tick:visible, .cards-together:visible").count() == 0
    a.text_box.click()
    a.type("Rien")
    assert "Rien" not in a.text
    a.article.locator(".live-finish").click()
    expect(a.article.locator(".section-waiting a")).to_be_focused()


def test_an_author_withdraws_their_own_and_what_waits_in_the_text_goes_first(
    reviewed: World, visit: Visit, app: Flask
) -> None:
    a = reviewer(visit(reviewed.author), reviewed)
    expect(a.act("s1", "withdraw")).to_have_count(0)

    a.caret_to_end()
    a.page.evaluate("livePage.sections.values().next().value.sync.hold(true)")
    a.type("Écrit avant. ")
    a.act("s5", "withdraw").click()
    a.page.evaluate("livePage.sections.values().next().value.sync.hold(false)")

    expect(a.card("s5").locator(".card-fate")).to_have_text("Retirée")
    found = rows(app, reviewed.section)
    assert found[-1].decide == "withdraw"
    assert all(row.decide is None for row in found[:-1])
    assert "Écrit avant. " in base_view(logged(app, reviewed.section))
    a.wait_saved()
    assert a.visitor.problems == []


def test_a_decision_survives_a_lost_connection_and_is_made_once(reviewed: World, visit: Visit, app: Flask) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.act("s1", "accept").wait_for()

    a.cut()
    a.act("s1", "accept").click()
    expect(a.card("s1").locator(".card-fate")).to_have_text("En cours…")
    a.come_back()

    expect(a.card("s1").locator(".card-fate")).to_have_text("Acceptée", timeout=20_000)
    assert len([row for row in rows(app, reviewed.section) if row.decide]) == 1


def test_a_decision_that_waits_survives_a_reload(reviewed: World, visit: Visit, app: Flask) -> None:
    a = reviewer(visit(reviewed.coordinator), reviewed)
    a.act("s1", "accept").wait_for()

    a.page.evaluate("livePage.sections.values().next().value.sync.hold(true)")  # As an input method does.
    a.act("s1", "accept").click()
    a.wait_state("saving")
    a.page.wait_for_timeout(500)
    assert outcome(app, reviewed.section, "s1") is None
    a.page.reload()

    expect(a.title).to_have_text("6 suggestions", timeout=20_000)
    assert len([row for row in rows(app, reviewed.section) if row.decide]) == 1


def test_two_hundred_suggestions_of_twelve_organisations_stay_quick(world: World, visit: Visit) -> None:
    lines = "\n\n".join(f"Paragraphe {number} de l’été, où l’on « propose » quelque chose 😀." for number in range(200))
    write(world.section, world.coordinator, lines)
    actors = []
    for number, colour in enumerate(("crimson", "orange", "ochre", "olive", "green", "teal", "cyan", "blue", "indigo",
                                     "violet", "plum", "brown")):  # fmt: skip
        body = factories.organisation(acronym=f"F{number:02}", name=f"Fédération {number}", colour=colour)
        factories.participation(world.contribution, body, ParticipationRole.AUTHOR)
        actors.append(factories.member(body, name=f"Plume {number}"))
    for number in range(200):
        propose(world.section, actors[number % 12], f"s{number}", f"Paragraphe {number} ", f"Alinéa {number} ")
    a = reviewer(visit(world.coordinator), world)

    expect(a.title).to_have_text("200 suggestions")
    assert a.cards.count() < 80
    ms = a.page.evaluate("""() => {
      const { review } = livePage.sections.values().next().value.reviewing;
      const started = performance.now();
      for (let i = 0; i < 10; i++) review.refresh(true);
      return (performance.now() - started) / 10;
    }""")
    assert ms < 60, f"{ms} ms to show the cards anew"
    a.page.mouse.move(400, 500)
    a.page.mouse.wheel(0, 6_000)
    a.page.wait_for_timeout(500)
    assert a.cards.count() < 80
    visible = a.page.evaluate("""() => [...document.querySelectorAll('.card')].filter((card) => {
      const { top, bottom } = card.getBoundingClientRect();
      return bottom > 200 && top < innerHeight;
    }).length""")
    assert visible >= 4
    a.page.evaluate("scrollTo(0, 0)")
    a.visitor.check_screen("review-two-hundred")


def rows(app: Flask, section: Section) -> list:  # type: ignore[type-arg]
    """Return the last rows of the log."""
    from drafting.extensions import db
    from drafting.live import log

    id = section.id
    db.session.rollback()
    head = log.head_of(db.session(), id)
    return [one.row for one in log.rows_between(db.session(), id, max(0, head - 5), head)]
