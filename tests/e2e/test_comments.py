"""Comments in real browsers: the page with all threads, and cards in the margin of the text, for two at once."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.comment import Visibility
from drafting.services import comments, threads
from drafting.services.threads import Passage
from tests.e2e.conftest import SCREENS, Visit
from tests.e2e.live_world import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


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
    assert page.locator(".thread").count() == 2
    page.goto(f"{visitor.address}/contributions/{world.contribution.key}/comments?state=all")
    page.locator(".thread-begin > summary").click()
    page.locator(".thread-reply > summary").first.click()
    page.locator(".comment-own summary").first.click()
    visitor.check_screen(f"comments-open-{language}-{width}")
    assert page.locator(".thread").count() == 3


def test_a_thread_is_begun_answered_and_settled_without_a_script(world: World, visit: Visit) -> None:
    visitor = visit(world.coordinator)
    page = visitor.go(f"/contributions/{world.contribution.key}/comments")
    page.locator(".thread-begin > summary").click()
    page.get_by_label("Passage").fill("vraie place")
    page.get_by_label("Votre commentaire").fill("Vraiment ?\nŒuvre 🙂")
    page.get_by_label("Qui peut lire ce fil").select_option("organisation")
    page.get_by_role("button", name="Commenter", exact=True).click()
    thread = page.locator(".thread")
    assert "Visible par CET seulement" in thread.inner_text()
    page.locator(".thread-reply > summary").click()
    page.get_by_label("Votre réponse").fill("Oui.")
    page.get_by_role("button", name="Envoyer la réponse").click()
    assert thread.locator(".comment").count() == 2
    page.get_by_role("button", name="Régler").click()

    assert "Réglé par Secrétariat CET (CET)" in page.locator(".thread").inner_text()
    assert visitor.problems == []
