"""Commands: `export`, `publish`, `verify`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _

from drafting.doctor import terminal_language
from drafting.domain.errors import DomainError
from drafting.extensions import db
from drafting.models import File, Job, Version
from drafting.models.columns import now
from drafting.models.export import JobKind, JobState
from exports import example_signatures, explanations, files, guarded, jobs
from exports.files import PublishedFiles
from exports.instance import FileMissing, file_store
from exports.seals import relied_on
from exports.verification import MAX_PDF_BYTES, Verdict, verify

LOOK_EVERY_S = 0.5


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (export, publish, sign_demonstration, verify_file):
        app.cli.add_command(command)


@click.command("export", help="Écrire le PDF scellé d’une version (la dernière sans --version) dans FICHIER.")
@click.argument("slug")
@click.option("--version", "number", type=click.IntRange(min=1), help="Numéro de la version.")
@click.option("--working-copy", is_flag=True, help="Une copie de travail, en filigrane et sans cachet.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Fichier à écrire.")
@with_appcontext
def export(slug: str, number: int | None, working_copy: bool, output: Path) -> None:
    """Write a version's PDF, made and sealed first if it was not yet."""
    with _in_words():
        version = files.version_by_slug(slug, number)
        file = made_file(version, JobKind.WORKING_COPY if working_copy else JobKind.SEALED)
        output.write_bytes(file_store().get(file.sha256))
        click.echo(_("Version %(number)d écrite dans %(path)s", number=version.number, path=output))
        if file.demonstration:
            click.echo(_("Son cachet est un cachet de démonstration, qui n’engage personne."))


@click.command("publish", help="Publier une version (la dernière sans --version) : la page /verify la connaît ensuite.")
@click.argument("slug")
@click.option("--version", "number", type=click.IntRange(min=1), help="Numéro de la version.")
@with_appcontext
def publish(slug: str, number: int | None) -> None:
    """Publish a version, sealed first if it was not yet; to do it again changes nothing."""
    with _in_words():
        version = files.version_by_slug(slug, number)
        file = published_file(version)
        address = f"{current_app.config['SETTINGS'].base_url}/verify/{file.code}"
        click.echo(_("La version %(number)d est publiée : %(address)s", number=version.number, address=address))


@click.command("sign-demonstration", hidden=True)
@click.argument("passphrase")
@with_appcontext
def sign_demonstration(passphrase: str) -> None:
    """Seal, sign and publish what the demonstration's organisations adopted: `demo` calls it."""
    with _in_words():
        example_signatures.play(passphrase, lambda version: made_file(version, JobKind.SEALED))


@click.command("verify", help="Vérifier FICHIER ; statut 0 pour un fichier publié, intact et scellé seulement.")
@click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Répondre en JSON.")
@with_appcontext
def verify_file(path: Path, as_json: bool) -> None:
    """Judge a file: status 0 when authentic, 1 when not, 2 when it cannot be opened."""
    with _in_words():
        try:
            with path.open("rb") as file:
                data = file.read(MAX_PDF_BYTES + 1)
        except OSError as error:
            click.echo(_("Ce fichier ne peut pas être ouvert : %(why)s", why=error.strerror), err=True)
            sys.exit(2)
        verdict = verify(data, published=PublishedFiles(), at=now(), inspect=guarded.inspect, **relied_on())
        if as_json:
            click.echo(json.dumps(verdict.to_json(), ensure_ascii=False, indent=2))
        else:
            for line in lines_of(verdict):
                click.echo(line)
    sys.exit(0 if verdict.is_authentic else 1)


def made_file(version: Version, kind: JobKind) -> File:
    """A version's file of that kind, made now unless its sealed file exists; raises click.ClickException."""
    present = files.sealed_file(version.id) if kind is JobKind.SEALED else None
    if present is not None:
        return present
    job_id = jobs.order_from_console(version, kind).id
    while True:
        current_app.extensions["exports"].do_all()
        db.session.rollback()
        job = db.session.get_one(Job, job_id)
        if job.state is JobState.FAILED:
            raise click.ClickException(explanations.failure(job.error))
        if job.file is not None:
            return job.file
        time.sleep(LOOK_EVERY_S)  # The server took it before we did.


def published_file(version: Version) -> File:
    """A version's published file: made, sealed and published now as far as it was not yet."""
    file = made_file(version, JobKind.SEALED)
    return file if file.published_at else files.publish_from_console(version)


def lines_of(verdict: Verdict) -> Iterator[str]:
    """The verdict in words, the four answers one by one."""
    yes, no = _("oui"), _("non")
    published = verdict.published
    yield _("Fichier publié : %(answer)s", answer=yes if published else no)
    if verdict.begins_as:
        yield _("  Il commence comme la version %(number)d de « %(title)s », puis en diffère.",
                number=verdict.begins_as.version, title=verdict.begins_as.contribution)
    yield _("Intact : %(answer)s", answer=yes if verdict.intact and verdict.valid else no)
    if verdict.refusal:
        yield "  " + explanations.refusal(verdict.refusal)
    if verdict.seal and verdict.valid:
        yield _("Cachet : %(name)s, délivré par %(issuer)s", name=verdict.seal.name, issuer=verdict.seal.issuer)
        yield _("Cachet reconnu : %(answer)s", answer=yes if verdict.trusted else no)
        if verdict.trust_problem:
            yield "  " + explanations.trust_problem(verdict.trust_problem)
    if published:
        yield _("Version %(number)d de « %(title)s », scellée par %(name)s",
                number=published.version, title=published.contribution, name=published.organisation)
        if published.newer_version:
            yield _("Une version plus récente est publiée : la version %(number)d.", number=published.newer_version)


@contextmanager
def _in_words() -> Iterator[None]:
    """Say errors in the terminal's language, and end with status 1."""
    with force_locale(terminal_language()):
        try:
            yield
        except DomainError as error:
            raise click.ClickException(str(error.message)) from error
        except FileMissing as error:
            raise click.ClickException(_("Un fichier exporté manque ou a changé sur le disque.")) from error
