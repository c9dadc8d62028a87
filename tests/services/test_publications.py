"""Publication: nothing before its embargo ends, receipts, withdrawal, and what strangers read and do not read."""

from __future__ import annotations

import html
import io
import json
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from drafting.domain.ballot import Rule, Stance, Terms
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound, TooMany
from drafting.domain.round import RollCall
from drafting.domain.validation import Decision, Printed, ReservationDraft
from drafting.extensions import db, transaction
from drafting.models import File, Person, Round
from drafting.models.columns import now, recorded_at
from drafting.services import closings, delegations, validations
from exports import files, jobs, proofs, publications, signatures, signing_keys, signings
from exports.files import PublishedFiles
from exports.publications import Receipt
from exports.verification import verify
from tests import factories
from tests.codes import switch_on
from tests.rounds import Assembly, assembly, put
from tests.services.test_signings import sign_here
from tests.signing import PASSPHRASE, Table, adopted, current, drafts, seal_now, sealed
from tests.signing_in import csrf_token, sign_in

HOUR = timedelta(hours=1)


@pytest.fixture
def table(app: Flask) -> Table:
    return sealed(1)


def slug(table: Table) -> str:
    return table.there.contribution.slug


def test_before_its_embargo_ends_the_public_knows_nothing(app: Flask, table: Table) -> None:
    until = now() + 2 * HOUR
    files.publish(table.there.coordinator, table.file.key, embargo_until=until)
    client = app.test_client()

    for address in (f"/verify/{table.file.code}", f"/published/{slug(table)}", f"/published/{slug(table)}/1",
                    f"/published/{slug(table)}/1/document.pdf"):
        assert client.get(address).status_code == 404
    with recorded_at(until - timedelta(seconds=1)):
        assert PublishedFiles().by_digest(table.file.sha256) is None
        with pytest.raises(NotFound):
            publications.publication(slug(table))
    with recorded_at(until):
        assert PublishedFiles().by_digest(table.file.sha256) is not None
        assert publications.publication(slug(table)).file.key == table.file.key


def test_an_embargo_is_moved_and_lifted_while_it_lasts(table: Table) -> None:
    actor, key = table.there.coordinator, table.file.key
    with pytest.raises(InvalidInput):
        files.publish(actor, key, embargo_until=now() - HOUR)
    files.publish(actor, key, embargo_until=now() + HOUR)

    publications.set_embargo(actor, key, now() + 3 * HOUR)
    with pytest.raises(InvalidInput):
        publications.set_embargo(actor, key, now() - HOUR)
    publications.set_embargo(actor, key, None)

    assert publications.publication(slug(table)).file.key == key
    with pytest.raises(InvalidTransition, match="déjà public"):
        publications.set_embargo(actor, key, now() + HOUR)


NEXT_YEAR = now().year + 1


def last_sunday(month: int) -> date:
    """The clocks of Europe change on it, in March and in October."""
    last = date(NEXT_YEAR, month, 31)
    return last - timedelta(days=last.isoweekday() % 7)


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "until"),
    [
        (last_sunday(3), "03:30", "Europe/Brussels", utc(last_sunday(3), 1, 30)),
        (last_sunday(10), "02:30", "Europe/Brussels", utc(last_sunday(10), 0, 30)),
        (date(NEXT_YEAR, 2, 10), "", "America/New_York", utc(date(NEXT_YEAR, 2, 10), 5)),
    ],
    ids=["spring", "autumn", "midnight"],
)
def test_an_embargo_ends_at_the_recipients_time(
    app: Flask, table: Table, day: date, clock: str, zone: str, until: datetime
) -> None:
    with transaction() as session:
        session.merge(table.there.contribution).deadline_zone = zone
    client = sign_in(app.test_client(), table.there.coordinator)
    page = f"/files/{table.file.key}/publication"
    sent = {"embargo_day": day.isoformat(), "embargo_time": clock, "csrf_token": csrf_token(client, page)}

    assert client.post(f"/files/{table.file.key}/publish", data=sent).status_code == 303

    db.session.rollback()
    assert files.find_file(table.there.coordinator, table.file.key).embargo_until == until


def test_who_publishes_is_told_of_signatures_that_are_missing(app: Flask) -> None:
    table = sealed(2)
    client = sign_in(app.test_client(), table.there.coordinator)

    page = client.get(f"/files/{table.file.key}/publication").get_data(as_text=True)

    assert "Il manque encore 2 signatures" in page


def test_what_replaces_a_file_is_not_told_before_its_embargo_ends(app: Flask, table: Table) -> None:
    actor, until = table.there.coordinator, now() + 2 * HOUR
    files.publish(actor, table.file.key)
    signings.supersede(actor, table.signing.key, "Une signataire a changé.")
    after = seal_now(table.there)
    files.publish(actor, after.key, embargo_until=until)

    def successor() -> str | None:
        found = PublishedFiles().by_code(table.file.code or "")
        assert found is not None
        return found.successor_code

    assert successor() is None
    with recorded_at(until):
        assert successor() == after.code


def test_what_the_organisations_did_not_adopt_is_neither_sealed_nor_published(app: Flask) -> None:
    there, _asked = adopted(2, stances=(Stance.OPPOSED, Stance.OPPOSED))
    file = seal_now(there)  # As before there were rounds about it.

    with pytest.raises(Conflict, match="n’ont pas adopté cette version"):
        files.publish(there.coordinator, file.key)
    assert files.PublishedFiles().by_digest(file.sha256) is None
    with transaction() as session:
        session.get_one(File, file.id).superseded_at = now()
    with pytest.raises(Conflict, match="n’ont pas adopté cette version"):
        jobs.order_seal(there.coordinator, there.version.key)


def bundled(file: File) -> dict[str, str]:
    """The records and the instructions in a published file's proof bundle."""
    _name, content = proofs.bundle_of(file.code or "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {Path(name).name: archive.read(name).decode()
                for name in archive.namelist() if name.endswith((".json", ".txt"))}


def test_who_signs_some_sections_only_is_said_to_everybody(app: Flask) -> None:
    there, _asked = adopted(1)
    planned = [replace(one, sections=(there.contribution.sections[0].key,)) for one in drafts(there)]
    signings.plan(there.coordinator, there.version.key, planned)
    file = seal_now(there)
    signing = signings.signing_of(there.version)
    assert signing is not None
    secretary = there.secretaries[0]
    key = signing_keys.upload(
        secretary, pkcs12=current("Signataire 1").to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)
    signatures.sign_with_kept_key(
        secretary, signing.signatories[0].key, key=key.key, passphrase=PASSPHRASE, code=switch_on(secretary)[0])
    files.publish(there.coordinator, file.key)
    client, part = app.test_client(), f"1. {there.version.sections[0].title}"

    public = html.unescape(client.get(f"/published/{there.contribution.slug}").text)
    verified = html.unescape(client.get(f"/verify/{file.code}").text)
    told = client.get(f"/verify/{file.code}", headers={"Accept": "application/json"}).get_json()
    found = PublishedFiles().by_code(file.code or "")

    assert found is not None
    assert [one.sections for one in found.signers.values()] == [(part,)]
    assert part in public.partition("Qui a signé")[2]
    assert "Signe seulement" in verified
    assert part in verified
    assert [one["sections"] for one in told["signatories"].values()] == [[part]]
    bundle = bundled(file)
    assert [one["sections"] for one in json.loads(bundle["signatories.json"]).values()] == [[part]]
    assert f"Signe seulement : {part}." in bundle["LISEZMOI.txt"]


def test_a_withdrawn_file_is_not_signed_any_more(table: Table) -> None:
    files.publish(table.there.coordinator, table.file.key)
    assert signings.awaited_of(table.there.secretaries[0]) != []

    publications.withdraw(table.there.coordinator, table.file.key, "Une erreur · œuvre")

    assert signings.awaited_of(table.there.secretaries[0]) == []
    with pytest.raises(InvalidTransition, match="a retiré ce document"):
        sign_here(table, 1)


def test_a_withdrawn_file_stays_recognisable_and_says_so(app: Flask, table: Table) -> None:
    actor, key = table.there.coordinator, table.file.key
    files.publish(actor, key)
    with pytest.raises(InvalidInput):
        publications.withdraw(actor, key, " ")

    publications.withdraw(actor, key, "Une erreur dans l’annexe · 🙂")

    content = files.read(actor, key)[1]
    verdict = verify(content, published=PublishedFiles(), trusted=[], at=now())
    assert verdict.is_authentic
    assert verdict.to_json()["file"]["withdrawal_reason"] == "Une erreur dans l’annexe · 🙂"
    for address in (f"/published/{slug(table)}", f"/verify/{table.file.code}"):
        assert "Une erreur dans l’annexe · 🙂" in app.test_client().get(address).get_data(as_text=True)
    with pytest.raises(InvalidTransition):
        publications.withdraw(actor, key, "Encore")


def test_a_submission_is_noted_in_the_files_exact_state(app: Flask, table: Table) -> None:
    actor, key = table.there.coordinator, table.file.key
    files.publish(actor, key)
    with pytest.raises(InvalidInput) as refused:
        publications.submit(actor, key, Receipt(" ", "é" * 201, now() + HOUR, note="é" * 4001))
    assert sorted(refused.value.fields) == ["channel", "day", "note", "recipient"]
    with pytest.raises(Forbidden):
        publications.submit(table.there.secretaries[0], key, Receipt("Sommet", "Courriel", now()))

    made = publications.submit(actor, key, Receipt("Sommet", "Courriel", now(), "A-42", "Une note interne."))

    assert made.sha256 == table.file.sha256
    page = app.test_client().get(f"/published/{slug(table)}").get_data(as_text=True)
    assert "A-42" in page
    assert "Une note interne." not in page


def test_a_file_that_another_replaced_says_so_and_the_new_one_is_read(table: Table) -> None:
    there = table.there
    files.publish(there.coordinator, table.file.key)
    signings.supersede(there.coordinator, table.signing.key, "Une signataire a changé.")
    signings.plan(there.coordinator, there.version.key, drafts(there))
    after = seal_now(there)
    files.publish(there.coordinator, after.key)

    assert publications.publication(slug(table)).file.key == after.key
    old = PublishedFiles().by_digest(table.file.sha256)
    assert old is not None
    assert (old.superseded_at is not None, old.successor_code) == (True, after.code)


# --- What strangers read ---


def decided(roll_call: RollCall) -> Assembly:
    """A version with a printed and an internal reservation, one tacit agreement and one opposition."""
    there = assembly(4)
    asked = there.open_round(terms=Terms(Rule.SIMPLE_MAJORITY, silence_agrees=False), roll_call=roll_call)
    secretary = there.secretaries[0]
    code = switch_on(secretary)[0]
    validations.decide(secretary, asked.key, Decision(Stance.RESERVED, "Un motif à nous.", (
        ReservationDraft("Réserve imprimée · œuvre", "", Printed.ANNEX),
        ReservationDraft("Réserve secrète", "", Printed.INTERNAL),
    )), digest=asked.digest, seen=0, code=code)
    deputy = factories.member(there.federations[1])
    delegations.delegate(there.secretaries[1], db.session.get_one(Person, deputy.person_id).key,
                         starts_at=now(), ends_at=now() + HOUR)
    validations.decide(deputy, asked.key, Decision(Stance.APPROVED), digest=asked.digest, seen=0,
                       code=switch_on(deputy)[0])
    put(asked, there.secretaries[2], Stance.OPPOSED, reason="Un motif d’opposition.")
    with transaction() as session:
        held = session.get_one(Round, asked.id)
        held.silence_agrees, held.calls[3].sent_at = True, now()
    with recorded_at(asked.closes_at + HOUR):
        closings.close_due()
    return there


@pytest.mark.parametrize("roll_call", [RollCall.ASKED, RollCall.PUBLIC])
def test_strangers_read_what_the_round_shows_to_everybody_and_no_more(app: Flask, roll_call: RollCall) -> None:
    there = decided(roll_call)
    signings.plan(there.coordinator, there.version.key, drafts(there)[:1])
    file = seal_now(there, own_text=True)
    files.publish(there.coordinator, file.key)

    page = app.test_client().get(f"/published/{there.contribution.slug}").get_data(as_text=True)
    pdf = app.test_client().get(f"/published/{there.contribution.slug}/1/document.pdf").data

    assert "Réserve imprimée · œuvre" in page
    for secret in ("Réserve secrète", "Un motif à nous.", "Un motif d’opposition."):
        assert secret not in page
    shown = there.federations[2].acronym in page
    assert shown is (roll_call is RollCall.PUBLIC)
    assert ("Accord tacite" in page) is shown
    assert ("par délégation" in page) is first_words(pdf, "par délégation") is shown
    name, bundle = proofs.bundle_of(str(file.code))
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        decisions = json.loads(archive.read(f"{name}/round.json"))["decisions"]
    assert [one["by_delegation"] for one in decisions] == ([False, True, False, False] if shown else [])
    assert pdf.startswith(b"%PDF-")
    assert "Réserve secrète".encode("utf-16-be") not in pdf
    assert first_words(pdf, "Réserve imprimée")
    assert not first_words(pdf, "Réserve secrète")


def first_words(pdf: bytes, words: str) -> bool:
    """Tell whether a PDF says these words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.pdf"
        path.write_bytes(pdf)
        return words in subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout


def test_what_is_not_published_does_not_exist(table: Table) -> None:
    with pytest.raises(NotFound):
        publications.publication(slug(table))
    files.publish(table.there.coordinator, table.file.key)
    with pytest.raises(NotFound):
        publications.publication(slug(table), 2)


def test_verifying_names_the_signatory_in_their_capacity_and_leads_to_the_decisions(app: Flask) -> None:
    table = sealed(1)
    secretary = table.there.secretaries[0]
    code = switch_on(secretary)[0]
    kept = signing_keys.upload(
        secretary, pkcs12=current("Quelqu’un d’autre").to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)
    signatures.sign_with_kept_key(
        secretary, table.signatory(1).key, key=kept.key, passphrase=PASSPHRASE, code=code)
    files.publish(table.there.coordinator, table.file.key)

    page = app.test_client().get(f"/verify/{table.file.code}").get_data(as_text=True)
    content = app.test_client().get(f"/published/{slug(table)}/1/document.pdf").data
    (signed,) = verify(content, published=PublishedFiles(), trusted=[], at=now()).to_json()["signatures"]

    expected = drafts(table.there)[0]
    assert signed["signatory"] == {
        "name": expected.name, "capacity": expected.capacity, "organisation": table.there.federations[0].name,
        "sections": []}
    address = f"/published/{slug(table)}/1"
    capacity = expected.capacity[0].upper() + expected.capacity[1:]
    for said in (f"Signature de {expected.name}", f"{capacity}, ", "Quelqu’un d’autre", address):
        assert said in html.unescape(page), said
    assert verify(content + b"%", published=PublishedFiles(), trusted=[], at=now()).to_json()["published"] is False


def test_who_signs_often_with_the_right_passphrase_is_not_taken_for_one_who_guesses(app: Flask) -> None:
    table = sealed(1)
    secretary = table.there.secretaries[0]
    kept = signing_keys.upload(
        secretary, pkcs12=current("Signataire").to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)

    for _time in range(12):
        signing_keys.open_key(secretary, kept.key, PASSPHRASE)
    for _time in range(8):
        with pytest.raises(InvalidInput):
            signing_keys.open_key(secretary, kept.key, "une autre phrase de passe")
    with pytest.raises(TooMany):
        signing_keys.open_key(secretary, kept.key, PASSPHRASE)
