"""A seal's credentials: a private key, its certificate and the certificates above it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from asn1crypto import algos
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from exports.issuing import chain_above

SealKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

MAX_PKCS12_BYTES = 100_000
MAX_DERIVATION_ROUNDS = 5_000_000  # OpenSSL writes 2,048, careful programs up to 600,000.
MIN_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")

# A certificate that lists purposes must list one of these to sign a document with it.
SIGNING_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string,
        "1.3.6.1.5.5.7.3.36",  # Document signing, RFC 9336.
        "1.3.6.1.4.1.311.10.3.12",  # Document signing, Microsoft.
        "1.2.840.113583.1.1.5",  # Authentic documents, Adobe.
    }
)


class Unusable(enum.Enum):
    """Why a PKCS#12 file cannot be a seal."""

    NOT_PKCS12 = "not-pkcs12"
    """The file is not PKCS#12, is too large, or asks for an absurd amount of work to open."""
    WRONG_PASSPHRASE = "wrong-passphrase"  # noqa: S105
    """The file is PKCS#12 but does not open with this passphrase."""
    NO_PRIVATE_KEY = "no-private-key"
    """The file holds certificates only."""
    NO_CERTIFICATE = "no-certificate"
    """The file holds a key without its certificate."""
    KEY_MISMATCH = "key-mismatch"
    """The certificate belongs to another key."""
    WEAK_KEY = "weak-key"
    """The key is neither RSA of 2,048 bits or more nor one of the NIST curves."""
    NOT_FOR_SIGNING = "not-for-signing"
    """The certificate says what it is for, and signing documents is not among it."""
    EXPIRED = "expired"
    """The certificate's time is over."""
    NOT_YET_VALID = "not-yet-valid"
    """The certificate's time has not begun."""


class UnusableCredentials(ValueError):
    """Say why the uploaded file cannot seal; `reason` is put into words by the page."""

    def __init__(self, reason: Unusable) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Credentials:
    """What is needed to seal."""

    private_key: SealKey
    """The secret key. Never written anywhere but encrypted, never logged."""
    certificate: x509.Certificate
    """The certificate of that key: whose seal it is."""
    chain: tuple[x509.Certificate, ...] = ()
    """The certificates above it, as far as the file had them."""

    def __repr__(self) -> str:
        return f"<Credentials of {subject_name(self.certificate)!r}>"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return fingerprint(self.certificate)

    def to_pkcs12(self, passphrase: bytes) -> bytes:
        """Write key and certificates as one encrypted PKCS#12 file."""
        name = self.fingerprint[:16].encode()
        encryption = BestAvailableEncryption(passphrase)
        return pkcs12.serialize_key_and_certificates(
            name, self.private_key, self.certificate, self.chain, encryption
        )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def subject_name(certificate: x509.Certificate) -> str:
    """The name to show for a certificate: its common name, else its organisation, else all of it."""
    return _shown(certificate.subject)


def issuer_name(certificate: x509.Certificate) -> str:
    """The name to show for who issued a certificate."""
    return _shown(certificate.issuer)


def _shown(name: x509.Name) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for found in name.get_attributes_for_oid(oid):
            text = " ".join("".join(c if c.isprintable() else " " for c in str(found.value)).split())
            if text:
                return text
    return name.rfc4514_string()


def read_certificate(data: bytes) -> x509.Certificate:
    """Read one certificate, PEM or DER; raises ValueError."""
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)


def read_whole(data: bytes) -> x509.Certificate:
    """Read a stranger's certificate in DER with all that is looked at later; raise ValueError.

    Libraries read its parts when they are asked for: what is unreadable there would be found when it is too late.
    """
    try:
        certificate = x509.load_der_x509_certificate(data)
        _ = (certificate.subject, certificate.issuer, certificate.public_key(), list(certificate.extensions),
             certificate.not_valid_before_utc, certificate.not_valid_after_utc, certificate.signature_algorithm_oid)
        _ = asn1_x509.Certificate.load(data, strict=True).native
    except Exception as error:  # Hostile input: no common base class.
        raise ValueError("the certificate cannot be read") from error
    return certificate


def der(certificate: x509.Certificate) -> bytes:
    """The certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)


def load_pkcs12(data: bytes, passphrase: str, *, at: datetime) -> Credentials:
    """Open an uploaded PKCS#12 file and check that it can seal at that time.

    Raises UnusableCredentials with the first reason found, in the order in which a person can do something
    about it: the file, the passphrase, what is inside, its purpose, its dates.
    """
    _refuse_absurd(data)
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    except ValueError as error:
        # The library says "Invalid password or PKCS12 data" for both: the form was already checked above.
        raise UnusableCredentials(Unusable.WRONG_PASSPHRASE) from error
    except Exception as error:  # Unsupported ciphers and broken inner structures: no common base class.
        raise UnusableCredentials(Unusable.NOT_PKCS12) from error
    if key is None:
        raise UnusableCredentials(Unusable.NO_PRIVATE_KEY)
    if certificate is None:
        raise UnusableCredentials(Unusable.KEY_MISMATCH if others else Unusable.NO_CERTIFICATE)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableCredentials(Unusable.WEAK_KEY)
    try:
        for one in (certificate, *others):
            read_whole(der(one))
    except ValueError as error:
        raise UnusableCredentials(Unusable.NOT_PKCS12) from error
    credentials = Credentials(key, certificate, chain_above(certificate, others))
    problem = problem_with(credentials, at=at)
    if problem:
        raise UnusableCredentials(problem)
    return credentials


def to_bytes(credentials: Credentials) -> bytes:
    """Give credentials as bytes that open at once, for the way back from the guarded process only."""
    key = credentials.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    parts = [key, *map(der, (credentials.certificate, *credentials.chain))]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def from_bytes(data: bytes, *, at: datetime) -> Credentials:
    """Read what `to_bytes` gave, as little believed as a file; raises UnusableCredentials, ValueError."""
    parts = []
    while data:
        length = int.from_bytes(data[:4], "big")
        parts.append(data[4 : 4 + length])
        data = data[4 + length :]
    if len(parts) < 2:
        raise ValueError("no key and certificate")
    key = load_der_private_key(parts[0], None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableCredentials(Unusable.WEAK_KEY)
    certificate, *chain = map(x509.load_der_x509_certificate, parts[1:])
    credentials = Credentials(key, certificate, tuple(chain))
    problem = problem_with(credentials, at=at)
    if problem:
        raise UnusableCredentials(problem)
    return credentials


def problem_with(credentials: Credentials, *, at: datetime) -> Unusable | None:
    """What keeps these credentials from sealing at that time, or None."""
    if credentials.private_key.public_key() != credentials.certificate.public_key():
        return Unusable.KEY_MISMATCH
    return problem_with_certificate(credentials.certificate, at=at)


def problem_with_certificate(certificate: x509.Certificate, *, at: datetime) -> Unusable | None:
    """What keeps this certificate's key, wherever it is, from signing a document at that time, or None."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < MIN_RSA_BITS:
            return Unusable.WEAK_KEY
    elif not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in CURVES:
        return Unusable.WEAK_KEY
    if not is_for_signing(certificate):
        return Unusable.NOT_FOR_SIGNING
    if at > certificate.not_valid_after_utc:
        return Unusable.EXPIRED
    if at < certificate.not_valid_before_utc:
        return Unusable.NOT_YET_VALID
    return None


def is_for_signing(certificate: x509.Certificate) -> bool:
    """True unless the certificate says what it is for and leaves signing documents out."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(purpose.dotted_string in SIGNING_PURPOSES for purpose in purposes)


def _refuse_absurd(data: bytes) -> None:
    """Refuse what is not PKCS#12, and key derivations that would keep the server busy for hours."""
    if not data or len(data) > MAX_PKCS12_BYTES:
        raise UnusableCredentials(Unusable.NOT_PKCS12)
    try:
        pfx = asn1_pkcs12.Pfx.load(data, strict=True)
        rounds = [pfx["mac_data"]["iterations"].native] if pfx["mac_data"].native else []
        for content in pfx.authenticated_safe:
            if content["content_type"].native == "encrypted_data":
                algorithm = content["content"]["encrypted_content_info"]["content_encryption_algorithm"]
                rounds.append(_rounds(algorithm))
            else:
                bags = asn1_pkcs12.SafeContents.load(content["content"].native)
                rounds += [
                    _rounds(bag["bag_value"]["encryption_algorithm"])
                    for bag in bags
                    if bag["bag_id"].native == "pkcs8_shrouded_key_bag"
                ]
    except Exception as error:  # asn1crypto raises ValueError, TypeError, KeyError on malformed input.
        raise UnusableCredentials(Unusable.NOT_PKCS12) from error
    if any(count > MAX_DERIVATION_ROUNDS for count in rounds):
        raise UnusableCredentials(Unusable.NOT_PKCS12)


def _rounds(algorithm: algos.EncryptionAlgorithm) -> int:
    """How many rounds of key derivation an encryption asks for."""
    parameters = algorithm["parameters"]
    if algorithm["algorithm"].native == "pbes2":
        return int(parameters["key_derivation_func"]["parameters"]["iteration_count"].native)
    return int(parameters["iterations"].native)
