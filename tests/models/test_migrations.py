"""Migrations lead to exactly the models, and back, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text

from drafting.extensions import db, transaction, writing
from drafting.migrations.references import BrokenReferences
from drafting.models import File, Job
from drafting.services import audit
from exports import jobs
from tests.exports import documents
from tests.exports.test_making import Press, do


def differences() -> list[object]:
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), db.metadata)


def test_migrations_lead_to_the_models(app: Flask) -> None:
    assert differences() == []


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    with writing():
        downgrade(revision="base")

    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}

    upgrade()

    assert differences() == []


@pytest.mark.parametrize("revision", ["0004", "0005"])
def test_an_installation_in_use_is_migrated_with_all_that_refers_to_its_files(app: Flask, revision: str) -> None:
    for scene in (documents.scene(), documents.scene()):
        jobs.order_present_copy(scene.coordinator, scene.contribution.key)
        do(app, Press())
    assert db.session.scalar(select(func.count(File.id))) == 2
    db.session.remove()

    with writing():
        downgrade(revision=revision)
    upgrade()

    # In those days the same bytes were one file, whoever had them made.
    [file] = db.session.scalars(select(File))
    assert set(db.session.scalars(select(Job.file_id))) == {file.id}
    assert differences() == []


def test_the_audit_log_verifies_after_its_salts_had_to_move(app: Flask) -> None:
    with transaction():
        for number in range(3):
            audit.record(None, "décision", f"œuvre:{number}", texte="« été » · 🙂")
    db.session.remove()

    with writing():
        downgrade(revision="0008")
    upgrade()

    assert audit.first_bad_entry() is None


def test_a_migration_that_would_leave_something_pointing_nowhere_changes_nothing(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL holds references in each statement.
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO turn VALUES (9, 9, 9, 0, '2025', 1)")
        raw.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(BrokenReferences, match="turn"), writing():
        downgrade(revision="0005")

    with transaction() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) != "0005"
