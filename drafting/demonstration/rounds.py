"""Play the papers on which the example organisations decide: written, frozen, put to a round, decided, closed.

Each step is a transaction of its own, as a decision is: a play that was interrupted goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from drafting.demonstration import calendar, cast, story, writing
from drafting.demonstration.codes import codes_for
from drafting.demonstration.papers import PAPERS, Answer, Paper
from drafting.demonstration.pen import Pen
from drafting.domain.actor import Actor
from drafting.domain.permissions import ParticipationRole, Stage
from drafting.domain.slug import slug_of
from drafting.extensions import db, transaction
from drafting.live.authority import Authority
from drafting.models import Contribution, Round, Version
from drafting.models.columns import recorded_at
from drafting.services import closings, contributions, rounds, sections, validations, versions

WRITTEN_AT = "09:00"


def play(today: date) -> None:
    """Play what is not played yet, ending the working day before `today`."""
    actors = cast.actors()
    for paper in PAPERS:
        _Play(paper, today, actors).go_on()


def version_of(paper: Paper) -> Version | None:
    """Return the paper's version, once it is frozen."""
    return db.session.scalar(
        select(Version).join(Contribution, Contribution.id == Version.contribution_id)
        .where(Contribution.slug == slug_of(paper.title)).limit(1))


@dataclass
class _Play:
    """One paper on its way."""

    paper: Paper
    today: date
    actors: dict[str, Actor]

    @property
    def coordinator(self) -> Actor:
        return next(actor for actor in self.actors.values() if actor.acronym == self.paper.asked[0])

    def go_on(self) -> None:
        version = version_of(self.paper) or self._write()
        asked = self._asked() or self._open(version)
        key, digest = asked.key, asked.digest
        decided = {call.organisation.acronym for call in asked.calls if validations.history_of(call)}
        for answer in self.paper.answers:
            if asked.is_open and self.actors[answer.writer].acronym not in decided:
                self._decide(answer, key, digest)
        if self.paper.closed is not None and self._is_open():
            with recorded_at(calendar.moment(self.today, *self.paper.closed)):
                closings.close(self.coordinator, key)

    def _write(self) -> Version:
        """Create the contribution, write its sections and freeze it, the day before it is put to the round."""
        day, _time = self.paper.opened
        at = calendar.moment(self.today, day + 1, WRITTEN_AT)
        details = contributions.Details(
            title=self.paper.title, recipient=self.paper.recipient, event=self.paper.event, language="fr",
            deadline_at=calendar.deadline(self.today), deadline_zone=story.ZONE, text_limit=None, limit_unit="words",
        )  # fmt: skip
        titles = [title for title, _text in self.paper.sections]
        with recorded_at(at), transaction():
            made = contributions.create(self.coordinator, details, kind=self.paper.kind, titles=titles)
            for acronym in self.paper.asked[1:]:
                key = cast.organisation_key(acronym)
                contributions.take_in(self.coordinator, made.key, key, ParticipationRole.AUTHOR)
            db.session.flush()
            authority = Authority(db.engine)
            for section, (_title, text) in zip(made.sections, self.paper.sections, strict=True):
                at = Pen(authority, section.id).write(self.coordinator, writing.edits("", text), at)
            keys = [section.key for section in made.sections]
        with recorded_at(at):
            for key in keys:
                sections.set_stage(self.coordinator, key, Stage.AGREED)
            return versions.freeze(self.coordinator, made.key, label="Texte soumis")

    def _asked(self) -> Round | None:
        db.session.rollback()
        version = version_of(self.paper)
        return None if version is None else db.session.scalar(select(Round).where(Round.version_id == version.id))

    def _is_open(self) -> bool:
        asked = self._asked()
        return asked is not None and asked.is_open

    def _open(self, version: Version) -> Round:
        contribution = version.contribution
        question = rounds.Question(
            terms=self.paper.terms, closes_at=calendar.deadline(self.today), zone=story.ZONE,
            mandates={cast.participation_key(contribution.key, acronym): 1 for acronym in self.paper.asked},
            roll_call=self.paper.roll_call, message=self.paper.message,
        )  # fmt: skip
        with recorded_at(calendar.moment(self.today, *self.paper.opened)):
            return rounds.open_round(self.coordinator, version.key, question)

    def _decide(self, answer: Answer, key: str, digest: str) -> None:
        actor = self.actors[answer.writer]
        with recorded_at(calendar.moment(self.today, answer.day, answer.time)), codes_for(actor) as codes:
            validations.decide(actor, key, answer.decision, digest=digest, seen=0, code=next(codes))
