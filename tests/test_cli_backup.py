"""`backup` and `restore` as commands: what they say, and their exit status."""

import pytest
from flask_migrate import upgrade

from drafting.app import create_app
from drafting.extensions import db
from drafting.models import Organisation
from tests import factories
from tests.conftest import settings_for


@pytest.fixture(autouse=True)
def _french(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_a_backup_goes_from_one_instance_to_another(run, tmp_path):
    factories.organisation(name="Fédération exemple du cœur · 🙂")
    path = tmp_path / "sauvegarde d’été.tar.gz"

    written = run("backup", path)

    assert written.exit_code == 0, written.output
    assert str(path) in written.output
    other = create_app(settings_for(tmp_path / "autre"))
    with other.app_context():
        restored = other.test_cli_runner().invoke(args=["restore", str(path)])
        assert restored.exit_code == 0, restored.output
        assert "Sauvegarde du " in restored.output
        assert db.session.query(Organisation.name).scalar() == "Fédération exemple du cœur · 🙂"
        db.session.remove()
        db.engine.dispose()


def test_refusals_are_sentences_and_status_1(run, tmp_path):
    factories.organisation()
    path = tmp_path / "sauvegarde.tar.gz"
    assert run("backup", path).exit_code == 0

    again, full, absent = run("backup", path), run("restore", path), run("restore", tmp_path / "absente")

    for result, words in ((again, "existe déjà"), (full, "--replace"), (absent, "lisible")):
        assert result.exit_code == 1
        assert words in result.output
        assert "Traceback" not in result.output
    assert run("restore", path, "--replace").exit_code == 0


def test_an_instance_without_tables_has_nothing_to_save(tmp_path):
    app = create_app(settings_for(tmp_path / "vide"))

    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "rien.tar.gz")])

    assert result.exit_code == 1
    assert "db upgrade" in result.output
    assert not (tmp_path / "rien.tar.gz").exists()
    with app.app_context():
        upgrade()
        assert app.test_cli_runner().invoke(args=["backup", str(tmp_path / "rien.tar.gz")]).exit_code == 0
        db.session.remove()
        db.engine.dispose()
