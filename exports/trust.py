"""Whether a signature's certificate is to be relied on: compared with lists of certificates, at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    KeyUsageConstraints,
    PdfSignatureStatus,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext

from exports.coroutines import finish
from exports.credentials import is_for_signing
from exports.findings import TrustProblem


@dataclass(frozen=True)
class Reliance:
    """What the signatures of a file are compared with."""

    trusted: Sequence[bytes]
    """Certificates in DER that the administrator trusts."""
    demonstration: Sequence[bytes]
    """Those of this instance's demonstration authority, in DER."""
    at: datetime
    """When the certificates have to serve..."""
    times: Mapping[str, datetime]
    """... but for fields of which it is known when they were signed."""
    revoked: Mapping[str, datetime]
    """When certificates were revoked, by their SHA-256 in hexadecimal."""
    timestamp_authorities: Sequence[bytes] = ()
    """Certificates in DER that are trusted for timestamps, beside those trusted for everything."""


def status_of(
    signature: EmbeddedPdfSignature, trusted: Sequence[bytes], at: datetime, *, context: ValidationContext | None = None
) -> PdfSignatureStatus:
    """Check a signature's arithmetic, and its certificate against these at that time; nothing is fetched."""
    context = context or ValidationContext(
        trust_roots=anchors(signature.signer_cert, trusted), moment=at, allow_fetching=False)
    # A certificate that says nothing about its use may sign; one that does must allow signing.
    says_usage = signature.signer_cert.key_usage_value is not None
    usage = {"digital_signature", "non_repudiation"} if says_usage else set()
    checking = async_validate_pdf_signature(
        signature,
        signer_validation_context=context,
        key_usage_settings=KeyUsageConstraints(key_usage=usage),
        skip_diff=True,
    )
    return finish(checking)


def anchors(signer: asn1_x509.Certificate, trusted: Sequence[bytes]) -> list[asn1_x509.Certificate]:
    """Return the trusted certificates that may vouch for a signer's: authorities, and that very certificate.

    A listed certificate that is no authority vouches for itself alone: otherwise the holder of a listed seal
    could issue another in any name.
    """
    own = signer.dump()
    return [
        certificate
        for data in trusted
        if (certificate := asn1_x509.Certificate.load(data)).ca or data == own
    ]


def trust_in(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, reliance: Reliance, at: datetime
) -> dict[str, Any]:
    """Say whether a valid signature's certificate is trusted at that time, and why not."""
    revoked_at = reliance.revoked.get(signature.signer_cert.sha256.hex())
    if revoked_at is not None and revoked_at <= at:
        return {"trust_problem": TrustProblem.REVOKED}
    if not is_for_signing(x509.load_der_x509_certificate(signature.signer_cert.dump())):
        return {"trust_problem": TrustProblem.NOT_FOR_SIGNING}
    if status.trusted:
        return {"trusted": True}
    if _is_trusted(signature, reliance.demonstration, at):
        return {"demonstration": True, "trust_problem": TrustProblem.DEMONSTRATION}
    return {"trust_problem": _trust_problem(signature, reliance, at)}


def _is_trusted(signature: EmbeddedPdfSignature, trusted: Sequence[bytes], at: datetime) -> bool:
    return bool(trusted) and bool(status_of(signature, trusted, at).trusted)


def _trust_problem(signature: EmbeddedPdfSignature, reliance: Reliance, at: datetime) -> TrustProblem:
    certificate = signature.signer_cert
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        within = min(max(at, certificate.not_valid_before), certificate.not_valid_after)
        if _is_trusted(signature, [*reliance.trusted, *reliance.demonstration], within):
            return TrustProblem.EXPIRED
    return TrustProblem.UNKNOWN
