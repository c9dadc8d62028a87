"""Who is asking: the actor of each request, and the door for those who must be signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from drafting.domain.actor import Actor
from drafting.domain.sign_in import ABSOLUTE
from drafting.models import Organisation
from drafting.services.people import organisations_of
from drafting.services.sign_ins import actor_of
from drafting.web.errors import wants_json
from drafting.web.headers import STATIC

View = TypeVar("View", bound=Callable[..., Any])


def cookie_name() -> str:
    """Return the cookie's name; over TLS its prefix makes browsers refuse one set by another host or path."""
    return "__Host-session" if current_app.config["SETTINGS"].is_https else "session"


def cookie_token() -> str | None:
    """Return the secret that this browser holds."""
    return request.cookies.get(cookie_name())


def give_cookie(response: Response, token: str) -> Response:
    """Let the browser hold this secret."""
    response.set_cookie(
        cookie_name(), token, max_age=int(ABSOLUTE.total_seconds()), path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SETTINGS"].is_https,
    )
    return response


def take_cookie(response: Response) -> Response:
    """Let the browser forget its secret."""
    response.delete_cookie(
        cookie_name(), path="/", httponly=True, samesite="Lax", secure=current_app.config["SETTINGS"].is_https
    )
    return response


def load_actor() -> None:
    """Find out who is asking, before each request."""
    g.actor = None if request.endpoint in STATIC else actor_of(cookie_token())


def current_actor() -> Actor | None:
    """Return who is asking, or None for somebody who is not signed in."""
    return cast("Actor | None", g.get("actor"))


def require_actor() -> Actor:
    """Return who is asking, inside a view that is for signed-in people only."""
    actor = current_actor()
    if actor is None:
        raise Unauthorized
    return actor


def signed_in(view: View) -> View:
    """Open a view to signed-in people only: others are led to the sign-in page, and back afterwards.

    Somebody who was signed out while typing gets an error page that shows what they had typed.
    """

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> Any:
        if current_actor() is None:
            if request.method in {"GET", "HEAD"} and not wants_json():
                return redirect(url_for("sign_ins.show", next=request.full_path.rstrip("?")), 302)
            raise Unauthorized
        return view(*args, **values)

    return cast("View", guarded)


def my_organisations() -> Sequence[Organisation]:
    """Return the organisations that whoever is asking may act for: the header shows them."""
    if "my_organisations" not in g:
        actor = current_actor()
        g.my_organisations = organisations_of(actor) if actor else []
    return cast("Sequence[Organisation]", g.my_organisations)


def init_app(app: Flask) -> None:
    """Load the actor before each request and show them to templates."""
    app.before_request(load_actor)
    app.context_processor(lambda: {"actor": current_actor(), "my_organisations": my_organisations})
