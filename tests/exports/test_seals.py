"""Seals and trusted certificates as services: who may, what is kept, what is refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select

from drafting.domain.errors import Conflict, InvalidInput, NotFound
from drafting.extensions import db, transaction
from drafting.models import AuditEntry, Organisation, Seal
from drafting.models.columns import now
from exports import seals as service
from exports.credentials import UnusableCredentials, der
from tests.exports import documents, seals
from tests.exports.documents import Scene

PASSPHRASE = "été « œuvre » 🙂"


@pytest.fixture
def scene(app: Flask) -> Scene:
    return documents.scene()


def fresh(name: str = "Cachet de la confédération", **values: object):
    """Credentials that serve today."""
    return seals.make_credentials(name, begin=now() - seals.YEAR, end=now() + seals.YEAR, **values)  # type: ignore[arg-type]


def pkcs12(name: str = "Cachet de la confédération") -> bytes:
    return fresh(name).to_pkcs12(PASSPHRASE.encode())


def test_an_uploaded_seal_is_kept_encrypted_and_can_seal(scene: Scene) -> None:
    credentials = fresh()

    row = service.upload(
        scene.coordinator, scene.confederation.key, pkcs12=credentials.to_pkcs12(PASSPHRASE.encode()),
        passphrase=PASSPHRASE,
    )

    assert row.subject == "Cachet de la confédération"
    assert row.pkcs12 != credentials.to_pkcs12(PASSPHRASE.encode())
    found, is_demonstration = service.credentials_of(scene.confederation.id, at=now())
    assert found.certificate == credentials.certificate
    assert not is_demonstration


def test_the_audit_log_names_the_seal_and_never_the_passphrase(scene: Scene) -> None:
    service.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)

    entries = db.session.scalars(select(AuditEntry)).all()
    assert entries[-1].action == "seal.upload"
    assert not any(PASSPHRASE in str(entry.detail) for entry in entries)


def test_a_new_seal_takes_the_place_of_the_old_one(scene: Scene) -> None:
    for name in ("Ancien cachet", "Nouveau cachet"):
        service.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(name), passphrase=PASSPHRASE)

    rows = db.session.scalars(select(Seal).order_by(Seal.id)).all()
    assert [(row.subject, row.retired_at is None) for row in rows] == [
        ("Ancien cachet", False), ("Nouveau cachet", True),
    ]


def test_only_secretaries_of_the_organisation_and_administrators_manage_its_seal(scene: Scene) -> None:
    for actor in (scene.author, scene.stranger, documents.factories.member(scene.confederation), None):
        with pytest.raises(NotFound):
            service.upload(actor, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)
    assert service.upload(scene.administrator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)


def test_what_cannot_seal_is_refused_with_words_beside_its_field(scene: Scene) -> None:
    for data, passphrase, field, words in (
        (b"PK\x03\x04", PASSPHRASE, "pkcs12", "PKCS#12"),
        (pkcs12(), "autre", "passphrase", "phrase de passe"),
    ):
        with pytest.raises(InvalidInput) as caught:
            service.upload(scene.coordinator, scene.confederation.key, pkcs12=data, passphrase=passphrase)
        assert words in str(caught.value.fields[field])
    assert service.seal_in_use(scene.confederation.id) is None


def test_a_retired_seal_serves_no_more_and_is_retired_once(scene: Scene) -> None:
    row = service.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)

    service.retire(scene.coordinator, row.key)

    assert service.credentials_of(scene.confederation.id, at=now())[1]
    with pytest.raises(Conflict):
        service.retire(scene.coordinator, row.key)
    with pytest.raises(NotFound):
        service.retire(scene.stranger, row.key)


def test_without_an_uploaded_seal_the_demonstration_authority_makes_one_once(scene: Scene) -> None:
    first, is_demonstration = service.credentials_of(scene.confederation.id, at=now())
    second, _ = service.credentials_of(scene.confederation.id, at=now())

    assert is_demonstration
    assert first.certificate == second.certificate
    assert service.demonstration_certificates() == [der(first.chain[0])]


def test_the_demonstration_seal_follows_the_organisations_name(scene: Scene) -> None:
    first, _ = service.credentials_of(scene.confederation.id, at=now())
    with transaction():
        db.session.get_one(Organisation, scene.confederation.id).name = "Confédération renommée · é"

    second, _ = service.credentials_of(scene.confederation.id, at=now())

    assert second.certificate != first.certificate


def test_an_expired_real_seal_is_never_silently_replaced_by_a_demonstration(scene: Scene) -> None:
    service.upload(scene.coordinator, scene.confederation.key, pkcs12=pkcs12(), passphrase=PASSPHRASE)

    with pytest.raises(UnusableCredentials):
        service.credentials_of(scene.confederation.id, at=now() + 2 * seals.YEAR)


def test_no_demonstration_authority_exists_before_it_is_needed(scene: Scene) -> None:
    assert service.demonstration_certificates() == []


def test_the_administrator_keeps_the_list_of_trusted_certificates(scene: Scene) -> None:
    certificate = seals.authority().certificate

    row = service.trust(scene.administrator, certificate.public_bytes(Encoding.PEM), note="Autorité · essai")

    assert service.trusted_certificates() == [der(certificate)]
    assert [each.note for each in service.certificates(scene.administrator)] == ["Autorité · essai"]
    with pytest.raises(Conflict):
        service.trust(scene.administrator, der(certificate))
    service.distrust(scene.administrator, row.key)
    assert service.trusted_certificates() == []
    with pytest.raises(NotFound):
        service.distrust(scene.administrator, row.key)


@pytest.mark.parametrize(
    "data", [b"", b"rien", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", b"x" * 60_000]
)
def test_what_is_no_certificate_is_refused(scene: Scene, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        service.trust(scene.administrator, data)


def test_nobody_else_touches_the_list(scene: Scene) -> None:
    data = der(seals.authority().certificate)
    for actor in (scene.coordinator, scene.author, scene.stranger):
        with pytest.raises(NotFound):
            service.trust(actor, data)
        with pytest.raises(NotFound):
            service.certificates(actor)
    assert service.trusted_certificates() == []
