"""Factories of keys, certificates and sealed files, made once for the whole run."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import weasyprint
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from exports.credentials import Credentials, SealKey
from exports.signing import seal
from exports.verification import PublishedFile

NOW = dt.datetime(2025, 2, 10, 9, 30, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)
CONFEDERATION = "Confédération « Œuvre & Métiers » — l’été"


@functools.cache
def rsa_key(name: str = "", bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key that is made once for each name."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@functools.cache
def ec_key(name: str = "") -> ec.EllipticCurvePrivateKey:
    del name
    return ec.generate_private_key(ec.SECP256R1())


def make_credentials(
    name: str = CONFEDERATION,
    *,
    key: SealKey | None = None,
    issuer: Credentials | None = None,
    begin: dt.datetime = NOW - YEAR,
    end: dt.datetime = NOW + YEAR,
    ca: bool | None = False,
    usage: Sequence[str] | None = ("digital_signature", "content_commitment"),
    purposes: Sequence[str] = (),
    critical_purposes: bool = False,
    extensions: Sequence[x509.ExtensionType] = (),
) -> Credentials:
    """A key with a certificate, self-signed unless an issuer is given."""
    key = key or rsa_key(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if usage is not None:
        builder = builder.add_extension(key_usage(*usage), critical=True)
    if purposes:
        listed = x509.ExtendedKeyUsage([ObjectIdentifier(purpose) for purpose in purposes])
        builder = builder.add_extension(listed, critical=critical_purposes)
    for one in extensions:
        builder = builder.add_extension(one, critical=False)
    certificate = builder.sign(issuer.private_key if issuer else key, hashes.SHA256())
    return Credentials(key, certificate, (issuer.certificate, *issuer.chain) if issuer else ())


def key_usage(*allowed: str) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    names += ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in allowed for name in names})


@functools.cache
def authority() -> Credentials:
    """A certification authority that the administrator may trust."""
    return make_credentials("Autorité d’essai", ca=True, usage=("key_cert_sign", "crl_sign"))


@functools.cache
def confederation() -> Credentials:
    """A seal issued by that authority."""
    return make_credentials(issuer=authority())


@functools.cache
def plain_pdf() -> bytes:
    """A small finished PDF."""
    text = "« Cœur » de l’été · déjà vu"
    page = f"<html lang=fr><title>{text}</title><h1>{text}</h1><p>Un œil, é, à, ô.</p></html>"
    return weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)


@functools.cache
def sealed_pdf() -> bytes:
    """The same PDF under the confederation's seal."""
    return seal(plain_pdf(), confederation(), at=NOW, reason="Version 2 « déposée »", field_title="Cachet")


def published_file(data: bytes, **changes: object) -> PublishedFile:
    """The public record of these bytes."""
    record = PublishedFile(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        code="abcdefgh23456789",
        contribution="Contribution « IA & travail »",
        organisation=CONFEDERATION,
        version=2,
        label="Déposée",
        version_digest="d" * 64,
        sealed_at=NOW,
        published_at=NOW,
    )
    return replace(record, **changes)  # type: ignore[arg-type]


class Shelf:
    """Published files, in memory."""

    def __init__(self, *files: PublishedFile) -> None:
        self.files = {file.sha256: file for file in files}

    def by_digest(self, sha256: str) -> PublishedFile | None:
        return self.files.get(sha256)

    def sizes(self) -> list[int]:
        return sorted({file.size for file in self.files.values()})

    def among(self, digests: Sequence[str]) -> set[str]:
        return {*digests} & self.files.keys()
