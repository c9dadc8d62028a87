"""`demo` as a command: once, and how to get in each time."""

import re

import click
import pytest
from sqlalchemy import func, select

from drafting.demonstration import cast, papers, stage, story
from drafting.extensions import db
from drafting.models import Contribution, Person, Update
from drafting.services.passwords import is_right


@pytest.fixture
def run(app, monkeypatch):
    """Run the command in an instance where making PDFs is left to the exports' own tests."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    published = []

    @click.command("publish")
    @click.argument("slug")
    @click.option("--version", "number", type=int)
    def publish(slug, number):
        published.append((slug, number))

    @click.command("sign-demonstration")
    @click.argument("passphrase")
    def sign(passphrase):
        published.append(passphrase)

    monkeypatch.setitem(app.cli.commands, "publish", publish)
    monkeypatch.setitem(app.cli.commands, "sign-demonstration", sign)

    def invoke(*words):
        result = app.test_cli_runner().invoke(args=["demo", *words])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return result.output, published

    return invoke


def _counts():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (Contribution, Person, Update)]


def test_the_demonstration_is_made_once_and_shows_each_time_how_to_get_in(app, run):
    first, published = run()
    counts = _counts()
    again, _ = run()

    assert counts[:2] == [1 + len(papers.PAPERS), len(story.WRITERS)]
    assert _counts() == counts
    for output in (first, again):
        assert stage.SLUG in output
        assert f"/contributions/{stage.key()}" in output
        assert all(writer.email in output for writer in story.WRITERS)
        password = re.search("mot de passe «\u00a0(.*?)\u00a0»", output).group(1)
        stored = db.session.scalar(select(Person.password_hash).where(Person.email == story.WRITERS[0].email))
        assert is_right(password, stored)
    passphrase = cast.passphrase()
    assert published == [(stage.SLUG, None), passphrase] * 2
    assert passphrase in first
    kept = app.config["SETTINGS"].instance / "keys" / cast.PASSWORD_FILE
    assert kept.stat().st_mode & 0o077 == 0


def test_a_password_can_be_chosen_and_changed_later(app, run):
    run("--password", "l’œuvre commune · 1")
    output, _ = run("--password", "l’œuvre commune · 2")

    assert "l’œuvre commune · 2" in output
    stored = db.session.scalar(select(Person.password_hash).where(Person.email == story.WRITERS[-1].email))
    assert is_right("l’œuvre commune · 2", stored)


def test_two_instances_do_not_share_a_password():
    assert cast.new_password() != cast.new_password()
    assert len(cast.new_password()) >= 12


def test_a_short_password_is_refused_and_nothing_is_made(app, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    result = app.test_cli_runner().invoke(args=["demo", "--password", "court"])

    assert result.exit_code == 1
    assert "12" in result.output
    assert _counts() == [0, 0, 0]


def test_a_machine_that_cannot_make_the_pdf_still_gets_the_demonstration(app, run, monkeypatch):
    @click.command("publish")
    @click.argument("slug")
    @click.option("--version", "number", type=int)
    def publish(slug, number):
        raise click.ClickException("Pango manque")

    monkeypatch.setitem(app.cli.commands, "publish", publish)

    output, _ = run()

    assert "Pango manque" in output
    assert "doctor" in output
    assert _counts()[0] == 1 + len(papers.PAPERS)
