"""What the pages of comments show, and what the document's page asks and sends."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.comment import TEXT_MAX, Visibility
from drafting.services import threads
from drafting.services.threads import Passage
from tests.services.discussions import Table, table
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Table:
    app.config["WTF_CSRF_ENABLED"] = False
    return table()


def client_of(app: Flask, paper: Table, who: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_for(paper.people[who]))
    return client


def page(client: FlaskClient, paper: Table, query: str = "") -> str:
    return str(client.get(f"/contributions/{paper.contribution.key}/comments{query}").get_data(as_text=True))


def test_private_threads_are_neither_shown_nor_counted_for_others(app: Flask, paper: Table) -> None:
    for visibility in Visibility:
        paper.begin("AUT", f"Pour {visibility.value} 🙂", visibility=visibility)

    counts = {who: page(client_of(app, paper, who), paper).count('class="thread ') for who in ("AUT", "AUT2", "CEX")}
    seen = page(client_of(app, paper, "CEX"), paper)

    assert counts == {"AUT": 3, "AUT2": 2, "CEX": 1}
    assert "(1\xa0fil)" in seen or "(1 fil)" in seen
    assert "Pour organisation" not in seen
    assert len(client_of(app, paper, "CEX").get(f"/sections/{paper.section.key}/threads").get_json()["threads"]) == 1


@pytest.mark.parametrize(("query", "shown"), [
    ("", {"un", "deux"}), ("?state=resolved", {"trois"}), ("?state=all", {"un", "deux", "trois"}),
    ("?state=nonsense", {"un", "deux"}), ("?mine=yes", {"deux"}), ("?mentions=yes", {"un"}),
    ("?section=nonsense", set()),
])
def test_threads_are_chosen_by_filters(app: Flask, paper: Table, query: str, shown: set[str]) -> None:
    paper.begin("AUT", "Fil-un @CON")
    paper.begin("CON", "Fil-deux")
    threads.resolve(paper.people["AUT"], paper.begin("AUT", "Fil-trois").key)

    text = page(client_of(app, paper, "CON"), paper, query)

    assert {name for name in ("un", "deux", "trois") if f"Fil-{name}" in text} == shown


def test_threads_are_chosen_by_section_and_organisation(app: Flask, paper: Table) -> None:
    paper.begin("AUT", "Fil-un")
    paper.begin("CON", "Fil-deux")
    own = page(client_of(app, paper, "CEX"), paper, f"?organisation={paper.organisations['AUT'].key}")
    section = page(client_of(app, paper, "CEX"), paper, f"?section={paper.section.key}")

    assert ("Fil-un" in own, "Fil-deux" in own) == (True, False)
    assert ("Fil-un" in section, "Fil-deux" in section) == (True, True)


@pytest.mark.parametrize(("fields", "why"), [
    ({"text": ""}, "Écrivez votre commentaire."),
    ({"text": "é" * (TEXT_MAX + 1)}, "trop long"),
    ({"selected": "des mots d’hier"}, "ne se trouvent plus"),
    ({"visibility": "nobody"}, "qui peut lire ce fil"),
    ({"section": "inexistante"}, "Choisissez une section"),
])
def test_what_is_refused_on_the_page_is_kept_in_its_form(
    app: Flask, paper: Table, fields: dict[str, str], why: str
) -> None:
    typed = {"section": paper.section.key, "text": "L’œuvre « d’été » 🙂", "selected": "", "visibility": "organisation"}
    answer = client_of(app, paper, "AUT").post(f"/contributions/{paper.contribution.key}/comments",
                                               data={**typed, **fields})
    shown = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert why in shown
    assert {**typed, **fields}["text"] in shown
    assert '<option value="organisation" selected>' in shown or "visibility" in fields


def test_a_thread_begun_on_the_page_is_shown_there_with_its_passage(app: Flask, paper: Table) -> None:
    client = client_of(app, paper, "CON")
    fields = {"section": paper.section.key, "text": "Vraiment ? 🙂", "selected": "œuvre commune"}

    answer = client.post(f"/contributions/{paper.contribution.key}/comments", data=fields)
    shown = client.get(answer.location).get_data(as_text=True)

    assert answer.status_code == 303
    assert "Vraiment ? 🙂" in shown
    assert ">œuvre commune</blockquote>" in shown


def test_the_document_asks_and_sends_in_json(app: Flask, paper: Table) -> None:
    client = client_of(app, paper, "CON")
    url = f"/sections/{paper.section.key}/threads"

    begun = client.post(url, json={"text": "Et ici ?", "selected": "commune", "visibility": "organisation"})
    found: dict[str, Any] = client.get(url).get_json()

    card = found["threads"][0]
    assert (begun.status_code, begun.get_json()) == (200, {"key": card["key"]})
    assert (card["words"], card["before"], card["is_gone"]) == ("commune", "NosconstatsLœuvre", False)
    assert "Visible par CON seulement" in card["html"]
    assert found["revision"] == 1
    assert ["Camille Cex", "CEX"] in found["names"]
    assert ["Camille Con", "CON"] not in found["names"]


@pytest.mark.parametrize("body", [
    [], "mot", 7, {}, {"text": 7}, {"text": ["é"]}, {"text": {}}, {"text": "é", "start": "x", "end": 2},
    {"text": "é", "start": True, "end": 2}, {"text": "é", "start": -1, "end": 2},
    {"text": "é", "revision": 1e9, "start": 0, "end": 2},
])
def test_json_that_no_page_sends_is_refused_in_words(app: Flask, paper: Table, body: Any) -> None:
    answer = client_of(app, paper, "CON").post(f"/sections/{paper.section.key}/threads", json=body)

    assert answer.status_code == 422
    assert answer.get_json()["message"]


def test_an_observer_gets_no_form_and_reads(app: Flask, paper: Table) -> None:
    paper.begin("AUT", "À lire", passage=Passage(selected="commune"))

    found = client_of(app, paper, "OBS").get(f"/sections/{paper.section.key}/threads").get_json()

    assert (found["form"], found["names"]) == ("", [])
    assert "À lire" in found["threads"][0]["html"]
    assert "<form" not in found["threads"][0]["html"]


def test_a_mention_waits_on_the_dashboard_until_its_thread_is_opened(app: Flask, paper: Table) -> None:
    thread = paper.begin("AUT", "@CEX, un avis sur « l’été » ?")
    client = client_of(app, paper, "CEX")
    before = client.get("/").get_data(as_text=True)

    led = client.get(f"/threads/{thread.key}")

    assert "On vous a mentionné" in before
    assert f"/threads/{thread.key}" in before
    assert led.location.endswith(f"#thread-{thread.key}")
    assert "On vous a mentionné" not in client.get("/").get_data(as_text=True)


def test_a_script_without_its_secret_changes_nothing(app: Flask) -> None:
    paper = table()
    client = client_of(app, paper, "CON")

    refused = client.post(f"/sections/{paper.section.key}/threads", json={"text": "Faux"})

    assert refused.status_code == 400
    assert paper.seen_by("CON") == []


def test_the_page_keeps_room_for_threads_where_one_may_see_some(app: Flask, paper: Table) -> None:
    paper.begin("AUT", "Pour nous", visibility=Visibility.ORGANISATION)

    rooms = {
        who: "has-threads" in client_of(app, paper, who).get(
            f"/contributions/{paper.contribution.key}").get_data(as_text=True)
        for who in ("AUT", "AUT2", "CEX", "OBS")
    }

    assert rooms == {"AUT": True, "AUT2": True, "CEX": False, "OBS": False}
