"""The pages of people and organisations, without a script."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.permissions import MembershipRole
from drafting.extensions import db
from drafting.models import Invitation, Organisation, Person
from drafting.services import invitations
from drafting.services.passwords import hash_password
from drafting.services.sign_ins import actor_of
from tests import factories
from tests.signing_in import csrf_token, sign_in

PASSWORD = "l’œuvre « commune » · 🙂"


def post(client: FlaskClient, path: str, **data: str):
    """Send a form of this site."""
    return client.post(path, data={"csrf_token": csrf_token(client, "/password-reset"), **data})


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def body(app: Flask) -> Organisation:
    return factories.organisation(name="Fédération de l’« œuvre »", acronym="FŒU")


def test_an_invitation_is_shown_to_the_one_who_invites_and_accepted(client: FlaskClient, body: Organisation) -> None:
    sign_in(client, factories.member(body, MembershipRole.SECRETARY, name="Secrétariat"))

    answer = post(client, f"/organisations/{body.key}/invitations", email="camille@exemple.example", role="member")
    page = text(client.get(answer.location))

    assert "L’invitation est prête. Donnez à camille@exemple.example le lien ci-dessous." in page
    link = re.search(r'value="http://localhost(/join/[^"]+)"', page)
    assert link is not None
    newcomer = client.application.test_client()
    assert "Votre compte aura l’adresse camille@exemple.example." in text(newcomer.get(link[1]))
    short = post(newcomer, link[1], name="Camille Été", password="court")
    assert short.status_code == 422
    assert 'value="Camille Été"' in text(short)
    assert "Choisissez au moins 12 caractères." in text(short)
    welcome = post(newcomer, link[1], name="Camille Été", password=PASSWORD)
    assert (welcome.status_code, welcome.location) == (303, "/")
    assert "Bienvenue" in text(newcomer.get("/"))
    assert "déjà servi" in text(newcomer.get(link[1]))


def test_each_state_of_an_invitation_is_said_plainly(client: FlaskClient, body: Organisation) -> None:
    secretary = factories.member(body, MembershipRole.SECRETARY)
    made = invitations.invite(secretary, body.key, email="camille@exemple.example", role=MembershipRole.MEMBER)
    path = invitations.link_of(made).removeprefix("http://localhost")

    other = client.application.test_client()
    sign_in(other, secretary)
    assert "Cette invitation est pour camille@exemple.example" in text(other.get(path))

    factories.person(email="camille@exemple.example")
    page = text(client.get(path))
    assert "Un compte existe déjà pour camille@exemple.example." in page
    assert f'href="/sign-in?next={path}"' in page

    post(other, f"/invitations/{made.key}/revoke")
    answer = client.get(path)
    assert answer.status_code == 410
    assert "a été retirée" in text(answer)
    assert client.get("/join/inconnue").status_code == 404


def test_a_wrong_address_keeps_the_form_and_names_the_field(client: FlaskClient, body: Organisation) -> None:
    sign_in(client, factories.member(body, MembershipRole.SECRETARY))

    answer = post(client, f"/organisations/{body.key}/invitations", email="camille@", role="secretary")

    page = text(answer)
    assert answer.status_code == 422
    assert 'value="camille@"' in page
    assert 'aria-describedby="email-error"' in page
    assert "Saisissez une adresse complète" in page
    assert re.search(r'<input checked[^>]*value="secretary"', page)
    assert db.session.query(Invitation).count() == 0


def test_a_profile_is_changed(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body)
    sign_in(client, actor)

    wrong = post(client, "/profile", name="Camille\u202e", language="fr")
    assert wrong.status_code == 422
    assert "caractère invisible" in text(wrong)
    right = post(client, "/profile", name="Camille Œuvre", language="en")
    assert right.status_code == 303
    page = text(client.get("/profile"))
    assert '<html lang="en">' in page
    assert "Camille Œuvre" in page


def test_the_language_in_the_footer_also_changes_the_profile(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body, language="fr")
    sign_in(client, actor)

    post(client, "/language", language="en", next="/profile")

    assert '<html lang="en">' in text(client.get("/profile"))
    db.session.rollback()
    assert db.session.get(Person, actor.person_id).language == "en"


def test_a_password_is_changed_and_the_other_browsers_are_out(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body, password_hash=hash_password(PASSWORD))
    other = sign_in(client.application.test_client(), actor)
    sign_in(client, actor)
    assert "Terminer toutes les autres connexions" in text(client.get("/profile"))

    wrong = post(client, "/profile/password", password="ce n’est pas lui", new_password="une autre phrase d’été")
    assert "Ce n’est pas votre mot de passe actuel." in text(wrong)
    assert "ce n’est pas lui" not in text(wrong)
    right = post(client, "/profile/password", password=PASSWORD, new_password="une autre phrase d’été")

    assert right.status_code == 303
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_the_other_sign_ins_end_by_one_button(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body)
    other = sign_in(client.application.test_client(), actor)
    sign_in(client, actor)

    post(client, "/profile/end-sign-ins")

    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_one_acts_for_one_organisation_and_changes_by_one_button(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body)
    other = factories.organisation(acronym="AUT", name="Autre œuvre")
    factories.membership(db.session.get(Person, actor.person_id), other)
    sign_in(client, actor)
    page = text(client.get(f"/organisations/{body.key}"))
    assert re.search(r"Vous agissez pour</span>\s*<span[^>]*>FŒU", page)
    assert "Passer à AUT" in page
    before = client.get_cookie("session")

    answer = post(client, "/acting", organisation=other.key, next="/profile")

    assert answer.location == "/profile"
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert re.search(r"Vous agissez pour</span>\s*<span[^>]*>AUT", text(client.get("/profile")))
    assert client.get(f"/organisations/{body.key}").status_code == 404  # Acting for another one now.
    db.session.rollback()
    assert actor_of(before.value) is None


def test_somebody_of_many_organisations_finds_them_in_a_menu(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body)
    person = db.session.get(Person, actor.person_id)
    others = [factories.organisation(name=f"Autre œuvre {n}") for n in range(5)]
    for other in others:
        factories.membership(person, other)
    sign_in(client, actor)

    page = text(client.get("/profile"))

    menu = page.partition('<div class="acting">')[2].partition("</details>")[0]
    assert "Changer" in menu
    assert [other.acronym for other in others if f"Passer à {other.acronym}" not in menu] == []


def test_the_last_secretary_is_told_why(client: FlaskClient, body: Organisation) -> None:
    actor = factories.member(body, MembershipRole.SECRETARY)
    sign_in(client, actor)
    key = db.session.get(Person, actor.person_id).key

    answer = post(client, f"/organisations/{body.key}/members/{key}/remove")

    assert answer.status_code == 409
    assert "Nommez-en d’abord une autre." in text(answer)


@pytest.mark.parametrize(
    ("referrer", "leads_back"),
    [
        ("http://localhost/organisations/ici?page=2#membres", True),
        ("https://ailleurs.example/organisations/ici?page=2", False),
        ("http://localhost//ailleurs.example/é", False),
        ("http://[", False),
    ],
)
def test_a_refused_form_leads_back_to_the_page_of_this_site_that_it_came_from(
    client: FlaskClient, body: Organisation, referrer: str, leads_back: bool
) -> None:
    actor = factories.member(body, MembershipRole.SECRETARY)
    sign_in(client, actor)
    token = csrf_token(client, "/password-reset")
    key = db.session.get(Person, actor.person_id).key

    answer = client.post(
        f"/organisations/{body.key}/members/{key}/remove", data={"csrf_token": token}, headers={"Referer": referrer}
    )

    assert answer.status_code == 409
    assert ("Revenir à la page précédente" in text(answer)) == leads_back
    assert ('href="/organisations/ici?page=2"' in text(answer)) == leads_back
    assert "ailleurs" not in text(answer)


def test_an_administrator_creates_and_changes_an_organisation(client: FlaskClient, app: Flask) -> None:
    sign_in(client, factories.member(factories.organisation(), administrator=True))

    wrong = post(client, "/organisations/new", name="Neuve · œuvre", acronym="", kind="federation", colour="rouge")
    assert wrong.status_code == 422
    assert 'value="Neuve · œuvre"' in text(wrong)
    right = post(client, "/organisations/new", name="Neuve · œuvre", acronym="NEU", kind="federation", colour="plum")
    page = text(client.get(right.location))

    assert "Invitez maintenant la personne qui en tiendra le secrétariat." in page
    post(client, f"{right.location}/edit", name="Neuve", acronym="NEU", kind="departmental_union", colour="teal")
    assert "Union départementale" in text(client.get(right.location))


def test_people_pages_work_in_english_too(client: FlaskClient, body: Organisation) -> None:
    sign_in(client, factories.member(body, MembershipRole.SECRETARY, administrator=True, language="en"))
    key = db.session.query(Person).first().key

    pages = [text(client.get(path)) for path in
             ("/profile", "/people", f"/people/{key}", "/organisations", f"/organisations/{body.key}")]

    for page in pages:
        assert '<html lang="en">' in page
        assert "You are acting for" in page
        assert "Personne" not in re.sub(r"<[^>]*>", "", page)


def test_an_installation_without_mail_says_whom_to_ask(client: FlaskClient, app: Flask) -> None:
    assert "Ce site n’envoie pas de courrier." in text(client.get("/password-reset"))


def test_a_link_for_a_new_password_is_used_on_its_page(client: FlaskClient, app: Flask) -> None:
    root = sign_in(client.application.test_client(), factories.member(factories.organisation(), administrator=True))
    person = factories.person(name="Camille Œuvre")
    shown = re.search(r'value="http://localhost(/password-reset/[^"]+)"', text(
        post(root, f"/people/{person.key}/password-link")))
    assert shown is not None

    assert person.email in text(client.get(shown[1]))
    assert post(client, shown[1], new_password="court").status_code == 422
    assert post(client, shown[1], new_password=PASSWORD).location == "/sign-in"
    assert "Votre mot de passe est changé." in text(client.get("/sign-in"))
    again = client.get(shown[1])
    assert again.status_code == 404
    assert "Ce lien ne sert plus" in text(again)
