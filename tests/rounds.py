"""A contribution that is ready for validation: a confederation that coordinates, federations with secretaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from drafting.domain.actor import Actor
from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.extensions import db, transaction
from drafting.models import Contribution, Organisation, Round, Validation, Version
from drafting.models.columns import now
from drafting.services import rounds, versions
from drafting.services.rounds import Question
from tests import factories
from tests.writing import write

TEXT = "L’œuvre des travailleurs·ses 😀, en « commun ».\n\nUn second alinéa, où tout se joue : la convention n° 87."


@dataclass
class Assembly:
    """Who is there, and what lies before them."""

    contribution: Contribution
    version: Version
    coordinator: Actor
    """The confederation's secretary."""
    secretaries: list[Actor]
    """Of each federation."""
    federations: list[Organisation]

    def participation_key(self, organisation_id: int | None) -> str:
        """Return the key of an organisation's participation."""
        return next(one.key for one in self.contribution.participations if one.organisation_id == organisation_id)

    def question(
        self, *, asked: list[Organisation] | None = None, until: datetime | None = None, **more: object
    ) -> Question:
        """Return a question to the federations, by consensus, for a week."""
        called = self.federations if asked is None else asked
        values: dict[str, object] = {
            "terms": Terms(Rule.CONSENSUS), "closes_at": until or now() + timedelta(days=7), "zone": "Europe/Brussels",
            "mandates": {self.participation_key(one.id): 1 for one in called},
        }
        return Question(**{**values, **more})  # type: ignore[arg-type]

    def open_round(self, **more: object) -> Round:
        """Ask the federations about the version."""
        return rounds.open_round(self.coordinator, self.version.key, self.question(**more))  # type: ignore[arg-type]


def assembly(federations: int = 3, *, acronym: str = "CONF") -> Assembly:
    """Return a contribution with a frozen version."""
    home = factories.organisation(name="Confédération exemple", acronym=acronym)
    others = [factories.organisation() for _each in range(federations)]
    contribution = factories.contribution()
    factories.participation(contribution, home, ParticipationRole.COORDINATOR)
    for one in others:
        factories.participation(contribution, one)
    coordinator = factories.member(home, MembershipRole.SECRETARY)
    secretaries = [factories.member(one, MembershipRole.SECRETARY) for one in others]
    for title in ("Constats", "Demandes"):
        factories.section(contribution, title=title, lead_id=home.id)
    write(contribution.sections[0], coordinator, TEXT)
    version = versions.freeze(coordinator, contribution.key, label="projet soumis")
    return Assembly(contribution, version, coordinator, secretaries, others)


def put(
    asked: Round, secretary: Actor, stance: Stance, *, reason: str = "", accepts_editorial: bool = False
) -> Validation:
    """Put a decision into the database, without the page by which people decide."""
    with transaction() as session:
        call = rounds.call_of(secretary, session.get_one(Round, asked.id))
        assert call is not None
        made = Validation(
            call_id=call.id, number=1, stance=stance, reason=reason, digest=asked.digest,
            accepts_editorial=accepts_editorial, person_id=secretary.person_id,
        )
        session.add(made)
    db.session.expire_all()
    return made
