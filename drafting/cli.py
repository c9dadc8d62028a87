"""The commands of `flask --app wsgi`: demo, create-admin, doctor, mail-mentions, tend, backup, restore, digest.

`export`, `publish` and `verify` are registered by the exports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, format_datetime, ngettext
from flask_babel import gettext as _

from drafting.archive import ArchiveError
from drafting.backup import Summary, back_up, restore
from drafting.demonstration import cast, codes, rounds, stage, story
from drafting.doctor import examine, line_of, terminal_language
from drafting.domain.errors import DomainError, InvalidInput
from drafting.health.findings import Level
from drafting.services import clock, digests, mentions, people


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (demo, create_admin, doctor, mail_mentions, tend, backup, restore_command, digest):
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


@click.command("demo", help="Installer la démonstration, si elle manque, et afficher les comptes pour y entrer.")
@click.option("--password", help="Mot de passe des comptes d’exemple (tiré au sort la première fois).")
@click.option("--code", "email", help="Afficher le code à usage unique d’un compte d’exemple, faute de téléphone.")
@click.pass_context
@with_appcontext
def demo(context: click.Context, password: str | None, email: str | None) -> None:
    """Play the demonstration once; say each time how to get in."""
    with speaking():
        if email:
            click.echo(codes.code_of(email))
            return
        is_new = not stage.is_played()
        known = cast.password_kept()
        if is_new:
            known = password or known or cast.new_password()
            stage.play(datetime.now(ZoneInfo(story.ZONE)).date(), known)
        elif password:
            known = password
            cast.hire(known)
        if known:
            cast.keep_password(known)
        rounds.play(datetime.now(ZoneInfo(story.ZONE)).date())
        click.echo(_("La démonstration est en place.") if is_new else _("La démonstration est déjà là."))
        click.echo(_("Contribution : %(slug)s", slug=stage.SLUG))
        base_url = current_app.config["SETTINGS"].base_url
        click.echo(_("Adresse : %(url)s", url=f"{base_url}/contributions/{stage.key()}"))
        _publish(context)
        _show_accounts(known)


def _publish(context: click.Context) -> None:
    """Seal, sign and publish with the exports' own commands, where they are installed."""
    publish, sign = map(current_app.cli.commands.get, ("publish", "sign-demonstration"))
    if publish is None or sign is None:
        return
    try:
        context.invoke(publish, slug=stage.SLUG, number=None)
        context.invoke(sign, passphrase=cast.passphrase())
    except click.ClickException as error:
        # The demonstration can be used without its PDF; the doctor says what the machine lacks.
        click.echo(_("Elle n’est pas encore publiée : %(reason)s", reason=error.format_message()), err=True)
        click.echo(_("Voyez ce qui manque avec « flask --app wsgi doctor »."), err=True)


def _show_accounts(password: str | None) -> None:
    if password:
        click.echo(_("Comptes, avec le mot de passe « %(password)s » :", password=password))
    else:
        click.echo(_("Comptes (leur mot de passe n’est plus connu ici ; --password en donne un nouveau) :"))
    for writer in story.WRITERS:
        click.echo(f"  {writer.email:<32} {writer.name} ({', '.join(writer.member_of)})")
    click.echo(_("Phrase de passe des clés de signature d’exemple : « %(passphrase)s »", passphrase=cast.passphrase()))
    click.echo(_("Sans téléphone pour les codes à usage unique : « flask --app wsgi demo --code ADRESSE »."))


@click.command("create-admin", help="Créer un compte qui administre (ou donner ce droit à un compte).")
@click.option("--email", prompt="Adresse de courriel", help="Son adresse de courriel.")
@click.option("--name", prompt="Nom affiché", help="Son nom, tel que les autres le liront.")
@click.option(
    "--password", prompt="Mot de passe (12 caractères au moins)", hide_input=True,
    confirmation_prompt="Encore une fois",
    help="Son mot de passe ; sans cette option, il est demandé sans s’afficher.",
)
@with_appcontext
def create_admin(email: str, name: str, password: str) -> None:
    """Create an administrator."""
    with speaking():
        person = people.create_administrator(email, name, password)
        url = f"{current_app.config['SETTINGS'].base_url}/sign-in"
        click.echo(_("%(email)s peut administrer et se connecter : %(url)s", email=person.email, url=url))


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


@click.command("mail-mentions", help="Envoyer les mentions qui attendent : un courriel à chaque personne.")
@with_appcontext
def mail_mentions() -> None:
    """Mail what a stopped server left; a running one does so by itself."""
    with speaking():
        sent = mentions.mail_due()
        click.echo(ngettext("%(num)d courriel envoyé.", "%(num)d courriels envoyés.", sent))


@click.command("tend", help="Clore les tours de validation échus et envoyer les courriels qui attendent.")
@with_appcontext
def tend() -> None:
    """Do what a running server does by itself every half minute."""
    with speaking():
        closed, sent = clock.tick()
        click.echo(ngettext("%(num)d tour de validation clos.", "%(num)d tours de validation clos.", closed))
        click.echo(ngettext("%(num)d courriel envoyé.", "%(num)d courriels envoyés.", sent))


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


@click.command("digest", help="Recalculer l’empreinte d’une version, d’après sa clé ou un fichier de texte canonique.")
@click.argument("what", metavar="CLÉ|FICHIER")
@with_appcontext
def digest(what: str) -> None:
    """Print a digest and whether it is the stored one; exit 1 when it is not."""
    with speaking():
        path = Path(what)
        check = digests.check_file(path.read_bytes()) if path.is_file() else digests.check_version(what)
        click.echo(check.digest)
        if not check.is_canonical:
            click.echo(_("Le fichier est disposé autrement que le texte canonique ; "
                         "l’empreinte est celle de ce texte."))
        if check.version is None:
            click.echo(_("Aucune version de cette installation n’a cette empreinte."))
        elif check.is_stored:
            click.echo(_("C’est l’empreinte enregistrée de la version %(number)d : %(title)s",
                         number=check.version.number, title=check.version.title))
        else:
            click.echo(_("La version %(number)d a changé depuis qu’elle a été figée : son empreinte enregistrée est "
                         "%(stored)s.", number=check.version.number, stored=check.version.digest))
    sys.exit(not check.is_stored)


def _contents(summary: Summary) -> str:
    rows = ngettext("%(num)d ligne", "%(num)d lignes", summary.rows)
    return f"{rows}, {ngettext('%(num)d fichier', '%(num)d fichiers', summary.files)}"
