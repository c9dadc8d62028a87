"""Doing a job: a file that our own verification accepts, or a failure with its reason."""

from __future__ import annotations

import io
import threading
import time

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select, update

from drafting.domain.errors import NotFound
from drafting.extensions import db, transaction
from drafting.models import File, Job, Version
from drafting.models.columns import now
from drafting.models.export import FileKind, JobKind, JobState
from exports import files, guarded, jobs, making, seals, worker
from exports.background import Runner
from exports.codes import grouped
from exports.instance import file_store
from exports.manuscript import Manuscript
from exports.work import CannotMake, Made, Work
from tests.exports import documents
from tests.exports.documents import Scene
from tests.exports.seals import plain_pdf
from tests.exports.test_seals import PASSPHRASE, fresh


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def version(scene: Scene) -> Version:
    return documents.freeze(scene)


class Press:
    """Renders nothing: gives a finished PDF, and remembers what it was asked to print."""

    def __init__(self, pdf: bytes = b"", error: Exception | None = None) -> None:
        self.pdf, self.error = pdf or plain_pdf(), error
        self.printed: list[Manuscript] = []

    def __call__(self, text: Manuscript, report: making.Report) -> bytes:
        self.printed.append(text)
        report("rendering", 40)
        if self.error:
            raise self.error
        return self.pdf


def do(app: Flask, press: Press) -> Job:
    job_id = jobs.claim()
    assert job_id is not None
    making.perform(app, job_id, press)
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_the_same_bytes_made_for_two_contributions_are_each_ones_own(app: Flask, scene: Scene) -> None:
    other = documents.scene()
    jobs.order_present_copy(scene.coordinator, scene.contribution.key)
    jobs.order_present_copy(other.coordinator, other.contribution.key)
    jobs.order_present_copy(other.coordinator, other.contribution.key)

    first, second, again = (do(app, Press()).file for _each in range(3))

    assert first is not None
    assert second is not None
    assert first.sha256 == second.sha256
    assert (first.contribution_id, second.contribution_id) == (scene.contribution.id, other.contribution.id)
    assert again is second
    assert files.read(other.coordinator, second.key)[1] == plain_pdf()
    with pytest.raises(NotFound):
        files.read(scene.coordinator, second.key)


def test_lines_are_numbered_in_the_working_copy_that_asks_for_it_alone(app: Flask, scene: Scene, version) -> None:
    printed = []
    for order in (
        lambda: jobs.order_working_copy(scene.author, version.key, line_numbers=True),
        lambda: jobs.order_working_copy(scene.author, version.key),
        lambda: jobs.order_present_copy(scene.author, scene.contribution.key, line_numbers=True),
        lambda: jobs.order_present_copy(scene.author, scene.contribution.key),
    ):
        order()
        press = Press()
        assert do(app, press).state is JobState.DONE
        printed += press.printed

    assert [text.line_numbers for text in printed] == [True, False, True, False]
    assert [bool(text.canonical) for text in printed] == [True, True, False, False]


def test_a_sealed_file_is_made_kept_and_unknown_to_the_public(app: Flask, scene: Scene, version: Version) -> None:
    press = Press()
    jobs.order_seal(scene.coordinator, version.key)

    job = do(app, press)

    assert (job.state, job.done_percent, job.error) == (JobState.DONE, 100, "")
    file = files.sealed_file(version.id)
    assert file is not None
    assert (file.id, file.demonstration, file.sealed_by_id) == (job.file_id, True, scene.confederation.id)
    pdf = file_store().get(file.sha256)
    assert pdf.startswith(plain_pdf())
    found = guarded.inspect(pdf, trusted=[], demonstration=seals.demonstration_certificates(), at=now())
    assert (found.intact, found.valid, found.demonstration) == (True, True, True)
    assert files.PublishedFiles().by_digest(file.sha256) is None


def test_the_document_says_its_code_its_seal_and_its_digest(app: Flask, scene: Scene, version: Version) -> None:
    press = Press()
    jobs.order_seal(scene.coordinator, version.key)

    do(app, press)

    printed, file = press.printed[0], files.sealed_file(version.id)
    assert printed.code == grouped(file.code)
    assert printed.verify_url == f"http://localhost/verify/{file.code}"
    assert printed.sealed_by == scene.confederation.name
    assert printed.demonstration is True
    assert printed.digest == version.digest
    assert printed.frozen_at == version.frozen_at
    assert [section.text for section in printed.sections] == [documents.TEXT]


def test_an_uploaded_seal_is_used(app: Flask, scene: Scene, version: Version) -> None:
    seals.upload(
        scene.coordinator, scene.confederation.key, pkcs12=fresh().to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE
    )
    jobs.order_seal(scene.coordinator, version.key)

    job, press = do(app, press := Press()), press

    assert job.file.demonstration is False
    assert press.printed[0].demonstration is False
    found = guarded.inspect(file_store().get(job.file.sha256), trusted=[], demonstration=[], at=now())
    assert found.seal.name == "Cachet de la confédération"
    assert found.seal.reason == f"Version 1 · {version.digest}"


def test_a_working_copy_has_no_code_and_no_seal(app: Flask, scene: Scene, version: Version) -> None:
    press = Press()
    jobs.order_working_copy(scene.author, version.key)

    job = do(app, press)

    assert job.file.kind is FileKind.WORKING_COPY
    assert job.file.code is job.file.sealed_at is None
    assert (press.printed[0].working_copy, press.printed[0].code) == (True, "")
    assert file_store().get(job.file.sha256) == plain_pdf()


def test_the_same_working_copy_twice_is_one_file(app: Flask, scene: Scene, version: Version) -> None:
    for _ in range(2):
        jobs.order_working_copy(scene.author, version.key)

    first, second = do(app, Press()), do(app, Press())

    assert first.file_id == second.file_id


def test_the_present_text_can_be_printed_before_any_version(app: Flask, scene: Scene) -> None:
    press = Press()
    jobs.order_present_copy(scene.author, scene.contribution.key)

    job = do(app, press)

    assert job.state is JobState.DONE
    assert job.file.version_id is None
    assert press.printed[0].working_copy
    assert [section.title for section in press.printed[0].sections] == ["Préambule · é"]


@pytest.mark.parametrize(
    ("error", "word"),
    [(worker.TooMuch("é"), "too-long"), (worker.TimedOut("é"), "too-long"), (worker.Crashed("é"), "failed"),
     (RuntimeError("é"), "failed")],
)
def test_a_failure_has_a_reason_and_leaves_no_file(
    app: Flask, scene: Scene, version: Version, error: Exception, word: str
) -> None:
    jobs.order_seal(scene.coordinator, version.key)

    job = do(app, Press(error=error))

    assert (job.state, job.error, job.file_id) == (JobState.FAILED, word, None)
    assert files.sealed_file(version.id) is None
    assert jobs.order_seal(scene.coordinator, version.key).id != job.id


def test_what_is_no_pdf_is_not_sealed(app: Flask, scene: Scene, version: Version) -> None:
    jobs.order_seal(scene.coordinator, version.key)

    assert do(app, Press(pdf=b"pas un PDF")).error == "failed"


def test_an_expired_seal_fails_with_its_reason(app: Flask, scene: Scene, version: Version) -> None:
    seals.upload(
        scene.coordinator, scene.confederation.key, pkcs12=fresh().to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE
    )
    next(app.config["SETTINGS"].instance.glob("keys/*.secret")).write_bytes(b"d'une autre installation")
    jobs.order_seal(scene.coordinator, version.key)

    assert do(app, Press()).error == "seal-unusable"


def test_a_version_that_is_no_longer_what_was_frozen_is_not_sealed(app: Flask, scene: Scene, version: Version) -> None:
    with transaction():
        db.session.execute(update(Version).where(Version.id == version.id).values(title="Un autre titre"))
    jobs.order_seal(scene.coordinator, version.key)

    assert do(app, Press()).error == "damaged"


def test_a_worker_taken_for_lost_leaves_its_successors_file_alone(app: Flask, scene: Scene, version: Version) -> None:
    jobs.order_seal(scene.coordinator, version.key)

    class Slow(Press):
        def __call__(self, text: Manuscript, report: making.Report) -> bytes:
            with transaction():
                db.session.execute(update(Job).values(attempts=Job.attempts + 1))
            return super().__call__(text, report)

    job = do(app, Slow())

    assert job.state is JobState.RUNNING
    assert db.session.scalars(select(File)).all() == []


def test_the_job_gives_signs_of_life_while_one_step_takes_long(
    app: Flask, scene: Scene, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BEAT_EVERY_S", 0.02)
    beats: list[int] = []
    monkeypatch.setattr(jobs, "beat", beats.append)
    jobs.order_working_copy(scene.author, version.key)

    class Slow(Press):
        def __call__(self, text: Manuscript, report: making.Report) -> bytes:
            time.sleep(0.2)
            return super().__call__(text, report)

    job = do(app, Slow())

    assert beats[:2] == [job.id, job.id]
    assert job.state is JobState.DONE


def test_the_runner_does_what_waits_and_ends(app: Flask, scene: Scene, version: Version) -> None:
    """The whole way, with the real renderer in its guarded process."""
    job = jobs.order_seal(scene.coordinator, version.key)
    db.session.rollback()
    runner = Runner(app)

    runner.wake()
    runner.wake()
    for thread in threading.enumerate():
        if thread.name == "exports":
            thread.join(timeout=120)

    db.session.rollback()
    done = db.session.get_one(Job, job.id)
    assert (done.state, done.error) == (JobState.DONE, "")
    with pikepdf.open(io.BytesIO(file_store().get(done.file.sha256))) as pdf:
        assert pdf.Root.Lang == "fr"
        assert "DocMDP" in str(pdf.Root.Perms.keys())


def test_work_that_finds_something_instead_of_a_file_keeps_what_it_found(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"sections": [["Préambule · é", "« été » 🙂"]]}
    monkeypatch.setitem(making.PLANS, JobKind.IMPORT, lambda job: lambda render, report: Made(result=found))
    with transaction():
        jobs.add(scene.coordinator, JobKind.IMPORT, None, spec={"name": "été.docx"})

    job = do(app, Press())

    assert (job.state, job.result, job.file_id) == (JobState.DONE, found, None)


def test_work_that_cannot_be_done_says_its_own_reason(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: Job) -> Work:
        raise CannotMake("damaged", "été")

    monkeypatch.setitem(making.PLANS, JobKind.WORKING_COPY, refuse)
    jobs.order_present_copy(scene.author, scene.contribution.key)

    assert do(app, Press()).error == "damaged"


def test_a_word_document_is_kept_and_given_as_one(
    app: Flask, scene: Scene, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(making.PLANS, JobKind.WORD, lambda job: lambda render, report: Made(b"PK \xc3\xa9"))
    with transaction():
        jobs.add(scene.author, JobKind.WORD, scene.contribution.id, version=db.session.merge(version))

    file = do(app, Press()).file

    assert (file_store().folder / f"{file.sha256}.docx").read_bytes() == b"PK \xc3\xa9"
    assert files.read(scene.author, file.key) == (file, b"PK \xc3\xa9")
