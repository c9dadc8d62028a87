"""What each kind of job and of file is called on its page."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from drafting.models.export import FileKind, JobKind


@dataclass(frozen=True)
class Description:
    """A job in words, while it is done and afterwards."""

    under_way: str
    ready: str
    failed: str
    what_it_is: str
    """One sentence about what was made."""
    back: str
    """What the button says that leads back."""


def of_job(kind: JobKind) -> Description:
    """Return what a page says of a job of this kind."""
    document = (_("Le document se prépare"), _("Le document est prêt"), _("Le document n’a pas pu être produit"))
    back = _("Revenir au document")
    if kind is JobKind.SEALED:
        sealed = _("Il est scellé et ne changera plus. Il n’est connu du public qu’une fois publié.")
        return Description(*document, sealed, back)
    if kind is JobKind.REDLINE:
        return Description(
            _("Le texte comparé se prépare"), _("Le texte comparé est prêt"),
            _("Le texte comparé n’a pas pu être produit"),
            _("Il compare exactement les deux textes choisis au moment de votre demande."),
            _("Revenir à la comparaison"),
        )
    if kind is JobKind.AMENDMENTS:
        return Description(
            _("Le tableau des amendements se prépare"), _("Le tableau des amendements est prêt"),
            _("Le tableau des amendements n’a pas pu être produit"),
            _("Il contient les amendements que vous aviez choisis à l’écran."),
            _("Revenir au tableau"),
        )
    if kind is JobKind.WORD:
        return Description(
            _("Le document Word se prépare"), _("Le document Word est prêt"),
            _("Le document Word n’a pas pu être produit"), _("C’est le texte net, sans marques de changement."),
            back,
        )
    if kind is JobKind.IMPORT:
        return Description(
            _("Nous lisons votre document"), _("Votre document est lu"), _("Votre document n’a pas pu être lu"), "",
            _("Revenir"),
        )
    return Description(*document, _("C’est une copie de travail, sans cachet."), back)


def download_label(kind: FileKind) -> str:
    """Return what the button says that gives a file."""
    return str(_("Télécharger le document Word") if kind.ending == "docx" else _("Télécharger le PDF"))
