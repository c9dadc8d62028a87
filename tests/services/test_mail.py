"""Mail, received by a real SMTP server; links for a new password and invitations in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from drafting.domain.errors import InvalidInput, NotFound, TooMany
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db
from drafting.models import PasswordReset, Person
from drafting.models.columns import now, recorded_at
from drafting.services import invitations, mail, password_resets, people
from drafting.services.password_resets import MAILED_LASTS
from drafting.services.sign_ins import actor_of, sign_in
from tests import factories
from tests.mail_box import Box, link_in, receiving, text_of
from tests.server import free_port
from tests.signing_in import token_for

PASSWORD = "l’œuvre « commune » · 🙂"
NEW = "une autre phrase d’été"


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    """A mail server, which the application is set to."""
    with receiving(app) as box:
        yield box


def asked(email: str) -> None:
    """Ask for a link and wait until the mail would be sent."""
    password_resets.ask(email)
    mail.wait_for_later()
    db.session.rollback()


def test_a_forgotten_password_is_replaced_by_a_mailed_link(box: Box) -> None:
    person = factories.person(name="Camille Œuvre", email="camille@exemple.example")
    before = token_for(factories.member(factories.organisation()))

    asked(" Camille@Exemple.example ")

    message = box.mails[0]
    assert message["To"] == "camille@exemple.example"
    assert message["From"] == "contributions@exemple.example"
    assert message["Subject"] == "Choisir un nouveau mot de passe"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Bonjour Camille Œuvre," in text_of(message)
    start, _, token = link_in(message).rpartition("/")
    assert start == "https://contributions.example/password-reset"
    password_resets.choose(token, NEW)
    assert sign_in(person.email, NEW)
    assert actor_of(before) is not None  # Somebody else's sign-in.


def test_a_link_serves_once_and_ends_all_sign_ins(box: Box) -> None:
    person = factories.person()
    asked(person.email)
    asked(person.email)
    first, second = (link_in(message).rpartition("/")[2] for message in box.mails)
    password_resets.choose(first, PASSWORD)
    signed_in = sign_in(person.email, PASSWORD)

    for token in (first, second):
        with pytest.raises(NotFound, match="ne sert plus"):
            password_resets.choose(token, NEW)

    asked(person.email)
    password_resets.choose(link_in(box.mails[2]).rpartition("/")[2], NEW)
    assert actor_of(signed_in) is None


def test_a_link_expires(box: Box) -> None:
    person = factories.person()
    asked(person.email)
    token = link_in(box.mails[0]).rpartition("/")[2]

    with recorded_at(now() + MAILED_LASTS), pytest.raises(NotFound):
        password_resets.choose(token, NEW)


def test_a_link_does_not_open_a_closed_account(box: Box) -> None:
    person = factories.person()
    asked(person.email)
    root = actor_of(token_for(factories.member(factories.organisation(), administrator=True)))
    assert root is not None
    people.disable(root, person.key)

    with pytest.raises(NotFound):
        password_resets.choose(link_in(box.mails[0]).rpartition("/")[2], NEW)
    asked(person.email)
    assert len(box.mails) == 1


def test_unknown_addresses_are_answered_alike_and_mailed_nothing(box: Box) -> None:
    for email in ("inconnue@exemple.example", "pas une adresse", "x@y\nBcc: z@exemple.example"):
        asked(email)

    assert box.mails == []
    assert db.session.scalars(select(PasswordReset)).all() == []


def test_nobody_is_flooded_with_mails(box: Box) -> None:
    person = factories.person()
    for _ in range(3):
        asked(person.email)

    with pytest.raises(TooMany):
        asked(person.email)
    for n in range(30):
        password_resets.ask(f"autre{n}@exemple.example", address="192.0.2.1")
    with pytest.raises(TooMany):
        password_resets.ask("encore@exemple.example", address="192.0.2.1")
    mail.wait_for_later()

    assert len(box.mails) == 3
    with recorded_at(now() + timedelta(hours=1, minutes=1)):
        asked(person.email)


def test_a_link_serves_once_even_for_many_at_once(app: Flask, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_resets, "hash_password", lambda password: f"hash of {password}")
    person = factories.person()
    asked(person.email)
    token = link_in(box.mails[0]).rpartition("/")[2]
    done: list[int] = []

    def choose(n: int) -> None:
        with app.app_context():
            try:
                password_resets.choose(token, f"une phrase d’été n° {n:03}")
                done.append(n)
            except NotFound:
                pass

    threads = [threading.Thread(target=choose, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1
    db.session.rollback()
    assert db.session.get(Person, person.id).password_hash == f"hash of une phrase d’été n° {done[0]:03}"


def test_a_short_password_does_not_use_the_link_up(box: Box) -> None:
    person = factories.person()
    asked(person.email)
    token = link_in(box.mails[0]).rpartition("/")[2]

    with pytest.raises(InvalidInput):
        password_resets.choose(token, "trop court")

    password_resets.choose(token, NEW)


def test_an_administrator_hands_a_link_where_no_mail_is_sent(app: Flask) -> None:
    root = factories.member(factories.organisation(), administrator=True)
    person = factories.person()

    link = password_resets.make_link(root, person.key)

    assert link.startswith("http://localhost/password-reset/")
    assert password_resets.choose(link.rpartition("/")[2], NEW).id == person.id
    with pytest.raises(NotFound):
        password_resets.make_link(factories.member(factories.organisation(), MembershipRole.SECRETARY), person.key)


def test_an_invitation_is_mailed_in_the_readers_language(box: Box) -> None:
    body = factories.organisation(name="Fédération de l’« œuvre » 🙂")
    secretary = factories.member(body, MembershipRole.SECRETARY, name="Camille Œuvre")
    factories.person(email="reader@exemple.example", language="en")
    for email in ("lectrice@exemple.example", "reader@exemple.example"):
        made = invitations.invite(secretary, body.key, email=email, role=MembershipRole.MEMBER)
        with force_locale("fr"):
            assert invitations.send(made)

    french, english = box.mails
    assert french["Subject"] == "Invitation à rejoindre Fédération de l’« œuvre » 🙂"
    assert english["Subject"] == "Invitation to join Fédération de l’« œuvre » 🙂"
    assert "Camille Œuvre vous invite à rejoindre Fédération de l’« œuvre » 🙂" in text_of(french)
    assert link_in(french).startswith("https://contributions.example/join/")
    assert invitations.find_invitation(link_in(english).rpartition("/")[2]).email == "reader@exemple.example"


def test_a_name_cannot_add_a_header(box: Box) -> None:
    injected = mail.Mail(to="a@exemple.example", subject="Bonjour\r\nBcc: tous@exemple.example", text="œuvre")

    assert not mail.send(injected)
    assert not mail.send(replace(injected, subject="Bonjour", to="a@exemple.example\nBcc: tous@exemple.example"))
    assert box.mails == []


def test_a_mail_server_that_refuses_or_is_away_is_said(box: Box, app: Flask) -> None:
    box.refuse = True
    assert not mail.send(mail.Mail("a@exemple.example", "Bonjour", "œuvre"))

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_port=free_port())
    assert not mail.send(mail.Mail("a@exemple.example", "Bonjour", "œuvre"))

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="")
    assert not mail.is_configured()
    assert not mail.send(mail.Mail("a@exemple.example", "Bonjour", "œuvre"))
