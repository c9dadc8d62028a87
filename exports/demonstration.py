"""The demonstration authority: makes a seal for an organisation that has not uploaded its own.

Its seals are real signatures that prove nothing about who sealed, and say so in their very names.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from exports.credentials import Credentials, problem_with
from exports.keys import KeyMissing, KeyStore

ROOT = "demonstration-authority"
AUTHORITY_NAME = "Autorité de démonstration — sans valeur"
SEAL_NAME = "Cachet de démonstration — sans valeur"
ROOT_LIFETIME = timedelta(days=20 * 365)
SEAL_LIFETIME = timedelta(days=3 * 365)
RENEW_BEFORE = timedelta(days=30)
KEY_BITS = 3072
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336.


def authority(store: KeyStore, *, at: datetime) -> Credentials:
    """The instance's own demonstration root, made at the first use."""
    try:
        root = store.load(ROOT)
    except KeyMissing:
        if store.has(ROOT):
            raise  # Unreadable is not absent: replacing it would disown every seal that it made.
        store.save(ROOT, _make_root(at), replace=False)  # Of two processes, the first wins.
        root = store.load(ROOT)
    return root


def serves(kept: Credentials, root: Credentials, *, name: str, at: datetime) -> bool:
    """True while a demonstration seal is this root's, bears the organisation's name, and is not about to expire."""
    return (
        kept.certificate.issuer == root.certificate.subject
        and kept.certificate.subject == _seal_subject(name)
        and problem_with(kept, at=at) is None
        and problem_with(kept, at=at + RENEW_BEFORE) is None
    )


def make_seal(root: Credentials, *, name: str, at: datetime) -> Credentials:
    """Make a demonstration seal for an organisation of that name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    issuer = root.certificate.subject
    builder = _builder(_seal_subject(name), issuer, key.public_key(), at, SEAL_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key())  # type: ignore[arg-type]
    builder = builder.add_extension(above, critical=False)
    return Credentials(key, builder.sign(root.private_key, hashes.SHA256()), (root.certificate,))


def _seal_subject(name: str) -> x509.Name:
    # X.520 allows 64 characters in each of these.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, SEAL_NAME),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name.strip()[:64] or SEAL_NAME),
        ]
    )


def _make_root(at: datetime) -> Credentials:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME)])
    builder = _builder(subject, subject, key.public_key(), at, ROOT_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(certificates=True), critical=True)
    return Credentials(key, builder.sign(key, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: rsa.RSAPublicKey, at: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    begin = at - timedelta(hours=1)  # A verifier's clock may be late.
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begin).not_valid_after(at + lifetime)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)


def _key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
