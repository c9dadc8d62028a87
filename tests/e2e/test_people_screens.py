"""The pages about people in a real browser: each screen is accessible and fits; the main ways are walked."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from playwright.sync_api import expect

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db
from drafting.models import Organisation, Person
from drafting.services import invitations, password_resets
from drafting.services.passwords import hash_password
from tests import factories
from tests.e2e.conftest import SCREENS, Visit
from tests.server import Server

PASSWORD = "l’œuvre « commune » · 🙂"


@dataclass
class World:
    """An organisation with members, invitations, and an administrator."""

    body: Organisation
    secretary: Actor
    administrator: Actor
    member: Person
    link: str
    over: str
    reset: str


@pytest.fixture
def world(app: Flask, server: Server) -> World:
    body = factories.organisation(
        acronym="FŒU", colour="indigo", name="Fédération exemple des œuvres sociales et de l’hôtellerie")
    other = factories.organisation(acronym="CEX", colour="crimson", name="Confédération exemple")
    secretary = factories.member(body, MembershipRole.SECRETARY, name="Secrétariat des œuvres")
    factories.membership(db.session.get(Person, secretary.person_id), other)
    administrator = factories.member(other, MembershipRole.SECRETARY, name="Administration", administrator=True)
    member = db.session.get(Person, factories.member(body, name="Camille Été-d’Œuvre").person_id)
    factories.member(body, name="Dominique 🙂", disabled_at=db.func.now())
    role = MembershipRole.MEMBER
    made = invitations.invite(secretary, body.key, email="nouvelle.personne@federation-exemple.example", role=role)
    gone = invitations.invite(secretary, body.key, email="ancienne@exemple.example", role=role)
    gone_link = invitations.link_of(gone)
    invitations.revoke(secretary, gone.key)
    return World(
        body, secretary, administrator, member,
        link=invitations.link_of(made).partition("localhost")[2], over=gone_link.partition("localhost")[2],
        reset=password_resets.make_link(administrator, member.key).partition("localhost")[2],
    )


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_screens_for_everybody(world: World, visit: Visit, language: str, width: int, dark: bool) -> None:
    someone = visit(language=language, width=width, dark=dark)
    paths = {
        "welcome": "/", "sign-in": "/sign-in", "forgotten": "/password-reset", "choose-password": world.reset,
        "join": world.link,
    }
    for name, path in paths.items():
        someone.go(path)
        someone.check_screen(f"{name}-{language}-{width}")
    someone.go("/sign-in").get_by_role("button", name="Se connecter" if language == "fr" else "Sign in").click()
    someone.page.get_by_role("alert").wait_for()
    someone.page.wait_for_load_state("networkidle")
    someone.problems.clear()  # The 422 itself.
    someone.check_screen(f"sign-in-errors-{language}-{width}")
    for name, path in {"join-over": world.over, "not-found": "/rien"}.items():
        someone.go(path)
        someone.page.wait_for_load_state("networkidle")
        someone.problems.clear()  # The 410 and the 404 themselves.
        someone.check_screen(f"{name}-{language}-{width}")


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_screens_for_members_and_administrators(
    world: World, visit: Visit, language: str, width: int, dark: bool
) -> None:
    secretary = visit(world.secretary, language=language, width=width, dark=dark)
    for name, path in {"profile": "/profile", "organisation": f"/organisations/{world.body.key}"}.items():
        secretary.go(path)
        secretary.check_screen(f"{name}-{language}-{width}")
    secretary.page.locator("summary.account-button").click()
    secretary.page.locator("details.confirm summary").first.click()
    secretary.page.locator("summary.account-button").click()
    secretary.check_screen(f"organisation-open-{language}-{width}")
    administrator = visit(world.administrator, language=language, width=width, dark=dark)
    paths = {
        "organisations": "/organisations", "organisation-new": "/organisations/new",
        "organisation-edit": f"/organisations/{world.body.key}/edit", "people": "/people",
        "person": f"/people/{world.member.key}",
    }
    for name, path in paths.items():
        administrator.go(path)
        administrator.check_screen(f"{name}-{language}-{width}")


def test_from_invitation_to_sign_out_by_keyboard(world: World, visit: Visit) -> None:
    someone = visit()
    page = someone.go(world.link)

    page.get_by_label("Votre nom").focus()
    page.keyboard.type("Nouvelle Œuvre")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Bienvenue").wait_for()
    page.wait_for_load_state()  # With the module that closes menus by Escape.

    menu = page.locator("summary.account-button")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mon compte")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Mon compte")).not_to_be_visible()
    assert menu.evaluate("menu => menu === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Se déconnecter").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Vous avez quitté votre session.").wait_for()

    page.get_by_role("link", name="Se connecter").first.click()
    page.get_by_label("Adresse électronique").fill("nouvelle.personne@federation-exemple.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("summary.account-button").wait_for()
    assert someone.problems == []


@pytest.mark.parametrize(("language", "width", "dark"), SCREENS)
def test_a_second_factor_from_the_first_code_to_a_sign_in(
    world: World, visit: Visit, app: Flask, language: str, width: int, dark: bool
) -> None:
    body = factories.organisation(acronym="UDX", colour="plum")
    actor = factories.member(body, password_hash=hash_password(PASSWORD), name="Rédaction UDX")
    someone = visit(actor, language=language, width=width, dark=dark)
    page = someone.page
    for path, name in (("/profile/second-factor", "off"), ("/profile/second-factor", "begun")):
        someone.go(path)
        someone.check_screen(f"second-factor-{name}-{language}-{width}")
        if name == "off":
            page.locator("main form button").click()
            page.locator(".qr svg").wait_for()
            page.wait_for_load_state()
    totp = TOTP(base64.b32decode(page.locator(".secret").inner_text().replace(" ", "")), 6, SHA1(), 30,
                enforce_key_length=False)
    moment = time.time()
    page.locator("#code").fill(totp.generate(moment).decode())
    page.keyboard.press("Enter")
    page.locator(".recovery-codes").wait_for()
    page.wait_for_load_state()
    someone.check_screen(f"second-factor-codes-{language}-{width}")
    someone.go("/profile/second-factor")
    someone.check_screen(f"second-factor-on-{language}-{width}")

    other = visit(language=language, width=width, dark=dark)
    other.go("/sign-in?next=/profile")
    other.page.locator("#email").fill(actor.email)
    other.page.locator("#password").fill(PASSWORD)
    other.page.keyboard.press("Enter")
    other.page.locator("#code").wait_for()
    other.page.wait_for_load_state()
    other.check_screen(f"sign-in-code-{language}-{width}")
    other.page.keyboard.type(totp.generate(moment + 30).decode())
    other.page.keyboard.press("Enter")
    other.page.locator("#factor-title").wait_for()
    other.page.wait_for_load_state()
    other.check_screen(f"profile-second-factor-{language}-{width}")


def test_everything_works_without_a_script(world: World, visit: Visit) -> None:
    someone = visit(world.secretary)
    someone.context.route("**/*.js", lambda route: route.abort())
    page = someone.go(f"/organisations/{world.body.key}")

    page.get_by_role("listitem").filter(has_text="Camille").get_by_text("Retirer", exact=True).click()
    page.get_by_role("button", name="Retirer de l’organisation").first.click()
    page.get_by_text("ne fait plus partie de l’organisation").wait_for()
    page.get_by_label("Adresse électronique").fill("camille@exemple.example")
    page.get_by_role("button", name="Inviter", exact=True).click()
    page.get_by_text("L’invitation est prête.").wait_for()
    page.get_by_role("button", name="Passer à CEX").click()
    page.wait_for_url("**/organisations/*")
    page.goto(someone.address + "/profile")
    page.locator("summary.account-button").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Vous avez quitté votre session.").wait_for()


def test_the_colour_is_seen_with_the_acronym_as_it_is_typed(world: World, visit: Visit) -> None:
    someone = visit(world.administrator)
    page = someone.go("/organisations/new")

    page.get_by_label("Sigle").fill("ŒUV")

    assert page.locator(".swatch .org-mark").all_inner_texts() == ["ŒUV"] * 12
    page.get_by_label("Nom complet").fill("Fédération de l’œuvre")
    page.get_by_label("Fédération", exact=True).check()
    page.get_by_label("Prune").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Fédération de l’œuvre").wait_for()
    assert page.locator(".lede .org-plum").inner_text() == "ŒUV"
    assert someone.problems == []


def test_a_password_is_changed_in_the_browser(world: World, visit: Visit) -> None:
    person = db.session.get(Person, world.secretary.person_id)
    person.password_hash = hash_password(PASSWORD)
    db.session.commit()
    someone = visit(world.secretary)
    page = someone.go("/profile")

    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_label("Nouveau mot de passe").fill("une autre phrase d’été")
    page.get_by_role("button", name="Changer de mot de passe").click()

    page.get_by_text("Votre mot de passe est changé.").wait_for()
    assert someone.problems == []
