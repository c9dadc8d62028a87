"""The demonstration as it is played: the log is true, bears the story's times, and ends on the texts."""

import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from drafting.app import create_app
from drafting.demonstration import review, stage, story, texts
from drafting.domain.permissions import ParticipationRole
from drafting.domain.proposals import proposals
from drafting.extensions import db
from drafting.health import data
from drafting.health.findings import Level
from drafting.models import (
    Amendment,
    Contribution,
    Organisation,
    Participation,
    Person,
    Section,
    Thread,
    Update,
    Version,
)
from drafting.services import audit, passwords
from drafting.services.texts import state_of, text_of
from tests.conftest import settings_for

TODAY = date(2026, 3, 18)
PASSWORD = "une œuvre · commune 🙂"


@pytest.fixture(scope="module")
def played(sqlite_template, tmp_path_factory):
    """An instance in which the story was played, for tests that only look."""
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(sqlite_template, folder / "drafting.sqlite3")
    app = create_app(settings_for(folder))
    with app.app_context():
        stage.play(TODAY, PASSWORD)
        yield app
        db.session.remove()
        db.engine.dispose()


def _sections():
    contribution = db.session.scalars(select(Contribution)).one()
    return [section for section in contribution.sections if section.retired_at is None]


def test_the_whole_story_is_played_through_the_authority_on_both_databases(app):
    stage.play(TODAY, PASSWORD)

    found = _sections()

    assert [text_of(section) for section in found] == [
        texts.text_of(chapter.key, story.LIVE) for chapter in texts.chapters(story.LIVE)
    ]
    assert [section.lead.acronym for section in found] == [c.lead for c in texts.chapters(story.LIVE)]
    for number, state in ((1, story.FIRST), (2, story.SECOND)):
        version = db.session.scalars(select(Version).where(Version.number == number)).one()
        frozen = [section.text for section in version.sections]
        assert frozen == [texts.text_of(chapter.key, state) for chapter in texts.chapters(state)]
    assert stage.is_played()


def test_the_log_replays_and_everything_is_sound(played):
    for check in (data.logs, data.versions, data.audit_chain):
        findings = list(check(played.config["SETTINGS"]))

        assert findings
        assert {finding.level for finding in findings} == {Level.FINE}
    assert audit.first_bad_entry() is None


def test_times_are_those_of_the_story_and_go_forward(played):
    for section in db.session.scalars(select(Section)):
        times = list(
            db.session.scalars(select(Update.at).where(Update.section_id == section.id).order_by(Update.revision))
        )
        assert times == sorted(times)
        assert all(at.date() < TODAY for at in times)
    first, last = db.session.execute(select(func.min(Update.at), func.max(Update.at))).one()
    assert last - first > timedelta(days=10)
    frozen = list(db.session.scalars(select(Version.frozen_at).order_by(Version.number)))
    assert first < frozen[0] < frozen[1] < last, "two versions inside the story, and a live text beyond"
    deadline = db.session.scalars(select(Contribution.deadline_at)).one()
    assert deadline is not None
    assert deadline.date() > TODAY


def test_several_organisations_wrote_and_what_was_accepted_keeps_its_author(played):
    writers = {
        (section_id, author)
        for section_id, author in db.session.execute(select(Update.section_id, Update.author_id).distinct())
    }
    by_section = {section.id: {a for s, a in writers if s == section.id} for section in _sections()}

    assert all(by_section.values())
    assert sum(len(people) > 1 for people in by_section.values()) >= 7
    accepted = db.session.scalar(select(func.count()).where(Update.decide == "accept"))
    assert accepted == sum(polish.accepted_by is not None for polish in story.POLISHES)


def test_the_review_is_under_way(played):
    found = {p.id: p for section in _sections() for p in proposals(state_of(section))}
    filed = list(db.session.scalars(select(Amendment)))
    threads = list(db.session.scalars(select(Thread).order_by(Thread.id)))

    assert set(found) == {proposal.name for proposal in review.PROPOSALS}
    assert any(one.collides for one in found.values()), "two of them touch the same words"
    assert [one.suggestions[0].suggestion for one in filed] == [p.name for p in review.PROPOSALS if p.amendment]
    assert [[c.text for c in one.comments] for one in threads] == [[text for _, text in r.said] for r in review.REMARKS]
    assert [one.resolved_at is not None for one in threads] == [remark.is_settled for remark in review.REMARKS]
    assert all(one.start is not None for one in threads), "each about its passage"


def test_everybody_can_sign_in_and_takes_part_as_told(played):
    people = {person.email: person for person in db.session.scalars(select(Person))}

    assert set(people) == {writer.email for writer in story.WRITERS}
    assert all(passwords.is_right(PASSWORD, person.password_hash) for person in list(people.values())[:2])
    taking_part = select(Organisation.acronym, Participation.role).join(Participation.organisation)
    roles = {row.acronym: row.role for row in db.session.execute(taking_part)}
    assert roles == {body.acronym: ParticipationRole(body.role) for body in story.BODIES}


def test_an_interrupted_play_leaves_nothing_behind(app, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("coupure")

    monkeypatch.setattr(stage.versions, "freeze", fail)

    with pytest.raises(RuntimeError, match="coupure"):
        stage.play(TODAY, PASSWORD)

    assert not stage.is_played()
    assert db.session.scalar(select(func.count()).select_from(Update)) == 0
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 0
