"""The doctor's look at the machine, on instances broken one way at a time."""

import sqlite3

import pytest

from drafting.app import create_app
from drafting.config import secret_key
from drafting.extensions import db
from drafting.health import machine
from drafting.health.findings import Level, problem, run
from tests.conftest import settings_for


@pytest.fixture
def app(tmp_path):
    """An application context to speak in; these checks need no database."""
    app = create_app(settings_for(tmp_path / "contexte"))
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def there(tmp_path):
    """Settings of an instance with its secret, in a folder with an accent."""
    folder = tmp_path / "installée·œ"
    folder.mkdir(mode=0o700)
    secret_key(folder)
    return settings_for(folder)


def _levels(findings):
    return [finding.level for finding in findings]


def test_a_sound_instance_has_nothing_to_remedy(there, app):
    for check in (machine.instance, machine.keys, machine.pango, machine.fonts):
        findings = list(check(there))

        assert findings
        assert set(_levels(findings)) == {Level.FINE}
        assert not any(finding.remedy for finding in findings)


def test_a_missing_instance_folder_is_a_problem(tmp_path, app):
    findings = list(machine.instance(settings_for(tmp_path / "absente")))

    assert _levels(findings) == [Level.PROBLEM]
    assert "DRAFTING_INSTANCE" in findings[0].remedy


def test_an_instance_that_cannot_be_written_is_a_problem(there, app, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", refuse)

    assert _levels(machine.instance(there)) == [Level.PROBLEM]


def test_a_full_disk_is_announced(there, app, monkeypatch):
    monkeypatch.setattr(machine, "FREE_MIN_BYTES", 2**63)

    assert Level.WARNING in _levels(machine.instance(there))


@pytest.mark.parametrize("name", ["", "secret"])
def test_keys_that_others_may_read_are_a_problem_with_the_command_to_type(there, app, name):
    path = there.instance / "keys" / name
    path.chmod(0o755 if path.is_dir() else 0o644)

    findings = list(machine.keys(there))

    assert _levels(findings) == [Level.PROBLEM]
    assert findings[0].remedy == f"chmod {'700' if path.is_dir() else '600'} {path}"


def test_a_missing_and_an_empty_secret_are_problems(there, app):
    secret = there.instance / "keys" / "secret"

    secret.write_bytes(b"")
    assert Level.PROBLEM in _levels(machine.keys(there))

    secret.unlink()
    assert _levels(machine.keys(there)) == [Level.PROBLEM]


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_versions_of_sqlite_with_the_corruption_are_known(version, sound):
    assert machine.is_sound(version) is sound


def test_an_old_sqlite_is_a_warning_only_where_it_is_used(there, app, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))

    assert _levels(machine.sqlite(there)) == [Level.WARNING]
    assert not list(machine.sqlite(settings_for(there.instance, "postgresql+psycopg://x/y")))


def test_an_address_that_nobody_else_can_reach_is_a_warning(there, app):
    assert _levels(machine.address(there)) == [Level.WARNING, Level.WARNING]
    public = settings_for(there.instance, base_url="https://union.example", smtp_host="mail.example")
    assert not list(machine.address(public))
    assert _levels(machine.address(settings_for(there.instance, base_url="http://union.example")))[0] is Level.WARNING


def test_a_check_that_fails_is_a_finding_and_the_next_one_still_runs(app):
    def broken():
        raise OSError("disque « œuvre » 🙂 illisible")

    findings = list(run([("Premier", broken), ("Second", lambda: [problem("vu", "remède")])]))

    assert _levels(findings) == [Level.PROBLEM, Level.PROBLEM]
    assert "disque « œuvre » 🙂 illisible" in findings[0].message
    assert findings[1].message == "vu"
