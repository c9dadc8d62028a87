"""An uploaded PKCS#12 file becomes credentials, or a reason that a secretary can act upon."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from exports.credentials import (
    MAX_PKCS12_BYTES,
    Unusable,
    UnusableCredentials,
    load_pkcs12,
    read_certificate,
    subject_name,
)
from tests.exports import seals
from tests.exports.seals import NOW, YEAR, make_credentials

PASSPHRASE = "été œuvre « 2025 » 🙂"


def refused(data: bytes, passphrase: str = PASSPHRASE, at: dt.datetime = NOW) -> Unusable:
    with pytest.raises(UnusableCredentials) as caught:
        load_pkcs12(data, passphrase, at=at)
    return caught.value.reason


def test_a_file_with_key_certificate_and_chain_opens() -> None:
    data = seals.confederation().to_pkcs12(PASSPHRASE.encode())

    opened = load_pkcs12(data, PASSPHRASE, at=NOW)

    assert opened.fingerprint == seals.confederation().fingerprint
    assert [subject_name(above) for above in opened.chain] == ["Autorité d’essai"]


def test_a_file_without_passphrase_opens_with_an_empty_one() -> None:
    kept = seals.confederation()
    data = pkcs12.serialize_key_and_certificates(
        None, kept.private_key, kept.certificate, None, NoEncryption()
    )

    assert load_pkcs12(data, "", at=NOW).fingerprint == kept.fingerprint


@pytest.mark.parametrize("passphrase", ["", "autre", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_named(passphrase: str) -> None:
    data = seals.confederation().to_pkcs12(PASSPHRASE.encode())

    assert refused(data, passphrase) is Unusable.WRONG_PASSPHRASE


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 un classeur", b"%PDF-1.7", os.urandom(500), b"0" * (MAX_PKCS12_BYTES + 1)],
    ids=["empty", "zip", "pdf", "random", "too large"],
)
def test_what_is_no_pkcs12_file_is_named(data: bytes) -> None:
    assert refused(data) is Unusable.NOT_PKCS12


def test_every_cut_of_a_good_file_is_refused() -> None:
    data = seals.confederation().to_pkcs12(PASSPHRASE.encode())

    for length in range(0, len(data), 97):
        assert refused(data[:length]) is Unusable.NOT_PKCS12


def test_a_file_that_asks_for_hours_of_work_is_refused_at_once() -> None:
    encryption = (
        PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1000).build(PASSPHRASE.encode())
    )
    kept = seals.confederation()
    data = pkcs12.serialize_key_and_certificates(
        None, kept.private_key, kept.certificate, None, encryption
    )
    # The same length in DER: 1,000 becomes 2,000,000,000 where the integer has room for it.
    slow = pkcs12.serialize_key_and_certificates(
        None,
        kept.private_key,
        kept.certificate,
        None,
        PrivateFormat.PKCS12.encryption_builder().kdf_rounds(100_000).build(PASSPHRASE.encode()),
    ).replace((100_000).to_bytes(3, "big"), (0x7FFFFF).to_bytes(3, "big"))

    assert load_pkcs12(data, PASSPHRASE, at=NOW)
    assert refused(slow) is Unusable.NOT_PKCS12


def test_certificates_alone_are_no_seal() -> None:
    data = pkcs12.serialize_key_and_certificates(
        None, None, seals.confederation().certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )

    assert refused(data) is Unusable.NO_PRIVATE_KEY


def test_a_key_alone_is_no_seal() -> None:
    data = pkcs12.serialize_key_and_certificates(
        None, seals.rsa_key(), None, None, BestAvailableEncryption(PASSPHRASE.encode())
    )

    assert refused(data) is Unusable.NO_CERTIFICATE


def test_a_weak_or_foreign_key_is_refused() -> None:
    weak = make_credentials("faible", key=seals.rsa_key("faible", 1024))
    foreign = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, foreign.public_key(), 7, NOW - YEAR, NOW + YEAR).sign(foreign, None)
    )
    data = pkcs12.serialize_key_and_certificates(
        None, foreign, certificate, None, BestAvailableEncryption(PASSPHRASE.encode())
    )

    assert refused(weak.to_pkcs12(PASSPHRASE.encode())) is Unusable.WEAK_KEY
    assert refused(data) is Unusable.WEAK_KEY


SERVER, CLIENT, EMAIL, DOCUMENTS = (
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.2",
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.5.5.7.3.36",
)


@pytest.mark.parametrize(
    ("usage", "purposes", "accepted"),
    [
        (None, (), True),
        (("digital_signature",), (), True),
        (("content_commitment",), (), True),
        (("key_encipherment",), (), False),
        (("key_cert_sign", "crl_sign"), (), False),
        (("digital_signature",), (SERVER,), False),
        (("digital_signature",), (SERVER, CLIENT), False),
        (("digital_signature",), (CLIENT, EMAIL), True),
        (("content_commitment",), (DOCUMENTS,), True),
        (None, (SERVER,), False),
    ],
)
def test_a_certificate_must_be_meant_for_signing(
    usage: tuple[str, ...] | None, purposes: tuple[str, ...], accepted: bool
) -> None:
    data = make_credentials("usage", usage=usage, purposes=purposes).to_pkcs12(PASSPHRASE.encode())

    if accepted:
        assert load_pkcs12(data, PASSPHRASE, at=NOW)
    else:
        assert refused(data) is Unusable.NOT_FOR_SIGNING


def test_a_certificate_must_serve_today() -> None:
    data = make_credentials("dates").to_pkcs12(PASSPHRASE.encode())

    assert refused(data, at=NOW + 2 * YEAR) is Unusable.EXPIRED
    assert refused(data, at=NOW - 2 * YEAR) is Unusable.NOT_YET_VALID


def test_elliptic_curves_are_accepted() -> None:
    data = make_credentials("courbe", key=seals.ec_key()).to_pkcs12(PASSPHRASE.encode())

    assert load_pkcs12(data, PASSPHRASE, at=NOW)


def test_no_message_or_representation_shows_the_passphrase_or_the_key() -> None:
    data = seals.confederation().to_pkcs12(PASSPHRASE.encode())

    with pytest.raises(UnusableCredentials) as caught:
        load_pkcs12(data, PASSPHRASE + "!", at=NOW)

    chain = [caught.value, caught.value.__cause__]
    assert not any(PASSPHRASE in str(error) + repr(error) for error in chain)
    assert repr(seals.confederation()) == f"<Credentials of {seals.CONFEDERATION!r}>"


def test_certificates_are_read_in_both_forms() -> None:
    certificate = seals.authority().certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    for encoding in (Encoding.PEM, Encoding.DER):
        assert read_certificate(certificate.public_bytes(encoding)) == certificate
    with pytest.raises(ValueError, match=r".+"):
        read_certificate(b"rien du tout \xf0\x9f\x99\x82")
