"""The pages of amendments: what was typed is kept, the table as asked, and a file that spreadsheets open rightly."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain.actor import Actor
from drafting.domain.amendment import AmendmentState
from drafting.models import Amendment
from drafting.services import amendment_table, amendments
from drafting.services.amendment_table import Query
from drafting.web.amendment_csv import harmless
from tests import amending
from tests.amending import Paper, amendment
from tests.services.test_races import how_many
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Paper:
    app.config["WTF_CSRF_ENABLED"] = False  # Its own test: test_protection.py.
    return amending.paper()


def browser(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_for(actor))
    return client


def rows(paper: Paper, app: Flask, query: str = "") -> list[list[str]]:
    answer = browser(app, paper.observer).get(f"/contributions/{paper.contribution.key}/amendments.csv{query}")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_what_was_typed_is_kept_when_filing_is_refused(app: Flask, paper: Paper) -> None:
    paper.replace(paper.member, "été|", " 1", "s1")
    path = f"/sections/{paper.section_key}/amendments/new"
    secretary = browser(app, paper.secretary)

    for fields, status, said in (
        ({"justification": "Ma « raison » 🙂"}, 422, "Choisissez de une"),
        ({"justification": "Ma « raison » 🙂", "suggestions": "inconnue"}, 422, "n’est plus ouverte"),
        ({"justification": "", "suggestions": "s1"}, 422, "Donnez les raisons"),
    ):
        answer = secretary.post(path, data=fields)
        page = answer.get_data(as_text=True)
        assert (answer.status_code, said in page) == (status, True)
        assert not fields["justification"] or "Ma « raison » 🙂" in page
        assert ('value="s1" id="choice-1" aria-labelledby="kind-1 quotation-1" checked' in page) == (
            fields.get("suggestions") == "s1")
    paper.file("s1")
    late = secretary.post(path, data={"justification": "Ma raison", "suggestions": "s1"})

    assert (late.status_code, "2-2-1" in late.get_data(as_text=True)) == (409, True)
    assert "Ma raison" in late.get_data(as_text=True)
    assert how_many(Amendment) == 1


def test_a_decision_that_comes_too_late_keeps_its_words(app: Flask, paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    seen = [f"{id}={digest}" for id, digest in paper.seen(["s1"]).items()]
    amendments.withdraw(paper.secretary, key)

    answer = browser(app, paper.lead).post(
        f"/amendments/{key}/decide", data={"state": "rejected", "reason": "Trop « tôt » 🙂", "seen": seen})

    assert answer.status_code == 409
    assert "Trop « tôt » 🙂" in answer.get_data(as_text=True)
    assert amendment(key).state is AmendmentState.WITHDRAWN


def test_an_outcome_that_was_not_seen_is_not_replaced(app: Flask, paper: Paper) -> None:
    key = paper.file(paper.replace(paper.member, "été|", " 1", "s1"))
    lead = browser(app, paper.lead)
    page = lead.get(f"/amendments/{key}").get_data(as_text=True)
    assert '<input type="hidden" name="was" value="proposed">' in page
    amendments.decide(paper.coordinator, key, AmendmentState.PUT_TO_DEBATE, "Au congrès 🙂")

    late = {"state": "fell", "reason": "Ma « raison »", "was": "proposed"}
    answer = lead.post(f"/amendments/{key}/decide", data=late)

    shown = answer.get_data(as_text=True)
    assert (answer.status_code, amendment(key).state) == (409, AmendmentState.PUT_TO_DEBATE)
    for words in ("a changé depuis que vous l’avez lue", "Ma « raison »", "Au congrès 🙂"):
        assert words in shown
    assert lead.post(f"/amendments/{key}/decide", data=late | {"was": "put_to_debate"}).status_code == 303
    assert amendment(key).state is AmendmentState.FELL


def test_who_takes_an_outcome_back_is_told_what_else_was_decided_with_it(app: Flask, paper: Paper) -> None:
    keys = [paper.file(paper.replace(paper.member, word, " 1", f"s{n}")) for n, word in enumerate(("été|", "durée|"))]
    paper.replace(paper.contributor, "salariés|", "·es 🙂", "s2")
    paper.decide(paper.lead, "accept", "s0", "s2")
    paper.decide(paper.lead, "accept", "s1")
    lead = browser(app, paper.lead)

    told = ["1 autre suggestion" in lead.get(f"/amendments/{key}").get_data(as_text=True) for key in keys]

    assert told == [True, False]


@pytest.mark.parametrize(("cell", "shown"), [
    ('=HYPERLINK("http://x")', """'=HYPERLINK("http://x")"""), ("+1", "'+1"), ("-2 ans", "'-2 ans"),
    ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), (" =1", "' =1"),
    ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("|cmd", "'|cmd"), ("%0", "'%0"),
    ("L’été = l’œuvre", "L’été = l’œuvre"), ("", ""), ("« - »", "« - »"), ("🙂", "🙂"),
])
def test_no_cell_is_a_formula(cell: str, shown: str) -> None:
    assert harmless(cell) == shown


def test_the_spreadsheet_has_every_amendment_with_its_words(app: Flask, paper: Paper) -> None:
    first = paper.file(paper.replace(paper.member, "salariés", "travailleurs·ses", "s1"), why='=1+1\n« ; " » 🙂')
    paper.file(paper.replace(paper.contributor, "durée|", " légale", "s2"), actor=paper.contributor)
    amendments.decide(paper.lead, first, AmendmentState.REJECTED, "-> trop tôt", seen=paper.seen(["s1"]))

    header, one, two = rows(paper, app)

    assert header[0] == "Numéro"
    assert [row[0] for row in (one, two)] == ["n° 2-2-1", "n° 2-5-1"]
    assert one[1:4] == ["FED", "Fédération « FED » de l’œuvre", "Droits & « libertés »"]
    assert one[4:7] == ["2", "salariés", "travailleurs·ses"]
    assert one[9:12] == ["'=1+1\n« ; \" » 🙂", "Refusé", "'-> trop tôt"]
    assert [row[0] for row in rows(paper, app, "?state=rejected")[1:]] == ["n° 2-2-1"]
    assert [row[0] for row in rows(paper, app, "?sort=-number")[1:]] == ["n° 2-5-1", "n° 2-2-1"]
    assert rows(paper, app, "?organisation=inconnue")[1:] == []


def test_the_table_is_filtered_and_sorted(app: Flask, paper: Paper) -> None:
    keys = [paper.file(paper.replace(paper.member, "été|", f" {n}", f"s{n}")) for n in range(11)]
    keys.append(paper.file(paper.replace(paper.contributor, "durée|", " légale", "t"), actor=paper.contributor))
    amendments.decide(paper.lead, keys[3], AmendmentState.REMITTED)
    contribution = paper.section.contribution
    organisations = {one.organisation.acronym: one.organisation.key for one in map(amendment, keys)}

    def numbers(**query: str) -> list[str]:
        return [line.amendment.number for line in amendment_table.table(contribution, Query(**query)).lines]

    fed = [f"2-2-{n}" for n in range(1, 12)]
    assert numbers() == [*fed, "2-5-1"]
    assert numbers(sort="-number") == ["2-5-1", *reversed(fed)]
    assert numbers(organisation=organisations["CON"]) == ["2-5-1"]
    assert numbers(sort="organisation") == ["2-5-1", *fed]
    assert numbers(state="remitted") == ["2-2-4"]
    assert numbers(sort="state")[-1] == "2-2-4"
    assert numbers(sort="-date") == ["2-5-1", *reversed(fed)]
    assert numbers(section=paper.section_key) == [*fed, "2-5-1"]
    assert numbers(section="autre") == numbers(state="\x00é") == []
