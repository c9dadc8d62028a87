"""Values that nobody types: whatever stands in an address, a query or a field, the answer is never a server error."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exports.web import documents
from tests.web.rights_world import build
from tests.web.test_rights import FORMS, TABLE

BAD = {
    "nothing": "",
    "characters nobody types": "é\x00œ\x01\x1b[31m\x7f\r\nSet-Cookie: a=b\u202egro.elpmexe\ufffe\uffff\U0010ffff🙂",
    "other languages": "%s %(x)d {0} {{ 7*7 }} '; DROP TABLE person; -- "
    "<script>alert('é')</script> ../../../etc/passwd",
    "a long text": "œ" * 20_000,
    "a large number": "9" * 30,
    "a negative number": "-1",
}
DETAILS = {"title": "Œuvre", "recipient": "", "event": "", "language": "fr", "deadline_day": "2025-02-10",
           "deadline_time": "10:30", "deadline_zone": "Europe/Paris", "text_limit": "100", "limit_unit": "words"}
MORE = {
    "POST /sign-in": {"email": "camille@exemple.example", "password": "une phrase", "next": "/"},
    "POST /password-reset": {"email": "camille@exemple.example"},
    "POST /password-reset/perdu": {"new_password": "court"},
    "POST /profile/password": {"password": "une phrase", "new_password": "court"},
    "POST /contributions/new/consultation": {"questions": "Une question ?"},
    "POST /contributions/new/summit": DETAILS,
    "POST /contributions/papier/sections": {"new-title": "Section", "new-question": "?"},
    "POST /contributions/papier/versions": {"label": "trois", "note": "note"},
    "POST /sections/section/threads": {"text": "Mot", "visibility": "author", "revision": "1", "start": "0", "end": "2",
                                       "selected": "Un", "before": "", "suggestion": ""},
    "POST /sections/section/edit": {"title": "Titre", "question": "?", "text_limit": "10"},
    "POST /organisations/org-cex/logo": {"logo_description": "Logo"},
    "POST /organisations/org-cex/seal": {"passphrase": "phrase"},
    "POST /certificates": {"note": "note"},
    "POST /versions/v-un/round": {
        "closes_day": "2090-02-10", "closes_time": "10:30", "zone": "Europe/Paris", "rule": "consensus",
        "quorum": "none", "roll_call": "asked", "message": "mot", "editorial_of": "", "editorial_note": "",
        "asked": "part-lea", "mandates-part-lea": "1"},
    "POST /rounds/tour/validation": {
        "stance": "opposed", "reason": "motif", "dissent": "avis", "code": "123456", "digest": "0" * 64, "seen": "0",
        "reservations": "1", "reservation-1-place": "été", "reservation-1-text": "mot",
        "reservation-1-printed": "annex"},
    "POST /files/fichier/submissions": {
        "recipient": "Sommet", "channel": "Courriel", "day": "2026-01-05", "clock": "10:00", "receipt": "1",
        "note": "note"},
    "POST /files/fichier/publish": {"embargo_day": "2090-01-05", "embargo_time": "10:00"},
    "POST /versions/v-un/signing": {"signs": "org-lea", "capacity-org-lea": "é", "name-org-lea": "n",
                                    "person-org-lea": "p", "sections-org-lea": "section", "expires_on": "2090-01-05"},
    "POST /signatories/signature/sign": {"key": "cle", "passphrase": "phrase", "code": "123456"},
    "POST /signatories/signature/refuse": {"reason": "é", "code": "123456"},
    "POST /signing-keys": {"passphrase": "phrase"},
    "POST /delegations": {"person": "pers-membre", "starts_on": "2026-01-01", "ends_on": "2026-01-02",
                          "contribution": "papier"},
    "POST /amendments/amendement/decide": {"state": "rejected", "reason": "motif", "seen": "s-depose=1.0"},
}
# An organisation that is not one's own answers as one that does not exist.
GONE = {"POST /acting", "POST /threads/fil-prive/comments", "POST /comments/mot-prive/edit"}
QUERIES = (
    "/sign-in?next=", "/verify?code=", "/people?search=",
    "/contributions/papier/compare?b=v-un&a=", "/contributions/papier/compare?a=v-un&b=",
    "/contributions/papier/compare?from=", "/contributions/papier/compare?from=v1&to=",
    "/contributions/papier/compare?from=v1&to=now&section=", "/contributions/papier/compare.html?from=",
    "/contributions/papier/clean.html?to=", "/contributions/papier/at?moment=",
    "/contributions/papier/history?before=", "/contributions/papier/history?kind=",
    "/versions/v-deux/changes?since=", "/versions/v-un?numbers=",
    "/contributions/papier/comments?state=", "/contributions/papier/comments?section=",
    "/contributions/papier/comments?organisation=", "/contributions/papier/amendments?sort=",
    "/contributions/papier/amendments?section=", "/contributions/papier/amendments.csv?state=",
    "/sections/suite/amendments/new?suggestion=",
)


ADMINISTERED = ("/people", "/certificates", "/organisations/new", "/organisations/org-cex/edit")
# What one database refuses and the other does not: signs, lengths and sizes. All the rest is tried on SQLite.
ON_POSTGRESQL = ("characters nobody types", "a long text", "a large number")
IN_ADDRESSES = ("characters nobody types", "other languages", "a large number")


@pytest.fixture
def clients(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, FlaskClient]:
    """Browsers of an administrator, of a secretary and a member who coordinate, of one who validates, of a stranger."""
    monkeypatch.setattr(documents, "wake", lambda: None)
    app.config["WTF_CSRF_ENABLED"] = False
    cookies = build()
    clients = {}
    for name in ("administrator", "secretary", "coordinator", "lead", "anonymous"):
        clients[name] = app.test_client()
        if cookies[name]:
            clients[name].set_cookie("session", cookies[name] or "")
    return clients


def values(database: str) -> dict[str, str]:
    """Return what is tried on this database."""
    return BAD if database == "sqlite" else {name: BAD[name] for name in ON_POSTGRESQL}


def who_may(path: str) -> str:
    """Return who gets furthest on this path."""
    if path.startswith(("/sign-in", "/join", "/password-reset", "/verify")):
        return "anonymous"
    if path.startswith("/imports"):
        return "coordinator"  # Who brought that document in.
    if path.startswith(("/rounds/tour/validation", "/dissents", "/signatories")):
        return "lead"  # Whose organisation the round asks.
    return "administrator" if path.startswith(ADMINISTERED) else "secretary"


def test_no_value_in_an_address_is_a_server_error(clients: dict[str, FlaskClient]) -> None:
    wrong = []
    paths = [line.split()[:2] for line in TABLE.splitlines() if line.startswith(("GET", "POST"))]
    for method, path in [*paths, ("GET", "/static/css/app.css"), ("GET", "/static/v/1/css/app.css")]:
        parts = path.split("/")
        for place in range(2, len(parts)):
            for name in IN_ADDRESSES:
                tried = "/".join([*parts[:place], quote(BAD[name], safe=""), *parts[place + 1 :]])
                status = clients[who_may(path)].open(tried, method=method).status_code
                if status >= 500:
                    wrong.append((method, path, place, name, status))

    assert wrong == []


def test_no_value_in_a_query_is_a_server_error(clients: dict[str, FlaskClient], database: str) -> None:
    wrong = []
    for path in QUERIES:
        for name, bad in values(database).items():
            status = clients[who_may(path)].get(path + quote(bad, safe="")).status_code
            if status >= 500:
                wrong.append((path, name, status))

    assert wrong == []


def test_no_value_in_a_field_is_a_server_error(clients: dict[str, FlaskClient], database: str) -> None:
    wrong, there = [], set()
    for row, fields in {**FORMS, **MORE}.items():
        path = row.split()[1]
        base = {**DETAILS, **fields} if path.startswith("/contributions/new") else fields
        for field in fields:
            for name, bad in values(database).items():
                status = clients[who_may(path)].post(path, data={**base, field: bad}).status_code
                if status != 404:
                    there.add(row)
                if status >= 500:
                    wrong.append((row, field, name, status))

    assert wrong == []
    if database == "sqlite":  # With all values.
        assert {**FORMS, **MORE}.keys() - there <= GONE, "these forms were not reached"


def test_a_deadline_at_the_end_of_time_is_no_server_error(clients: dict[str, FlaskClient]) -> None:
    client = clients["secretary"]

    for day, zone in (("0001-01-01", "Asia/Tokyo"), ("9999-12-31", "America/New_York"), ("2200-12-31", "UTC")):
        for time in ("00:00", "23:59", ""):
            fields = {**DETAILS, "deadline_day": day, "deadline_time": time, "deadline_zone": zone}
            assert client.post("/contributions/papier/settings", data=fields).status_code in (303, 422)
        for path in ("/contributions/papier", "/", "/contributions/papier/settings"):
            assert client.get(path).status_code == 200


def test_bytes_that_are_no_text_are_no_server_error(clients: dict[str, FlaskClient]) -> None:
    client = clients["secretary"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    answers = [
        client.get("/contributions/%ff%fe"),
        client.get("/verify?code=%ff%fe"),
        client.get("/sign-in?next=%ff", headers={"Cookie": "session=\xff; language=\xff; form=\xff"}),
        client.post("/contributions/papier/versions", data=b"label=%ff&note=%ed%a0%80", headers=form),
        client.post("/contributions/papier/versions", data=b"\xff\x00=\x00&&&==", headers=form),
        client.post("/verify", data=b"--x\r\nnothing", headers={"Content-Type": "multipart/form-data; boundary=x"}),
        client.post("/verify", data="é".encode(), headers={"Content-Type": "multipart/form-data"}),
        client.post("/profile", data=b"{}", headers={"Content-Type": "application/json"}),
        client.get("/", headers={"Accept-Language": "xx-\x7f;q=é,,,;q=1e999, fr;q=nan"}),
        client.get("/", headers={"Accept": "application/json;q=x, */*;q=é"}),
        client.get("/", headers={"Cookie": "session=" + "é" * 4000}),
    ]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
