"""What a PDF's seal says by itself: read, checked, and compared with a list of trusted certificates.

The files are a stranger's: call `inspect` in the guarded worker. It takes and returns plain values only.
"""

from __future__ import annotations

import binascii
import enum
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    KeyUsageConstraints,
    PdfSignatureStatus,
    async_validate_pdf_signature,
    read_certification_data,
)
from pyhanko_certvalidator import ValidationContext

from exports.coroutines import finish

# pyHanko logs the trace of each refused file; the verdict says what there is to say.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

DIGESTS = ("sha256", "sha384", "sha512")
MAX_WORDS = 300


class Refusal(enum.Enum):
    """Why a file is not an intact, validly sealed PDF."""

    TOO_LARGE = "too-large"
    """Larger than any file this instance makes; not read."""
    TOO_LONG = "too-long"
    """Reading it took more time or memory than any honest file needs."""
    NOT_A_PDF = "not-a-pdf"
    """It does not begin as a PDF does."""
    UNREADABLE = "unreadable"
    """It is damaged, encrypted, or of a form that cannot be checked safely."""
    UNSEALED = "unsealed"
    """It carries no seal and no signature."""
    SEVERAL_SIGNATURES = "several-signatures"
    """It carries more than the one seal that our files have."""
    NOT_A_SEAL = "not-a-seal"
    """Its signature does not certify the document, so it is not a seal."""
    CHANGED_AFTER_SEALING = "changed-after-sealing"
    """The seal does not cover every byte: something was added or cut after sealing."""
    ALTERED = "altered"
    """The sealed content is not what was sealed."""
    FORGED = "forged"
    """The signature is not the work of the certificate's key, or its arithmetic is too weak to tell."""


class TrustProblem(enum.Enum):
    """Why a valid seal is not trusted."""

    UNKNOWN = "unknown"
    """No certificate of the administrator's list stands above it: anybody can make such a seal."""
    DEMONSTRATION = "demonstration"
    """It was made by this instance's demonstration authority."""
    EXPIRED = "expired"
    """The certificate did not serve at that time."""
    NOT_FOR_SIGNING = "not-for-signing"
    """The certificate is not meant for signing documents."""


@dataclass(frozen=True)
class Seal:
    """What a seal and its certificate say. Worth what the four answers say they are worth."""

    name: str
    """The certificate's common name: who sealed, as they call themselves."""
    organisation: str
    """The organisation in the certificate; may be empty."""
    issuer: str
    """Who issued the certificate, as it says."""
    fingerprint: str
    """SHA-256 of the certificate, in hexadecimal."""
    claimed_at: datetime | None
    """When the seal says it was made; no authority confirms it."""
    reason: str
    """Why, in the sealer's words; may be empty."""
    valid_from: datetime
    """When the certificate began to serve."""
    valid_until: datetime
    """When the certificate ends to serve."""


@dataclass(frozen=True)
class Inspection:
    """The answers that need nothing but the file and the list of trusted certificates."""

    refusal: Refusal | None = None
    """The first rule that the file breaks, or None."""
    intact: bool = False
    """The one seal covers every byte of the file, and they are the bytes that were sealed."""
    valid: bool = False
    """The signature was really made with the key of the certificate it carries."""
    trusted: bool = False
    """That certificate, or one above it, is on the administrator's list, and served at that time."""
    demonstration: bool = False
    """The certificate was issued by this instance's demonstration authority."""
    trust_problem: TrustProblem | None = None
    """Why the seal is not trusted; None when it is, or when there is no valid seal to speak of."""
    seal: Seal | None = None
    """What the seal says; None when there is none that can be read."""


def inspect(
    pdf: bytes, *, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime
) -> Inspection:
    """Check a file's seal at that time against certificates in DER; never raises on what the file contains."""
    if not pdf.startswith(b"%PDF-"):
        return Inspection(Refusal.NOT_A_PDF)
    try:
        return _inspect(pdf, trusted, demonstration, at)
    except Exception:  # The edge of hostile input: any failure to read is an answer, and the same one.
        return Inspection(Refusal.UNREADABLE)


def _inspect(pdf: bytes, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime) -> Inspection:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return Inspection(Refusal.UNREADABLE)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return Inspection(Refusal.SEVERAL_SIGNATURES if signatures else Refusal.UNSEALED)
    signature = signatures[0]
    found = Inspection(seal=_describe(signature))
    if not _certifies(reader, signature):
        return replace(found, refusal=Refusal.NOT_A_SEAL)
    if not _covers_every_byte(pdf, signature):
        return replace(found, refusal=Refusal.CHANGED_AFTER_SEALING)
    return _check(found, signature, trusted, demonstration, at)


def _check(
    found: Inspection,
    signature: EmbeddedPdfSignature,
    trusted: Sequence[bytes],
    demonstration: Sequence[bytes],
    at: datetime,
) -> Inspection:
    """Give the three answers about a certification signature that covers the whole file."""
    status = _status(signature, trusted, at)
    if not status.intact:
        return replace(found, refusal=Refusal.ALTERED)
    if not status.valid or status.md_algorithm not in DIGESTS:
        return replace(found, refusal=Refusal.FORGED, intact=True)
    found = replace(found, intact=True, valid=True)
    if status.trusted:
        return replace(found, trusted=True)
    if _is_trusted(signature, demonstration, at):
        return replace(found, demonstration=True, trust_problem=TrustProblem.DEMONSTRATION)
    return replace(found, trust_problem=_trust_problem(signature, trusted, demonstration, at))


def _certifies(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    """True when this signature is the document's certification, and forbids all but filling fields."""
    certification = read_certification_data(reader)
    if certification is None or certification.author_sig.get_object() is not signature.sig_object:
        return False
    return certification.permission in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS)


def _covers_every_byte(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """True when the seal covers all of the file but itself, and its own place holds nothing else.

    pyHanko's ENTIRE_FILE compares lengths only: here the gap must be exactly where the signature is, must be
    its hexadecimal digits and nothing else, and what is left of the gap must be zeros.
    """
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4:
        return False
    start, gap, after, rest = numbers
    if start != 0 or not 0 < gap < after or after + rest != len(pdf):
        return False
    content = signature.pkcs7_content
    digits = binascii.hexlify(content)
    if pdf[gap:after] not in (b"<" + digits + b">", b"<" + digits.upper() + b">"):
        return False
    used = len(_der_element(content))
    return not content[used:].strip(b"\0")


def _der_element(data: bytes) -> bytes:
    """The first DER element of these bytes: the signature without the zeros that fill its place."""
    first = data[1]
    if first < 0x80:
        return data[: 2 + first]
    width = first & 0x7F
    return data[: 2 + width + int.from_bytes(data[2 : 2 + width], "big")]


def _status(signature: EmbeddedPdfSignature, trusted: Sequence[bytes], at: datetime) -> PdfSignatureStatus:
    context = ValidationContext(trust_roots=_anchors(signature, trusted), moment=at, allow_fetching=False)
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


def _anchors(signature: EmbeddedPdfSignature, trusted: Sequence[bytes]) -> list[asn1_x509.Certificate]:
    """The trusted certificates that may vouch for this seal: authorities, and the seal's very own.

    A listed certificate that is no authority vouches for itself alone: otherwise the holder of a listed seal
    could issue another in any name.
    """
    own = signature.signer_cert.dump()
    return [
        certificate
        for data in trusted
        if (certificate := asn1_x509.Certificate.load(data)).ca or data == own
    ]


def _is_trusted(signature: EmbeddedPdfSignature, trusted: Sequence[bytes], at: datetime) -> bool:
    return bool(trusted) and bool(_status(signature, trusted, at).trusted)


def _trust_problem(
    signature: EmbeddedPdfSignature, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime
) -> TrustProblem:
    certificate = signature.signer_cert
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return TrustProblem.NOT_FOR_SIGNING
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        within = min(max(at, certificate.not_valid_before), certificate.not_valid_after)
        if _is_trusted(signature, [*trusted, *demonstration], within):
            return TrustProblem.EXPIRED
    return TrustProblem.UNKNOWN


def _describe(signature: EmbeddedPdfSignature) -> Seal:
    certificate = signature.signer_cert
    subject = certificate.subject.native
    name = words(subject.get("common_name") or subject.get("organization_name"))
    return Seal(
        name=name or words(certificate.subject.human_friendly),
        organisation=words(subject.get("organization_name")),
        issuer=words(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly),
        fingerprint=certificate.sha256.hex(),
        claimed_at=signature.self_reported_timestamp,
        reason=words(signature.sig_object.get("/Reason")),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
    )


def words(value: object) -> str:
    """A stranger's words, fit to be shown: one line, of bounded length, without control or bidi characters."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    text = "" if value is None else str(value)
    shown = "".join(character if character.isprintable() else " " for character in text[:MAX_WORDS])
    return " ".join(shown.split())
