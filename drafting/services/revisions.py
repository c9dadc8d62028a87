"""A section's text at any revision: who wrote what of it, and where a slider goes from there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from drafting.domain.actor import Actor
from drafting.domain.authored import AuthoredLine, authored_lines
from drafting.domain.blocks import Kind
from drafting.domain.changes import text_of as text_from_units
from drafting.domain.markdown import TooComplex
from drafting.domain.point import Point
from drafting.domain.tracking import SectionState, base_view, stretches
from drafting.domain.working_session import Step
from drafting.extensions import db
from drafting.live import log
from drafting.models import Section
from drafting.services.access import find_section
from drafting.services.moments import instant_of
from drafting.services.reading import html_of
from drafting.services.texts import head_of, state_of
from drafting.services.voices import Voice, Voices
from drafting.services.working_sessions import STOPS, stops_around


@dataclass(frozen=True)
class Passage:
    """A stretch of text by one author."""

    text: str
    person: str
    acronym: str
    colour: str


@dataclass(frozen=True)
class Stop:
    """Where the slider stops: the last revision of a working session, or the beginning."""

    revision: int
    at: datetime | None
    """None for the empty beginning."""
    by: Voice | None


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
    here: Stop
    """This revision, whether the slider stops at it or not."""
    before: list[Stop]
    """Where the slider stops before it, the nearest first."""
    after: list[Stop]

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
    head = head_of(section)
    state = state_of(section, revision)
    text = base_view(state)
    stops = stops_around(section, revision, head)
    steps = [*stops.before, *stops.after, *([stops.here] if stops.here else [])]
    voices = Voices([step.author_id for step in steps], [step.organisation_id for step in steps])
    beginning = [Stop(0, None, None)] if revision and len(stops.before) < STOPS else []
    passages = _passages(state)
    return RevisionView(
        section=section, revision=revision, head=head, at=stops.here.at if stops.here else None,
        html=html_of(text, section.contribution.language, section.key),
        passages=passages, lines=_authored(text, passages),
        here=_stop(stops.here, voices) if stops.here else Stop(0, None, None),
        before=[*(_stop(step, voices) for step in stops.before), *beginning],
        after=[_stop(step, voices) for step in stops.after],
    )


def stop_at(actor: Actor, key: str, revision: int) -> int:
    """Return where the working session ends in which a revision lies. Raise NotFound."""
    section = find_section(actor, key)
    head = head_of(section)
    revision = min(max(revision, 0), head)
    stops = stops_around(section, revision, head)
    return revision if stops.is_end or not stops.after else stops.after[0].revision


def revision_at(actor: Actor, key: str, moment: Point) -> int:
    """Return at which revision the section was at a date. Raise NotFound; InvalidInput for one that does not come."""
    section = find_section(actor, key)
    at = instant_of(moment, section.contribution.deadline_zone)
    return log.vector_at(db.session(), section.contribution_id, at)[section.id]


def _stop(step: Step, voices: Voices) -> Stop:
    return Stop(step.revision, step.at, voices.of(step.author_id, step.organisation_id))


def _authored(text: str, passages: list[Passage]) -> list[AuthoredLine[Passage]]:
    """Return the words with their authors; a text too complex to be read is shown as it is typed."""
    cuts = [(passage.text, passage) for passage in passages]
    try:
        return authored_lines(text, cuts)
    except TooComplex:
        return [AuthoredLine(Kind.CODE, 0, tuple(cuts))]


def _passages(state: SectionState) -> list[Passage]:
    """Return the base text as stretches of one author each."""
    kept = [(text, run) for text, run in stretches(state) if run.insertion is None]
    voices = Voices({run.author for _, run in kept}, {run.organisation for _, run in kept})
    passages: list[Passage] = []
    for text, run in kept:
        by = voices.of(run.author, run.organisation)
        passage = Passage(text_from_units(text), by.person, by.organisation.acronym, by.organisation.colour)
        last = passages[-1] if passages else None
        if last and (last.person, last.acronym) == (passage.person, passage.acronym):
            passages[-1] = replace(last, text=last.text + passage.text)
        else:
            passages.append(passage)
    return passages
