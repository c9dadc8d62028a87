"""Invitations: made, mailed, renewed, taken back, accepted once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound
from drafting.domain.invitation import LASTS, InvitationState
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.models import Invitation, Membership, Organisation, Person
from drafting.models.columns import now, recorded_at
from drafting.services import invitations, people
from drafting.services.sign_ins import actor_of
from tests import factories
from tests.services.test_people import at_once
from tests.signing_in import token_for

PASSWORD = "l’œuvre « commune » · 🙂"
EMAIL = "camille@exemple.example"


@pytest.fixture
def body(app: Flask) -> Organisation:
    return factories.organisation(name="Fédération de l’« œuvre »", acronym="FŒU")


@pytest.fixture
def secretary(body: Organisation) -> Actor:
    return factories.member(body, MembershipRole.SECRETARY, name="Secrétariat FŒU")


def invite(
    secretary: Actor, body: Organisation, role: MembershipRole = MembershipRole.MEMBER
) -> tuple[Invitation, str]:
    """Invite Camille and return the invitation with its link's secret."""
    made = invitations.invite(secretary, body.key, email=EMAIL, role=role)
    return made, invitations.link_of(made).rpartition("/")[2]


def signed_in(person: Person) -> Actor:
    actor = actor_of(token_for(Actor(
        person_id=person.id, name=person.name, email=person.email, language="", administrator=False,
        organisation_id=None, acronym="", membership=None,
    )))
    assert actor is not None
    return actor


def test_a_new_person_opens_an_account_and_acts_for_the_organisation(secretary: Actor, body: Organisation) -> None:
    _, token = invite(secretary, body, MembershipRole.SECRETARY)

    actor = actor_of(invitations.accept_as_new(token, name="Camille Été", password=PASSWORD, language="en"))

    assert actor is not None
    assert (actor.email, actor.name, actor.language) == (EMAIL, "Camille Été", "en")
    assert (actor.organisation_id, actor.membership) == (body.id, MembershipRole.SECRETARY)


def test_an_existing_person_joins_with_their_account(secretary: Actor, body: Organisation) -> None:
    person = factories.person(email=EMAIL)
    before = signed_in(person)
    _, token = invite(secretary, body)

    after = actor_of(invitations.accept(before, token))

    assert after is not None
    assert (after.person_id, after.organisation_id) == (person.id, body.id)


def test_nobody_accepts_with_another_address_than_the_invited_one(secretary: Actor, body: Organisation) -> None:
    made, token = invite(secretary, body)
    other = signed_in(factories.person(email="autre@exemple.example"))

    with pytest.raises(Conflict, match="autre adresse"):
        invitations.accept(other, token)

    db.session.rollback()
    assert invitations.state(db.session.get(Invitation, made.id)) is InvitationState.OPEN


def test_an_account_is_not_taken_over_by_an_invitation(secretary: Actor, body: Organisation) -> None:
    person = factories.person(email=EMAIL, password_hash="à elle")
    _, token = invite(secretary, body)

    with pytest.raises(Conflict, match="compte existe déjà"):
        invitations.accept_as_new(token, name="Quelqu’un", password=PASSWORD, language=None)

    assert db.session.get(Person, person.id).password_hash == "à elle"
    assert db.session.query(Membership).filter_by(person_id=person.id).count() == 0


def test_a_link_is_good_once_even_for_a_hundred_at_once(app: Flask, secretary: Actor, body: Organisation) -> None:
    before = signed_in(factories.person(email=EMAIL))
    _, token = invite(secretary, body)
    db.session.rollback()

    outcomes = at_once(app, *[lambda: invitations.accept(before, token)] * 100)

    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes} == {type(None), InvalidTransition}
    assert db.session.query(Membership).filter_by(person_id=before.person_id).count() == 1


@pytest.mark.parametrize("how", ["expired", "revoked", "accepted"])
def test_a_link_that_is_over_is_refused(secretary: Actor, body: Organisation, how: str) -> None:
    made, token = invite(secretary, body)
    later = now()
    if how == "expired":
        later += LASTS
    elif how == "revoked":
        invitations.revoke(secretary, made.key)
    else:
        invitations.accept_as_new(token, name="Camille", password=PASSWORD, language=None)

    with recorded_at(later), pytest.raises((InvalidTransition, Conflict)):
        invitations.accept_as_new(token, name="Camille", password=PASSWORD, language=None)

    with recorded_at(later):
        assert invitations.state(invitations.find_invitation(token)).value == how


def test_a_renewed_invitation_has_another_link_and_the_old_one_is_worth_nothing(
    secretary: Actor, body: Organisation
) -> None:
    made, old = invite(secretary, body)
    with recorded_at(now() + LASTS + timedelta(days=1)):
        renewed = invitations.renew(secretary, made.key)
        new = invitations.link_of(renewed).rpartition("/")[2]

        with pytest.raises(NotFound):
            invitations.find_invitation(old)
        assert invitations.accept_as_new(new, name="Camille", password=PASSWORD, language=None)


def test_inviting_the_same_address_again_renews_its_invitation(secretary: Actor, body: Organisation) -> None:
    first, old = invite(secretary, body)

    second, new = invite(secretary, body, MembershipRole.SECRETARY)

    assert first.id == second.id
    assert old != new
    assert second.role is MembershipRole.SECRETARY


def test_the_link_can_be_seen_again_but_is_not_in_the_database(secretary: Actor, body: Organisation) -> None:
    _, token = invite(secretary, body)
    db.session.expire_all()

    again = invitations.invitations_to(body)[0]

    assert invitations.link_of(again) == f"http://localhost/join/{token}"
    assert token not in {again.token_hash, again.key}


def test_a_member_is_not_invited_again(secretary: Actor, body: Organisation) -> None:
    member = factories.member(body)

    with pytest.raises(Conflict, match="déjà membre"):
        invitations.invite(secretary, body.key, email=member.email.upper(), role=MembershipRole.MEMBER)


def test_only_secretaries_and_administrators_invite(secretary: Actor, body: Organisation) -> None:
    made, _ = invite(secretary, body)
    member, outsider = factories.member(body), factories.member(factories.organisation(), MembershipRole.SECRETARY)

    for actor, error in ((member, Forbidden), (outsider, NotFound)):
        for act in (
            lambda a=actor: invitations.invite(a, body.key, email=EMAIL, role=MembershipRole.MEMBER),
            lambda a=actor: invitations.renew(a, made.key),
            lambda a=actor: invitations.revoke(a, made.key),
        ):
            with pytest.raises(error):
                act()
    root = signed_in(people.create_administrator("admin@exemple.example", "Administration", PASSWORD))
    assert invitations.invite(root, body.key, email="autre@exemple.example", role=MembershipRole.SECRETARY)


@pytest.mark.parametrize("email", ["", "camille", "camille@exemple.example\nBcc: x@y.example"])
def test_a_wrong_address_is_refused_by_name(secretary: Actor, body: Organisation, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        invitations.invite(secretary, body.key, email=email, role=MembershipRole.MEMBER)

    assert list(refused.value.fields) == ["email"]


def test_a_removed_member_is_not_let_back_in_by_an_old_link(secretary: Actor, body: Organisation) -> None:
    _, token = invite(secretary, body)
    invitations.accept_as_new(token, name="Camille", password=PASSWORD, language=None)
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        session.delete(session.scalars(select(Membership).where(Membership.person_id == person.id)).one())
    actor = signed_in(person)

    with pytest.raises(InvalidTransition):
        invitations.accept(actor, token)
