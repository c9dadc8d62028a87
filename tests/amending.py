"""A contribution with suggestions to file, in few words, and amendments filed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drafting.domain.actor import Actor
from drafting.domain.changes import units
from drafting.domain.permissions import MembershipRole, ParticipationRole
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Applied, Batch, Decision
from drafting.live.house import house_of
from drafting.models import Amendment, Contribution, Section
from drafting.services import amendments
from tests import factories
from tests.writing import write

TEXT = """## Nos demandes

L’été des salariés « compte » 👍, dit l’œuvre commune.

- négocier avant tout déploiement ;
- protéger les lanceurs d’alerte.

La durée du travail est fixée à trente-cinq heures.
"""


@dataclass
class Desk:
    """A section on which people suggest and decide as in the page."""

    section_id: int
    section_key: str

    @property
    def section(self) -> Section:
        """The section, read anew."""
        db.session.rollback()
        return db.session.get_one(Section, self.section_id)

    @property
    def state(self) -> SectionState:
        """The section's state, read anew from the log."""
        db.session.rollback()
        return log.state_at(db.session(), self.section_id)

    def send(self, actor: Actor, *updates: dict[str, Any], base: int | None = None) -> None:
        """Let somebody's browser send updates."""
        revision = self.state.revision if base is None else base
        client = secrets.token_hex(6)
        batch = Batch(actor, self.section_id, client, 1, revision, updates)
        [outcome] = house_of(db.engine).authority.run([batch])
        assert isinstance(outcome, Applied), outcome

    def replace(self, actor: Actor, old: str, new: str, id: str) -> str:
        """Suggest to put `new` in the place of the first `old` (or behind it, with `new` alone: old="x|")."""
        text, (what, bar, _) = self.state.text, old.partition("|")
        start = text.index(units(what))
        end = start + len(units(what))
        insertion = [end, [0, *new.split("\n")], len(text) - end]
        update: dict[str, Any] = {"changes": [part for part in insertion if part != 0], "suggestion": id}
        if not new:
            update["changes"] = [len(text)]
        if not bar:
            update["strike"] = [[start, end]]
        self.send(actor, update)
        return id

    def edit(self, actor: Actor, old: str, new: str) -> None:
        """Replace text as an editor."""
        text = self.state.text
        start, length = text.index(units(old)), len(units(old))
        parts = [start, [length, *new.split("\n")] if new else [length], len(text) - start - length]
        self.send(actor, {"changes": [part for part in parts if part != 0]})

    def decide(self, actor: Actor, command: str, *ids: str, reason: str = "") -> int:
        """Decide as a card on the page does; return the revision of the decision."""
        decision = Decision(actor, self.section_id, secrets.token_hex(6), 1, command, ids, seen_of(self.state, ids),
                            reason=reason or None)
        [outcome] = house_of(db.engine).authority.run([decision])
        assert isinstance(outcome, Applied), outcome
        return outcome.head

    def undo(self, actor: Actor, of: int) -> None:
        """Take a decision back as a card does."""
        [outcome] = house_of(db.engine).authority.run([
            Decision(actor, self.section_id, secrets.token_hex(6), 1, "undo", of=of)])
        assert isinstance(outcome, Applied), outcome

    def seen(self, ids: Sequence[str]) -> dict[str, str]:
        """What somebody sees of these suggestions now."""
        return seen_of(self.state, ids)


@dataclass
class Paper(Desk):
    """Two sections, the second with a text; LEA leads it, FED and CON propose; each has a secretary and a member."""

    contribution: Contribution
    coordinator: Actor
    lead: Actor
    secretary: Actor
    """Of FED, an author that does not lead."""
    member: Actor
    contributor: Actor
    """Secretary of CON, which may only suggest."""
    observer: Actor
    stranger: Actor

    def file(self, *ids: str, actor: Actor | None = None, why: str = "Parce que « c’est juste » 🙂.") -> str:
        """File suggestions and return the amendment's key."""
        return amendments.file(actor or self.secretary, self.section_key, ids, why).key


def amendment(key: str) -> Amendment:
    """The amendment, read anew."""
    db.session.rollback()
    return db.session.query(Amendment).filter_by(key=key).one()


def steps(key: str) -> list[tuple[str, str]]:
    """The states that it had, each with the acronym of who gave it."""
    return [(one.state.value, one.organisation.acronym) for one in amendment(key).steps]


def paper(**values: Any) -> Paper:
    """Build the paper."""
    secretary = MembershipRole.SECRETARY
    roles = {
        "CEX": ParticipationRole.COORDINATOR, "LEA": ParticipationRole.AUTHOR, "FED": ParticipationRole.AUTHOR,
        "CON": ParticipationRole.CONTRIBUTOR, "OBS": ParticipationRole.OBSERVER, "OUT": None,
    }
    colours = dict(zip(roles, ("crimson", "green", "blue", "ochre", "violet", "brown"), strict=True))
    contribution = factories.contribution(**{"title": "L’œuvre « commune » · été", **values})
    bodies = {}
    for acronym, role in roles.items():
        bodies[acronym] = factories.organisation(
            acronym=acronym, name=f"Fédération « {acronym} » de l’œuvre", colour=colours[acronym])
        if role is not None:
            factories.participation(contribution, bodies[acronym], role)
    factories.section(contribution, title="Préambule · é", lead_id=bodies["CEX"].id)
    section = factories.section(contribution, title="Droits & « libertés »", lead_id=bodies["LEA"].id)
    coordinator = factories.member(bodies["CEX"], name="Camille Œuvre")
    write(section, coordinator, TEXT)
    return Paper(
        section.id, section.key, contribution, coordinator, factories.member(bodies["LEA"], name="Noé Lefèvre"),
        factories.member(bodies["FED"], secretary, name="Zoé Béranger"), factories.member(bodies["FED"]),
        factories.member(bodies["CON"], secretary), factories.member(bodies["OBS"], secretary),
        factories.member(bodies["OUT"], secretary),
    )
