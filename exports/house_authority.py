"""The house authority: an installation's own, for organisations that have no certificate from elsewhere.

Its certificates are real, and prove that this installation knew who they were given to; nobody outside has vouched for
that. Their issuer's name says so. It is another thing than the demonstration's authority, whose seals bind nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from exports.credentials import Credentials

ROOT = "house-authority"
ROOT_NAME = "Autorité interne de {host}"
ROOT_UNIT = "Délivre des certificats à ses propres organisations ; personne d’autre ne s’en porte garant"
ROOT_LIFETIME = timedelta(days=15 * 365)
LIFETIME = timedelta(days=3 * 365)
KEY_BITS = 3072
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336.


@dataclass(frozen=True)
class Holder:
    """Who a certificate is for."""

    name: str
    capacity: str
    organisation: str


def make_root(host: str, *, at: datetime) -> Credentials:
    """Make an authority of this name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, ROOT_NAME.format(host=host)[:64]),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ROOT_UNIT[:64]),
    ])
    builder = _begun(subject, subject, key.public_key(), at, ROOT_LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(certificates=True), critical=True)
    return Credentials(key, builder.sign(key, hashes.SHA256()))


def issue(root: Credentials, holder: Holder, *, list_url: str, at: datetime) -> Credentials:
    """Draw a key and issue its certificate to somebody; nobody keeps a copy here."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    attributes = [
        (NameOID.COMMON_NAME, holder.name), (NameOID.ORGANIZATION_NAME, holder.organisation),
        (NameOID.TITLE, holder.capacity),
    ]
    subject = x509.Name([x509.NameAttribute(oid, value.strip()[:64]) for oid, value in attributes if value.strip()])
    builder = _begun(subject, root.certificate.subject, key.public_key(), at, LIFETIME)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.certificate.public_key())  # type: ignore[arg-type]
    builder = builder.add_extension(above, critical=False)
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(list_url)], None, None, None)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return Credentials(key, builder.sign(root.private_key, hashes.SHA256()), (root.certificate,))


def _begun(
    subject: x509.Name, issuer: x509.Name, public_key: rsa.RSAPublicKey, at: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - timedelta(hours=1)).not_valid_after(at + lifetime)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=not certificates, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificates, crl_sign=certificates,
        encipher_only=False, decipher_only=False,
    )
