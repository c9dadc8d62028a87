"""The page on which the coordination says who signs: nothing planned is lost, and nobody is asked who refused."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from drafting.extensions import db
from drafting.models.columns import now
from exports import signatures, signings
from tests.signing import adopted, codes_of, drafts, sealed
from tests.signing_in import csrf_token, sign_in


def test_a_plan_is_shown_as_it_was_kept(app: Flask) -> None:
    there, _asked = adopted()
    until = now() + timedelta(days=9)
    signings.plan(there.coordinator, there.version.key, drafts(there), in_order=True, expires_at=until)

    page = sign_in(app.test_client(), there.coordinator).get(f"/versions/{there.version.key}/signing").text

    assert f'value="{until:%Y-%m-%d}"' in page
    assert [place for _key, place in re.findall(r'name="rank-(\w+)" value="(\d*)"', page)] == ["1", "2", "3"]
    assert f"1. {there.version.sections[0].title}</label>" in page


def test_signatories_stand_in_the_order_of_their_ranks(app: Flask) -> None:
    there, _asked = adopted()
    client, address = sign_in(app.test_client(), there.coordinator), f"/versions/{there.version.key}/signing"
    keys = [one.key for one in there.federations]
    fields = {f"capacity-{key}": "secrétaire" for key in keys}
    ranks = {f"rank-{keys[0]}": "9", f"rank-{keys[1]}": "", f"rank-{keys[2]}": "2"}

    answer = client.post(address, data={
        "csrf_token": csrf_token(client, address), "signs": keys, **fields, **ranks, "expires_on": ""})

    assert answer.status_code == 303
    db.session.rollback()
    planned = signings.signing_of(there.version)
    assert planned is not None
    assert [one.organisation.key for one in signings.signatories_of(planned)] == [keys[2], keys[0], keys[1]]


def test_who_refused_is_not_asked_again_unless_the_coordination_wants_it(app: Flask) -> None:
    until = now() + timedelta(days=9)
    table = sealed(2, expires_at=until)
    actor = table.there.secretaries[0]
    signatures.refuse(actor, table.signatory(1).key, reason="Pas « ainsi » · œuvre", code=codes_of(actor)[0])

    version = signings.supersede(table.there.coordinator, table.signing.key, "Une signataire a changé.")

    after = signings.signing_of(version)
    assert after is not None
    assert [(one.position, one.organisation) for one in signings.signatories_of(after)] == [
        (1, table.there.federations[1])]
    assert after.expires_at == until
    page = sign_in(app.test_client(), table.there.coordinator).get(f"/versions/{version.key}/signing").text
    assert "Pas « ainsi » · œuvre" in page
    assert len(re.findall(r'name="signs" value="\w+" checked', page)) == 1


def test_what_is_typed_is_kept_before_it_is_sealed(app: Flask) -> None:
    there, _asked = adopted(1)
    client, address = sign_in(app.test_client(), there.coordinator), f"/versions/{there.version.key}/signing"
    key = there.federations[0].key

    answer = client.post(address, data={
        "csrf_token": csrf_token(client, address), "signs": key, f"capacity-{key}": "trésorière", "then": "seal"})

    assert (answer.status_code, answer.location) == (307, f"/versions/{there.version.key}/seal")
    db.session.rollback()
    planned = signings.signing_of(there.version)
    assert planned is not None
    assert [one.capacity for one in signings.signatories_of(planned)] == ["trésorière"]
