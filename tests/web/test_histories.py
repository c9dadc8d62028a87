"""The past on pages: what a hand-made address gets, and a long trace in parts."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.services import traces
from tests.live.conftest import Paper, make_paper
from tests.signing_in import sign_in
from tests.suggesting import insert, strike, write


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = make_paper()
    write(paper, "L’œuvre des salariés compte 👍.")
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    strike(paper, paper.contributor, "salariés", "s2")
    return paper


@pytest.mark.parametrize(("query", "status"), [
    ("revisions?near=2", 303), ("revisions?near=abc", 303), ("revisions?near=-99999999999999999999", 303),
    ("revisions?moment=2026-03-03T14:00", 303), ("revisions?moment=2026-03-29T02:30", 422),
    ("revisions?moment=hier", 422), ("revisions?moment=9999-12-31", 422), ("history?before=hier&kind=x", 200),
    ("history?before=0001-01-01T00:00:00%2B23:59", 200), ("trace?until=-5", 200), ("trace?until=abc", 200),
])  # fmt: skip
def test_a_section_answers_hand_made_addresses(app: Flask, paper: Paper, query: str, status: int) -> None:
    client = app.test_client()
    sign_in(client, paper.observer)

    assert client.get(f"/sections/{paper.section_key}/{query}").status_code == status


@pytest.mark.parametrize(("query", "status"), [
    ("at?near=0", 303), ("at?near=99999999999999999999999", 303), ("at?near=abc", 303), ("at?moment=", 200),
    ("at?moment=2026-03-29T02:30", 422), ("at?moment=hier", 422),
])  # fmt: skip
def test_a_contribution_answers_hand_made_addresses(app: Flask, paper: Paper, query: str, status: int) -> None:
    client = app.test_client()
    sign_in(client, paper.observer)

    assert client.get(f"/contributions/{paper.contribution.key}/{query}").status_code == status


def test_a_date_that_does_not_come_stays_in_its_field_with_what_is_wrong(app: Flask, paper: Paper) -> None:
    client = sign_in(app.test_client(), paper.observer)
    addresses = [f"/contributions/{paper.contribution.key}/at", f"/sections/{paper.section_key}/revisions"]
    for address in addresses:
        page = client.get(f"{address}?moment=9202-03-03T14:00").text

        assert 'value="9202-03-03T14:00" aria-describedby="moment-zone moment-error" aria-invalid="true"' in page
        assert '<p class="error" id="moment-error">Vérifiez l’année de cette date.</p>' in page
        assert "<h2>Historique" in page
    assert "moment-error" not in client.get(f"/contributions/{paper.contribution.key}/history").text


def test_a_slider_gets_what_changes_in_the_page_alone(app: Flask, paper: Paper) -> None:
    client = app.test_client()
    sign_in(client, paper.observer)

    whole = client.get(f"/sections/{paper.section_key}/revisions/1").text
    part = client.get(f"/sections/{paper.section_key}/revisions/1", headers={"X-Fragment": "yes"}).text

    assert part.strip() in whole
    assert "<html" not in part


def test_a_long_trace_leads_to_what_was_before(app: Flask, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "ROWS_AT_ONCE", 1)
    client = app.test_client()
    sign_in(client, paper.observer)

    page = client.get(f"/sections/{paper.section_key}/trace").text
    before = client.get(f"/sections/{paper.section_key}/trace?until=2").text

    assert "cette page raconte les révisions 3 à 3" in page
    assert "trace?until=2" in page
    assert "avant le" in page
    assert "Ce qui s’est passé ensuite" in before
