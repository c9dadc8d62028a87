"""Exported files: kept under their SHA-256, published by the coordinator, unknown to the public before."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest
from flask import Flask

from drafting.domain.errors import Conflict, Forbidden, NotFound
from drafting.extensions import db
from drafting.models.export import FileKind
from exports import files
from exports.codes import grouped, new_code, read_code
from exports.files import PublishedFiles
from exports.instance import FileMissing, FileStore, file_store
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.seals import sealed_pdf


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def test_what_is_kept_is_found_under_its_digest(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "exports")

    sha256 = store.put(b"%PDF \xc3\xa9")

    assert sha256 == hashlib.sha256(b"%PDF \xc3\xa9").hexdigest()
    assert store.get(sha256) == b"%PDF \xc3\xa9"
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [f"{sha256}.pdf"]
    assert stat.S_IMODE((tmp_path / "exports" / f"{sha256}.pdf").stat().st_mode) == 0o600
    assert store.put(b"%PDF \xc3\xa9") == sha256


def test_a_file_that_changed_on_the_disk_is_not_given(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    sha256 = store.put(b"%PDF")
    (tmp_path / f"{sha256}.pdf").write_bytes(b"%PDF!")

    with pytest.raises(FileMissing):
        store.get(sha256)
    with pytest.raises(FileMissing):
        store.get("0" * 64)
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.get("../keys/secret")


def test_a_code_is_read_as_people_type_it() -> None:
    code = new_code()

    assert len(code) == 16
    for typed in (code, code.upper(), grouped(code), f" {grouped(code).upper()} ", code.replace("a", "A")):
        assert read_code(typed) == code
    for typed in ("", "abc", code[:-1], code + "a", code[:-1] + "é", code[:-1] + "0", "🙂" * 16, "a" * 10_000):
        assert read_code(typed) is None


def test_only_the_coordinator_publishes_and_once(scene: Scene) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())

    with pytest.raises(Forbidden):
        files.publish(scene.author, file.key)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotFound):
            files.publish(actor, file.key)
    published = files.publish(scene.coordinator, file.key)
    with pytest.raises(Conflict):
        files.publish(scene.coordinator, file.key)

    assert published.published_at is not None
    assert published.published_by_id == scene.coordinator.person_id


def test_a_working_copy_is_never_published(scene: Scene) -> None:
    copy = documents.keep_sealed(
        scene, documents.freeze(scene), b"%PDF copie", kind=FileKind.WORKING_COPY, sealed_at=None, code=None
    )

    with pytest.raises(Conflict):
        files.publish(scene.coordinator, copy.key)


def test_a_file_whose_bytes_are_gone_is_not_published(scene: Scene) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())
    next(file_store().folder.glob("*.pdf")).unlink()

    with pytest.raises(FileMissing):
        files.publish(scene.coordinator, file.key)

    db.session.refresh(file)
    assert file.published_at is None


def test_an_unpublished_file_does_not_exist_for_the_public(scene: Scene) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())

    assert PublishedFiles().by_digest(file.sha256) is None
    assert PublishedFiles().by_code(file.code) is None
    assert PublishedFiles().sizes() == []
    assert PublishedFiles().among([file.sha256]) == set()

    files.publish(scene.coordinator, file.key)

    found = PublishedFiles().by_digest(file.sha256)
    assert found is not None
    assert found == PublishedFiles().by_code(grouped(file.code).upper())
    assert (found.version, found.organisation, found.newer_version) == (1, scene.confederation.name, None)
    assert PublishedFiles().sizes() == [len(sealed_pdf())]
    assert PublishedFiles().among([*(f"{n:064x}" for n in range(2_000)), file.sha256]) == {file.sha256}


def test_newer_means_a_newer_published_version(scene: Scene) -> None:
    old, middle, new = (
        documents.keep_sealed(scene, documents.freeze(scene, number=number), b"%PDF " + bytes([number]))
        for number in (1, 2, 3)
    )
    files.publish(scene.coordinator, old.key)
    assert PublishedFiles().by_digest(old.sha256).newer_version is None

    files.publish(scene.coordinator, new.key)
    assert PublishedFiles().by_digest(old.sha256).newer_version == 3
    assert PublishedFiles().by_digest(old.sha256).newer_code == new.code
    assert PublishedFiles().by_digest(new.sha256).newer_version is None
    assert PublishedFiles().by_digest(middle.sha256) is None

    files.publish(scene.coordinator, middle.key)
    assert PublishedFiles().by_digest(middle.sha256).newer_version == 3


def test_participants_read_files_and_nobody_else(scene: Scene) -> None:
    file = documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())

    for actor in (scene.coordinator, scene.author):
        assert files.read(actor, file.key)[1] == sealed_pdf()
    for actor in (scene.stranger, scene.administrator, None):
        with pytest.raises(NotFound):
            files.read(actor, file.key)


def test_a_version_is_found_by_its_contributions_slug(scene: Scene) -> None:
    slug = scene.contribution.slug
    documents.freeze(scene, number=1)
    documents.freeze(scene, number=2)

    assert files.version_by_slug(slug).number == 2
    assert files.version_by_slug(slug, 1).number == 1
    for wrong in ((slug, 9), ("inconnue", None)):
        with pytest.raises(NotFound):
            files.version_by_slug(*wrong)
