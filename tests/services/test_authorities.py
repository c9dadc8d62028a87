"""The house authority: created by an administrator, its certificates sign, are marked, expire and are revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from drafting.domain.actor import Actor
from drafting.domain.errors import Conflict, Forbidden, InvalidInput, InvalidTransition, NotFound
from drafting.models import SigningKey
from drafting.models.columns import now, recorded_at
from exports import authorities, browser_signatures, outside_signatures, seals, signatures, signing_keys
from exports.credentials import der
from exports.file_states import newest_state, steps_of
from exports.inspection import Inspection, TrustProblem, inspect
from exports.seals import revocations, trusted_certificates
from exports.signing import seal, sign
from exports.timestamp_client import HttpTimeStamper
from exports.web.verifying import judge
from tests import factories
from tests.codes import switch_on
from tests.exports import seals as made
from tests.exports.time_authority import root_of_time, serving
from tests.services.test_races import DONE, at_once
from tests.services.test_signings import sign_here
from tests.signing import PASSPHRASE, Table, current, sealed
from tests.signing_in import sign_in


@pytest.fixture
def root(app: Flask) -> Actor:
    """An administrator, who has created the authority."""
    actor = factories.member(factories.organisation(), administrator=True)
    authorities.create_house_authority(actor)
    return actor


def given(actor: Actor) -> SigningKey:
    return authorities.issue(actor, name="Signataire œuvre", capacity="secrétaire générale", passphrase=PASSPHRASE)


def signed(table: Table) -> SigningKey:
    secretary = table.there.secretaries[0]
    key = given(secretary)
    signatures.sign_with_kept_key(
        secretary, table.signatory(1).key, key=key.key, passphrase=PASSPHRASE, code=switch_on(secretary)[0])
    return key


def seen(table: Table) -> Inspection:
    return inspect(newest_state(table.file).read(), trusted=trusted_certificates(), demonstration=[], at=now(),
                   revoked=revocations())


def test_only_an_administrator_creates_it_and_once(root: Actor) -> None:
    with pytest.raises(Conflict):
        authorities.create_house_authority(root)
    with pytest.raises(NotFound):
        authorities.create_house_authority(factories.member(factories.organisation()))


def test_without_it_nobody_is_given_a_certificate(app: Flask) -> None:
    table = sealed(1)

    with pytest.raises(NotFound):
        given(table.there.secretaries[0])
    with pytest.raises(NotFound):
        authorities.revocation_list()


def test_its_certificate_says_who_and_that_nobody_else_vouches(root: Actor) -> None:
    table = sealed(1)
    secretary = table.there.secretaries[0]
    key = given(secretary)
    certificate = signing_keys.open_key(secretary, key.key, PASSPHRASE).certificate

    def said(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
        return str(name.get_attributes_for_oid(oid)[0].value)

    assert said(certificate.subject, NameOID.COMMON_NAME) == "Signataire œuvre"
    assert said(certificate.subject, NameOID.ORGANIZATION_NAME) == table.there.federations[0].name
    assert "Autorité interne" in said(certificate.issuer, NameOID.COMMON_NAME)
    point = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
    assert point.full_name is not None
    assert point.full_name[0].value.endswith("/authority/crl")


def test_it_signs_is_recognised_and_no_longer_from_its_revocation_on(root: Actor) -> None:
    table = sealed(1)
    key = signed(table)
    assert seen(table).signatures[0].trusted

    authorities.revoke(root, key.fingerprint, "Clé perdue")

    assert seen(table).signatures[0].trust_problem is TrustProblem.REVOKED
    before = inspect(newest_state(table.file).read(), trusted=trusted_certificates(), demonstration=[], at=now(),
                     revoked=revocations(), times={"signature-1": now() - timedelta(minutes=5)})
    assert before.signatures[0].trusted
    assert signing_keys.keys_of(table.there.secretaries[0].organisation_id) == []
    with pytest.raises((NotFound, InvalidTransition)):
        authorities.revoke(root, key.fingerprint, "Encore")


def test_the_list_of_revocations_names_it_and_no_other(root: Actor) -> None:
    table = sealed(1)
    kept, lost = given(table.there.secretaries[0]), given(table.there.secretaries[0])
    assert len(list(x509.load_der_x509_crl(authorities.revocation_list()))) == 0

    authorities.revoke(root, lost.fingerprint, "Clé perdue")

    listed = x509.load_der_x509_crl(authorities.revocation_list())
    authority = authorities.house_root().certificate
    assert listed.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    assert len(list(listed)) == 1
    assert kept.fingerprint in {one.fingerprint for one in authorities.expiries(root)}


@pytest.mark.parametrize(
    ("name", "capacity", "passphrase", "field"),
    [(" ", "s", PASSPHRASE, "name"), ("n", "é" * 65, PASSPHRASE, "capacity"), ("n", "s", "court", "new_passphrase")],
)
def test_what_cannot_be_issued_says_why(root: Actor, name: str, capacity: str, passphrase: str, field: str) -> None:
    table = sealed(1)

    with pytest.raises(InvalidInput) as refused:
        authorities.issue(table.there.secretaries[0], name=name, capacity=capacity, passphrase=passphrase)
    assert list(refused.value.fields) == [field]
    with pytest.raises(Forbidden):
        given(factories.member(table.there.federations[0]))


def test_what_expires_soon_is_said_to_those_whom_it_concerns(root: Actor) -> None:
    table = sealed(1)
    secretary = table.there.secretaries[0]
    key = given(secretary)

    assert authorities.own_expiries(secretary) == []
    with recorded_at(key.expires_at - timedelta(days=30)):
        assert [one.fingerprint for one in authorities.own_expiries(secretary)] == [key.fingerprint]
        assert authorities.own_expiries(table.there.coordinator) == []
        assert authorities.expiries(root)[0].left(now()) == 30
    with pytest.raises(NotFound):
        authorities.expiries(secretary)


def test_a_revocation_says_why(root: Actor) -> None:
    table = sealed(1)
    key = given(table.there.secretaries[0])

    with pytest.raises(InvalidInput):
        authorities.revoke(root, key.fingerprint, " ")
    with pytest.raises(NotFound):
        authorities.revoke(table.there.secretaries[0], key.fingerprint, "é")
    assert authorities.db.session.scalar(select(SigningKey.retired_at)) is None


# --- Time ---


def test_a_time_stamping_authority_is_believed_about_time_and_vouches_for_nobody(app: Flask) -> None:
    actor = factories.member(factories.organisation(), administrator=True)
    with serving() as address:
        pdf = seal(made.plain_pdf(), made.confederation(), at=made.NOW, reason="", field_title="Cachet",
                   timestamper=HttpTimeStamper(address))

    def judged() -> tuple[bool, str]:
        with recorded_at(made.NOW):
            said = judge(pdf).to_json()
        return said["trusted"], said["level"]

    assert judged() == (False, "B-B")
    seals.trust(actor, made.authority().certificate.public_bytes(Encoding.PEM))
    assert judged() == (True, "B-B")
    seals.trust(actor, root_of_time().certificate.public_bytes(Encoding.PEM), only_time=True)
    assert judged() == (True, "B-T")
    for one in seals.certificates(actor):
        seals.distrust(actor, one.key)
    seals.trust(actor, made.authority().certificate.public_bytes(Encoding.PEM), only_time=True)
    assert judged() == (False, "B-B"), "who tells the time does not say who signs"


def test_a_key_that_is_kept_no_longer_can_be_revoked_all_the_same(root: Actor, app: Flask) -> None:
    table = sealed(2)
    secretary, key = table.there.secretaries[0], signed(table)
    signing_keys.retire(secretary, key.key)
    assert [(one.fingerprint, one.is_kept) for one in authorities.expiries(root) if one.kind == "signing_key"] == [
        (key.fingerprint, False)]
    [former] = signing_keys.former_keys_of(secretary.organisation_id)
    assert not former.is_revoked

    authorities.revoke(root, key.fingerprint, "Perdue · é")

    [former] = signing_keys.former_keys_of(secretary.organisation_id)
    assert (former.is_revoked, former.reason) == (True, "Perdue · é")
    page = sign_in(app.test_client(), secretary).get("/signing-keys").text
    assert "révoquée par l’administration" in page
    assert "Perdue · é" in page


@pytest.mark.parametrize("way", ["browser", "elsewhere"])
def test_what_was_revoked_signs_nothing_any_more(root: Actor, way: str) -> None:
    table, own = sealed(2), current("Signataire 1")
    secretary, place = table.there.secretaries[0], table.signatory(1).key
    key = signing_keys.upload(secretary, pkcs12=own.to_pkcs12(PASSPHRASE.encode()), passphrase=PASSPHRASE)
    authorities.revoke(root, key.fingerprint, "Perdue · é")
    code = switch_on(secretary)[0]

    def sign_so() -> object:
        if way == "browser":
            return browser_signatures.prepare(secretary, place, certificate=der(own.certificate), chain=[], code=code)
        _file, state = outside_signatures.take_away(secretary, place)
        brought = sign(state.read(), own, field="signature-1", at=now(), reason="", shown=("Une",))
        return outside_signatures.bring_back(secretary, place, brought, code=code)

    with pytest.raises(InvalidTransition, match="a été révoqué"):
        sign_so()

    assert steps_of(table.file) == []
    sign_here(table, 1, code=code)  # It is good still, and so is another certificate.


# --- Many at once ---


def test_of_many_administrators_who_create_it_at_once_one_does(app: Flask) -> None:
    actor = factories.member(factories.organisation(), administrator=True)

    outcome = at_once(app, 3, lambda _n: authorities.create_house_authority(actor))

    assert outcome == {DONE: 1, "Conflict": 2}


def test_of_a_hundred_who_revoke_a_certificate_at_once_one_does(app: Flask) -> None:
    actor = factories.member(factories.organisation(), administrator=True)
    of = seals.trust(actor, made.authority().certificate.public_bytes(Encoding.PEM)).fingerprint

    outcome = at_once(app, 100, lambda n: authorities.revoke(actor, of, f"Perdue · é {n}"))

    assert outcome == {DONE: 1, "InvalidTransition": 99}
    assert list(revocations()) == [of]
