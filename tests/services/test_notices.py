"""Notices: who is told by mail that it is their turn to sign, how a signing went, and what expires; each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, current_app

from drafting.domain.signing import SignatoryState
from drafting.extensions import db, transaction
from drafting.models import Notice, Signatory, Signing, SigningKey
from drafting.models.columns import now, recorded_at
from drafting.services import clock, organisations
from exports import authorities, notices, signatures
from tests import factories
from tests.mail_box import Box, link_in, receiving, text_of
from tests.services.test_races import at_once
from tests.signing import PASSPHRASE, Table, codes_of, sealed

DAY = timedelta(days=1)


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    with receiving(app) as box:
        yield box


def sealed_quietly(federations: int, **options: object) -> Table:
    """Return a sealed file, whose round mailed nobody."""
    settings = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = replace(settings, smtp_host="")
    table = sealed(federations, **options)
    current_app.config["SETTINGS"] = settings
    return table


def sign(table: Table, number: int) -> None:
    """Note that a signatory has signed."""
    with transaction() as session:
        signatory = session.get_one(Signatory, table.signatory(number).id)
        signatory.state, signatory.changed_at = SignatoryState.SIGNED, now()
        if all(one.state is not SignatoryState.EXPECTED for one in signatory.signing.signatories):
            signatory.signing.completed_at = now()


def told(box: Box) -> list[str]:
    """Return whom the mails went to since the last time one looked."""
    found = sorted(one["To"] for one in box.mails)
    box.mails.clear()
    return found


def test_who_is_to_sign_is_told_once_with_the_way_there(box: Box) -> None:
    table = sealed_quietly(2)

    assert notices.mail_due() == 2
    mail = box.to(table.there.secretaries[0].email)[0]
    assert mail["Subject"].startswith("À signer")
    assert table.there.federations[0].name in text_of(mail)
    assert link_in(mail) == f"https://contributions.example/signatories/{table.signatory(1).key}"
    assert notices.mail_due() == 0


def test_in_a_fixed_order_each_is_told_when_it_is_their_turn(box: Box) -> None:
    table = sealed_quietly(2, in_order=True)
    first, second = (one.email for one in table.there.secretaries)

    notices.mail_due()
    assert told(box) == [first]
    sign(table, 1)
    notices.mail_due()
    assert told(box) == [second]


def test_before_the_time_is_over_who_has_not_signed_is_told_again(box: Box) -> None:
    table = sealed_quietly(2, expires_at=now() + 10 * DAY)
    notices.mail_due()
    sign(table, 1)
    told(box)

    with recorded_at(now() + 9 * DAY):
        notices.mail_due()
        notices.mail_due()

    assert told(box) == [table.there.secretaries[1].email]
    with recorded_at(now() + 11 * DAY):
        assert notices.mail_due() == 0


def test_the_coordination_hears_of_a_refusal_and_of_the_end(box: Box) -> None:
    table = sealed_quietly(2)
    notices.mail_due()
    told(box)
    secretary = table.there.secretaries[0]
    code = codes_of(secretary)[0]

    signatures.refuse(secretary, table.signatory(1).key, reason="Le mandat manque · œuvre", code=code)
    notices.mail_due()
    assert "Le mandat manque · œuvre" in text_of(box.to(table.there.coordinator.email)[0])
    assert told(box) == [table.there.coordinator.email]

    sign(table, 2)
    notices.mail_due()
    assert "1 signature sur 2" in text_of(box.mails[0])
    assert told(box) == [table.there.coordinator.email]
    with transaction() as session:
        session.query(Notice).delete()
        session.get_one(Signing, table.signing.id).completed_at = now() - 30 * DAY
        session.get_one(Signatory, table.signatory(1).id).changed_at = now() - 30 * DAY
    assert notices.mail_due() == 0


def test_what_expires_is_said_at_each_step_to_those_whom_it_concerns(box: Box) -> None:
    table = sealed_quietly(1)
    root = factories.member(factories.organisation(), administrator=True)
    authorities.create_house_authority(root)
    secretary = table.there.secretaries[0]
    key = authorities.issue(secretary, name="Signataire · œuvre", capacity="trésorière", passphrase=PASSPHRASE)
    notices.mail_due()
    told(box)

    for days, expected in ((61, 0), (59, 1), (20, 0), (13, 1), (5, 0), (0.5, 1), (-1, 0)):
        with recorded_at(key.expires_at - days * DAY):
            assert notices.mail_due() == expected, days
            assert "dans 0 jour" not in "".join(text_of(one) for one in box.mails), days
        assert told(box) == [secretary.email] * expected, days
    with transaction() as session:
        session.get_one(SigningKey, key.id).retired_at = now()


def test_a_mail_that_is_refused_is_sent_later(box: Box) -> None:
    table = sealed_quietly(1)
    box.refuse = True
    assert notices.mail_due() == 0
    assert db.session.query(Notice).count() == 0

    box.refuse = False
    clock.tick()

    assert [one["Subject"][:8] for one in box.to(table.there.secretaries[0].email)].count("À signer") == 1


def test_a_process_that_died_while_sending_leaves_the_mail_to_another(box: Box) -> None:
    table = sealed_quietly(1)
    about, person_id = f"sign:{table.signatory(1).key}", table.there.secretaries[0].person_id
    with transaction() as session:
        session.add(Notice(person_id=person_id, about=about, claimed_at=now()))

    assert notices.mail_due() == 0
    with recorded_at(now() + notices.CLAIM_HOLDS * 2):
        assert notices.mail_due() == 1


def test_two_processes_write_to_nobody_twice(app: Flask, box: Box) -> None:
    table = sealed_quietly(2)

    at_once(app, 8, lambda _n: notices.mail_due())

    assert told(box) == sorted(one.email for one in table.there.secretaries)


def test_a_departed_secretary_is_not_written_to(box: Box) -> None:
    table = sealed_quietly(1)
    with transaction() as session:
        session.get_one(factories.Person, table.there.secretaries[0].person_id).disabled_at = now()

    assert notices.mail_due() == 0


def test_a_named_signatory_who_left_the_organisation_is_not_written_to(box: Box) -> None:
    table = sealed_quietly(1)
    secretary, someone = table.there.secretaries[0], factories.member(table.there.federations[0])
    with transaction() as session:
        session.get_one(Signatory, table.signatory(1).id).person_id = someone.person_id
    key = db.session.get_one(factories.Person, someone.person_id).key
    organisations.remove_member(secretary, table.there.federations[0].key, key)

    assert notices.mail_due() == 0


def test_a_named_signatory_is_told_and_the_secretary_is_not(box: Box) -> None:
    table = sealed_quietly(1)
    someone = factories.member(table.there.federations[0])
    with transaction() as session:
        session.get_one(Signatory, table.signatory(1).id).person_id = someone.person_id

    notices.mail_due()

    assert told(box) == [someone.email]
