"""The commands `export`, `publish` and `verify`, as typed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskCliRunner

from drafting.extensions import db, transaction
from drafting.models import Revocation
from drafting.models.columns import recorded_at
from exports import files, seals
from exports.web.verifying import judge
from tests.exports import documents
from tests.exports import seals as made
from tests.exports.documents import Scene
from tests.exports.seals import plain_pdf
from tests.exports.test_verification import self_made


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def cli(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return app.test_cli_runner()


def test_export_publish_and_verify(cli: FlaskCliRunner, scene: Scene, tmp_path: Path) -> None:
    """The whole way: status 0 for the published file, and for nothing else."""
    documents.freeze(scene, number=1)
    documents.freeze(scene, number=2)
    slug, path = scene.contribution.slug, tmp_path / "déposée.pdf"

    exported = cli.invoke(args=["export", slug, "-o", str(path)])
    assert (exported.exit_code, exported.output.count("démonstration")) == (0, 1)
    before = cli.invoke(args=["verify", str(path)])
    assert before.exit_code == 1
    assert "Fichier publié : non" in before.output.replace("\u00a0", " ")

    published = cli.invoke(args=["publish", slug])
    assert published.exit_code == 0
    assert "http://localhost/verify/" in published.output
    assert cli.invoke(args=["publish", slug]).exit_code == 0

    after = cli.invoke(args=["verify", str(path)])
    said = json.loads(cli.invoke(args=["verify", str(path), "--json"]).output)
    assert after.exit_code == 0
    assert "Cachet reconnu : non" in after.output.replace("\u00a0", " ")
    assert "cachet de démonstration" in after.output
    assert (said["authentic"], said["demonstration"], said["trusted"]) == (True, True, False)
    assert said["file"]["version"] == 2

    first = tmp_path / "première.pdf"
    assert cli.invoke(args=["export", slug, "--version", "1", "-o", str(first)]).exit_code == 0
    assert cli.invoke(args=["verify", str(first)]).exit_code == 1
    assert cli.invoke(args=["publish", slug, "--version", "1"]).exit_code == 0
    assert "la version 2" in cli.invoke(args=["verify", str(first)]).output

    again = tmp_path / "encore.pdf"
    cli.invoke(args=["export", slug, "-o", str(again)])
    assert again.read_bytes() == path.read_bytes()


def test_a_working_copy_is_never_authentic(cli: FlaskCliRunner, scene: Scene, tmp_path: Path) -> None:
    version = documents.freeze(scene)
    path = tmp_path / "copie.pdf"

    made = cli.invoke(args=["export", scene.contribution.slug, "--working-copy", "-o", str(path)])

    assert made.exit_code == 0
    assert cli.invoke(args=["verify", str(path)]).exit_code == 1
    db.session.rollback()
    assert files.sealed_file(version.id) is None


@pytest.mark.parametrize("make", [plain_pdf, self_made, lambda: b"", lambda: "œuvre 🙂".encode()])
def test_verify_fails_for_anything_else(cli: FlaskCliRunner, scene: Scene, tmp_path: Path, make) -> None:
    path = tmp_path / "fichier.pdf"
    path.write_bytes(make())

    for options in ([], ["--json"]):
        assert cli.invoke(args=["verify", str(path), *options]).exit_code == 1
    assert json.loads(cli.invoke(args=["verify", str(path), "--json"]).output)["authentic"] is False


def test_verify_knows_of_revocations_as_the_public_page_does(
    cli: FlaskCliRunner, scene: Scene, tmp_path: Path
) -> None:
    path = tmp_path / "fichier.pdf"
    path.write_bytes(made.sealed_pdf())
    of = seals.trust(scene.administrator, made.authority().certificate.public_bytes(Encoding.PEM)).subject

    def problem(at: datetime) -> str | None:
        with recorded_at(at):
            said = json.loads(cli.invoke(args=["verify", str(path), "--json"]).output)
            assert said == judge(path.read_bytes()).to_json()
            return said["trust_problem"]

    assert problem(made.NOW) is None
    with transaction() as session:
        session.add(Revocation(
            fingerprint=made.confederation().fingerprint, subject=of, revoked_at=made.NOW, reason="Perdue · é"))
    assert problem(made.NOW) == "revoked"
    assert problem(made.NOW - timedelta(seconds=1)) is None


def test_verify_says_when_there_is_no_file(cli: FlaskCliRunner, scene: Scene, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.pdf"):
        assert cli.invoke(args=["verify", str(path)]).exit_code == 2


def test_unknown_names_are_said_in_words(cli: FlaskCliRunner, scene: Scene, tmp_path: Path) -> None:
    path = str(tmp_path / "x.pdf")

    unknown = cli.invoke(args=["export", "inconnue", "-o", path])
    unfrozen = cli.invoke(args=["publish", scene.contribution.slug])

    assert (unknown.exit_code, unfrozen.exit_code) == (1, 1)
    assert "Aucune contribution" in unknown.output
    assert "Figez d’abord une version" in unfrozen.output


def test_the_terminals_language_is_used(
    cli: FlaskCliRunner, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    (tmp_path / "x.pdf").write_bytes(plain_pdf())

    assert "Published file: no" in cli.invoke(args=["verify", str(tmp_path / "x.pdf")]).output
