"""The doctor as a command: what it prints, its exit status, and that broken instances do not stop it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drafting.doctor import add_check, examine, terminal_language
from drafting.health import machine
from drafting.health.findings import Level, problem

ROOT = Path(__file__).parents[1]


@pytest.fixture
def doctor(app, monkeypatch):
    """Run the command in this instance; return (exit status, output)."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    def run():
        result = app.test_cli_runner().invoke(args=["doctor"])
        return result.exit_code, result.output

    return run


def test_a_sound_instance_leaves_status_0_and_a_line_for_each_thing_seen(app, doctor):
    status, output = doctor()

    assert status == 0, output
    assert output.count("✓") >= 8
    assert "✗" not in output


def test_a_problem_leaves_status_1_and_its_remedy(app, doctor):
    (app.config["SETTINGS"].instance / "keys" / "secret").chmod(0o644)

    status, output = doctor()

    assert status == 1
    assert "→ chmod 600" in output


def test_a_warning_alone_leaves_status_0(app, doctor, monkeypatch):
    monkeypatch.setattr(machine, "is_sound", lambda version: False)

    status, output = doctor()

    assert status == 0
    assert "! SQLite" in output


def test_a_database_that_is_not_one_is_a_problem_and_the_rest_is_still_examined(app, doctor):
    path = app.config["SETTINGS"].instance / "drafting.sqlite3"
    path.write_bytes(b"tout autre chose qu'une base, sur plus de cent octets " * 20)

    status, output = doctor()

    assert status == 1
    assert "✓ Export PDF" in output
    assert output.count("✗") >= 3


def test_an_empty_database_is_told_to_be_upgraded(app, doctor):
    for path in app.config["SETTINGS"].instance.glob("drafting.sqlite3*"):
        path.unlink()

    status, output = doctor()

    assert status == 1
    assert "flask --app wsgi db upgrade" in output


def test_a_missing_font_is_named(app, doctor, monkeypatch, tmp_path):
    shutil.copytree(ROOT / "exports" / "fonts", tmp_path / "fonts", ignore=shutil.ignore_patterns("*Serif-*"))
    monkeypatch.setattr(machine, "FONTS", tmp_path / "fonts")

    status, output = doctor()

    assert status == 1
    assert "ContributionSerif-" in output


def test_other_parts_of_the_product_add_checks(app):
    add_check(app, "Cachets", lambda: [problem("Cachet illisible", "Déposez-le à nouveau.")])

    found = list(examine(app.config["SETTINGS"]))

    assert (Level.PROBLEM, "Cachet illisible") in {(finding.level, finding.message) for finding in found}


def test_it_speaks_english_where_the_terminal_does(app, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    output = app.test_cli_runner().invoke(args=["doctor"]).output

    assert "Instance folder" in output
    assert "Dossier" not in output


@pytest.mark.parametrize(
    ("environ", "language"),
    [({}, "fr"), ({"LANG": "C.UTF-8"}, "fr"), ({"LANG": "en_US.UTF-8"}, "en"),
     ({"LANG": "en_US.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr")],
)
def test_the_terminals_language(environ, language):
    assert terminal_language(environ) == language


def test_where_the_application_does_not_start_the_module_says_why(tmp_path):
    environ = {"DRAFTING_INSTANCE": str(tmp_path), "DRAFTING_SMTP_PORT": "vingt-cinq", "PATH": "/usr/bin:/bin"}

    result = subprocess.run(
        [sys.executable, "-m", "drafting"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert "DRAFTING_SMTP_PORT" in result.stdout
    assert "Traceback" not in result.stderr
