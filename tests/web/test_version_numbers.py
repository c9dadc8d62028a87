"""Numbers in the margin of a version: asked for in the address, and a citation leads to its place."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.services import versions
from tests import amending
from tests.signing_in import token_for


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    paper = amending.paper()
    paper.edit(paper.lead, "commune.", "commune, et " + "mot " * 40 + "fin.")
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="")
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    client.address = f"/versions/{version.key}"
    return client


def page(client: FlaskClient, query: str = "") -> str:
    return client.get(client.address + query).get_data(as_text=True)


def test_without_being_asked_for_no_number_is_seen_but_each_place_has_its_address(reader: FlaskClient) -> None:
    shown = page(reader)

    assert 'class="prose"' in shown
    assert "line-break" not in shown
    assert 'id="p2-1"' in shown
    assert 'id="l1"' in shown


@pytest.mark.parametrize(("asked", "classes"), [
    ("", "prose"), ("paragraphs", "prose numbered"), ("lines", "prose numbered numbered-lines"),
    ("spoken", "prose numbered numbered-lines"), ("œuvre", "prose"),
])  # fmt: skip
def test_numbers_are_shown_as_the_address_says(reader: FlaskClient, asked: str, classes: str) -> None:
    shown = page(reader, f"?numbers={asked}")

    assert f'<div class="{classes}">' in shown
    assert ('<br class="line-break">' in shown) is ("lines" in classes)
    assert ("ligne 3. </span>" in shown) is (asked == "spoken")


def test_lines_are_numbered_through_the_version_without_a_gap(reader: FlaskClient) -> None:
    numbers = [int(n) for n in re.findall(r'id="l(\d+)"', page(reader))]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 6


@pytest.mark.parametrize(("query", "to"), [
    ("?cite=l.+3", "?numbers=lines#l3"), ("?cite=§+2.2", "?numbers=paragraphs#p2-2"),
    ("?numbers=lines&cite=2.2", "?numbers=lines#p2-2"), ("?numbers=spoken&cite=lignes+2-4", "?numbers=spoken#l2"),
    ("?numbers=paragraphs&cite=3", "?numbers=lines#l3"),
])  # fmt: skip
def test_a_citation_leads_to_its_place_with_its_number_in_sight(reader: FlaskClient, query: str, to: str) -> None:
    answer = reader.get(reader.address + query)

    assert (answer.status_code, answer.location) == (302, reader.address + to)


@pytest.mark.parametrize(("cited", "words"), [
    ("l. 5000", "va de la ligne 1 à la ligne"), ("§ 2.900", "pas de paragraphe 900 dans la section 2"),
    ("§ 9.1", "pas de paragraphe 1 dans la section 9"), ("l’œuvre", "Écrivez par exemple"),
    ('"><b>', "Écrivez par exemple"),
])  # fmt: skip
def test_a_citation_that_leads_nowhere_says_what_there_is(reader: FlaskClient, cited: str, words: str) -> None:
    answer = reader.get(reader.address, query_string={"cite": cited})

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "<b>" not in answer.get_data(as_text=True)


def test_a_comparison_shows_the_numbers_of_the_newer_text_when_asked(app: Flask) -> None:
    paper = amending.paper()
    versions.freeze(paper.coordinator, paper.contribution.key, label="")
    paper.edit(paper.lead, "L’été", "Un paragraphe de plus 🙂.\n\nL’été")
    versions.freeze(paper.coordinator, paper.contribution.key, label="")
    client = app.test_client()
    client.set_cookie("session", token_for(paper.observer))
    address = f"/contributions/{paper.contribution.key}/compare?from=v1"

    silent = client.get(f"{address}&to=v2").get_data(as_text=True)
    lines = client.get(f"{address}&to=v2&numbers=yes").get_data(as_text=True)
    paragraphs = client.get(f"{address}&to=now&numbers=yes").get_data(as_text=True)

    mark = re.compile(r'<span class="paragraph-number" data-number="([\d.]+)"(?: data-line="(\d+)")?')
    assert mark.findall(silent) == []
    assert "numbers=yes" in silent
    assert mark.findall(lines)[:3] == [("2.1", "1"), ("2.2", "2"), ("2.3", "3")]
    assert 'class="redline prose numbered"' in lines
    assert [line for _, line in mark.findall(paragraphs)] == [""] * len(mark.findall(lines))
