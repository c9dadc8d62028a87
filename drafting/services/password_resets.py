"""Links by which somebody who has lost their password chooses a new one."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.addresses import normalised_address
from drafting.domain.errors import Conflict, NotFound
from drafting.extensions import db, transaction
from drafting.models import PasswordReset, Person
from drafting.models.columns import now
from drafting.services import mail
from drafting.services.audit import record
from drafting.services.passwords import check_new_password, hash_password
from drafting.services.people import find_person, set_password
from drafting.services.rights import changing_rights
from drafting.services.sign_ins import digest_of, new_token
from drafting.services.throttle import HOUR, Limit, count_attempt, network_of

MAILED_LASTS = timedelta(hours=1)
HANDED_LASTS = timedelta(days=1)  # By an administrator, who has to pass it on.


def ask(email: str, *, address: str | None = None) -> None:
    """Mail a link to whoever has this address, later: known and unknown addresses answer alike.

    Raise TooMany after too many requests.
    """
    wanted = normalised_address(email) or ""
    count_attempt(
        Limit("reset", wanted, 3, HOUR),
        Limit("reset from", network_of(address), 30, HOUR),
    )
    locale = get_locale()
    mail.later(_mail_link, wanted, locale.language if locale else "fr")


def _mail_link(email: str, language: str) -> None:
    with transaction() as session:
        person = session.scalar(select(Person).where(Person.email == email, Person.disabled_at.is_(None)))
        if person is None:
            return
        name, chosen = person.name, person.language or language
        link = _new_link(person, MAILED_LASTS)
    with force_locale(chosen):
        mail.send(mail.Mail(to=email, subject=_("Choisir un nouveau mot de passe"), text=_(
            "Bonjour %(name)s,\n\n"
            "Vous avez demandé à choisir un nouveau mot de passe. Ouvrez ce lien dans l’heure "
            "qui vient :\n\n%(link)s\n\n"
            "Il ne sert qu’une fois. Si vous n’avez rien demandé, ne faites rien : "
            "votre mot de passe actuel reste valable.\n",
            name=name, link=link,
        )))


def make_link(actor: Actor, person_key: str) -> str:
    """Return a link to hand to a person, for an administrator where no mail is sent; it is in the audit log."""
    with transaction():
        person = find_person(actor, person_key)
        if person.disabled_at is not None:
            raise Conflict(_("Ce compte est fermé. Rouvrez-le d’abord."))
        record(actor, "make_password_link", f"person:{person.key}")
        return _new_link(person, HANDED_LASTS)


def _new_link(person: Person, lasts: timedelta) -> str:
    token = new_token()
    db.session.add(PasswordReset(token_hash=digest_of(token), person_id=person.id, expires_at=now() + lasts))
    return f"{current_app.config['SETTINGS'].base_url}/password-reset/{token}"


def person_of(token: str) -> Person:
    """Return whose password this link changes. Raise NotFound if it cannot be used (any more)."""
    return _usable(token).person


def choose(token: str, new_password: str) -> Person:
    """Set the new password, once; all the person's sign-ins end. Raise NotFound, InvalidInput."""
    check_new_password(new_password, person_of(token).email)
    db.session.rollback()  # No transaction stays open while hashing.
    hashed = hash_password(new_password)
    with changing_rights():
        reset = _usable(token, lock=True)
        set_password(reset.person, hashed)  # Uses up this link and all the person's others.
        record(None, "reset_password", f"person:{reset.person.key}")
        return reset.person


def _usable(token: str, *, lock: bool = False) -> PasswordReset:
    wanted = select(PasswordReset).where(PasswordReset.token_hash == digest_of(token[:100]))
    reset = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if reset is None or reset.used_at is not None or reset.expires_at <= now() or reset.person.disabled_at is not None:
        raise NotFound(_(
            "Ce lien ne sert plus : il a déjà été utilisé, ou il a été demandé il y a trop longtemps. "
            "Demandez-en un nouveau."
        ))
    return reset
