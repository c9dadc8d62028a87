"""Migrations lead to exactly the models, and back, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from drafting.extensions import db, writing


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
