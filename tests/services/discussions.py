"""A contribution in which people comment, in few words: who takes part, and what each of them sees."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.domain.actor import Actor
from drafting.domain.comment import Visibility
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.models import Contribution, Organisation, Section, Thread
from drafting.services import discussion, threads
from drafting.services.discussion import Filters, ThreadView
from drafting.services.threads import WHOLE, Passage
from tests import factories
from tests.writing import write

TEXT = "## Nos constats\n\nL’œuvre **commune** 🙂 commence. L’œuvre [dure](https://exemple.example/long) l’été.\n"


@dataclass
class Table:
    """CEX coordinates, LEA leads the section, AUT writes too, CON suggests, OBS reads, OUT does not take part."""

    contribution: Contribution
    section: Section
    organisations: dict[str, Organisation]
    people: dict[str, Actor]

    def begin(
        self, who: str, text: str = "Faut-il « tout » dire ? 🙂", *, visibility: Visibility = Visibility.EVERYBODY,
        passage: Passage = WHOLE,
    ) -> Thread:
        return threads.begin(self.people[who], self.section.key, text, visibility=visibility, passage=passage)

    def seen_by(self, who: str) -> list[ThreadView]:
        return discussion.of_section(self.people[who], self.section.key).threads

    def listed_for(self, who: str, **filters: object) -> list[ThreadView]:
        found = discussion.of_contribution(self.people[who], self.contribution, Filters(**filters))  # type: ignore[arg-type]
        return [view for each in found for view in each.threads]


ROLES = {
    "CEX": ParticipationRole.COORDINATOR, "LEA": ParticipationRole.AUTHOR, "AUT": ParticipationRole.AUTHOR,
    "CON": ParticipationRole.CONTRIBUTOR, "OBS": ParticipationRole.OBSERVER,
}


def table(text: str = TEXT) -> Table:
    """Build it. Each organisation has a person named after it, and AUT a second one."""
    organisations = {name: factories.organisation(acronym=name) for name in (*ROLES, "OUT")}
    contribution = factories.contribution(title="L’œuvre « commune »")
    for name, role in ROLES.items():
        factories.participation(contribution, organisations[name], role)
    section = factories.section(contribution, title="Dès l’été", lead_id=organisations["LEA"].id)
    people = {
        name: factories.member(body, MembershipRole.MEMBER, name=f"Camille {name.title()}")
        for name, body in organisations.items()
    }
    people["AUT2"] = factories.member(organisations["AUT"], name="Noé Œuvre")
    if text:
        write(section, people["CEX"], text)
    return Table(contribution, section, organisations, people)
