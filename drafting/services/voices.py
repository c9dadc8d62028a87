"""Who speaks: a person with the organisation that they acted for, named for a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from drafting.extensions import db
from drafting.models import Organisation, Person


@dataclass(frozen=True)
class Voice:
    """A person for an organisation."""

    person: str
    organisation: Organisation

    @property
    def label(self) -> str:
        """The person, and in brackets for whom: "Nadia Œuvre (FEM)"."""
        return f"{self.person} ({self.organisation.acronym})"


class Voices:
    """The names of some people and organisations, read once."""

    def __init__(self, people: Iterable[int], organisations: Iterable[int]) -> None:
        found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(set(people)))))
        self._people = {one.id: one.name for one in found}
        wanted = select(Organisation).where(Organisation.id.in_(sorted(set(organisations))))
        self._organisations = {one.id: one for one in db.session.scalars(wanted)}

    def of(self, person_id: int, organisation_id: int) -> Voice:
        """Return somebody's name and organisation."""
        return Voice(self._people[person_id], self._organisations[organisation_id])

    def organisation(self, organisation_id: int) -> Organisation:
        """Return an organisation."""
        return self._organisations[organisation_id]

    def organisations(self) -> list[Organisation]:
        """Return the organisations, by acronym."""
        return sorted(self._organisations.values(), key=lambda one: one.acronym)
