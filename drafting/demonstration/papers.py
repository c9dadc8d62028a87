"""Three short contributions on which the example organisations decide: one is published, one waits for signatures, and
one is asked about now. Data only, as in `story.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from drafting.domain.ballot import Quorum, Rule, Stance, Terms
from drafting.domain.round import RollCall
from drafting.domain.validation import Decision, Printed, ReservationDraft


@dataclass(frozen=True)
class Answer:
    """What a secretary decides for their organisation, and when."""

    writer: str
    day: int
    time: str
    decision: Decision


@dataclass(frozen=True)
class Signer:
    """Who signs for an organisation. The key is kept here where `has_key`; whoever `signs` has done so."""

    acronym: str
    capacity: str
    has_key: bool = True
    signs: bool = True


@dataclass(frozen=True)
class Paper:
    """A contribution, the round about it, and what became of it. The first of those asked coordinates it."""

    kind: str
    title: str
    recipient: str
    event: str
    sections: tuple[tuple[str, str], ...]
    """(title, text)."""
    asked: tuple[str, ...]
    """Acronyms."""
    terms: Terms
    message: str
    opened: tuple[int, str]
    """Working days before today, and the hour."""
    answers: tuple[Answer, ...]
    closed: tuple[int, str] | None = None
    roll_call: RollCall = RollCall.ASKED
    signers: tuple[Signer, ...] = ()
    is_published: bool = False


_CAPACITY = "secrétariat, pour l’exemple"


def _approves(writer: str, day: int, time: str, *, accepts_editorial: bool = False) -> Answer:
    return Answer(writer, day, time, Decision(Stance.APPROVED, accepts_editorial=accepts_editorial))


def _reserves(writer: str, day: int, time: str, place: str, text: str, printed: Printed) -> Answer:
    return Answer(writer, day, time, Decision(Stance.RESERVED, reservations=(ReservationDraft(text, place, printed),)))


PUBLISHED = Paper(
    kind="memorandum",
    title="Mesurer la charge de travail avant d’automatiser",
    recipient="Le Conseil exemple de la santé au travail",
    event="Séance annuelle du Conseil exemple",
    sections=(
        (
            "Ce que nous constatons",
            """\
Un logiciel qui répartit les tâches ne voit que ce qu’on lui compte. Les gestes d’attention, l’aide à \
un·e collègue, le temps de comprendre une consigne n’ont pas de case : ils disparaissent du calcul, pas \
de la journée.

Dans les réunions de nos secteurs reviennent les mêmes situations :

- des cadences fixées d’après les meilleurs jours de l’équipe ;
- des pauses découpées en minutes « improductives » ;
- des tournées recalculées sans que personne puisse dire pourquoi.

La charge de travail se mesure avec celles et ceux qui la portent[^1].

[^1]: C’est le sens des comités de santé et de sécurité, où siègent les représentant·es du personnel.
""",
        ),
        (
            "Ce que nous demandons",
            """\
1. Une évaluation de la charge, **avant** l’installation, avec les représentant·es du personnel.
2. Une période d’essai de six mois, au bout de laquelle le système peut être retiré.
3. Le droit de demander à une personne, et non à un programme, de revoir une consigne.

| Demande | À qui elle s’adresse | Quand |
| --- | --- | --- |
| Évaluer la charge | aux employeurs | avant l’installation |
| Essayer, puis décider | aux comités de santé | six mois après |
| Faire revoir une consigne | à l’encadrement | le jour même |
""",
        ),
    ),
    asked=("CET", "CET Métallurgie", "CET Santé", "CET Commerce"),
    terms=Terms(Rule.TWO_THIRDS, Quorum.HALF),
    message="Texte court, pour la séance du Conseil. Merci de décider avant la fin de la semaine.",
    opened=(6, "09:30"),
    answers=(
        _approves("Secrétariat Métallurgie", 5, "10:10", accepts_editorial=True),
        _reserves(
            "Secrétariat Santé", 5, "14:20", "Une période d’essai de six mois",
            "Six mois ne suffisent pas dans les services de nuit : nous y demandons un an.", Printed.FOOTNOTE,
        ),
        Answer(
            "Secrétariat Commerce", 4, "11:45",
            Decision(
                Stance.ABSTAINED,
                dissent="Une période d’essai installe le système qu’elle prétend juger. Nous demandons que "
                "l’évaluation seule décide, et que rien ne soit mis en service avant qu’elle soit rendue.",
            ),
        ),
        _approves("Secrétariat CET", 4, "15:00"),
    ),
    closed=(4, "15:30"),
    roll_call=RollCall.PUBLIC,
    signers=(
        Signer("CET", _CAPACITY), Signer("CET Métallurgie", _CAPACITY), Signer("CET Santé", _CAPACITY),
    ),
    is_published=True,
)  # fmt: skip

TO_SIGN = Paper(
    kind="memorandum",
    title="Mémorandum sur le travail de plateforme",
    recipient="Le Bureau exemple du travail",
    event="Réunion préparatoire sur le travail de plateforme",
    sections=(
        (
            "La situation",
            """\
Livrer, conduire, étiqueter des images : le travail de plateforme a mille métiers et un seul mode \
d’emploi. La plateforme fixe le prix, note, suspend ; elle dit pourtant n’employer personne.

Un compte désactivé est un licenciement sans entretien. Une note est une évaluation sans critère. Un \
tarif qui change dans la nuit est un salaire sans négociation.
""",
        ),
        (
            "Nos demandes",
            """\
Nous demandons au Bureau exemple du travail d’inscrire dans son projet :

- la présomption d’emploi dès lors que la plateforme dirige ou contrôle le travail ;
- un entretien avec une personne avant toute suspension de compte ;
- la négociation collective des tarifs, secteur par secteur ;
- l’accès des représentant·es aux règles de calcul, dans une langue que chacun·e comprend.
""",
        ),
    ),
    asked=("CET", "CET Métallurgie", "CET Numérique", "CET Commerce", "CET Services"),
    terms=Terms(Rule.TWO_THIRDS, Quorum.TWO_THIRDS),
    message="Version issue de la réunion commune. Les signatures suivront aussitôt.",
    opened=(5, "10:00"),
    answers=(
        _approves("Secrétariat CET", 4, "09:10"),
        _reserves(
            "Secrétariat Numérique", 4, "16:00", "la présomption d’emploi",
            "Nous entendons cette présomption comme réfragable, la charge de la preuve pesant sur la plateforme.",
            Printed.ANNEX,
        ),
        _approves("Secrétariat Métallurgie", 3, "09:40", accepts_editorial=True),
        _approves("Secrétariat Commerce", 3, "10:30"),
        Answer(
            "Secrétariat Services publics", 3, "11:15",
            Decision(Stance.OPPOSED, reason="Le texte ne dit rien des plateformes que les administrations utilisent."),
        ),
    ),
    closed=(3, "14:00"),
    signers=(
        Signer("CET", _CAPACITY),
        Signer("CET Numérique", _CAPACITY),
        Signer("CET Métallurgie", _CAPACITY, signs=False),
        Signer("CET Commerce", _CAPACITY, has_key=False, signs=False),
    ),
)  # fmt: skip

ASKED = Paper(
    kind="memorandum",
    title="Réponse à la consultation sur la gestion algorithmique",
    recipient="La Direction exemple du travail",
    event="Consultation publique sur la gestion algorithmique",
    sections=(
        (
            "Quels systèmes la règle doit-elle couvrir ?",
            """\
Tout système qui prépare, recommande ou prend une décision sur le travail d’une personne : recrutement, \
horaires, évaluation, sanction. Peu importe qu’une personne appuie ensuite sur le bouton : ce qui compte \
est ce qui pèse sur la décision.
""",
        ),
        (
            "Quels droits pour les personnes concernées ?",
            """\
Être informé·e avant, et non après. Obtenir une explication écrite, dans la langue de la personne. \
Demander un réexamen par quelqu’un qui peut décider autrement. Se faire accompagner par un syndicat à \
chaque étape.

Le réexamen suspend la décision.
""",
        ),
        (
            "Quel rôle pour la négociation collective ?",
            """\
La loi fixe le plancher ; les conventions collectives fixent le reste, métier par métier. Aucun accord \
ne peut descendre sous le plancher, ni renvoyer à une charte que l’employeur aurait écrite seul.
""",
        ),
    ),
    asked=("CET", "CET Métallurgie", "CET Numérique", "CET Commerce", "CET Santé", "CET Services"),
    terms=Terms(Rule.CONSENSUS, Quorum.HALF),
    message="La consultation ferme bientôt. Une réserve s’attache à un passage ; elle sera imprimée où vous le dites.",
    opened=(2, "16:00"),
    answers=(
        _approves("Secrétariat Numérique", 1, "09:05", accepts_editorial=True),
        _reserves(
            "Secrétariat Santé", 1, "10:25", "Le réexamen suspend la décision.",
            "Sauf là où la suspension mettrait en danger une personne soignée.", Printed.FOOTNOTE,
        ),
        _reserves(
            "Secrétariat Services publics", 1, "11:50", "",
            "Nous approuvons, mais demandons qu’une réunion précède la prochaine consultation.", Printed.INTERNAL,
        ),
    ),
)  # fmt: skip

PAPERS = (PUBLISHED, TO_SIGN, ASKED)
