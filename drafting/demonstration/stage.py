"""Play the story through the services and the live authority, so that its log is as true as any other.

All of it is one transaction: an interrupted demonstration leaves nothing behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from drafting.demonstration import calendar, cast, review, story, texts, writing
from drafting.demonstration.pen import Pen
from drafting.domain.actor import Actor
from drafting.domain.comment import Visibility
from drafting.domain.permissions import ParticipationRole, Stage
from drafting.domain.slug import slug_of
from drafting.extensions import db, transaction
from drafting.live.authority import Authority
from drafting.models import Contribution
from drafting.models.columns import recorded_at
from drafting.services import amendments, comments, contributions, sections, threads, versions

SLUG = slug_of(story.TITLE)
DAYS = max(session.day for session in story.SESSIONS)


def is_played() -> bool:
    """Tell whether the demonstration is there already."""
    return db.session.scalar(select(Contribution.id).where(Contribution.slug == SLUG)) is not None


def key() -> str:
    """Return the key of the demonstration's contribution."""
    return db.session.scalars(select(Contribution.key).where(Contribution.slug == SLUG)).one()


def play(today: date, password: str) -> None:
    """Play the whole story, ending the working day before `today`."""
    with transaction(), recorded_at(calendar.moment(today, DAYS, "09:00")):
        Theatre(today, cast.hire(password)).play()


@dataclass
class Theatre:
    """A play under way: who is who, which section is which, what has been written so far."""

    today: date
    actors: dict[str, Actor]
    authority: Authority = field(default_factory=lambda: Authority(db.engine))
    contribution: str = ""
    """The contribution's key."""
    keys: dict[str, str] = field(default_factory=dict)
    """Section of the story -> key."""
    pens: dict[str, Pen] = field(default_factory=dict)
    done: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    polished: list[story.Polish] = field(default_factory=list)
    spare: dict[str, str] = field(default_factory=dict)
    """Title -> key of sections of the outline that were retired at first."""

    def play(self) -> None:
        """Play everything in the order of its time."""
        self._open()
        acts = sorted(self._acts(), key=lambda act: (-act[0], act[1]))
        for day, time, act in acts:
            with recorded_at(calendar.moment(self.today, day, time)):
                act()
            _settle()

    def _acts(self) -> Iterator[tuple[int, str, Callable[[], None]]]:
        for session in story.SESSIONS:
            yield session.day, session.time, lambda s=session: self._write(s)  # type: ignore[misc]
        for polish in story.POLISHES:
            yield polish.day, polish.time, lambda p=polish: self._polish(p)  # type: ignore[misc]
        for proposal in review.PROPOSALS:
            yield proposal.day, proposal.time, lambda p=proposal: self._propose(p)  # type: ignore[misc]
        for remark in review.REMARKS:
            yield remark.day, remark.time, lambda r=remark: self._remark(r)  # type: ignore[misc]
        for event in story.EVENTS:
            yield event.day, event.time, lambda e=event: self._happen(e)  # type: ignore[misc]

    def _open(self) -> None:
        """Create the contribution, let everybody take part, and give the sections to those who lead them."""
        secretary = self.actors[story.WRITERS[0].name]
        details = contributions.Details(
            title=story.TITLE, recipient=story.RECIPIENT, event=story.EVENT, language="fr",
            deadline_at=calendar.deadline(self.today), deadline_zone=story.ZONE,
            text_limit=story.WORD_LIMIT, limit_unit="words",
        )  # fmt: skip
        contribution = contributions.create(secretary, details, kind="summit")
        self.contribution = contribution.key
        for body in story.BODIES[1:]:
            key = cast.organisation_key(body.acronym)
            contributions.take_in(secretary, contribution.key, key, ParticipationRole(body.role))
        _settle()
        outlined = {section.key: section.title for section in contribution.sections}
        for chapter, key in zip(story.CHAPTERS, outlined, strict=False):
            sections.rename(secretary, key, chapter.title, question=chapter.guide, text_limit=None)
            self._give(chapter, key)
        for key, title in list(outlined.items())[len(story.CHAPTERS) :]:
            sections.retire(secretary, key)
            self.spare[title] = key

    def _give(self, chapter: story.Chapter, key: str) -> None:
        secretary = self.actors[story.WRITERS[0].name]
        section = sections.entrust(secretary, key, cast.participation_key(self.contribution, chapter.lead))
        db.session.flush()
        self.keys[chapter.key] = key
        self.pens[chapter.key] = Pen(self.authority, section.id)

    def _write(self, session: story.Session) -> None:
        key = session.section, session.state
        slots = writing.align(texts.before(*key), texts.text_of(*key))
        chosen = writing.choose(slots, self.done[key], session.changes)
        start = calendar.moment(self.today, session.day, session.time)
        pen, actor = self.pens[session.section], self.actors[session.writer]
        for _before, after in writing.pieces(slots, self.done[key], chosen):
            start = pen.write(actor, writing.edits(pen.text, self._as_first_written(session, after)), start)
        self.done[key] |= chosen

    def _as_first_written(self, session: story.Session, text: str) -> str:
        """Return the text with the words that are polished only later."""
        for polish in story.POLISHES:
            if polish.section == session.section and polish not in self.polished:
                text = text.replace(polish.then, polish.first)
        return text

    def _polish(self, polish: story.Polish) -> None:
        pen, actor = self.pens[polish.section], self.actors[polish.writer]
        start = calendar.moment(self.today, polish.day, polish.time)
        before = pen.text
        pieces = writing.edits(before, _replaced(before, polish.first, polish.then))
        self.polished.append(polish)
        if polish.accepted_by is None:
            pen.write(actor, pieces, start)
            return
        name = f"proposition-{len(self.polished)}"
        done = pen.propose(actor, pieces, start, name=name)
        pen.accept(self.actors[polish.accepted_by], name, done + story.READING_TIME)

    def _propose(self, proposal: review.Proposal) -> None:
        pen, actor = self.pens[proposal.section], self.actors[proposal.writer]
        start = calendar.moment(self.today, proposal.day, proposal.time)
        before = pen.text
        piece = writing.replacement(before, _replaced(before, proposal.then, proposal.new))
        done = pen.propose(actor, [piece], start, name=proposal.name)
        if proposal.amendment:
            with recorded_at(done + story.READING_TIME):
                amendments.file(actor, self.keys[proposal.section], [proposal.name], proposal.amendment)

    def _remark(self, remark: review.Remark) -> None:
        (first, begun), *answers = remark.said
        whose = Visibility.ORGANISATION if remark.is_internal else Visibility.EVERYBODY
        at = calendar.moment(self.today, remark.day, remark.time)
        thread = threads.begin(
            self.actors[first], self.keys[remark.section], begun, visibility=whose,
            passage=threads.Passage(selected=remark.passage),
        )  # fmt: skip
        for writer, text in answers:
            at += story.READING_TIME
            with recorded_at(at):
                comments.reply(self.actors[writer], thread.key, text)
        if remark.is_settled:
            with recorded_at(at + story.READING_TIME):
                threads.resolve(self.actors[remark.said[-1][0]], thread.key)

    def _happen(self, event: story.Event) -> None:
        actor = self.actors[event.writer]
        if event.kind == "freeze":
            versions.freeze(actor, self.contribution, label=event.values["label"], note=event.values["note"])
        elif event.kind == "rename":
            section = event.values["section"]
            chapter = next(chapter for chapter in story.CHAPTERS if chapter.key == section)
            title = story.RENAMED[section]
            sections.rename(actor, self.keys[section], title, question=chapter.guide, text_limit=None)
        elif event.kind == "stage":
            sections.set_stage(actor, self.keys[event.values["section"]], Stage(event.values["stage"]))
        else:
            self._add(actor, next(chapter for chapter in story.ADDED if chapter.key == event.values["section"]))

    def _add(self, actor: Actor, chapter: story.Chapter) -> None:
        """Add a section, or bring back the one that was retired, then move it up from the end to its place."""
        if chapter.title in self.spare:
            section = sections.restore(actor, self.spare.pop(chapter.title))
        else:
            section = sections.add(actor, self.contribution, chapter.title, question=chapter.guide)
        _settle()
        self._give(chapter, section.key)
        order = [each.key for each in texts.chapters(story.SECOND) if each.key in self.keys]
        steps = len(order) - 1 - order.index(chapter.key)
        sections.move(actor, section.key, -steps)


def _replaced(text: str, old: str, new: str) -> str:
    """Return the text with words replaced that it must have exactly once."""
    if text.count(old) != 1:
        raise RuntimeError(f"Not found once: {old}")
    return text.replace(old, new)


def _settle() -> None:
    """Let the next service call read what this one wrote, as if it were in a transaction of its own."""
    db.session.flush()
    db.session.expire_all()
