"""Which language a request is answered in."""

from __future__ import annotations

from flask import g, has_request_context, request

from drafting.translations import LANGUAGES


def language_of_request() -> str:
    """Return the person's choice, else this browser's choice, else what it accepts, else French."""
    if not has_request_context():
        return "fr"  # The command line and mails say themselves which language they want (force_locale).
    actor = g.get("actor")
    if actor is not None and actor.language in LANGUAGES:
        return str(actor.language)
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "fr"
