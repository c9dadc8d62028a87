"""A version as one HTML file: complete, valid, and in need of nothing."""

from __future__ import annotations

from html import unescape
from itertools import pairwise

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from exports import standalone
from tests.exports import documents, samples
from tests.exports.documents import Scene
from tests.signing_in import sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.mark.parametrize("manuscript", [
    samples.french(), samples.english(),
    samples.french(1, number=0, digest="", organisations=(), recipient="", event="", label=""),
], ids=["french", "english", "bare"])
def test_the_file_is_valid_and_loads_nothing(manuscript) -> None:
    html = standalone.version_html(manuscript)

    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(html)
    assert root.get("lang") == manuscript.language
    assert root.findtext(".//title").startswith(manuscript.title)
    assert not [each.tag for each in root.iter() if each.tag in ("script", "link", "img", "iframe", "object", "base")]
    assert "url(" not in html
    assert "@import" not in html
    assert [name for each in root.iter() for name in each.attrib if name == "style" or name.startswith("on")] == []
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    links = [each.get("href")[1:] for each in root.iter("a") if each.get("href").startswith("#")]
    assert set(links) <= set(ids)


def test_headings_follow_one_another() -> None:
    root = html5lib.parse(standalone.version_html(samples.french(2)), namespaceHTMLElements=False)

    levels = [int(each.tag[1]) for each in root.iter() if each.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]

    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_text_says_what_it_is() -> None:
    frozen = standalone.version_html(samples.french(1))
    present = standalone.version_html(samples.french(1, number=0, digest="", label=""))

    assert "3f9a" * 16 in frozen
    assert "Version 2" in frozen
    assert "document de travail" not in frozen
    assert "document de travail" in present


def test_what_people_typed_is_text() -> None:
    html = standalone.version_html(samples.french(1, title="</title><script>alert(1)</script> & « œ »"))

    assert "<script" not in html


def test_a_version_is_given_as_one_file(client: FlaskClient, scene: Scene) -> None:
    version = documents.freeze(scene)
    sign_in(client, scene.author)

    answer = client.get(f"/versions/{version.key}/text.html")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={scene.contribution.slug}-v1.html"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "«\u00a0œuvre\u00a0»" in unescape(answer.get_data(as_text=True))


def test_the_versions_page_offers_every_form(client: FlaskClient, scene: Scene) -> None:
    version = documents.freeze(scene)
    sign_in(client, scene.author)

    page = client.get(f"/versions/{version.key}").get_data(as_text=True)

    for path in ("text.html", "markdown.zip", "working-copy"):
        assert f"/versions/{version.key}/{path}" in page
