"""Run migrations on the application's database (SQLite or PostgreSQL)."""

from alembic import context
from flask import current_app

from drafting.extensions import db, writing


def run() -> None:
    """Migrate within one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with writing(), db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
