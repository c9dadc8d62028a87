"""Backup and restore: everything comes back, between databases too, and never over what is there."""

import io
import json
import os
import tarfile
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, func, select, text

from drafting.app import create_app
from drafting.archive import ArchiveError
from drafting.backup import back_up, restore
from drafting.config import secret_key
from drafting.extensions import db, transaction
from drafting.models import Batch, Organisation, Section, Update
from drafting.models.columns import now
from drafting.services import audit
from tests import factories
from tests.conftest import database_address, on_psycopg, settings_for


@contextmanager
def _another_instance(folder, database, server=None):
    """An empty, new instance on either database, as somebody who restores has one."""
    url = ""
    if database == "postgresql":
        name = f"other_{os.getpid()}_{folder.name}"
        admin = create_engine(on_psycopg(server), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = on_psycopg(database_address(server, name))
    app = create_app(settings_for(folder, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _contents():
    """Every row of every table, as plain values."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in db.metadata.sorted_tables
        }


@pytest.fixture
def filled(app, tmp_path):
    """An instance with rows of every awkward kind, keys and an export."""
    actor = factories.member(factories.organisation(name="Œuvre · é 🙂", logo=b"\x89PNG\x00\xff"))
    section = factories.section(factories.contribution(), title="L’« égalité » au cœur")
    db.session.add(_update(section.id, actor, 1))
    audit.record(actor, "test", "section:x", none=None, nested={"time": "pas une date"}, text="é 🙂")
    db.session.commit()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "abcd.pdf").write_bytes(b"%PDF-1.7 \x00\xff")
    return actor, section.id


def _update(section_id, actor, revision):
    return Update(
        section_id=section_id, revision=revision, author_id=actor.person_id, organisation_id=actor.organisation_id,
        at=now(), client="essai", n=revision, i=0, changes='[[0,"é 🙂"]]', removed=[[1, "é"]],
    )


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_everything_comes_back_in_an_empty_instance_on_either_database(
    filled, target, tmp_path, postgresql_server
):
    saved = _contents()
    secret = secret_key(tmp_path)
    summary = back_up(tmp_path / "sauvegarde.tar.gz")

    with _another_instance(tmp_path / f"{target}_{os.urandom(3).hex()}", target, postgresql_server) as other:
        restore(tmp_path / "sauvegarde.tar.gz")

        folder = other.config["SETTINGS"].instance
        assert _contents() == saved
        assert audit.first_bad_entry() is None
        assert secret_key(folder) == secret
        assert (folder / "exports" / "abcd.pdf").read_bytes() == b"%PDF-1.7 \x00\xff"
        assert (folder / "keys").stat().st_mode & 0o077 == 0
        greatest = db.session.scalar(select(func.max(Organisation.id)))
        assert factories.organisation().id == greatest + 1, "numbering does not go on"
    assert summary.rows == sum(map(len, saved.values()))


def test_an_archive_is_readable_by_its_owner_only_and_never_overwrites(filled, tmp_path):
    path = tmp_path / "sauvegarde.tar.gz"
    back_up(path)

    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ArchiveError, match="existe déjà"):
        back_up(path)


def test_an_instance_that_holds_data_is_replaced_only_on_demand(filled, tmp_path):
    path = tmp_path / "sauvegarde.tar.gz"
    back_up(path)
    saved = _contents()
    factories.organisation(name="Arrivée après la sauvegarde")

    with pytest.raises(ArchiveError, match="--replace"):
        restore(path)
    assert _contents() != saved

    restore(path, replace=True)
    assert _contents() == saved
    assert list(tmp_path.glob("keys-before-restore-*/secret"))


def _rewritten(source, target, change):
    """Copy an archive, with `change(name, data)` deciding on each member's bytes (None leaves it out)."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


DAMAGES = {
    "a changed row": lambda name, data: data.replace("cœur".encode(), b"pouls")
    if name == "database/section.jsonl" else data,
    "a missing table": lambda name, data: None if name == "database/section.jsonl" else data,
    "a missing manifest": lambda name, data: None if name == "manifest.json" else data,
    "a newer format": lambda name, data: data.replace(b'"format": 1', b'"format": 99')
    if name == "manifest.json" else data,
    "an unknown migration": lambda name, data: json.dumps(json.loads(data) | {"revision": "inconnue"}).encode()
    if name == "manifest.json" else data,
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_archive_changes_nothing(filled, tmp_path, damage):
    path = tmp_path / "sauvegarde.tar.gz"
    back_up(path)
    saved = _contents()
    damaged = _rewritten(path, tmp_path / "abimee.tar.gz", DAMAGES[damage])

    with pytest.raises(ArchiveError):
        restore(damaged, replace=True)

    assert _contents() == saved
    assert not list(tmp_path.glob(".restore-*"))


def test_a_truncated_archive_and_a_stray_file_are_refused(filled, tmp_path):
    path = tmp_path / "sauvegarde.tar.gz"
    back_up(path)
    (tmp_path / "coupee").write_bytes(path.read_bytes()[:-200])
    (tmp_path / "autre").write_bytes(b"tout autre chose")

    for name in ("coupee", "autre", "absente"):
        with pytest.raises(ArchiveError):
            restore(tmp_path / name, replace=True)


@pytest.mark.parametrize("name", ["../evasion", "/etc/evasion", "keys/../../evasion", "ailleurs/x"])
def test_a_member_that_would_land_elsewhere_is_refused(filled, tmp_path, name):
    path = tmp_path / "piegee.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())

    with pytest.raises(ArchiveError, match="rien à y faire"):
        restore(path, replace=True)


def test_a_link_in_an_archive_is_refused(filled, tmp_path):
    path = tmp_path / "piegee.tar.gz"
    link = tarfile.TarInfo("keys/secret")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(link)

    with pytest.raises(ArchiveError, match="rien à y faire"):
        restore(path, replace=True)


def test_a_backup_taken_while_people_write_is_one_moment_of_the_log(filled, app, tmp_path):
    actor, first = filled
    sections = [first, factories.section(factories.contribution()).id]
    stop = threading.Event()
    written = threading.Event()

    def write():
        # Each transaction writes an update in both sections and the batch that answers for it.
        with app.app_context():
            revision = 1
            while not stop.is_set():
                revision += 1
                with transaction() as session:
                    for section_id in sections:
                        session.add(_update(section_id, actor, revision))
                        session.add(Batch(
                            section_id=section_id, client="essai", n=revision, person_id=actor.person_id,
                            outcome="applied", head=revision,
                        ))
                if revision > 20:
                    written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(60)
        for n in range(3):
            back_up(tmp_path / f"pendant-{n}.tar.gz")
    finally:
        stop.set()
        writer.join()

    heads = []
    for n in range(3):
        restore(tmp_path / f"pendant-{n}.tar.gz", replace=True)
        db.session.rollback()
        rows = {s: list(db.session.scalars(_revisions(s))) for s in sections}
        batches = db.session.scalar(select(func.count()).select_from(Batch))
        head = rows[first][-1]
        assert rows[first] == list(range(1, head + 1)), "a hole in the log"
        assert rows[sections[1]] == list(range(2, head + 1)), "the sections are of two moments"
        assert batches == 2 * (head - 1), "updates without their answers"
        heads.append(head)
    assert heads == sorted(heads)
    assert db.session.get(Section, first) is not None


def _revisions(section_id):
    return select(Update.revision).where(Update.section_id == section_id).order_by(Update.revision)
