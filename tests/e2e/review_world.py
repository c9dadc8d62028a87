"""A paper under review: two sections, three federations that suggest, and what was decided already."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.domain.actor import Actor
from drafting.domain.permissions import MembershipRole, ParticipationRole, Stage
from drafting.extensions import db, transaction
from drafting.models import Contribution, Section
from drafting.services import suggestions
from tests import factories
from tests.live.conftest import Paper
from tests.suggesting import insert, seen, strike, write

TEXT = """## Nos constats

Les **travailleurs·ses** demandent une vraie place dans les décisions 😀. L’œuvre commune suppose « la confiance ».

- protéger les lanceurs d’alerte ;
- négocier avant tout déploiement.

Les systèmes de surveillance doivent être interdits au travail."""


@dataclass
class ReviewWorld:
    """Who is there."""

    contribution: Contribution
    paper: Paper
    """The first section, with actors; `lead` leads it."""
    second: Section


def review_world() -> ReviewWorld:
    """Build it: four open suggestions, two of which collide, and two decided with a reason."""
    contribution = factories.contribution(title="Mettre l’intelligence artificielle au service du travail")
    names = [("CET", "crimson"), ("FEM", "blue"), ("FES", "green"), ("FET", "orange"), ("UNI", "violet")]
    roles = [ParticipationRole.COORDINATOR, ParticipationRole.AUTHOR, ParticipationRole.AUTHOR,
             ParticipationRole.CONTRIBUTOR, ParticipationRole.OBSERVER]
    bodies = [factories.organisation(acronym=acronym, colour=colour) for acronym, colour in names]
    for body, role in zip(bodies, roles, strict=True):
        factories.participation(contribution, body, role)
    first = factories.section(contribution, title="Nos constats et nos demandes", lead_id=bodies[1].id)
    second = factories.section(contribution, title="La négociation collective", lead_id=bodies[0].id)
    people: list[Actor] = [
        factories.member(body, MembershipRole.SECRETARY, name=name) for body, name in zip(bodies, (
            "Secrétariat CET", "Nadia Œuvre", "Luc d’Arçon", "Inès Peña", "Veille UNI"), strict=True)
    ]
    stranger = factories.member(factories.organisation(acronym="AIL"))
    paper = Paper(contribution, first.id, first.key, *people, stranger)
    write(paper, TEXT)
    propose(paper)
    with transaction() as session:
        session.get(Section, first.id).stage = Stage.UNDER_REVIEW
    return ReviewWorld(db.session.merge(contribution), paper, db.session.merge(second))


def propose(paper: Paper) -> None:
    """Let two federations suggest, and the lead decide on two of their suggestions."""
    strike(paper, paper.author, "vraie place dans les décisions", "s1")
    insert(paper, paper.author, "vraie place dans les décisions", "part égale à toutes les décisions", "s1")
    strike(paper, paper.contributor, "place dans", "s2")
    insert(paper, paper.contributor, "d’alerte", " et les délégué·es du personnel", "s3")
    insert(paper, paper.contributor, "déploiement.", "\n- publier les résultats des négociations.", "s4")
    strike(paper, paper.author, " au travail", "s5")
    insert(paper, paper.contributor, "« la confiance »", " et le respect 👍", "s6")
    suggestions.decide(paper.lead, paper.section_key, "reject", ["s5"], seen(paper, "s5"),
                       "La phrase vaut d’abord pour le travail ; le reste est dans la section 2.")
    suggestions.decide(paper.coordinator, paper.section_key, "accept", ["s6"], seen(paper, "s6"))
