"""docs/canonical.md is true: the product, its own ten lines and jq compute its example, the command the rest."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from drafting.domain.canonical import canonical_bytes, digest, frozen_of
from drafting.extensions import db
from drafting.models import VersionSection
from drafting.services import versions
from tests import amending
from tests.amending import Paper
from tests.signing_in import token_for

PAGE = (Path(__file__).parents[1] / "docs" / "canonical.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """Return the page's only block of this kind, without the line end behind it."""
    [found] = re.findall(rf"^```{kind}\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    return found


def test_the_example_is_what_the_product_computes() -> None:
    canonical = block("canonical").encode()

    assert canonical_bytes(frozen_of(block("json").encode())) == canonical
    assert digest(canonical) == hashlib.sha256(canonical).hexdigest() == block("digest")
    assert f"exactly these {len(canonical)} bytes" in PAGE


@pytest.mark.parametrize("layout", ["json", "canonical"])
def test_the_ten_lines_compute_the_digest(layout: str, tmp_path: Path) -> None:
    file, program = tmp_path / "texte.json", tmp_path / "ten_lines.py"
    file.write_text(block(layout), encoding="utf-8")
    program.write_text(block("python"), encoding="utf-8")

    done = subprocess.run([sys.executable, str(program), str(file)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == block("digest")


@pytest.mark.parametrize("layout", ["json", "canonical"])
def test_the_shell_computes_the_digest(layout: str, tmp_path: Path) -> None:
    file = tmp_path / "texte.json"
    file.write_text(block(layout), encoding="utf-8")
    if shutil.which("jq") is None:
        return  # The tests need nothing that `make test` does not install; where jq is, it must agree.

    done = subprocess.run(["sh", "-c", block("sh")], env={"FILE": str(file), "PATH": "/usr/bin:/bin:/usr/local/bin"},
                          capture_output=True, text=True, check=True)

    assert done.stdout.split()[0] == block("digest")


@pytest.mark.parametrize("wrong", [
    b"", b"\xff", b"[]", b"{}", b'{"format": 2}', block("canonical").encode()[:-1],
    block("canonical").replace('"number":2', '"number":"2"').encode(),
    block("canonical").replace('"UD"', "7").encode(), block("canonical").replace('"Demandes"', '"\\ud83d"').encode(),
    b"[" * 100_000,
])  # fmt: skip
def test_what_is_no_canonical_text_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        frozen_of(wrong)


@pytest.fixture
def paper(app: Flask) -> Paper:
    return amending.paper()


@pytest.fixture
def cli(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    return app.test_cli_runner()


def test_the_download_is_what_the_digest_is_made_over(app: Flask, paper: Paper) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="É « été » 🙂")
    reader = app.test_client()
    reader.set_cookie("session", token_for(paper.observer))

    answer = reader.get(f"/versions/{version.key}/canonical.json")

    assert hashlib.sha256(answer.data).hexdigest() == version.digest
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_command_knows_the_stored_version_by_key_and_by_file(
    cli: FlaskCliRunner, paper: Paper, tmp_path: Path
) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="É « été » 🙂")
    key, stored, file = version.key, version.digest, tmp_path / "canonique.json"
    file.write_bytes(version.canonical.encode())
    laid_out = tmp_path / "autrement.json"
    laid_out.write_text(json.dumps(json.loads(version.canonical), indent=1))

    for what in (key, str(file), str(laid_out)):
        done = cli.invoke(args=["digest", what])

        assert (done.exit_code, done.output.split("\n")[0]) == (0, stored)
        assert "empreinte enregistrée de la version 1" in done.output
        assert ("disposé autrement" in done.output) is (what == str(laid_out))


def test_the_command_fails_for_another_text(cli: FlaskCliRunner, paper: Paper, tmp_path: Path) -> None:
    version = versions.freeze(paper.coordinator, paper.contribution.key, label="")
    key, stored, file = version.key, version.digest, tmp_path / "autre.json"
    file.write_text(version.canonical.replace("trente-cinq", "trente-deux"), encoding="utf-8")
    other = tmp_path / "œuvre.txt"
    other.write_text("L’œuvre", encoding="utf-8")
    db.session.query(VersionSection).filter_by(position=2).update({"text": "Tout autre chose."})
    db.session.commit()

    changed, unknown = cli.invoke(args=["digest", key]), cli.invoke(args=["digest", str(file)])

    assert changed.exit_code == 1
    assert "a changé depuis qu’elle a été figée" in changed.output
    assert stored in changed.output.partition("\n")[2]
    assert unknown.exit_code == 1
    assert "Aucune version" in unknown.output
    assert "n’est pas le texte canonique" in cli.invoke(args=["digest", str(other)]).output
    assert "ni fichier ni version" in cli.invoke(args=["digest", "inexistante"]).output
