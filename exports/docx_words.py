"""What could not be kept of a Word document, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from exports.docx.losses import MAX_PLACES, Kind


@dataclass(frozen=True)
class Loss:
    """One line of the report."""

    what: str
    """How many of what."""
    why: str
    """What became of it, and what to do."""
    places: str
    """Under which titles; nothing where it says nothing."""


def report(losses: Iterable[Mapping[str, Any]], running: Iterable[str], changes: str) -> list[Loss]:
    """Return the report's lines; `running` are the words of headers and footers."""
    lines = []
    for one in losses:
        kind, count = Kind(one["kind"]), int(one["count"])
        what, why = _sentences(kind, count, changes)
        if kind is Kind.HEADER:
            why = why + " " + " · ".join(_quoted(words) for words in running)
        lines.append(Loss(what, why, _places(one["places"])))
    return lines


def _quoted(words: str) -> str:
    return str(_("« %(words)s »", words=words))


def _places(places: list[str]) -> str:
    named = [_quoted(place) for place in places[:MAX_PLACES] if place]
    if not named:
        return ""
    more = " " + _("et ailleurs") if len(places) > MAX_PLACES else ""
    return ", ".join(named) + more


def _sentences(kind: Kind, count: int, changes: str) -> tuple[str, str]:
    """Return how many of what, and what became of it."""
    for table in (_things, _reviewing, _looks, _lists_and_tables):
        found = table(count, changes)
        if kind in found:
            return found[kind]
    raise KeyError(kind)


def _things(count: int, changes: str) -> dict[Kind, tuple[str, str]]:
    return {
        Kind.IMAGE: (
            ngettext("%(num)d image", "%(num)d images", count),
            _("Une section ne contient que du texte : les images ne sont pas reprises."),
        ),
        Kind.CHART: (
            ngettext("%(num)d graphique ou schéma", "%(num)d graphiques ou schémas", count),
            _("Non repris. Dites en mots ce qu’ils montrent."),
        ),
        Kind.EMBEDDED: (
            ngettext("%(num)d objet incorporé", "%(num)d objets incorporés", count),
            _("Non repris : un tableur ou un autre fichier placé dans le document."),
        ),
        Kind.TEXT_BOX: (
            ngettext("%(num)d zone de texte", "%(num)d zones de texte", count),
            _("Le texte est repris après le paragraphe auquel la zone était attachée. Vérifiez sa place."),
        ),
        Kind.EQUATION: (
            ngettext("%(num)d formule mathématique", "%(num)d formules mathématiques", count),
            _("Écriture sur une ligne, par exemple (a)/(b). À vérifier."),
        ),
        Kind.HEADER: (
            ngettext("%(num)d en-tête ou pied de page", "%(num)d en-têtes ou pieds de page", count),
            _("Non repris : le document final a les siens. On y lisait :"),
        ),
        Kind.CONTENTS: (_("Le sommaire"), _("Non repris : il se fait tout seul.")),
        Kind.LINK: (
            ngettext("%(num)d lien", "%(num)d liens", count),
            _("Le texte est repris, mais pas le lien, dont l’adresse ne peut pas être suivie depuis le web."),
        ),
        Kind.LONG_TITLE: (
            ngettext("%(num)d titre trop long", "%(num)d titres trop longs", count),
            _("Titre raccourci ; il est en entier au début du texte de la section."),
        ),
        Kind.TITLE_NOTE: (
            ngettext("%(num)d note dans un titre", "%(num)d notes dans un titre", count),
            _("Un titre de section n’a pas de note : le texte de la note est au début de la section."),
        ),
    }


def _reviewing(count: int, changes: str) -> dict[Kind, tuple[str, str]]:
    accepted = changes == "accept"
    inserted = _("Le texte ajouté est repris.") if accepted else _("Le texte ajouté n’est pas repris.")
    deleted = _("Le texte supprimé n’est pas repris.") if accepted else _("Le texte supprimé est repris.")
    return {
        Kind.COMMENT: (
            ngettext("%(num)d commentaire", "%(num)d commentaires", count),
            _("Non repris. Recopiez ici, en commentaire, ceux qui servent encore."),
        ),
        Kind.INSERTION: (
            ngettext("%(num)d ajout suivi", "%(num)d ajouts suivis", count), inserted,
        ),
        Kind.DELETION: (
            ngettext("%(num)d suppression suivie", "%(num)d suppressions suivies", count), deleted,
        ),
        Kind.FORMAT_CHANGE: (
            ngettext("%(num)d changement de mise en forme suivi", "%(num)d changements de mise en forme suivis", count),
            _("La mise en forme nouvelle est gardée."),
        ),
        Kind.HIDDEN: (
            ngettext("%(num)d passage masqué", "%(num)d passages masqués", count),
            _("Non repris : cela ne se voyait pas dans Word."),
        ),
    }


def _looks(count: int, changes: str) -> dict[Kind, tuple[str, str]]:
    return {
        Kind.COLOUR: (
            ngettext("%(num)d paragraphe avec des couleurs ou du surlignage",
                     "%(num)d paragraphes avec des couleurs ou du surlignage", count),
            _("Le texte est repris sans couleur : ici, les couleurs disent qui a écrit."),
        ),
        Kind.UNDERLINE: (
            ngettext("%(num)d paragraphe souligné", "%(num)d paragraphes soulignés", count),
            _("Le texte est repris sans soulignement. Pour insister, mettez en gras ou en italique."),
        ),
        Kind.STRIKE: (
            ngettext("%(num)d paragraphe avec du texte barré", "%(num)d paragraphes avec du texte barré", count),
            _("Le texte barré est repris comme du texte ordinaire. Supprimez-le s’il ne devait pas rester."),
        ),
        Kind.RAISED: (
            ngettext("%(num)d exposant ou indice", "%(num)d exposants ou indices", count),
            _("Le texte est repris sur la ligne. Vérifiez qu’il se comprend encore."),
        ),
        Kind.EMPHASIS: (
            ngettext("%(num)d paragraphe avec du gras ou de l’italique",
                     "%(num)d paragraphes avec du gras ou de l’italique", count),
            _("Le texte est repris, sans ce gras ou cet italique."),
        ),
    }


def _lists_and_tables(count: int, changes: str) -> dict[Kind, tuple[str, str]]:
    return {
        Kind.HEADING_NUMBER: (
            ngettext("%(num)d titre numéroté", "%(num)d titres numérotés", count),
            _("Le numéro n’est pas repris : les sections sont numérotées dans l’ordre."),
        ),
        Kind.LIST_NUMBER: (
            ngettext("%(num)d liste numérotée en lettres ou en chiffres romains",
                     "%(num)d listes numérotées en lettres ou en chiffres romains", count),
            _("Numérotation 1, 2, 3. Vérifiez les renvois (« voir le point b »)."),
        ),
        Kind.MERGED_CELL: (
            ngettext("%(num)d cellule fusionnée", "%(num)d cellules fusionnées", count),
            _("Le texte est dans la première case, les autres sont vides. Relisez le tableau."),
        ),
        Kind.FULL_CELL: (
            ngettext("%(num)d cellule de plusieurs paragraphes", "%(num)d cellules de plusieurs paragraphes", count),
            _("Les paragraphes se suivent sur une ligne."),
        ),
        Kind.NO_HEADER_ROW: (
            ngettext("%(num)d tableau sans ligne d’en-tête", "%(num)d tableaux sans ligne d’en-tête", count),
            _("La première ligne est devenue l’en-tête. À vérifier."),
        ),
        Kind.FRAME_TABLE: (
            ngettext("%(num)d cadre", "%(num)d cadres", count),
            _("Tableau d’une seule case : le texte est repris sans le cadre."),
        ),
        Kind.NESTED_TABLE: (
            ngettext("%(num)d tableau dans un tableau", "%(num)d tableaux dans un tableau", count),
            _("Le texte est repris dans la case. À relire."),
        ),
    }
