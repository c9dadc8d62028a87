"""From adopted to public: who is waited for, what the coordination does next, and where everybody reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from drafting.domain.actor import Actor
from drafting.domain.ballot import Stance
from drafting.extensions import db, transaction
from drafting.models import Round, SigningKey, Version
from drafting.models.columns import now, recorded_at
from exports import authorities, files, signatures, signings
from exports.way import Way, way_of
from tests import factories
from tests.rounds import Assembly
from tests.signing import PASSPHRASE, adopted, codes_of, drafts, seal_now, sealed
from tests.signing_in import sign_in


def way(there: Assembly, actor: Actor) -> Way | None:
    db.session.expire_all()
    return way_of(db.session.get_one(Version, there.version.id), actor)


def steps(there: Assembly) -> tuple[str, str]:
    """Return what the coordination and what a federation's secretary do next."""
    found, other = way(there, there.coordinator), way(there, there.secretaries[0])
    assert found is not None
    assert other is not None
    return found.next_step, other.next_step or ("sign" if other.mine else "")


def test_the_coordination_and_the_federations_go_step_by_step(app: Flask) -> None:
    there, asked = adopted(1)
    assert isinstance(asked, Round)
    assert steps(there) == ("plan", "")

    signings.plan(there.coordinator, there.version.key, drafts(there))
    assert steps(there) == ("seal", "")

    file = seal_now(there)
    assert steps(there) == ("", "sign")

    signing = signings.signing_of(there.version)
    assert signing is not None
    codes = codes_of(there.secretaries[0])
    signatures.refuse(there.secretaries[0], signing.signatories[0].key, reason="É", code=codes[0])
    assert steps(there) == ("publish", "")

    files.publish(there.coordinator, file.key)
    assert steps(there) == ("", "")
    found = way(there, there.coordinator)
    assert found is not None
    assert (found.is_adopted, found.is_published, found.signed, len(found.signatories)) == (True, True, 0, 1)


def test_who_signs_later_in_a_fixed_order_is_not_called_yet(app: Flask) -> None:
    there = sealed(2, in_order=True).there
    first, second = (way(there, secretary) for secretary in there.secretaries)
    assert first is not None
    assert second is not None
    assert first.mine is not None
    assert second.mine is None


def test_nobody_is_called_after_the_time_for_it(app: Flask) -> None:
    there = sealed(1, expires_at=now() + timedelta(days=2)).there

    with recorded_at(now() + timedelta(days=3)):
        found = way(there, there.secretaries[0])

    assert found is not None
    assert found.mine is None


def test_a_member_is_not_called(app: Flask) -> None:
    table = sealed(1)

    found = way(table.there, factories.member(table.there.federations[0]))

    assert found is not None
    assert found.mine is None


def test_a_version_that_was_not_adopted_has_no_way(app: Flask) -> None:
    there, _asked = adopted(1, (Stance.OPPOSED,))
    assert way(there, there.coordinator) is None
    assert way_of(None, there.coordinator) is None


def test_the_first_page_and_the_round_lead_to_the_signature(app: Flask) -> None:
    table = sealed(1)
    secretary, signatory = table.there.secretaries[0], f"/signatories/{table.signatory(1).key}"
    key, asked = table.there.contribution.key, table.asked.key
    db.session.rollback()

    for page in ("/", f"/contributions/{key}/validation", f"/rounds/{asked}"):
        read = sign_in(app.test_client(), secretary).get(page).get_data(as_text=True)
        assert f'href="{signatory}"' in read, page
        other = sign_in(app.test_client(), table.there.coordinator).get(page).get_data(as_text=True)
        assert signatory not in other, page


def test_a_certificate_that_expires_is_said_in_a_sentence_of_its_own(app: Flask) -> None:
    there = sealed(1).there
    authorities.create_house_authority(factories.member(factories.organisation(), administrator=True))
    secretary = there.secretaries[0]
    key = authorities.issue(secretary, name="Signataire · œuvre", capacity="trésorière", passphrase=PASSPHRASE)

    with transaction() as session:
        session.get_one(SigningKey, key.id).expires_at = now() + timedelta(days=30)

    page = sign_in(app.test_client(), secretary).get("/").get_data(as_text=True)

    assert '<p class="notice notice-warn">Le certificat «\u00a0Signataire · œuvre' in page
    assert '<a class="button" href="/contributions/new">' in page


@pytest.mark.parametrize("path", ["/", "/contributions/{key}/validation"])
def test_what_is_public_is_said_to_be(app: Flask, path: str) -> None:
    table = sealed(1)
    files.publish(table.there.coordinator, table.file.key)
    key = table.there.contribution.key

    page = sign_in(app.test_client(), table.there.secretaries[0]).get(path.format(key=key)).get_data(as_text=True)

    assert ("version 1 publiée" if path == "/" else "Publication et remise") in page
