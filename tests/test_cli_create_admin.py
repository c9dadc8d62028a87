"""`create-admin` as a command: by options or by questions, with messages for bad values."""

import pytest
from sqlalchemy import func, select

from drafting.extensions import db
from drafting.models import Person
from drafting.services.passwords import is_right

PASSWORD = "une œuvre · commune 🙂"


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    def invoke(*words, answers=""):
        result = app.test_cli_runner().invoke(args=["create-admin", *words], input=answers)
        db.session.rollback()
        return result

    return invoke


def _person():
    return db.session.scalars(select(Person).where(Person.email == "secretariat@cet.example")).one()


def test_options_make_an_administrator_who_can_sign_in(run):
    result = run("--email", " Secretariat@CET.example", "--name", "Secrétariat œuvre", "--password", PASSWORD)

    assert result.exit_code == 0, result.output
    assert "/sign-in" in result.output
    assert PASSWORD not in result.output
    person = _person()
    assert person.administrator
    assert person.name == "Secrétariat œuvre"
    assert is_right(PASSWORD, person.password_hash)


def test_what_is_missing_is_asked_for_and_the_password_is_not_shown(run):
    result = run(answers=f"secretariat@cet.example\nSecrétariat\n{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert is_right(PASSWORD, _person().password_hash)


@pytest.mark.parametrize(
    ("email", "name", "password"),
    [("pas une adresse", "Secrétariat", PASSWORD), ("a@cet.example", "\u202e", PASSWORD),
     ("a@cet.example", "Secrétariat", "court")],
)
def test_bad_values_get_a_message_and_nothing_is_made(run, email, name, password):
    result = run("--email", email, "--name", name, "--password", password)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
