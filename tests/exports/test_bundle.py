"""The folder of plain text files: the same bytes each time, the exact texts, a digest that anybody can recompute."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from drafting.domain import canonical
from drafting.extensions import db, transaction
from drafting.models import Version
from exports import bundle
from exports.manuscript import Section
from tests.exports import documents, samples
from tests.exports.documents import Scene
from tests.signing_in import sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def front(text: str) -> dict[str, object]:
    """Read a head as any YAML reader would: each line is a key and a JSON value."""
    _, head, _ = text.split("---\n", 2)
    return {line.partition(": ")[0]: json.loads(line.partition(": ")[2]) for line in head.splitlines()}


def test_the_bundle_holds_the_whole_text_each_section_and_what_the_digest_is_made_over() -> None:
    files = opened(bundle.zipped(samples.french(2), b'{"\xc3\xa9":1}', folder="papier-v2"))

    assert list(files) == [
        "papier-v2/LISEZMOI.md", "papier-v2/contribution.md",
        "papier-v2/sections/01-un-sommet-sans-les-travailleursses.md",
        "papier-v2/sections/02-investir-avec-quelle-strategie.md", "papier-v2/canonical.json",
    ]
    whole = files["papier-v2/contribution.md"]
    assert front(whole) == {
        "title": "Pour une intelligence artificielle au service des travailleurs·ses",
        "recipient": "Sommet pour l’action sur l’intelligence artificielle",
        "event": "Paris, 10 et 11 février 2025", "language": "fr", "version": 2,
        "label": "Texte soumis aux fédérations", "frozen_at": "2025-01-31T23:30:00+00:00",
        "digest": "sha256:" + "3f9a" * 16,
        "organisations": [f"{one.acronym} · {one.name} ({one.role})" for one in samples.ORGANISATIONS],
    }
    assert "## 2. Investir : avec quelle stratégie ?" in whole
    section = files["papier-v2/sections/01-un-sommet-sans-les-travailleursses.md"]
    assert section.split("---\n", 2)[2] == samples.FRENCH.replace("{n}", "1")
    assert files["papier-v2/canonical.json"] == '{"é":1}'
    assert "3f9a" * 16 in files["papier-v2/LISEZMOI.md"]


def test_an_english_version_explains_itself_in_english() -> None:
    files = opened(bundle.zipped(samples.english(), b"{}", folder="paper"))

    assert "Recompute the digest" in files["paper/README.md"]


def test_the_same_version_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; from exports import bundle; from tests.exports import samples;"
        "sys.stdout.buffer.write(bundle.zipped(samples.french(), b'{}', folder='a'))"
    )

    again = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"},
    ).stdout

    assert again == bundle.zipped(samples.french(), b"{}", folder="a")


def test_odd_titles_make_no_odd_head_and_no_odd_name() -> None:
    odd = 'Fin\u2028de "ligne" : ../../é\\ 🙂\x85'
    files = opened(bundle.zipped(samples.french(1, title=odd, sections=(Section(1, odd, "é"),)), b"{}", folder="a"))

    assert all(name.startswith("a/") and ".." not in name for name in files)
    assert front(files["a/contribution.md"])["title"] == odd
    head = files["a/contribution.md"].split("---\n")[1]
    assert "\u2028" not in head
    assert "\x85" not in head


def test_anybody_can_recompute_the_digest_from_what_is_in_the_bundle(
    client: FlaskClient, scene: Scene
) -> None:
    version = documents.freeze(scene)
    sign_in(client, scene.author)

    answer = client.get(f"/versions/{version.key}/markdown.zip")

    name = f"{scene.contribution.slug}-v1"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}-markdown.zip"
    assert answer.mimetype == "application/zip"
    files = opened(answer.data)
    kept = files[f"{name}/canonical.json"]
    assert hashlib.sha256(kept.encode()).hexdigest() == version.digest
    # As the README says: from the values alone, and the texts as they lie beside it.
    again = json.dumps(json.loads(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert canonical.digest(again) == version.digest
    [section] = [text for each, text in files.items() if "/sections/" in each]
    assert section.split("---\n", 2)[2] == json.loads(kept)["sections"][0]["text"] == documents.TEXT
    assert client.get(f"/versions/{version.key}/markdown.zip").data == answer.data


def test_a_version_that_is_no_longer_what_was_frozen_is_not_given(client: FlaskClient, scene: Scene) -> None:
    version = documents.freeze(scene)
    with transaction():
        db.session.get_one(Version, version.id).title = "Un autre titre"
    sign_in(client, scene.author)

    for path in ("markdown.zip", "text.html"):
        assert client.get(f"/versions/{version.key}/{path}").status_code == 409
