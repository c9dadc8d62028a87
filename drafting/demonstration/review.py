"""The review of the story that is still under way: what is proposed and discussed. Data only, as in `story.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Proposal:
    """Words that somebody proposes to change, and on which nobody has decided yet."""

    writer: str
    section: str
    then: str
    """The words as they stand, found once in the section."""
    new: str
    day: int
    time: str
    name: str
    amendment: str = ""
    """The justification with which the organisation's secretary files it, where it does."""


@dataclass(frozen=True)
class Remark:
    """A discussion of a passage: who says what, the first one beginning it."""

    section: str
    passage: str
    said: tuple[tuple[str, str], ...]
    """(writer, text), one after the other."""
    day: int
    time: str
    is_settled: bool = False
    is_internal: bool = False
    """Only the organisation that begins it reads it."""


PROPOSALS = (
    Proposal(
        "Rédaction Métallurgie", "droits",
        "Le réexamen suspend la décision.",
        "Le réexamen suspend la décision, quelle qu’elle soit.",
        1, "10:20", "droits-suspension",
    ),
    Proposal(
        "Rédaction Santé", "droits",
        "obtenir une explication écrite, dans une langue claire",
        "obtenir une explication écrite ou orale, dans la langue de la personne",
        1, "11:00", "droits-langue",
    ),
    Proposal(
        "Rédaction Numérique", "droits",
        "dans une langue claire", "dans une langue sans jargon",
        1, "11:10", "droits-jargon",
    ),
    Proposal(
        "Secrétariat UD exemple", "droits",
        "pour être affichées dans un vestiaire.",
        "pour être affichées dans un vestiaire ou sur un chantier.",
        1, "11:20", "droits-chantier",
    ),
    Proposal(
        "Secrétariat Services publics", "droits",
        "- la nullité des sanctions fondées sur un résultat inexpliqué ;",
        "- la nullité des sanctions fondées sur un résultat inexpliqué ;\n"
        "- la publication, dans chaque administration, de la liste des systèmes qui servent à décider ;",
        1, "11:40", "droits-liste",
        amendment="Les agent·es et les usager·ères ne peuvent contester une décision que s’ils savent "
        "qu’un système y a pris part. Une liste publique le leur apprend sans qu’ils aient à le demander.",
    ),
    Proposal(
        "Rédaction Santé", "droits",
        "Il ne coûte rien à celui ou celle qui le demande.",
        "Il ne coûte rien.",
        1, "11:50", "droits-gratuit",
    ),
    Proposal(
        "Rédaction Commerce", "libertes",
        "agir sans crainte",
        "agir sans crainte de représailles",
        1, "13:40", "libertes-represailles",
    ),
)

REMARKS = (
    Remark(
        "droits", "part de trois situations simples",
        (
            ("Rédaction Santé", "Pouvons-nous dire d’où viennent ces situations ? Nos sections les racontent souvent."),
            ("Rédaction Commerce", "Oui : elles viennent de nos réunions de secteur. J’ajoute une phrase demain."),
        ),
        1, "14:10",
    ),
    Remark(
        "droits", "se saisir du travail dirigé par un algorithme",
        (("Rédaction Numérique", "Pour nous : vérifier que « algorithme » est expliqué plus haut."),),
        1, "14:30", is_internal=True,
    ),
    Remark(
        "investissements", "ce n’est qu’une adresse",
        (
            ("Secrétariat CET", "La formule est forte : la gardons-nous dans la version remise ?"),
            ("Secrétariat Métallurgie", "Nous y tenons, elle vient du terrain."),
            ("Secrétariat CET", "Entendu, elle reste."),
        ),
        1, "15:00", is_settled=True,
    ),
)
