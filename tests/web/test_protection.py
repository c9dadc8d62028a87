"""What holds for every route: form secrets, headers, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from wtforms import PasswordField

from drafting.services import people
from drafting.web.errors import SECRET_FIELDS
from drafting.web.forms import Form
from tests import factories
from tests.signing_in import csrf_token, sign_in, token_for

TYPED = "Un long texte saisi à la main : « l’œuvre » · 🙂"
WITHOUT_SECRET = {"/verify"}  # Anybody's script may ask it: it changes nothing and knows nobody.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def path_of(rule: Rule, app: Flask) -> str:
    """Return an address of this route, for things that do not exist."""
    values = {name: 1 if "int" in type(rule._converters[name]).__name__.lower() else "inexistante"
              for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def routes(app: Flask, method: str) -> list[Rule]:
    """Return the routes that take this method, the live socket aside."""
    return [rule for rule in app.url_map.iter_rules()
            if method in rule.methods and not rule.websocket and not rule.rule.startswith("/static/")]


def test_every_form_without_its_secret_is_refused_and_shows_what_was_typed(client: FlaskClient, app: Flask) -> None:
    sign_in(client, factories.member(factories.organisation(), administrator=True))
    posted = [rule for rule in routes(app, "POST") if rule.rule not in WITHOUT_SECRET]

    accepted = []
    for rule in posted:
        answer = client.post(path_of(rule, app), data={"title": TYPED, "password": "un secret bien gardé"})
        page = answer.get_data(as_text=True)
        if answer.status_code != 400 or TYPED not in page or "un secret bien gardé" in page:
            accepted.append((rule.rule, answer.status_code))

    assert len(posted) > 20
    assert accepted == []


def secret_fields(app: Flask) -> set[str]:
    """Return the fields for a password or a one-time code, of all forms and all templates."""
    found, forms = set(), list(Form.__subclasses__())
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        for name, made in vars(form).items():
            of = getattr(made, "field_class", None)
            if of is not None and (issubclass(of, PasswordField) or "one-time-code" in str(made.kwargs)):
                found.add(name)
    for template in app.jinja_env.list_templates(["html"]):
        tags = re.findall(r"<input[^>]*>", app.jinja_env.loader.get_source(app.jinja_env, template)[0])
        marked = [tag for tag in tags if 'type="password"' in tag or 'autocomplete="one-time-code"' in tag]
        found.update(name for tag in marked for name in re.findall(r' name="([\w-]+)"', tag))
    return found


def test_no_error_page_shows_a_password_or_a_code(app: Flask) -> None:
    found = secret_fields(app)

    assert found >= {"password", "passphrase", "new_passphrase", "code", "join-code"}
    assert found - SECRET_FIELDS == set()


@pytest.mark.parametrize("field", ["new_passphrase", "passphrase", "code"])
def test_a_secret_sent_from_a_page_that_was_open_too_long_is_not_shown(client: FlaskClient, field: str) -> None:
    answer = client.post("/signing-keys/issue", data={"csrf_token": "ancien", "name": TYPED, field: "une clé · œuvre"})

    page = answer.get_data(as_text=True)
    assert (answer.status_code, TYPED in page) == (400, True)
    assert "une clé · œuvre" not in page


@pytest.mark.parametrize("secret", ["", "x", "IjEi.aaaa.bbbb"])
def test_a_wrong_form_secret_is_refused(client: FlaskClient, app: Flask, secret: str) -> None:
    sign_in(client, factories.member(factories.organisation()))

    assert client.post("/profile", data={"csrf_token": secret, "name": TYPED}).status_code == 400


def test_a_form_secret_of_another_browser_is_refused(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(client, factories.member(factories.organisation()))

    assert client.post("/profile", data={"csrf_token": csrf_token(other), "name": TYPED}).status_code == 400


def test_no_route_changes_anything_by_other_methods(app: Flask) -> None:
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods} <= {
        "GET", "HEAD", "OPTIONS", "POST"}


def test_every_answer_bears_the_security_headers(client: FlaskClient, app: Flask) -> None:
    paths = [path_of(rule, app) for rule in routes(app, "GET")] + ["/rien", "/static/icons/favicon.svg"]
    wrong = []
    for someone in (None, factories.member(factories.organisation(), administrator=True)):
        if someone:
            sign_in(client, someone)
        for path in paths:
            answer = client.get(path)
            policy = answer.headers.get("Content-Security-Policy", "")
            kept = answer.headers.get("Cache-Control", "")
            answer.close()
            if {name: answer.headers.get(name) for name in HEADERS} != HEADERS or "default-src 'none'" not in policy:
                wrong.append(path)
            if "unsafe" in policy or "*" in policy or (not path.startswith("/static/") and kept != "no-store"):
                wrong.append(path)

    assert len(paths) > 20
    assert wrong == []


def test_the_nonce_is_new_each_time(client: FlaskClient) -> None:
    first, second = (client.get("/").headers["Content-Security-Policy"] for _ in range(2))

    assert re.findall("nonce-([^']{16,})'", first)
    assert set(re.findall("nonce-([^']+)'", first)).isdisjoint(re.findall("nonce-([^']+)'", second))


def test_pages_have_no_inline_styles_or_handlers(client: FlaskClient, app: Flask) -> None:
    sign_in(client, factories.member(factories.organisation(), administrator=True))
    for path in ("/", "/profile", "/people", "/organisations", "/organisations/new", "/contributions/new"):
        page = client.get(path).get_data(as_text=True)

        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), path
        assert not re.search(r"<(script|style)(?![^>]*(src|nonce)=)", page), path


def test_a_server_error_loses_no_typed_text(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sign_in(client, factories.member(factories.organisation()))
    secret = csrf_token(client, "/profile")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full of internal details")

    monkeypatch.setattr(people, "rename", fail)

    answer = client.post("/profile", data={"csrf_token": secret, "name": TYPED, "language": "fr"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert TYPED in page
    assert secret not in page.partition("typed-fields")[2].partition("</dl>")[0]
    assert "internal details" not in page
    assert "Ce n’est pas de votre fait" in page
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_somebody_signed_out_while_typing_loses_nothing(client: FlaskClient, app: Flask) -> None:
    secret = csrf_token(client, "/sign-in")

    answer = client.post("/profile", data={"csrf_token": secret, "name": TYPED})

    assert answer.status_code == 401
    assert TYPED in answer.get_data(as_text=True)
    assert "/sign-in" in answer.get_data(as_text=True)


def test_what_was_typed_is_shown_with_words_and_without_what_was_not_typed(client: FlaskClient, app: Flask) -> None:
    sent = {"reason": TYPED, "reservation-1-text": "Un délai 🙂", "digest": "0" * 64, "reservation-1-printed": "annex",
            "stance": "opposed", "reservation-1-code": "123456", "capacity-org-lea": "Trésorière 🙂",
            "sections-org-lea": "wz3m9kq2"}

    page = client.post("/rounds/inconnu/validation", data=sent).get_data(as_text=True)

    shown = page.partition("typed-fields")[2].partition("</dl>")[0]
    assert re.findall(r"<dt>(.*?)</dt>", shown) == ["Motif", "Texte", "En qualité de"]
    assert TYPED in shown
    assert "Un délai 🙂" in shown


def test_what_was_typed_is_shown_as_text_only(client: FlaskClient, app: Flask) -> None:
    hostile = "</textarea><script>alert('œ')</script>"

    page = client.post("/profile", data={"name": hostile, hostile: "x"}).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;/textarea&gt;" in page


def test_scripts_are_answered_in_json(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/profile", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.get_json()["error"] == "Connexion nécessaire"


@pytest.mark.parametrize("target", ["//ailleurs.example", "/\\ailleurs.example", "https://ailleurs.example", "/\t/x"])
def test_no_form_sends_people_to_another_site(client: FlaskClient, app: Flask, target: str) -> None:
    actor = factories.member(factories.organisation())
    sign_in(client, actor)
    secret = csrf_token(client, "/profile")
    key = people.organisations_of(actor)[0].key

    language = client.post("/language", data={"csrf_token": secret, "language": "en", "next": target})
    acting = client.post("/acting", data={"csrf_token": secret, "organisation": key, "next": target})

    assert (language.location, acting.location) == ("/", "/")


def test_the_host_header_is_not_believed(client: FlaskClient, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # The form's secret is bound to the right host.
    person = factories.person()
    client.set_cookie("session", token_for(factories.member(factories.organisation(), administrator=True)),
                      domain="mal.example")

    page = client.post(
        f"/people/{person.key}/password-link", base_url="http://mal.example",
        headers={"X-Forwarded-Host": "mal.example"},
    ).get_data(as_text=True)

    assert "http://localhost/password-reset/" in page
    assert "mal.example" not in page
