"""What the doctor looks at for the exports: seals, published files, and the guarded process that lays pages out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from drafting.doctor import add_check
from drafting.extensions import db
from drafting.health.findings import Finding, fine, problem, warning
from drafting.models import File, Seal, SigningKey
from drafting.models.columns import now
from exports import guarded, pandoc, worker
from exports.instance import FileMissing, file_store, key_store
from exports.keys import KeyMissing
from exports.manuscript import Manuscript, Section
from exports.seals import demonstration_certificates, relied_on

SOON = timedelta(days=30)


def init_app(app: Flask) -> None:
    """Add the checks to the doctor's."""
    add_check(app, "Cachets", seals)
    add_check(app, "Mise en page", renderer)
    add_check(app, "Documents Word", word_documents)
    add_check(app, "Publications", publications)


def seals() -> Iterator[Finding]:
    """Open every seal in use with the instance's keys, and look how long it serves."""
    at = now()
    found = db.session.scalars(select(Seal).where(Seal.retired_at.is_(None)).order_by(Seal.id)).all()
    for seal in found:
        name = seal.organisation.acronym
        try:
            key_store().decrypt(seal.pkcs12)
        except (KeyMissing, OSError):
            yield problem(
                _("Le cachet de %(name)s ne s’ouvre pas avec les clés de cette installation.", name=name),
                _("Restaurez le dossier des clés qui va avec cette base, ou déposez de nouveau le cachet."),
            )
            continue
        if seal.demonstration:
            continue  # It is made anew when it has to be.
        values = {"name": name, "date": seal.expires_at.date().isoformat()}
        remedy = _("Demandez son renouvellement, puis déposez le nouveau cachet.")
        if seal.expires_at < at:
            yield problem(_("Le cachet de %(name)s a expiré le %(date)s.", **values), remedy)
        elif seal.expires_at < at + SOON:
            yield warning(_("Le cachet de %(name)s expire le %(date)s.", **values), remedy)
    for key in db.session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None)).order_by(SigningKey.id)):
        values = {"name": key.organisation.acronym, "date": key.expires_at.date().isoformat()}
        remedy = _("Demandez un nouveau certificat, puis déposez la nouvelle clé.")
        if key.expires_at < at:
            yield problem(_("La clé de signature de %(name)s a expiré le %(date)s.", **values), remedy)
        elif key.expires_at < at + SOON:
            yield warning(_("La clé de signature de %(name)s expire le %(date)s.", **values), remedy)
    try:
        demonstration_certificates()
    except KeyMissing:
        yield problem(
            _("L’autorité de démonstration ne s’ouvre pas avec les clés de cette installation."),
            _("Restaurez le dossier des clés qui va avec cette base, ou déposez de nouveau le cachet."),
        )
    yield fine(ngettext("%(num)d cachet examiné", "%(num)d cachets examinés", len(found)))


def renderer() -> Iterator[Finding]:
    """Lay a page out in the guarded process."""
    text = Manuscript(
        title="Essai", recipient="", event="", language="fr", number=1, label="", digest="0" * 64, frozen_at=now(),
        organisations=(), sections=(Section(1, "Essai", "« œuvre »"),),
    )  # fmt: skip
    try:
        worker.render(text)
    except worker.Failed as error:
        yield problem(
            _("La mise en page des PDF ne fonctionne pas : %(why)s", why=error),
            _("Installez Pango (libpango-1.0-0 et libpangoft2-1.0-0), puis relancez la commande."),
        )
    else:
        yield fine(_("La mise en page des PDF fonctionne."))


def word_documents() -> Iterator[Finding]:
    """Write a Word document in the guarded process."""
    tree = b'{"pandoc-api-version":[1,23,1],"meta":{},"blocks":[]}'
    try:
        worker.run("exports.pandoc:convert", tree, "--from=json", "--to=docx", "--output=-", limits=pandoc.limits())
    except pandoc.Missing:
        yield warning(
            _("Les documents Word ne peuvent être ni lus ni produits : pandoc n’existe pas pour cette machine."),
            _("Installez l’application sur une machine x86-64 ou ARM 64 bits si vous en avez besoin."),
        )
    except worker.Failed as error:
        yield problem(
            _("Les documents Word ne peuvent être ni lus ni produits : %(why)s", why=error),
            _("Réinstallez les paquets de requirements/run.txt, puis relancez la commande."),
        )
    else:
        yield fine(_("Les documents Word peuvent être lus et produits."))


def publications() -> Iterator[Finding]:
    """Verify every published file as the public page does."""
    files = db.session.scalars(select(File).where(File.published_at.is_not(None)).order_by(File.id)).all()
    compared = relied_on()
    for file in files:
        try:
            data = file_store().get(file.sha256)
        except FileMissing:
            continue  # The check of the exports says so.
        assert file.sealed_at is not None  # noqa: S101 - ck_file_sealed_is_complete
        found = guarded.inspect(data, at=file.sealed_at, **compared)
        values = {"code": file.code, "slug": file.contribution.slug}
        if not (found.intact and found.valid):
            yield problem(
                _("Le fichier publié %(code)s (%(slug)s) ne passe pas la vérification.", **values),
                _("Reprenez-le dans une sauvegarde."),
            )
        elif not found.trusted and not found.demonstration:
            yield warning(
                _(
                    "Le cachet du fichier publié %(code)s (%(slug)s) n’est pas parmi les certificats reconnus.",
                    **values,
                ),
                _("Ajoutez son autorité aux certificats reconnus, si vous la connaissez."),
            )
    yield fine(_("Fichiers publiés vérifiés : %(count)d", count=len(files)))
