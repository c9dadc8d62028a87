"""The commands of `flask --app wsgi`: demo, create-admin, doctor, backup and restore.

`export`, `publish` and `verify` are registered by the exports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, format_datetime, ngettext
from flask_babel import gettext as _

from drafting.archive import ArchiveError
from drafting.backup import Summary, back_up, restore
from drafting.doctor import examine, line_of, terminal_language
from drafting.domain.errors import DomainError, InvalidInput
from drafting.health.findings import Level


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (doctor, backup, restore_command):
        app.cli.add_command(command)


@contextmanager
def speaking() -> Iterator[None]:
    """Speak the terminal's language, and say what went wrong in a sentence instead of a trace (status 1)."""
    with force_locale(terminal_language()):
        try:
            yield
        except InvalidInput as error:
            raise click.ClickException(" ".join(map(str, error.fields.values())) or str(error)) from error
        except (ArchiveError, DomainError) as error:
            raise click.ClickException(str(error)) from error


@click.command("doctor", help="Examiner l’installation ; chaque point faible avec son remède (statut 1 si problème).")
@with_appcontext
def doctor() -> None:
    """Print every finding as soon as it is known; exit 1 when there is a problem."""
    worst = Level.FINE
    with speaking():
        for finding in examine(current_app.config["SETTINGS"]):
            click.echo(line_of(finding))
            if finding.level is Level.PROBLEM:
                worst = Level.PROBLEM
    sys.exit(worst is Level.PROBLEM)


@click.command("backup", help="Enregistrer base, clés et exports dans FICHIER, même pendant que l’on écrit.")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write a backup."""
    with speaking():
        summary = back_up(file.absolute())
        click.echo(_("Sauvegarde écrite : %(path)s", path=file))
        click.echo(_contents(summary))
        click.echo(_("Elle contient les clés de l’installation : gardez-la en lieu sûr."))


@click.command("restore", help="Remettre en place ce que contient FICHIER (le serveur étant arrêté).")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Remplacer les données de l’installation, s’il y en a.")
@with_appcontext
def restore_command(file: Path, replace: bool) -> None:
    """Put a backup back."""
    with speaking():
        summary = restore(file.absolute(), replace=replace)
        date = format_datetime(datetime.fromisoformat(summary.created_at), "long")
        click.echo(_("Sauvegarde du %(date)s remise en place.", date=date))
        click.echo(_contents(summary))
        click.echo(_("Vérifiez-la avec : flask --app wsgi doctor"))


def _contents(summary: Summary) -> str:
    rows = ngettext("%(num)d ligne", "%(num)d lignes", summary.rows)
    return f"{rows}, {ngettext('%(num)d fichier', '%(num)d fichiers', summary.files)}"
