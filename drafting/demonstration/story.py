"""The story of the demonstration: organisations, people by role, and who wrote what when. Data only.

Days count working days before the day of the seeding, so that the demonstration always looks recent;
hours are those of Paris. Texts are in `texts/<section>.<state>.md`; a state without a file of its own
is the same as the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

SLUG = "sommet-ia-exemple"
TITLE = "Le travail au cœur de l’intelligence artificielle"
RECIPIENT = "Les organisateurs du Sommet pour l’action sur l’intelligence artificielle"
EVENT = "Sommet pour l’action sur l’intelligence artificielle, Paris, 10 et 11 février 2025"
ZONE = "Europe/Paris"
DEADLINE_IN_DAYS = 9
DEADLINE_TIME = "18:00"
WORD_LIMIT = 5000
LOGO_DESCRIPTION = "Logo d’exemple : les lettres CET dans un disque rouge"
READING_TIME = timedelta(minutes=4)  # Between a proposal and its acceptance.

FIRST, SECOND, LIVE = "1", "2", "now"
STATES = (FIRST, SECOND, LIVE)


@dataclass(frozen=True)
class Body:
    """An organisation of the story."""

    acronym: str
    name: str
    kind: str
    colour: str
    role: str
    """Its participation in the contribution."""


@dataclass(frozen=True)
class Writer:
    """A person of the story: a role, never a name."""

    name: str
    email: str
    member_of: tuple[str, ...]
    """Acronyms; the first is the one that the person writes for."""
    secretary: bool = False
    administrator: bool = False


@dataclass(frozen=True)
class Chapter:
    """A section of the story."""

    key: str
    title: str
    lead: str
    guide: str
    after: str | None = None
    """For a section added later: the section after which it is put."""


@dataclass(frozen=True)
class Session:
    """One sitting in which somebody writes in one section."""

    writer: str
    section: str
    state: str
    """The state of the section towards which they write."""
    day: int
    time: str
    changes: tuple[int, ...] | None = None
    """Which changed blocks (in order, from 0, footnotes left out); None for all that remains.

    A footnote is written with the first block that calls it.
    """


@dataclass(frozen=True)
class Polish:
    """Words first written otherwise, and changed by somebody later.

    Whoever may not write in the section proposes the change, and somebody of its lead accepts it.
    """

    writer: str
    section: str
    first: str
    then: str
    day: int
    time: str
    accepted_by: str | None = None


@dataclass(frozen=True)
class Event:
    """Something that happens to the contribution rather than to a text."""

    kind: str
    """add (a chapter), rename (a section), stage (of a section), freeze."""
    writer: str
    day: int
    time: str
    values: dict[str, str] = field(default_factory=dict)


BODIES = (
    Body("CET", "Confédération exemple du travail", "confederation", "crimson", "coordinator"),
    Body("CET Métallurgie", "Fédération exemple de la métallurgie", "federation", "blue", "author"),
    Body("CET Numérique", "Fédération exemple du numérique et des études", "federation", "violet", "author"),
    Body("CET Commerce", "Fédération exemple du commerce et de la logistique", "federation", "orange", "author"),
    Body("CET Santé", "Fédération exemple de la santé et de l’action sociale", "federation", "teal", "author"),
    Body("CET Services", "Fédération exemple des services publics", "federation", "olive", "author"),
    Body("UD exemple", "Union départementale exemple", "departmental_union", "brown", "contributor"),
)

WRITERS = (
    Writer("Secrétariat CET", "secretariat@cet.example", ("CET",), secretary=True, administrator=True),
    Writer("Rédaction CET", "redaction@cet.example", ("CET", "UD exemple")),
    Writer("Secrétariat Métallurgie", "secretariat@metallurgie.example", ("CET Métallurgie",), secretary=True),
    Writer("Rédaction Métallurgie", "redaction@metallurgie.example", ("CET Métallurgie",)),
    Writer("Secrétariat Numérique", "secretariat@numerique.example", ("CET Numérique",), secretary=True),
    Writer("Rédaction Numérique", "redaction@numerique.example", ("CET Numérique",)),
    Writer("Secrétariat Commerce", "secretariat@commerce.example", ("CET Commerce",), secretary=True),
    Writer("Rédaction Commerce", "redaction@commerce.example", ("CET Commerce",)),
    Writer("Secrétariat Santé", "secretariat@sante.example", ("CET Santé",), secretary=True),
    Writer("Rédaction Santé", "redaction@sante.example", ("CET Santé",)),
    Writer("Secrétariat Services publics", "secretariat@services.example", ("CET Services",), secretary=True),
    Writer("Rédaction Services publics", "redaction@services.example", ("CET Services",)),
    Writer("Secrétariat UD exemple", "secretariat@ud.example", ("UD exemple",), secretary=True),
)

CHAPTERS = (
    Chapter("preambule", "Préambule", "CET", "Qui nous sommes, pourquoi ce sommet nous concerne."),
    Chapter(
        "investissements",
        "Investir avec une stratégie industrielle",
        "CET Métallurgie",
        "Ce qui a été annoncé, et les conditions que nous posons à tout soutien public.",
    ),
    Chapter(
        "donnees",
        "Maîtriser les données, choisir la sobriété",
        "CET Numérique",
        "Les données du travail, les métiers du numérique, l’énergie.",
    ),
    Chapter(
        "droits",
        "Des droits face aux décisions automatisées",
        "CET Commerce",
        "Recruter, diriger, juger : ce que chaque salarié·e doit pouvoir savoir et contester.",
    ),
    Chapter(
        "sante",
        "Santé et conditions de travail",
        "CET Santé",
        "L’évaluation avant l’installation, la place des métiers de présence.",
    ),
    Chapter("libertes", "Liberté syndicale", "CET", "Les conventions de l’OIT et ce qu’elles demandent ici."),
    Chapter(
        "regulation",
        "Quelles règles, dans quelles instances",
        "CET",
        "Les positions en présence, avec leurs sources, puis nos propres attentes.",
    ),
)
ADDED = (
    Chapter(
        "services-publics",
        "Des services publics qui gardent la main",
        "CET Services",
        "L’accès humain, les achats publics, les agent·es.",
        after="sante",
    ),
    Chapter(
        "demandes",
        "Récapitulatif de nos demandes",
        "CET",
        "Un tableau : la demande, à qui elle s’adresse, le texte qui peut la porter.",
        after="regulation",
    ),
)
RENAMED = {"libertes": "Liberté syndicale et négociation collective"}

_SEC, _RED = "Secrétariat CET", "Rédaction CET"

SESSIONS = (
    # Towards version 1.
    Session(_SEC, "preambule", FIRST, 12, "10:05", (0, 1, 2)),
    Session("Rédaction Métallurgie", "investissements", FIRST, 11, "09:20", (0, 1, 2)),
    Session("Rédaction Commerce", "droits", FIRST, 11, "14:10", (0, 1, 2, 3)),
    Session("Rédaction Numérique", "donnees", FIRST, 10, "09:45", (0, 1, 2)),
    Session("Rédaction Santé", "sante", FIRST, 10, "10:30", (0, 1, 2)),
    Session(_RED, "libertes", FIRST, 10, "15:00", (0, 1, 2)),
    Session("Secrétariat Métallurgie", "investissements", FIRST, 9, "11:15", (3, 4, 5)),
    Session("Secrétariat Numérique", "donnees", FIRST, 9, "11:40", (3, 4, 5)),
    Session(_RED, "regulation", FIRST, 9, "14:30", (0, 1, 2, 3)),
    Session("Secrétariat Santé", "sante", FIRST, 9, "16:05", (3, 4, 5, 6)),
    Session("Rédaction Métallurgie", "investissements", FIRST, 8, "09:10", (6, 7, 8, 9)),
    Session("Secrétariat Commerce", "droits", FIRST, 8, "10:20", (4, 5, 6)),
    Session("Rédaction Santé", "sante", FIRST, 8, "11:00", (7, 8, 9)),
    Session(_SEC, "libertes", FIRST, 8, "14:45", (3, 4, 5)),
    Session("Rédaction Numérique", "donnees", FIRST, 8, "15:20", (6, 7, 8, 9)),
    Session("Rédaction Commerce", "droits", FIRST, 7, "09:05", None),
    Session("Secrétariat Métallurgie", "investissements", FIRST, 7, "09:50", None),
    Session("Secrétariat Numérique", "donnees", FIRST, 7, "10:40", None),
    Session("Secrétariat Santé", "sante", FIRST, 7, "11:25", None),
    Session(_RED, "libertes", FIRST, 7, "13:50", None),
    Session(_SEC, "regulation", FIRST, 7, "14:35", None),
    Session(_RED, "preambule", FIRST, 7, "15:30", None),
    # Towards version 2.
    Session("Rédaction Services publics", "services-publics", SECOND, 5, "09:15", (0, 1, 2, 3, 4, 5)),
    Session("Rédaction Métallurgie", "investissements", SECOND, 5, "10:00", (1, 2, 3)),
    Session("Rédaction Numérique", "donnees", SECOND, 5, "14:00", None),
    Session("Secrétariat Services publics", "services-publics", SECOND, 4, "09:30", None),
    Session("Secrétariat Métallurgie", "investissements", SECOND, 4, "10:10", None),
    Session("Rédaction Commerce", "droits", SECOND, 4, "11:20", None),
    Session("Rédaction Santé", "sante", SECOND, 4, "14:15", None),
    Session(_RED, "libertes", SECOND, 4, "15:45", None),
    Session(_RED, "demandes", SECOND, 3, "09:25", (0, 1)),
    Session(_SEC, "preambule", SECOND, 3, "10:30", None),
    Session(_SEC, "regulation", SECOND, 3, "11:10", None),
    Session(_SEC, "demandes", SECOND, 3, "14:20", None),
    # After version 2: the live text goes on.
    Session("Secrétariat Métallurgie", "investissements", LIVE, 1, "09:35", None),
    Session("Rédaction Services publics", "services-publics", LIVE, 1, "10:15", None),
    Session("Rédaction Numérique", "donnees", LIVE, 1, "11:05", None),
    Session(_RED, "demandes", LIVE, 1, "14:40", None),
    Session(_SEC, "preambule", LIVE, 1, "16:20", None),
)

POLISHES = (
    Polish(
        "Secrétariat Santé",
        "sante",
        "évalué comme tel, avant son installation,",
        "évalué comme tel, *avant* son installation,",
        7,
        "11:10",
    ),
    Polish(
        "Rédaction Services publics",
        "investissements",
        "les systèmes de refroidissement ? Un investissement",
        "les systèmes de refroidissement ? Qui entretient, qui répare, qui démonte ? Un investissement",
        7,
        "16:00",
        accepted_by="Secrétariat Métallurgie",
    ),
    Polish(
        "Rédaction Métallurgie",
        "droits",
        "ni à qui la contester. Le même programme peut fixer la règle et en vérifier le respect, "
        "sans que personne ne l’ait relue. **Elle doit",
        "ni à qui la contester. Le même programme peut fixer la règle et en vérifier le respect, "
        "sans que personne ne l’ait relue. Or une consigne qui ne vient de personne reste une décision "
        "de l’employeur. **Elle doit",
        7,
        "16:10",
        accepted_by="Secrétariat Commerce",
    ),
    Polish(
        "Rédaction Numérique",
        "sante",
        "avec l’évaluation des risques.",
        "avec l’évaluation des risques. Elles sont reprises à chaque changement important du système.",
        7,
        "16:20",
        accepted_by="Secrétariat Santé",
    ),
    Polish(
        "Secrétariat UD exemple",
        "donnees",
        "aux seul·es spécialistes.",
        "aux seul·es spécialistes. Elles concernent les équipes qui utiliseront le système et les riverain·es "
        "des installations qui le feront fonctionner.",
        7,
        "16:30",
        accepted_by="Secrétariat Numérique",
    ),
    Polish(
        "Rédaction Santé", "libertes", "agir sans peur", "agir sans crainte", 7, "16:45", accepted_by=_SEC
    ),
    Polish(
        _RED,
        "droits",
        "un programme peut préparer le planning, distribuer les commandes",
        "un programme peut établir le planning, répartir les commandes",
        7,
        "16:50",
    ),
    Polish(
        _SEC,
        "donnees",
        "Elles disent presque tout de leur journée.",
        "Elles disent ce que ces personnes font, et parfois ce qu’elles sont.",
        7,
        "17:05",
    ),
    Polish(
        _SEC,
        "libertes",
        "Ces repères doivent nous alerter.",
        "Ces repères ne sont pas théoriques.",
        7,
        "17:15",
    ),
)

EVENTS = (
    Event(
        "freeze",
        _SEC,
        6,
        "10:00",
        {
            "label": "Première lecture",
            "note": "Texte soumis aux fédérations après le premier tour d’écriture.",
        },
    ),
    Event("add", _SEC, 6, "10:40", {"section": "services-publics"}),
    Event("add", _SEC, 6, "10:45", {"section": "demandes"}),
    Event("rename", _SEC, 4, "15:40", {"section": "libertes"}),
    Event(
        "freeze",
        _SEC,
        2,
        "11:30",
        {
            "label": "Texte remis",
            "note": "Deux sections ajoutées ; conditions industrielles et droit au réexamen précisés.",
        },
    ),
    Event("stage", _SEC, 2, "14:00", {"section": "libertes", "stage": "under_review"}),
    Event("stage", _SEC, 2, "14:05", {"section": "regulation", "stage": "under_review"}),
    Event("stage", _SEC, 2, "15:30", {"section": "sante", "stage": "agreed"}),
)
