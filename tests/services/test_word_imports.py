"""Taking what was found in a Word document: once, by whoever handed it in, where they may write, and as their text."""

from __future__ import annotations

import dataclasses
import os
import time
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from drafting.domain.actor import Actor
from drafting.domain.changes import MAX_INSERTED
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooMany
from drafting.domain.permissions import MembershipRole, ParticipationRole, Stage
from drafting.extensions import db
from drafting.live import log
from drafting.models import Contribution, Job, Section, Update
from drafting.models.export import JobKind, JobState
from drafting.services import sections
from drafting.services.contributions import Details
from drafting.services.texts import text_of
from exports import imports, jobs, making
from exports.imports import Chosen
from exports.instance import upload_store
from exports.kinds import word_import
from tests import factories
from tests.exports.docx.words import docx, h, notes, p, table
from tests.services.test_exporting import together
from tests.writing import propose, write

BODY = (
    p("Avant · « tout »") + h("Œuvre") + p("été 🙂") + h("Demandes") + table(["Pays", "N"], ["Suède", "1"])
)
DETAILS = Details("L’œuvre", "Un sommet", "", "fr", None, "Europe/Paris", None, "words")


@dataclass
class Scene:
    coordinator: Actor
    author: Actor
    outsider: Actor
    paper: Contribution
    led: Section
    """Empty, led by the author's organisation."""


@pytest.fixture
def scene(app: Flask) -> Scene:
    app.config["EXPORTS_IN_BACKGROUND"] = False
    home, away, far = (factories.organisation() for _ in range(3))
    coordinator = factories.member(home, MembershipRole.SECRETARY)
    paper = factories.contribution(created_by_id=coordinator.person_id)
    factories.participation(paper, home, ParticipationRole.COORDINATOR)
    factories.participation(paper, away, ParticipationRole.AUTHOR)
    led = factories.section(paper, lead_id=away.id)
    return Scene(coordinator, factories.member(away), factories.member(far), db.session.merge(paper), led)


def read(app: Flask, actor: Actor, data: bytes = b"", **where: str) -> str:
    """Hand a document in and have it read; return the job's key."""
    key = word_import.order(actor, data or docx(BODY), name="œuvre.docx", changes="accept", **where).key
    do_all(app)
    return key


def do_all(app: Flask) -> None:
    while (job_id := jobs.claim()) is not None:
        making.perform(app, job_id, making.render_guarded)
    db.session.rollback()


def job(key: str) -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.key == key)).one()


def all_of(key: str) -> list[Chosen]:
    found = job(key).result["sections"]
    return [Chosen(place, one["title"] or "Introduction") for place, one in enumerate(found)]


def test_a_document_becomes_a_contribution_written_by_who_took_it(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator)

    made = imports.create_contribution(scene.coordinator, key, DETAILS, all_of(key))

    assert [(one.title, text_of(one)) for one in made.sections] == [
        ("Introduction", "Avant · « tout »"), ("Œuvre", "été 🙂"),
        ("Demandes", "| Pays | N |\n| --- | --- |\n| Suède | 1 |"),
    ]
    assert [participation.organisation_id for participation in made.participations] == [
        scene.coordinator.organisation_id
    ]
    rows = log.rows_between(db.session(), made.sections[0].id, 0, 1)
    assert [(row.row.author, row.row.organisation) for row in rows] == [
        (scene.coordinator.person_id, scene.coordinator.organisation_id)
    ]
    assert log.head_of(db.session(), made.sections[0].id) == 1


def test_only_the_chosen_sections_are_taken_under_the_titles_given(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator, contribution_key=scene.paper.key)

    added = imports.add_sections(scene.coordinator, key, [Chosen(2, "Ce que nous demandons"), Chosen(1, "L’été")])

    assert [(one.title, text_of(one)) for one in added] == [
        ("Ce que nous demandons", "| Pays | N |\n| --- | --- |\n| Suède | 1 |"), ("L’été", "été 🙂"),
    ]
    assert [one.contribution_id for one in added] == [scene.paper.id] * 2
    assert added[0].position > scene.led.position


def test_the_lead_fills_its_empty_section_with_the_whole_document(app: Flask, scene: Scene) -> None:
    key = read(app, scene.author, section_key=scene.led.key)

    section = imports.fill_section(scene.author, key)

    assert text_of(section).startswith("Avant · « tout »\n\n## Œuvre\n\nété 🙂\n\n## Demandes")
    assert text_of(section) == job_text(scene.led)


def job_text(section: Section) -> str:
    db.session.rollback()
    return text_of(db.session.get_one(Section, section.id))


@pytest.mark.parametrize("what", ["text", "suggestion"])
def test_nothing_that_others_wrote_meanwhile_is_replaced(app: Flask, scene: Scene, what: str) -> None:
    key = read(app, scene.author, section_key=scene.led.key)
    if what == "text":
        write(scene.led, scene.author, "Entre-temps · œuvre")
    else:
        propose(scene.led, scene.coordinator, "s1", "", "Une idée")
    before = job_text(scene.led)

    with pytest.raises(Conflict):
        imports.fill_section(scene.author, key)

    assert job_text(scene.led) == before
    assert "sections" in job(key).result  # What was found is still there to be read.


def test_a_document_is_taken_once(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator)
    chosen = all_of(key)
    imports.create_contribution(scene.coordinator, key, DETAILS, chosen)
    count = db.session.scalar(select(func.count(Contribution.id)))

    with pytest.raises(Conflict):
        imports.create_contribution(scene.coordinator, key, DETAILS, chosen)

    assert db.session.scalar(select(func.count(Contribution.id))) == count
    assert set(job(key).result) == {"taken"}


def test_of_many_who_take_it_at_once_one_does(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator)
    chosen = all_of(key)
    count = db.session.scalar(select(func.count(Contribution.id)))

    outcomes = together(
        app, lambda: imports.create_contribution(scene.coordinator, key, DETAILS, chosen) is not None, count=12
    )

    assert outcomes == {"True": 1, "conflict": 11}
    db.session.rollback()
    assert db.session.scalar(select(func.count(Contribution.id))) == (count or 0) + 1


def test_nobody_keeps_all_others_waiting(app: Flask, scene: Scene) -> None:
    for n in range(word_import.MOST_WAITING):
        word_import.order(scene.coordinator, docx(p(f"œuvre {n}")), name="x", changes="accept")

    with pytest.raises(TooMany):
        word_import.order(scene.coordinator, docx(p("encore")), name="x", changes="accept")

    assert word_import.order(scene.author, docx(p("un autre")), name="x", changes="accept").state is JobState.QUEUED


def test_when_something_is_wrong_nothing_at_all_is_made(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator)
    contributions_before = db.session.scalar(select(func.count(Contribution.id)))
    rows_before = db.session.scalar(select(func.count()).select_from(Update))

    for details, chosen in (
        (DETAILS, []),
        (DETAILS, [Chosen(0, " ")]),
        (DETAILS, [Chosen(0, "é" * 201)]),
        (DETAILS, [Chosen(0, "un"), Chosen(0, "deux")]),
        (DETAILS, [Chosen(7, "ailleurs")]),
        (dataclasses.replace(DETAILS, title=" "), [Chosen(0, "un")]),
    ):
        with pytest.raises(InvalidInput):
            imports.create_contribution(scene.coordinator, key, details, chosen)

    assert db.session.scalar(select(func.count(Contribution.id))) == contributions_before
    assert db.session.scalar(select(func.count()).select_from(Update)) == rows_before
    assert len(imports.create_contribution(scene.coordinator, key, DETAILS, all_of(key)).sections) == 3


def test_only_who_handed_it_in_sees_and_takes_it(app: Flask, scene: Scene) -> None:
    colleague = dataclasses.replace(scene.author, organisation_id=scene.coordinator.organisation_id)
    key = read(app, scene.coordinator, contribution_key=scene.paper.key)

    for other in (scene.author, scene.outsider, colleague):
        with pytest.raises(NotFound):
            imports.find(other, key)
        with pytest.raises(NotFound):
            imports.add_sections(other, key, all_of(key))


def test_nobody_else_is_told_how_far_a_document_for_the_contribution_is(app: Flask, scene: Scene) -> None:
    key = word_import.order(
        scene.coordinator, docx(BODY), name="œuvre.docx", changes="accept", contribution_key=scene.paper.key).key

    assert jobs.find_job(scene.coordinator, key).key == key
    with pytest.raises(NotFound):
        jobs.find_job(scene.author, key)


def test_what_was_read_for_one_place_is_not_taken_to_another(app: Flask, scene: Scene) -> None:
    new = read(app, scene.coordinator)
    section = read(app, scene.coordinator, section_key=scene.led.key)

    with pytest.raises(NotFound):
        imports.add_sections(scene.coordinator, new, all_of(new))
    with pytest.raises(NotFound):
        imports.fill_section(scene.coordinator, new)
    with pytest.raises(NotFound):
        imports.add_sections(scene.coordinator, section, [Chosen(0, "un")])


def test_who_may_hand_a_document_in(app: Flask, scene: Scene) -> None:
    data = docx(p("œuvre"))

    def order(actor: Actor, **where: str) -> None:
        word_import.order(actor, data, name="x", changes="accept", **where)

    with pytest.raises(Forbidden):
        order(scene.author, contribution_key=scene.paper.key)
    with pytest.raises(NotFound):
        order(scene.outsider, contribution_key=scene.paper.key)
    with pytest.raises(NotFound):
        order(scene.outsider, section_key=scene.led.key)
    suite = factories.section(db.session.merge(scene.paper))
    with pytest.raises(Forbidden):
        order(scene.author, section_key=suite.key)
    sections.set_stage(scene.coordinator, scene.led.key, Stage.AGREED)
    with pytest.raises(Conflict):
        order(scene.author, section_key=scene.led.key)
    with pytest.raises(Forbidden):
        order(dataclasses.replace(scene.outsider, organisation_id=None, membership=None))
    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_rights_lost_since_are_asked_for_again(app: Flask, scene: Scene) -> None:
    key = read(app, scene.author, section_key=scene.led.key)
    sections.set_stage(scene.coordinator, scene.led.key, Stage.UNDER_REVIEW)

    with pytest.raises(Forbidden):
        imports.fill_section(scene.author, key)

    assert job_text(scene.led) == ""


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (docx("<w:ins>" * 500 + "</w:ins>" * 500), "too-complex"),
        (docx("<w:p/>"), "no-text"),
        (docx(p("é"))[:-40], "damaged-file"),
        (docx(p("œuvre " * 100_000)), "long-section"),
    ],
    ids=["too deep", "no text", "damaged", "too long"],
)
def test_a_document_that_cannot_be_read_says_why(app: Flask, scene: Scene, data: bytes, error: str) -> None:
    done = job(read(app, scene.coordinator, data))

    assert (done.state, done.error, done.result) == (JobState.FAILED, error, None)


def test_files_that_are_certainly_no_docx_are_refused_at_once(app: Flask, scene: Scene) -> None:
    with pytest.raises(InvalidInput, match="PDF") as refused:
        word_import.order(scene.coordinator, b"%PDF-1.7", name="x.pdf", changes="accept")

    assert set(refused.value.fields) == {"document"}


def test_a_long_document_is_written_whole(app: Flask, scene: Scene) -> None:
    body = "".join(p(f"{n} « œuvre » 🙂 " * 40) for n in range(400))

    key = read(app, scene.author, docx(body), section_key=scene.led.key)
    section = imports.fill_section(scene.author, key)

    text = text_of(section)
    assert len(text) > MAX_INSERTED
    assert text.split("\n\n")[399] == ("399 « œuvre » 🙂 " * 40).strip()


def test_a_document_is_kept_only_until_it_is_read(app: Flask, scene: Scene) -> None:
    key = read(app, scene.coordinator, docx(p("œuvre") + h("a"), more={"footnotes": notes("n")}))
    kept = job(key).spec["sha256"]
    assert [path.stem for path in upload_store().folder.iterdir()] == [kept]
    waiting = word_import.order(scene.coordinator, docx(p("autre")), name="x", changes="accept")
    old = time.time() - 10 * word_import.KEPT_S
    for path in upload_store().folder.iterdir():
        os.utime(path, (old, old))

    word_import.forget_uploads()

    assert [path.stem for path in upload_store().folder.iterdir()] == [waiting.spec["sha256"]]
    do_all(app)
    word_import.forget_upload(job(waiting.key))
    assert list(upload_store().folder.iterdir()) == []
    assert job(waiting.key).state is JobState.DONE


def test_a_document_that_is_gone_says_so(app: Flask, scene: Scene) -> None:
    key = word_import.order(scene.coordinator, docx(BODY), name="x", changes="accept").key
    for path in upload_store().folder.iterdir():
        path.unlink()

    do_all(app)

    assert (job(key).kind, job(key).error) == (JobKind.IMPORT, "upload-gone")
