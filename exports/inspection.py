"""What a PDF's seal and signatures say by themselves: read, checked, and compared with trusted certificates.

The files are a stranger's: call `inspect` in the guarded worker. It takes and returns plain values only.
"""

from __future__ import annotations

import enum
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import MultivaluedAttributeError, NonexistentAttributeError, find_unique_cms_attribute
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    KeyUsageConstraints,
    PdfSignatureStatus,
    async_validate_pdf_signature,
    read_certification_data,
)
from pyhanko_certvalidator import ValidationContext

from exports.coroutines import finish
from exports.coverage import covered_to
from exports.field_looks import only_filled
from exports.file_description import same_description

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
    """It carries more signatures than any file of ours, or some that do not follow one another."""
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
    REVOKED = "revoked"
    """The certificate had been revoked by then."""


class Level(enum.Enum):
    """How long a signature can be checked (PAdES, ETSI EN 319 142-1)."""

    BASIC = "B-B"
    """Its time is only claimed."""
    TIMESTAMPED = "B-T"
    """A time-stamping authority confirms when it was made."""
    ARCHIVED = "B-LTA"
    """A later timestamp over the whole file confirms that it was sound then."""


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
class Signed:
    """One signature after the seal: what it says, and what that is worth."""

    field: str
    """The field that it fills: signature-1, signature-2..."""
    by: Seal
    trusted: bool = False
    demonstration: bool = False
    trust_problem: TrustProblem | None = None
    level: Level = Level.BASIC
    timestamped_at: datetime | None = None
    """When a time-stamping authority saw it."""


@dataclass(frozen=True)
class Inspection:
    """The answers that need nothing but the file and the list of trusted certificates."""

    refusal: Refusal | None = None
    """The first rule that the file breaks, or None."""
    intact: bool = False
    """The seal and the signatures after it cover every byte of the file, and they are the bytes that were signed."""
    valid: bool = False
    """The seal and all signatures were really made with the keys of the certificates they carry."""
    trusted: bool = False
    """The seal's certificate, or one above it, is on the administrator's list, and served at that time."""
    demonstration: bool = False
    """The seal's certificate was issued by this instance's demonstration authority."""
    trust_problem: TrustProblem | None = None
    """Why the seal is not trusted; None when it is, or when there is no valid seal to speak of."""
    seal: Seal | None = None
    """What the seal says; None when there is none that can be read."""
    signatures: tuple[Signed, ...] = ()
    """The signatures after it, in the order in which they were made."""


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

    def time_of(self, field: str) -> datetime:
        """Return when the certificate of a field has to serve."""
        return self.times.get(field, self.at)


MAX_SIGNATURES = 200


def inspect(
    pdf: bytes, *, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime,
    times: Mapping[str, datetime] | None = None, revoked: Mapping[str, datetime] | None = None, is_known: bool = False,
) -> Inspection:
    """Check a file's seal and signatures against certificates in DER; never raises on what the file contains.

    `is_known` says that these very bytes were made or accepted here, one signature after the other: what each step
    changed was looked at then.
    """
    if not pdf.startswith(b"%PDF-"):
        return Inspection(Refusal.NOT_A_PDF)
    try:
        return _inspect(pdf, Reliance(trusted, demonstration, at, times or {}, revoked or {}), is_known)
    except Exception:  # The edge of hostile input: any failure to read is an answer, and the same one.
        return Inspection(Refusal.UNREADABLE)


def _inspect(pdf: bytes, reliance: Reliance, is_known: bool) -> Inspection:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return Inspection(Refusal.UNREADABLE)
    ordered = sorted(reader.embedded_signatures, key=lambda one: one.signed_revision)
    if not ordered or len(ordered) > MAX_SIGNATURES:
        return Inspection(Refusal.SEVERAL_SIGNATURES if ordered else Refusal.UNSEALED)
    seal, later = ordered[0], ordered[1:]
    found = Inspection(seal=describe(seal))
    if not _certifies(reader, seal):
        return replace(found, refusal=Refusal.NOT_A_SEAL)
    ends = [covered_to(pdf, one) for one in ordered]
    if None in ends or ends[-1] != len(pdf):
        return replace(found, refusal=Refusal.CHANGED_AFTER_SEALING)
    if len(set(ends)) != len(ends) or ends != sorted(end for end in ends if end is not None):
        return replace(found, refusal=Refusal.SEVERAL_SIGNATURES)
    states = [(pdf[:end], one.field_name) for end, one in zip(ends, ordered, strict=True)]
    timestamps = [one.field_name for one in later if _is_timestamp(one)]
    if later and not is_known and not (
        _only_signed_since(seal) and same_description(states[0][0], pdf) and only_filled(states, timestamps=timestamps)
    ):
        return replace(found, refusal=Refusal.CHANGED_AFTER_SEALING)
    return _check(found, seal, later, reliance)


def _only_signed_since(seal: EmbeddedPdfSignature) -> bool:
    """Tell whether nothing but fields' signatures were added since the seal."""
    seal.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    result = seal.evaluate_modifications(DEFAULT_DIFF_POLICY)
    return not isinstance(result, SuspiciousModification) and (
        result.modification_level <= ModificationLevel.FORM_FILLING)


def _check(
    found: Inspection, seal: EmbeddedPdfSignature, later: Sequence[EmbeddedPdfSignature], reliance: Reliance
) -> Inspection:
    """Give the answers about a certification signature and those after it, which together cover the whole file."""
    statuses = [(one, status_of(one, reliance.trusted, reliance.time_of(one.field_name))) for one in (seal, *later)]
    if not all(status.intact for _one, status in statuses):
        return replace(found, refusal=Refusal.ALTERED)
    if not all(status.valid and status.md_algorithm in DIGESTS for _one, status in statuses):
        return replace(found, refusal=Refusal.FORGED, intact=True)
    found = replace(found, intact=True, valid=True, **_trust(*statuses[0], reliance))
    is_archived = any(map(_is_timestamp, later))
    signed = [
        Signed(one.field_name, describe(one), **_trust(one, status, reliance), **_level(one, is_archived))
        for one, status in statuses[1:] if not _is_timestamp(one)
    ]
    return replace(found, signatures=tuple(signed))


def _is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether it is a timestamp over the whole file, by nobody who signs."""
    return bool(signature.sig_object.get("/Type") == "/DocTimeStamp")


def _trust(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, reliance: Reliance) -> dict[str, Any]:
    """Say whether a valid signature's certificate is trusted, and why not."""
    at = reliance.time_of(signature.field_name)
    revoked_at = reliance.revoked.get(signature.signer_cert.sha256.hex())
    if revoked_at is not None and revoked_at <= at:
        return {"trust_problem": TrustProblem.REVOKED}
    if status.trusted:
        return {"trusted": True}
    if _is_trusted(signature, reliance.demonstration, at):
        return {"demonstration": True, "trust_problem": TrustProblem.DEMONSTRATION}
    return {"trust_problem": _trust_problem(signature, reliance.trusted, reliance.demonstration, at)}


def _level(signature: EmbeddedPdfSignature, is_archived: bool) -> dict[str, Any]:
    try:
        token = find_unique_cms_attribute(signature.signer_info["unsigned_attrs"], "signature_time_stamp_token")
    except (NonexistentAttributeError, MultivaluedAttributeError):
        return {"level": Level.ARCHIVED if is_archived else Level.BASIC}
    at = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return {"level": Level.ARCHIVED if is_archived else Level.TIMESTAMPED, "timestamped_at": at}


def _certifies(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    """True when this signature is the document's certification, and forbids all but filling fields."""
    certification = read_certification_data(reader)
    if certification is None or certification.author_sig.get_object() is not signature.sig_object:
        return False
    return certification.permission in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS)


def status_of(signature: EmbeddedPdfSignature, trusted: Sequence[bytes], at: datetime) -> PdfSignatureStatus:
    """Check a signature's arithmetic, and its certificate against these at that time; nothing is fetched."""
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
    return bool(trusted) and bool(status_of(signature, trusted, at).trusted)


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


def describe(signature: EmbeddedPdfSignature) -> Seal:
    """Return what a signature and its certificate say."""
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
