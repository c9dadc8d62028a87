"""A comparison as a file, on both databases: bound to the two texts as they were when it was asked for."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.amendment import AmendmentState
from drafting.domain.errors import Forbidden, InvalidInput, NotFound
from drafting.domain.point import NOW, Point
from drafting.extensions import db, transaction
from drafting.models import Job, Membership
from drafting.models.export import FileKind, JobKind, JobState
from drafting.services import amendments, versions
from exports import jobs, making
from exports.kinds import redline
from exports.kinds.version_documents import clean_text
from tests import amending
from tests.amending import Paper
from tests.exports.seals import plain_pdf

V1 = Point.version(1)


@pytest.fixture
def paper(app: Flask) -> Paper:
    """A paper frozen once, then changed by an editor, and by an amendment that was accepted."""
    paper = amending.paper()
    versions.freeze(paper.coordinator, paper.contribution.key, label="Déposée « à l’heure »")
    paper.edit(paper.coordinator, "protéger", "défendre · œuvre 🙂")
    key = paper.file(paper.replace(paper.member, "trente-cinq", "trente-deux", "s1"))
    amendments.decide(paper.lead, key, AmendmentState.INTEGRATED, seen=paper.seen(["s1"]))
    return paper


class Press:
    """Lays nothing out, and remembers what it was given."""

    def __init__(self) -> None:
        self.printed: list[object] = []

    def __call__(self, subject: object, report: making.Report) -> bytes:
        self.printed.append(subject)
        return plain_pdf() + f"\n%{len(self.printed)}".encode()


def make(app: Flask, press: Press) -> Job:
    job_id = jobs.claim()
    assert job_id is not None
    making.perform(app, job_id, press)
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_what_is_made_is_what_was_compared_when_it_was_asked_for(app: Flask, paper: Paper) -> None:
    seen = redline.compared(paper.observer, paper.contribution.key, V1, NOW)
    redline.order(paper.observer, paper.contribution.key, V1, NOW)
    paper.edit(paper.coordinator, "lanceurs d’alerte", "lanceuses et lanceurs d’alerte")

    job = make(app, press := Press())

    assert (job.state, job.kind, job.file.kind) == (JobState.DONE, JobKind.REDLINE, FileKind.REDLINE)
    [document] = press.printed
    assert document.parts == seen.parts
    assert document.parts != redline.compared(paper.observer, paper.contribution.key, V1, NOW).parts


def test_the_file_says_who_made_each_change_and_by_which_amendment(app: Flask, paper: Paper) -> None:
    document = redline.compared(paper.observer, paper.contribution.key, V1, NOW)

    assert document.a.name == "Version 1 – Déposée « à l’heure »"
    assert document.a.digest
    assert (document.b.name, document.b.digest) == ("Texte en cours d’écriture", "")
    makers = {(maker.who, maker.acronym, maker.amendment, maker.accepted_by)
              for _, entry in document.entries for maker in entry.makers}
    member = paper.member.name
    assert makers == {("Camille Œuvre", "CEX", "", ""), (member, "FED", "2-5-1", "Noé Lefèvre (LEA)")}
    assert [part.fate for part in document.parts] == [(), ()]
    assert document.parts[0].html == ""


def test_what_two_points_say_is_bound_even_where_now_is_meant(app: Flask, paper: Paper) -> None:
    job = redline.order(paper.observer, paper.contribution.key, V1, NOW)

    assert job.spec["from"] == "v1"
    assert Point.parse(job.spec["to"]).is_fixed


def test_one_section_alone_is_compared(app: Flask, paper: Paper) -> None:
    redline.order(paper.observer, paper.contribution.key, Point.revision(1), NOW, section_key=paper.section_key)

    make(app, press := Press())

    [document] = press.printed
    assert document.section == "Droits & « libertés »"
    assert [part.number for part in document.parts] == [2]
    assert f"section={paper.section_key}" in document.address


def test_who_may_not_read_orders_nothing(app: Flask, paper: Paper) -> None:
    with pytest.raises(NotFound):
        redline.order(paper.stranger, paper.contribution.key, V1, NOW)
    with pytest.raises(NotFound):
        redline.order(paper.observer, paper.contribution.key, Point.version(7), NOW)
    with pytest.raises(InvalidInput):
        redline.order(paper.observer, paper.contribution.key, Point.revision(1), NOW)

    assert db.session.query(Job).count() == 0


def test_nothing_is_made_for_who_was_removed_meanwhile(app: Flask, paper: Paper) -> None:
    redline.order(paper.observer, paper.contribution.key, V1, NOW)
    with transaction():
        for membership in db.session.query(Membership).filter_by(person_id=paper.observer.person_id):
            db.session.delete(membership)

    job = make(app, press := Press())

    assert (job.state, job.error, press.printed) == (JobState.FAILED, "failed", [])


def test_a_clean_copy_is_the_text_of_that_moment_without_marks(app: Flask, paper: Paper) -> None:
    jobs.order_clean_copy(paper.observer, paper.contribution.key, NOW)
    jobs.order_clean_copy(paper.observer, paper.contribution.key, NOW, section_key=paper.section_key)
    jobs.order_clean_copy(paper.observer, paper.contribution.key, V1)
    jobs.order_clean_copy(paper.observer, paper.contribution.key, V1, section_key=paper.section_key)
    paper.edit(paper.coordinator, "lanceurs d’alerte", "lanceuses et lanceurs d’alerte")

    press = Press()
    made = [make(app, press) for _ in range(4)]

    whole, one, version, one_of_version = press.printed
    assert {job.state for job in made} == {JobState.DONE}
    assert [job.version is not None for job in made] == [False, False, True, False]
    assert all(text.working_copy for text in press.printed)
    for text in (whole, one):
        assert "lanceurs d’alerte" in text.sections[-1].text
        assert "lanceuses" not in text.sections[-1].text
        assert "trente-deux" in text.sections[-1].text
        assert text.number == 0
    assert [len(text.sections) for text in press.printed] == [2, 1, 2, 1]
    assert (one.sections[0].number, one_of_version.sections[0].number) == (2, 2)
    assert "trente-cinq" in version.sections[-1].text
    assert one_of_version.sections == version.sections[1:]


def test_a_clean_copy_is_for_readers(app: Flask, paper: Paper) -> None:
    with pytest.raises(NotFound):
        jobs.order_clean_copy(paper.stranger, paper.contribution.key, NOW)
    with pytest.raises((NotFound, Forbidden)):
        clean_text(paper.stranger, paper.contribution.key, NOW)
