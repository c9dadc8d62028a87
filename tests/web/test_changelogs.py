"""The page of what changed, and the same as text."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from drafting.domain.amendment import AmendmentState
from drafting.services import amendments, versions
from tests import amending
from tests.amending import Paper
from tests.signing_in import token_for


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = amending.paper()
    versions.freeze(paper.coordinator, paper.contribution.key, label="")
    key = paper.file(paper.replace(paper.member, "été|", " « beau »", "s1"))
    paper.replace(paper.member, "salariés|", "·ées 🙂", "s2")
    paper.replace(paper.member, "durée|", " légale", "s3")
    paper.decide(paper.lead, "accept", "s2")
    amendments.decide(paper.lead, key, AmendmentState.REJECTED, "Trop <tôt> 🙂", seen=paper.seen(["s1"]))
    return paper


def page(app: Flask, paper: Paper, path: str, language: str = "fr") -> str:
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def test_it_says_in_words_what_was_decided_and_links_to_the_comparison(app: Flask, paper: Paper) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="Remis").key

    shown = page(app, paper, f"/versions/{version}/changes")

    assert "De la version 1 à la version 2" in shown
    assert "texte modifié ; 1 suggestion acceptée ; 1 suggestion refusée." in shown
    assert "Sans changement" in shown
    assert "1 suggestion était ouverte et n’est pas dans ce texte." in shown
    assert "Amendement 2-2-1" in shown
    assert "« Trop &lt;tôt&gt; 🙂 »" in shown
    assert re.search(r'href="[^"]*compare[^"]*"', shown)


def test_the_text_for_a_mail_says_the_same(app: Flask, paper: Paper) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="Remis").key

    shown = page(app, paper, f"/versions/{version}/changes")

    text = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)[1])
    assert text.startswith("# L’œuvre « commune » · été\n\nDe la version 1 à la version 2 – Remis\nhttp://")
    assert f"/versions/{version}/changes\n" in text
    assert "- 2. Droits & « libertés » : texte modifié ; 1 suggestion acceptée ; 1 suggestion refusée." in text
    assert "### Refusé\n\n- 2-2-1, Fédération « FED » de l’œuvre (FED) : « Trop <tôt> 🙂 »" in text


def test_it_is_read_in_english_too_and_since_any_version_before(app: Flask, paper: Paper) -> None:
    versions.freeze(paper.coordinator, paper.contribution.key, label="")
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="").key

    shown = page(app, paper, f"/versions/{version}/changes?since=1", "en")

    assert "From version 1 to version 3" in shown
    assert "1 suggestion accepted" in shown
    assert "No section has changed." in page(app, paper, f"/versions/{version}/changes", "en")


@pytest.mark.parametrize("since", ["0", "3", "œ", "-1", "²", "9" * 40, ""])
def test_since_a_version_that_is_none_there_is_nothing(app: Flask, paper: Paper, since: str) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="").key
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))

    assert client.get(f"/versions/{version}/changes", query_string={"since": since}).status_code == 404


def test_the_first_version_tells_from_the_beginning(app: Flask, paper: Paper) -> None:
    first = paper.section.contribution
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    key = client.get(f"/contributions/{first.key}/versions/1").location

    shown = page(app, paper, f"{key}/changes")

    assert "Du début à la version 1" in shown
    assert "nouvelle section" not in shown
    assert "Aucune suggestion n’avait encore été décidée." in shown
