"""Invitations: links by which somebody joins an organisation.

A link's secret is made from the installation's key and the invitation, so that those who invite can see
it again as long as it is good, while the database alone (which holds its hash) reveals no link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, InvalidTransition, NotFound
from drafting.domain.invitation import LASTS, InvitationState, state_of
from drafting.domain.permissions import MembershipRole
from drafting.extensions import db, transaction
from drafting.models import Invitation, Membership, Organisation, Person
from drafting.models.columns import new_key, now
from drafting.services import mail, sign_ins
from drafting.services.audit import record
from drafting.services.organisations import find_organisation
from drafting.services.passwords import check_new_password, hash_password
from drafting.services.people import checked_address, checked_name
from drafting.services.sign_ins import digest_of
from drafting.services.time_words import day_words


def link_of(invitation: Invitation) -> str:
    """Return the link to give to the one who is invited."""
    return f"{current_app.config['SETTINGS'].base_url}/join/{_token(invitation)}"


def _token(invitation: Invitation) -> str:
    key: bytes = current_app.config["SECRET_KEY"]
    what = f"invitation:{invitation.key}:{invitation.expires_at.isoformat()}"
    return base64.urlsafe_b64encode(hmac.digest(key, what.encode(), hashlib.sha256)).decode().rstrip("=")


def state(invitation: Invitation) -> InvitationState:
    """Return how the invitation stands now."""
    return state_of(
        accepted_at=invitation.accepted_at, revoked_at=invitation.revoked_at,
        expires_at=invitation.expires_at, now=now(),
    )


def invitations_to(organisation: Organisation) -> Sequence[Invitation]:
    """Return the invitations that were not accepted yet, the latest first."""
    return db.session.scalars(
        select(Invitation).options(joinedload(Invitation.invited_by))
        .where(Invitation.organisation_id == organisation.id, Invitation.accepted_at.is_(None))
        .order_by(Invitation.id.desc()).limit(200)
    ).all()


def invite(actor: Actor, organisation_key: str, *, email: str, role: MembershipRole) -> Invitation:
    """Invite somebody to an organisation; an open invitation to the same address is renewed.

    Raise NotFound, Forbidden, InvalidInput, Conflict.
    """
    address = checked_address(email)
    with transaction() as session:
        organisation = find_organisation(actor, organisation_key, manage=True, lock=True)
        if session.scalar(select(Membership.id).join(Membership.person).where(
            Membership.organisation_id == organisation.id, Person.email == address
        )):
            raise Conflict(_("Cette personne est déjà membre de l’organisation."))
        invitation = session.scalar(select(Invitation).where(
            Invitation.organisation_id == organisation.id, Invitation.email == address,
            Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None),
        ).order_by(Invitation.id.desc()).limit(1))
        if invitation is None:
            invitation = Invitation(key=new_key(), email=address, organisation_id=organisation.id)
            session.add(invitation)
        invitation.role = role
        invitation.invited_by_id = actor.person_id
        _make_good(invitation)
        session.flush()
        record(actor, "invite", f"organisation:{organisation.key}", invitation=invitation.key, role=role.value)
        return invitation


def _make_good(invitation: Invitation) -> None:
    """Give the invitation a new link; the one before is worth nothing any more."""
    invitation.expires_at = now() + LASTS
    invitation.revoked_at = None
    invitation.token_hash = digest_of(_token(invitation))


def renew(actor: Actor, key: str) -> Invitation:
    """Make a new link for an invitation that was not accepted. Raise NotFound, Forbidden, InvalidTransition."""
    with transaction():
        invitation = _managed(actor, key)
        invitation.invited_by_id = actor.person_id
        _make_good(invitation)
        record(actor, "renew_invitation", f"invitation:{key}")
        return invitation


def revoke(actor: Actor, key: str) -> Invitation:
    """Take an invitation back: its link is worth nothing. Raise NotFound, Forbidden, InvalidTransition."""
    with transaction():
        invitation = _managed(actor, key)
        invitation.revoked_at = invitation.revoked_at or now()
        record(actor, "revoke_invitation", f"invitation:{key}")
        return invitation


def _managed(actor: Actor, key: str) -> Invitation:
    invitation = db.session.scalar(select(Invitation).where(Invitation.key == key).with_for_update())
    if invitation is None:
        raise NotFound
    find_organisation(actor, invitation.organisation.key, manage=True)
    if invitation.accepted_at is not None:
        raise InvalidTransition(_("Cette invitation a déjà été acceptée."))
    return invitation


def send(invitation: Invitation) -> bool:
    """Mail the link, and tell whether the mail server took it. Outside any transaction."""
    person = db.session.scalar(select(Person).where(Person.email == invitation.email))
    locale = get_locale()
    with force_locale((person and person.language) or (locale.language if locale else "fr")):
        name = invitation.organisation.name
        return mail.send(mail.Mail(
            to=invitation.email,
            subject=_("Invitation à rejoindre %(name)s", name=name),
            text=_(
                "Bonjour,\n\n"
                "%(inviter)s vous invite à rejoindre %(name)s pour écrire avec elle des contributions communes.\n\n"
                "Pour accepter, ouvrez ce lien avant le %(date)s :\n\n%(link)s\n\n"
                "Il ne sert qu’une fois. Si cette invitation ne vous concerne pas, ne faites rien.\n",
                inviter=invitation.invited_by.name, name=name, link=link_of(invitation),
                date=day_words(invitation.expires_at),
            ),
        ))


def find_invitation(token: str) -> Invitation:
    """Return the invitation that this link belongs to, whatever its state. Raise NotFound."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.token_hash == digest_of(token[:100])))
    if invitation is None:
        raise NotFound(_(
            "Ce lien d’invitation n’est pas valable. Peut-être a-t-il été remplacé par un plus récent : "
            "cherchez le dernier reçu, ou demandez-en un nouveau."
        ))
    return invitation


def invited_person(invitation: Invitation) -> Person | None:
    """Return the person who already has an account under the invited address."""
    return db.session.scalar(select(Person).where(Person.email == invitation.email))


def accept_as_new(token: str, *, name: str, password: str, language: str | None) -> str:
    """Open an account, join the organisation and sign in; return the browser's secret.

    Raise NotFound, InvalidInput, InvalidTransition, Conflict.
    """
    email = find_invitation(token).email
    name = checked_name(name)
    check_new_password(password, email, "password")
    db.session.rollback()  # No transaction stays open while hashing.
    hashed = hash_password(password)
    try:
        with transaction() as session:
            invitation = _accepted(token)
            if invited_person(invitation):
                raise Conflict(_("Un compte existe déjà pour cette adresse. Connectez-vous pour accepter."))
            person = Person(email=email, name=name, password_hash=hashed, language=language)
            session.add(person)
            session.flush()
            return _join(invitation, person)
    except IntegrityError as error:  # Twice at the same moment, by two invitations.
        raise Conflict(_("Un compte existe déjà pour cette adresse. Connectez-vous pour accepter.")) from error


def accept(actor: Actor, token: str) -> str:
    """Join the organisation with the account that one is signed in with; return the browser's new secret.

    Raise NotFound, InvalidTransition, Conflict when signed in with another address than the invited one.
    """
    with transaction() as session:
        invitation = _accepted(token)
        person = session.get(Person, actor.person_id)
        if person is None or person.disabled_at is not None or person.email != invitation.email:
            raise Conflict(_("Cette invitation est pour une autre adresse que la vôtre."))
        sign_in = sign_ins.own_sign_in(actor)
        sign_in.ended_at = now()
        return _join(invitation, person)


def _accepted(token: str) -> Invitation:
    """Mark the invitation as accepted; its row is locked, so that a link serves once only."""
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == digest_of(token[:100])).with_for_update())
    if invitation is None or state(invitation) is not InvitationState.OPEN:
        raise InvalidTransition(_("Cette invitation ne peut plus être acceptée."))
    if invitation.organisation.retired_at is not None:
        raise InvalidTransition(_("Cette invitation ne peut plus être acceptée."))
    invitation.accepted_at = now()
    return invitation


def _join(invitation: Invitation, person: Person) -> str:
    membership = db.session.scalar(select(Membership).where(
        Membership.person_id == person.id, Membership.organisation_id == invitation.organisation_id))
    if membership is None:
        db.session.add(Membership(
            person_id=person.id, organisation_id=invitation.organisation_id, role=invitation.role))
    elif invitation.role is MembershipRole.SECRETARY:
        membership.role = invitation.role
    db.session.flush()
    token = sign_ins.start(person, organisation_id=invitation.organisation_id)
    record(None, "accept_invitation", f"invitation:{invitation.key}", person=person.key)
    return token
