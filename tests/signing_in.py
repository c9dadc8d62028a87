"""Sign in without the sign-in page: for tests of what comes after it."""

from __future__ import annotations

from flask.testing import FlaskClient

from drafting.domain.actor import Actor
from drafting.extensions import db, transaction
from drafting.models import Person
from drafting.services.sign_ins import start
from drafting.web.actor import cookie_name


def token_for(actor: Actor) -> str:
    """Return the secret of a new sign-in of this actor, acting for the actor's organisation."""
    with transaction():
        person = db.session.get(Person, actor.person_id)
        assert person is not None
        return start(person, organisation_id=actor.organisation_id)


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """Sign this test client in and return it. Inside the application's context."""
    client.set_cookie(cookie_name(), token_for(actor))
    return client


def browser_cookie(actor: Actor, address: str) -> dict[str, str]:
    """Return the cookie for a browser: `context.add_cookies([browser_cookie(actor, server_address)])`."""
    return {"name": cookie_name(), "value": token_for(actor), "url": address}


def csrf_token(client: FlaskClient, path: str = "/") -> str:
    """Return the CSRF token of this client's forms (as a page of this path shows it)."""
    page = client.get(path).get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
