"""What the live browser tests write in, and how a person at the page of a contribution goes about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Locator, Page

from drafting.domain.actor import Actor
from drafting.domain.changes import text_of
from drafting.domain.permissions import ParticipationRole
from drafting.domain.tracking import SectionState
from drafting.extensions import db
from drafting.live import log
from drafting.models import Contribution, Section
from tests import factories
from tests.e2e.conftest import Visitor
from tests.writing import write

TEXT = """## Nos constats

Les travailleurs·ses demandent une **vraie** place 😀.

- protéger les lanceurs d’alerte ;
- négocier avant tout déploiement.
"""


@dataclass
class World:
    """A contribution of two sections; two organisations write in the first, a third may only suggest."""

    contribution: Contribution
    section: Section
    second: Section
    coordinator: Actor
    author: Actor
    contributor: Actor


def make_world() -> World:
    """Build it: the coordinator writes everywhere, the author leads the first section."""
    home = factories.organisation(acronym="CET", colour="crimson", name="Confédération exemple du travail")
    away = factories.organisation(acronym="FEM", colour="blue", name="Fédération exemple de la métallurgie")
    third = factories.organisation(acronym="FES", colour="green", name="Fédération exemple des services")
    contribution = factories.contribution(title="Mettre l’intelligence artificielle au service du travail")
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    factories.participation(contribution, away, ParticipationRole.AUTHOR)
    factories.participation(contribution, third, ParticipationRole.CONTRIBUTOR)
    section = factories.section(contribution, title="Protéger la santé", lead_id=away.id)
    second = factories.section(contribution, title="Négocier", lead_id=away.id)
    coordinator = factories.member(home, name="Secrétariat CET")
    author = factories.member(away, name="Rédaction Métallurgie")
    contributor = factories.member(third, name="Relecture Services")
    write(section, coordinator, TEXT)
    return World(contribution, section, second, coordinator, author, contributor)


def logged(app: Flask, section: Section) -> SectionState:
    """Return what the log says of the section."""
    key = section.id
    db.session.rollback()
    return log.state_at(db.session(), key)


def text_in(app: Flask, section: Section) -> str:
    """Return the section's text by the log."""
    return text_of(logged(app, section).text)


def wait_even(app: Flask, section: Section, *writers: Writer) -> None:
    """Wait until nobody has anything unsaved and everybody has all that the log has.

    Somebody's own text being confirmed says nothing of the last letter that another wrote.
    """
    for writer in writers:
        writer.wait_saved()
    for writer in writers:
        writer.wait_for("section.sync.confirmed.revision >= argument", logged(app, section).revision)


class Writer:
    """Somebody who writes in one section of the contribution's page."""

    def __init__(self, visitor: Visitor, world: World, section: Section | None = None) -> None:
        self.visitor = visitor
        self.page: Page = visitor.page
        self.key = (section or world.section).key
        self.path = f"/contributions/{world.contribution.key}"
        # The page's own code, where the conditions of `wait_for` find it.
        self.page.add_init_script(
            "document.addEventListener('DOMContentLoaded', async () => {"
            " if (document.getElementById('document'))"
            " window.livePage ="
            " (await import(document.querySelector('script[src$=\"live/page.js\"]').src)).livePage; })")

    def go(self) -> Writer:
        """Open the page."""
        self.visitor.go(self.path)
        return self

    def open(self) -> Writer:
        """Open the page and the section for writing."""
        self.go()
        self.write_button.click()
        self.text_box.wait_for()
        return self

    @property
    def article(self) -> Locator:
        """The section on the page."""
        return self.page.locator(f"#section-{self.key}")

    @property
    def write_button(self) -> Locator:
        """What opens the section for writing."""
        return self.article.locator(".live-write")

    @property
    def text_box(self) -> Locator:
        """Where one types."""
        return self.article.locator(".cm-content")

    def caret_to_end(self) -> Writer:
        """Put the caret behind the text."""
        self.text_box.click()
        self.page.keyboard.press("Control+End")
        return self

    def type(self, text: str, delay_ms: float = 0) -> Writer:
        """Type on the keyboard."""
        self.page.keyboard.type(text, delay=delay_ms)
        return self

    @property
    def text(self) -> str:
        """The Markdown on screen."""
        return str(self.page.evaluate("key => livePage.sections.get(key).view.state.doc.toString()", self.key))

    @property
    def state(self) -> str:
        """What the page says of saving."""
        return self.article.locator(".live-saving").get_attribute("data-saving") or ""

    def wait_state(self, state: str, timeout_ms: float = 15_000) -> Writer:
        """Wait until the page says so."""
        self.article.locator(f".live-saving[data-saving={state}]").wait_for(timeout=timeout_ms, state="attached")
        return self

    def wait_for(self, condition: str, argument: object = None) -> Writer:
        """Wait until something is so of `section`, this one in the page's code."""
        self.page.wait_for_function(
            "([key, argument]) => { const section = window.livePage?.sections.get(key);"
            f" return section && ({condition}); }}", arg=[self.key, argument], timeout=20_000)
        return self

    def wait_saved(self) -> Writer:
        """Wait until nothing is unconfirmed."""
        return self.wait_for("section.view && section.sync.isOpen && !section.saving.isUnsaved")

    def wait_text(self, text: str) -> Writer:
        """Wait until this is on the screen's text."""
        return self.wait_for("section.view?.state.doc.toString().includes(argument)", text)

    def cut(self) -> Writer:
        """Lose the network, and the socket with it."""
        self.visitor.context.set_offline(True)
        self.page.evaluate("livePage.connection.socket?.close()")
        return self

    def come_back(self) -> Writer:
        """Have the network again."""
        self.visitor.context.set_offline(False)
        return self
