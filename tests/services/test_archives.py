"""The archive timestamp, with what outside authorities say of the certificates; asked again, not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select

from drafting.domain.signing import FileStep
from drafting.extensions import db
from drafting.models import AuditEntry, Certificate
from drafting.models.columns import now, recorded_at
from exports import archives, asking, seals, signatures, signing_keys, signings
from exports.credentials import der
from exports.file_states import newest_state, steps_of
from exports.findings import Inspection, Level
from exports.inspection import inspect
from tests import factories
from tests.exports.revocation_authority import LIST, Authority, answering
from tests.exports.time_authority import root_of_time, serving, stamps
from tests.signing import PASSPHRASE, Table, codes_of, current, seal_now, sealed

QUARTER = timedelta(minutes=16)


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority on this machine, as if that were on the public network."""
    monkeypatch.setattr(asking, "is_public", lambda address: True)
    with answering(now().replace(microsecond=0)) as authority:
        yield authority


@pytest.fixture
def signed(app: Flask, authority: Authority) -> Iterator[Table]:
    """A file that its only signatory signed with a certificate of that authority, which did not answer."""
    table = sealed(1)
    administrator = factories.member(factories.organisation(), administrator=True)
    seals.trust(administrator, authority.root.certificate.public_bytes(Encoding.PEM))
    secretary, one = table.there.secretaries[0], authority.issue("Secrétaire · œuvre", lists=True)
    key = signing_keys.upload(secretary, pkcs12=one.to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)
    authority.instead = lambda path: (503, "text/plain", b"")
    with serving(stamps(at=now())) as clock:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url=clock)
        signatures.sign_with_kept_key(
            secretary, table.signatory(1).key, key=key.key, passphrase=PASSPHRASE, code=codes_of(secretary)[0])
        yield table


def steps(table: Table) -> list[FileStep]:
    return [one.step for one in steps_of(table.file)]


def seen(table: Table) -> Inspection:
    return inspect(
        newest_state(table.file).read(), trusted=list(db.session.scalars(select(Certificate.der))), demonstration=[],
        timestamp_authorities=[der(root_of_time().certificate)], at=now())


def test_who_does_not_answer_is_asked_again_after_a_while(signed: Table, authority: Authority) -> None:
    assert steps(signed) == [FileStep.SIGNATURE]
    authority.instead = None
    assert archives.archive_due() == 0, "it was asked a moment ago"
    assert authority.asked == [LIST]

    with recorded_at(now() + QUARTER):
        assert archives.archive_due() == 1
        assert archives.archive_due() == 0

    assert steps(signed) == [FileStep.SIGNATURE, FileStep.ARCHIVE]
    assert [one.level for one in seen(signed).signatures] == [Level.ARCHIVED]


def test_after_a_day_the_timestamp_comes_without_and_the_log_says_what_is_missing(signed: Table) -> None:
    with recorded_at(now() + timedelta(hours=23)):
        assert archives.archive_due() == 0
    with recorded_at(now() + timedelta(hours=25)):
        assert archives.archive_due() == 1

    assert [one.level for one in seen(signed).signatures] == [Level.TIMESTAMPED]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "file.archive")).one()
    assert entry.detail["missing"] == ["CN=Secrétaire · œuvre"]


def test_lists_with_which_nobody_could_verify_the_file_are_left_out(
    signed: Table, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.instead = None
    judged: list[int] = []

    def is_verifiable(content: bytes, *, at: datetime) -> bool:
        judged.append(len(content))
        return len(judged) > 1

    monkeypatch.setattr(archives, "is_verifiable", is_verifiable)
    with recorded_at(now() + QUARTER):
        assert archives.archive_due() == 1

    assert judged[0] > judged[1] == len(newest_state(signed.file).read())
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "file.archive")).one()
    assert [one.endswith(LIST) for one in entry.detail["missing"]] == [True]


def test_what_nobody_could_verify_gets_no_archive_timestamp(
    signed: Table, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.instead = None
    monkeypatch.setattr(archives, "is_verifiable", lambda content, at: False)

    with recorded_at(now() + QUARTER):
        assert archives.archive_due() == 0

    assert steps(signed) == [FileStep.SIGNATURE]


def test_the_day_of_patience_is_that_of_the_file_that_counts(app: Flask) -> None:
    table = sealed(1)
    actor = table.there.secretaries[0]
    with recorded_at(now() - timedelta(days=3)):
        signatures.refuse(actor, table.signatory(1).key, reason="Non.", code=codes_of(actor)[0])
    signings.supersede(table.there.coordinator, table.signing.key, "Une signataire a changé.")
    after = seal_now(table.there)

    assert now() - archives._complete_since(after) < timedelta(minutes=1)


def test_what_goes_wrong_after_the_last_signature_does_not_undo_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = sealed(1)
    secretary = table.there.secretaries[0]
    key = signing_keys.upload(
        secretary, pkcs12=current("Secrétaire").to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)

    def broken(content: bytes) -> list[bytes]:
        raise RuntimeError("d’œuvre 🙂")

    certificates_in = archives.certificates_in
    monkeypatch.setattr(archives, "certificates_in", broken)
    with serving(stamps(at=now())) as clock:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], timestamp_url=clock)
        made = signatures.sign_with_kept_key(
            secretary, table.signatory(1).key, key=key.key, passphrase=PASSPHRASE, code=codes_of(secretary)[0])
        assert (made.step, steps(table)) == (FileStep.SIGNATURE, [FileStep.SIGNATURE])
        monkeypatch.setattr(archives, "certificates_in", lambda content: [b"rien", *certificates_in(content)])
        assert archives.archive_due() == 1

    assert steps(table) == [FileStep.SIGNATURE, FileStep.ARCHIVE]
