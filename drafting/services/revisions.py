"""A section's revisions: its working sessions, and who wrote what at any revision."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.authored import AuthoredLine, authored_lines
from drafting.domain.blocks import Kind
from drafting.domain.changes import text_of as text_from_units
from drafting.domain.markdown import TooComplex
from drafting.domain.tracking import stretches
from drafting.domain.working_session import Step, WorkingSession, working_sessions
from drafting.extensions import db
from drafting.models import Organisation, Person, Section, Update, VersionSection
from drafting.services.access import find_section
from drafting.services.reading import html_of
from drafting.services.texts import head_of, state_of, text_of


@dataclass(frozen=True)
class SessionLine:
    """A working session with the names that a page shows."""

    session: WorkingSession
    person: str
    acronym: str
    colour: str
    version_number: int | None
    """The version that was frozen at the session's last revision, if any."""


@dataclass(frozen=True)
class Passage:
    """A stretch of text by one author."""

    text: str
    person: str
    acronym: str
    colour: str


def history(actor: Actor, key: str) -> tuple[Section, list[SessionLine]]:
    """Return the section and its working sessions, newest first."""
    section = find_section(actor, key)
    numbers = {each.revision: each.version.number for each in _frozen_places(section)}
    sessions = working_sessions(_steps(section), splits=frozenset(numbers))
    people, organisations = _names({s.author_id for s in sessions}, {s.organisation_id for s in sessions})
    lines = [
        SessionLine(
            session, people[session.author_id], organisations[session.organisation_id].acronym,
            organisations[session.organisation_id].colour, numbers.get(session.last_revision),
        )
        for session in sessions
    ]
    return section, lines[::-1]


@dataclass(frozen=True)
class RevisionView:
    """A section's text at one revision."""

    section: Section
    revision: int
    head: int
    at: datetime | None
    """When this revision was made; None for the empty beginning."""
    html: str
    passages: list[Passage]
    """The whole text, Markdown and all, by author."""
    lines: list[AuthoredLine[Passage]]
    """The words without marks, each with the passage that it is from."""
    before: int | None
    """Last revision of the working session before, if any."""
    after: int | None
    """Last revision of the next working session, if any."""

    @property
    def authors(self) -> list[tuple[str, str, list[str]]]:
        """Acronym, colour and people of each organisation that wrote something of this text."""
        people: dict[tuple[str, str], list[str]] = {}
        for passage in self.passages:
            names = people.setdefault((passage.acronym, passage.colour), [])
            if passage.person not in names:
                names.append(passage.person)
        return [(acronym, colour, names) for (acronym, colour), names in people.items()]


def at(actor: Actor, key: str, revision: int) -> RevisionView:
    """Return the section's text at a revision and who wrote what. Raise NotFound."""
    section = find_section(actor, key)
    text = text_of(section, revision)
    passages = _passages(section, revision)
    ends = [session.last_revision for session in working_sessions(_steps(section))]
    return RevisionView(
        section=section,
        revision=revision,
        head=head_of(section),
        at=db.session.scalar(
            select(Update.at).where(Update.section_id == section.id, Update.revision == revision)
        ),
        html=html_of(text, section.contribution.language, section.key),
        passages=passages,
        lines=_authored(text, passages),
        before=max((end for end in ends if end < revision), default=None),
        after=min((end for end in ends if end > revision), default=None),
    )


def _authored(text: str, passages: list[Passage]) -> list[AuthoredLine[Passage]]:
    """Return the words with their authors; a text too complex to be read is shown as it is typed."""
    cuts = [(passage.text, passage) for passage in passages]
    try:
        return authored_lines(text, cuts)
    except TooComplex:
        return [AuthoredLine(Kind.CODE, 0, tuple(cuts))]


def _passages(section: Section, revision: int) -> list[Passage]:
    """Return the base text as stretches of one author each."""
    state = state_of(section, revision)
    kept = [(text, run) for text, run in stretches(state) if run.insertion is None]
    people, organisations = _names({run.author for _, run in kept}, {run.organisation for _, run in kept})
    passages: list[Passage] = []
    for text, run in kept:
        body = organisations[run.organisation]
        passage = Passage(text_from_units(text), people[run.author], body.acronym, body.colour)
        last = passages[-1] if passages else None
        if last and (last.person, last.acronym) == (passage.person, passage.acronym):
            passages[-1] = replace(last, text=last.text + passage.text)
        else:
            passages.append(passage)
    return passages


def _frozen_places(section: Section) -> list[VersionSection]:
    return list(db.session.scalars(select(VersionSection).where(VersionSection.section_id == section.id)))


def _steps(section: Section) -> list[Step]:
    rows = db.session.execute(
        select(Update.revision, Update.author_id, Update.organisation_id, Update.at, Update.changes,
               Update.suggestion, Update.decide)
        .where(Update.section_id == section.id)
        .order_by(Update.revision)
    )
    return [
        Step(revision, author, organisation, at, *_sizes(changes), suggestion is not None, decide is not None)
        for revision, author, organisation, at, changes, suggestion, decide in rows
    ]


def _sizes(changes: str) -> tuple[int, int]:
    """Return how much a change set inserts and deletes."""
    inserted = deleted = 0
    for part in json.loads(changes):
        if isinstance(part, list):
            deleted += part[0]
            inserted += sum(len(line) for line in part[1:]) + max(len(part) - 2, 0)
    return inserted, deleted


def _names(people: set[int], organisations: set[int]) -> tuple[dict[int, str], dict[int, Organisation]]:
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {person_id: name for person_id, name in found}  # noqa: C416 - a result is no mapping
    bodies = {o.id: o for o in db.session.scalars(select(Organisation).where(Organisation.id.in_(organisations)))}
    return names, bodies
