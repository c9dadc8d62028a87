"""The public verification page, as anybody sees it: plain words, JSON, and nothing about what is unpublished."""

from __future__ import annotations

import io
import re
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports import files, guarded, seals
from exports.codes import grouped, new_code
from exports.coroutines import finish
from exports.inspection import Inspection
from exports.signing import SignerAt, _metadata, seal, signer_of
from exports.web import verifying
from tests.exports import documents
from tests.exports import seals as made
from tests.exports.documents import Scene
from tests.exports.seals import NOW, plain_pdf, sealed_pdf
from tests.exports.signed import federation, states

FRENCH = {"Accept-Language": "fr"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


@pytest.fixture
def file(scene: Scene):
    return documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())


def upload(client: FlaskClient, pdf: bytes, headers: dict[str, str] = FRENCH):
    return client.post("/verify", data={"file": (io.BytesIO(pdf), "œuvre · é.pdf")}, headers=headers)


def text(answer) -> str:
    """The page's words."""
    body = re.sub(r"<head>.*?</head>|<script.*?</script>", "", answer.get_data(as_text=True), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def trust_the_authority(scene: Scene) -> None:
    seals.trust(scene.administrator, made.authority().certificate.public_bytes(Encoding.PEM))


def test_the_page_asks_for_a_file_or_a_code(client: FlaskClient) -> None:
    page = client.get("/verify", headers=FRENCH)

    assert page.status_code == 200
    assert "Vérifier un document" in text(page)


def test_the_published_file_with_a_trusted_seal(client: FlaskClient, scene: Scene, file) -> None:
    trust_the_authority(scene)
    files.publish(scene.coordinator, file.key)

    said = text(upload(client, sealed_pdf()))

    assert "C’est bien le fichier publié" in said
    assert "Est-il intact ? Oui." in said
    assert f"Qui l’a scellé ? {scene.confederation.name}" in said
    assert "10 février 2025 à 10:30, heure de Paris" in said
    assert "Ce cachet est-il reconnu ? Oui." in said
    assert "Version 1 · Déposée « à l’heure »" in said
    assert "C’est la dernière version publiée." in said


def test_the_same_in_english(client: FlaskClient, scene: Scene, file) -> None:
    trust_the_authority(scene)
    files.publish(scene.coordinator, file.key)

    said = text(upload(client, sealed_pdf(), {"Accept-Language": "en"}))

    assert "This is the published file" in said
    assert "Is this seal recognised? Yes." in said


def test_a_published_file_whose_seal_nobody_listed_is_not_said_to_be_trusted(
    client: FlaskClient, scene: Scene, file
) -> None:
    files.publish(scene.coordinator, file.key)

    said = text(upload(client, sealed_pdf()))

    assert "mais son cachet n’est pas reconnu" in said
    assert "Ce cachet est-il reconnu ? Non." in said


def test_a_demonstration_seal_is_said_to_be_one(client: FlaskClient, scene: Scene) -> None:
    credentials, _ = seals.credentials_of(scene.confederation.id, at=NOW.now(NOW.tzinfo))
    sealed = seal(plain_pdf(), credentials, at=NOW.now(NOW.tzinfo), reason="é")
    file = documents.keep_sealed(
        scene, documents.freeze(scene), sealed, demonstration=True, sealed_at=NOW.now(NOW.tzinfo)
    )
    files.publish(scene.coordinator, file.key)

    said = text(upload(client, sealed))
    by_code = text(client.get(f"/verify/{file.code}", headers=FRENCH))

    assert "C’est bien le fichier publié, avec un cachet de démonstration" in said
    assert "Non, c’est un cachet de démonstration." in said
    assert "Non, c’est un cachet de démonstration." in by_code
    assert upload(client, sealed, JSON).json["demonstration"] is True


@pytest.mark.parametrize("change", ["flipped", "appended", "updated"])
def test_changed_copies_of_a_published_file_are_refused(client: FlaskClient, scene: Scene, file, change: str) -> None:
    from tests.exports.test_verification import change_text, incremental

    trust_the_authority(scene)
    files.publish(scene.coordinator, file.key)
    changed = {
        "flipped": sealed_pdf()[:500] + bytes([sealed_pdf()[500] ^ 1]) + sealed_pdf()[501:],
        "appended": sealed_pdf() + b"\n% joint ensuite",
        "updated": incremental(change_text),
    }[change]

    said, json = text(upload(client, changed)), upload(client, changed, JSON).json

    assert "C’est bien" not in said
    assert "Est-ce le fichier publié ? Non." in said
    assert json["authentic"] is json["published"] is False
    assert "modifié" in said.partition("Est-ce le fichier publié")[0]
    if change != "flipped":
        assert "il a été modifié" in said
        assert json["changed_copy_of"] == file.code


def test_a_self_made_seal_is_intact_but_not_trusted(client: FlaskClient, scene: Scene) -> None:
    trust_the_authority(scene)
    from tests.exports.test_verification import self_made

    said, json = text(upload(client, self_made())), upload(client, self_made(), JSON).json

    assert "Nous ne connaissons pas ce fichier" in said
    assert "Est-il intact ? Oui." in said
    assert "Ce cachet est-il reconnu ? Non." in said
    assert (json["intact"], json["valid"], json["trusted"], json["authentic"]) == (True, True, False, False)


def without_tokens(answer) -> tuple[int, str, dict[str, str]]:
    """What an answer says, without the random values that every answer has and the address that was asked for."""
    page = re.sub(r'(name="csrf_token" value=|nonce=)"[^"]*"', r"\1", answer.get_data(as_text=True))
    page = re.sub(r'(name="next" value=)"[^"]*"', r"\1", page)
    headers = {name: re.sub(r"nonce-[\w-]+", "", value) for name, value in answer.headers if name != "Set-Cookie"}
    return answer.status_code, page, headers


def test_an_unpublished_code_answers_exactly_as_an_unknown_one(client: FlaskClient, scene: Scene, file) -> None:
    client.get("/verify")  # The cookie of the forms.

    for headers in (FRENCH, JSON):
        codes = (file.code, new_code(), new_code().upper(), "a" * 16)
        answers = [client.get(f"/verify/{code}", headers=headers) for code in codes]
        told = [(status, page.replace(code, "CODE"), kept)
                for code, (status, page, kept) in zip(codes, map(without_tokens, answers), strict=True)]
        assert told[0][0] == 404
        assert told == [told[0]] * 4


def test_a_code_that_is_not_known_is_there_to_be_corrected(client: FlaskClient) -> None:
    page = client.get("/verify/avs4-6q2x-vpfk-xc8t").text

    assert 'value="avs4-6q2x-vpfk-xc8t"' in page
    assert "Aucun document publié ne porte ce code." in page


def test_an_unpublished_file_answers_exactly_as_one_never_seen(client: FlaskClient, scene: Scene) -> None:
    trust_the_authority(scene)
    client.get("/verify")
    before = [without_tokens(upload(client, pdf, how)) for pdf in (sealed_pdf(), plain_pdf()) for how in (FRENCH, JSON)]

    documents.keep_sealed(scene, documents.freeze(scene), sealed_pdf())

    after = [without_tokens(upload(client, pdf, how)) for pdf in (sealed_pdf(), plain_pdf()) for how in (FRENCH, JSON)]
    assert after == before
    assert "Nous ne connaissons pas ce fichier" in before[0][1]


def test_a_published_code_tells_of_the_file_and_asks_for_the_copy(client: FlaskClient, scene: Scene, file) -> None:
    newer = documents.keep_sealed(scene, documents.freeze(scene, number=2), plain_pdf())
    for each in (file, newer):
        files.publish(scene.coordinator, each.key)

    typed = client.get("/verify", query_string={"code": grouped(file.code).upper()}, headers=FRENCH)
    page = client.get(typed.location, headers=FRENCH)

    assert typed.status_code == 303
    assert page.status_code == 200
    assert scene.contribution.title.replace("&", "&amp;") in text(page)
    assert "La version 2 a été publiée depuis." in text(page)
    assert "un faux peut porter le même" in text(page)
    assert client.get(typed.location, headers=JSON).json["newer_version"] == 2


@pytest.mark.parametrize("pdf", [b"", b"PK\x03\x04", b"%PDF-1.7 \xc3\xa9", plain_pdf()[:300]])
def test_bad_files_get_an_answer_in_words(client: FlaskClient, scene: Scene, pdf: bytes) -> None:
    answer = upload(client, pdf)

    assert answer.status_code == (200 if pdf else 422)
    assert "Choisissez le fichier" in text(answer) if not pdf else "Est-il intact ? Impossible à dire." in text(answer)


def test_a_form_without_a_file_gets_an_answer_in_words(client: FlaskClient, scene: Scene) -> None:
    assert client.post("/verify", data={}, headers=FRENCH).status_code == 422
    assert client.post("/verify", data={"file": "é"}, headers=JSON).status_code == 422


def test_names_from_a_strangers_certificate_are_shown_as_text(client: FlaskClient, scene: Scene) -> None:
    nasty = made.make_credentials("<script>alert('é')</script>", ca=None)

    page = upload(client, seal(plain_pdf(), nasty, at=NOW, reason="<b>")).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_published_file_that_is_damaged_on_the_disk_is_not_vouched_for(
    client: FlaskClient, scene: Scene, file
) -> None:
    from exports.instance import file_store

    files.publish(scene.coordinator, file.key)
    next(file_store().folder.glob("*.pdf")).write_bytes(b"%PDF abime")

    assert client.get(f"/verify/{file.code}", headers=FRENCH).status_code == 404


def test_one_network_may_upload_so_often_and_others_still_can(
    app: Flask, client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "UPLOADS", 2)

    answers = [upload(client, b"%PDF") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Réessayez dans une minute" in text(answers[2])
    file = {"file": (io.BytesIO(b"%PDF"), "é.pdf")}
    elsewhere = client.post("/verify", data=file, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_when_too_many_are_being_read_one_is_told_to_come_back(
    client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PATIENCE_S", 0.01)
    monkeypatch.setattr(verifying, "AT_ONCE", threading.BoundedSemaphore(1))
    verifying.AT_ONCE.acquire()

    assert upload(client, sealed_pdf()).status_code == 429

    verifying.AT_ONCE.release()
    assert upload(client, sealed_pdf()).status_code == 200


class Hall:
    """Many who look at once at the same published file, whose reading takes until it is let go."""

    def __init__(self, app: Flask, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.code, self.read, self.go_on = app, code, 0, threading.Event()
        self.answers: list[int] = []
        self.threads: list[threading.Thread] = []
        inspect = guarded.inspect

        def slowly(pdf: bytes, **options: object) -> Inspection:
            self.read += 1
            assert self.go_on.wait(30)
            return inspect(pdf, **options)

        monkeypatch.setattr(guarded, "inspect", slowly)
        monkeypatch.setattr(guarded, "_remembered", OrderedDict())

    def look(self) -> int:
        """Ask for the file by its code; return the status."""
        self.answers.append(self.app.test_client().get(f"/verify/{self.code}", headers=JSON).status_code)
        return self.answers[-1]

    def enter(self, many: int, *, until_told: int) -> None:
        """Let so many look at once; wait until so many of them have an answer."""
        self.threads = [threading.Thread(target=self.look) for _ in range(many)]
        for thread in self.threads:
            thread.start()
        end = time.monotonic() + 20
        while len(self.answers) < until_told and time.monotonic() < end:
            time.sleep(0.01)

    def leave(self) -> None:
        self.go_on.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def hall(app: Flask, scene: Scene, file, monkeypatch: pytest.MonkeyPatch) -> Hall:
    files.publish(scene.coordinator, file.key)
    return Hall(app, str(file.code), monkeypatch)


def test_a_file_that_takes_long_to_read_holds_few_of_those_who_look_at_it(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOMENT_S", 20)

    hall.enter(30, until_told=22)
    told = list(hall.answers)
    hall.leave()

    assert told == [429] * 22
    assert sorted(hall.answers) == [200] * 8 + [429] * 22
    assert hall.read == 1


def test_whoever_waits_for_anothers_reading_is_told_to_come_back_after_a_moment(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOMENT_S", 0.05)

    hall.enter(8, until_told=7)
    later = hall.app.test_client().get(f"/verify/{hall.code}", headers=JSON)
    hall.leave()

    assert (later.status_code, later.headers["Retry-After"]) == (429, "60")
    assert sorted(hall.answers) == [200] + [429] * 7
    assert hall.read == 1


def test_once_it_was_read_hundreds_of_one_network_may_look_at_a_published_file(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "UPLOADS", 1)
    hall.go_on.set()

    answers = [hall.look() for _ in range(200)]

    assert answers == [200] * 200
    assert hall.read == 1


def test_one_network_may_have_so_many_published_files_read_anew(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "UPLOADS", 2)
    hall.go_on.set()

    answers = []
    for _ in range(3):
        guarded._remembered.clear()
        answers.append(hall.look())

    assert answers == [200, 200, 429]


def test_a_browser_asks_by_digest_and_learns_of_published_files_only(app: Flask, scene: Scene, file) -> None:
    client = app.test_client()

    assert client.get(f"/verify/digest/{file.sha256}").json == {"published": False}
    files.publish(scene.coordinator, file.key)

    assert client.get(f"/verify/digest/{file.sha256.upper()}").json == {
        "published": True, "code": file.code, "newest": True, "address": f"/verify/{file.code}"}
    for unknown in ("0" * 64, "é", "abc"):
        assert client.get(f"/verify/digest/{unknown}").json == {"published": False}


@pytest.mark.parametrize("year", [1, 9999])
def test_a_file_that_says_it_was_signed_at_the_end_of_time_is_answered(client: FlaskClient, year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC) if year > 1 else datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)
    signer = SignerAt(_metadata("signature-1", "", ""), signer_of(federation(1)), at=at)
    pdf = finish(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(states(1)[0])), bytes_reserved=8_000))

    answer = client.post("/verify", data={"file": (io.BytesIO(pdf.getvalue()), "x.pdf")})

    assert answer.status_code == 200
