"""What the doctor finds about seals, pages and published files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from drafting.doctor import examine
from drafting.extensions import db, transaction
from drafting.health.findings import Level
from drafting.models import Seal
from drafting.models.columns import now
from exports import files, health, pandoc, seals, worker
from exports.instance import file_store
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.seals import plain_pdf, sealed_pdf
from tests.exports.test_seals import PASSPHRASE, pkcs12


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def levels(check) -> list[Level]:
    db.session.rollback()
    with force_locale("fr"):
        return [finding.level for finding in check()]


def test_a_sound_instance_is_fine(app: Flask, scene: Scene) -> None:
    seals.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)
    seals.credentials_of(scene.federation.id, at=now())

    assert levels(health.seals) == [Level.FINE]
    assert levels(health.renderer) == [Level.FINE]
    assert levels(health.publications) == [Level.FINE]
    assert levels(health.word_documents) == [Level.FINE]
    with force_locale("fr"):
        messages = [finding.message for finding in examine(app.config["SETTINGS"])]
    assert messages.count("2 cachets examinés") == 1
    assert messages.count("La mise en page des PDF fonctionne.") == 1


def test_a_machine_without_pandoc_is_told_what_it_lacks(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pandoc.Missing("none for this machine")

    monkeypatch.setattr(pandoc, "program", missing)

    assert levels(health.word_documents) == [Level.WARNING]


@pytest.mark.parametrize(("days", "level"), [(-1, Level.PROBLEM), (20, Level.WARNING), (40, Level.FINE)])
def test_a_seal_that_expires_is_named_in_time(scene: Scene, days: int, level: Level) -> None:
    row = seals.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)
    with transaction():
        db.session.get_one(Seal, row.id).expires_at = now() + timedelta(days=days)

    assert levels(health.seals)[0] is level


def test_keys_of_another_instance_are_named(app: Flask, scene: Scene) -> None:
    seals.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)
    seals.credentials_of(scene.federation.id, at=now())
    secret: Path = next(app.config["SETTINGS"].instance.glob("keys/*.secret"))
    secret.write_bytes(b"un autre")

    assert levels(health.seals) == [Level.PROBLEM, Level.PROBLEM, Level.PROBLEM, Level.FINE]


def test_a_renderer_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
    def fail(*arguments: object) -> bytes:
        raise worker.Crashed("libpango absente")

    monkeypatch.setattr(worker, "render", fail)

    assert levels(health.renderer) == [Level.PROBLEM]


def test_published_files_are_verified_again(scene: Scene) -> None:
    good = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())
    bad = documents.keep_sealed(scene, documents.freeze(scene, number=2), plain_pdf())
    for file in (good, bad):
        files.publish(scene.coordinator, file.key)

    assert levels(health.publications) == [Level.WARNING, Level.PROBLEM, Level.FINE]

    for path in file_store().folder.glob("*.pdf"):
        path.unlink()
    assert levels(health.publications) == [Level.FINE]
