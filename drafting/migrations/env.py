"""Run migrations on the application's database (SQLite or PostgreSQL)."""

from alembic import context
from flask import current_app

from drafting.extensions import db, writing
from drafting.migrations.references import looked_at_last, require_sound


def run() -> None:
    """Migrate within one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with writing(), db.engine.connect() as connection, looked_at_last(connection):
        context.configure(connection=connection, target_metadata=db.metadata, transactional_ddl=True, **options)
        with context.begin_transaction():
            context.run_migrations()
            require_sound(connection)
        connection.commit()


run()
