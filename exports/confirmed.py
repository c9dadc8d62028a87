"""What time-stamping authorities confirm about a file's signatures, and how long each can be checked (PAdES levels)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature, async_validate_pdf_timestamp
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    message_imprint_checker,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from exports.coroutines import finish
from exports.findings import Level, TrustProblem
from exports.issuing import issued_under
from exports.trust import Reliance, anchors, status_of

MAX_BROUGHT = 2_000
"""References to certificates, to lists or to answers in a file: more than its signatures could need."""
_REVOKED = (AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE)


@dataclass(frozen=True)
class Confirmed:
    """What one timestamp confirms."""

    at: datetime
    """When the authority says that it was made."""
    is_sound: bool
    """It was made for these bytes, with its certificate's key."""
    is_trusted: bool
    """Its authority is on the administrator's list."""


def is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether it is a timestamp over the whole file, by nobody who signs."""
    return bool(signature.sig_object.get("/Type") == "/DocTimeStamp")


def archive_timestamps(ordered: Sequence[EmbeddedPdfSignature], reliance: Reliance) -> dict[int, Confirmed]:
    """Check the timestamps over the whole file, by their places in the order of signatures.

    Each must have served when the next one was made, the last one at the time of `reliance`.
    """
    found, at = {}, reliance.at
    for place in reversed([place for place, one in enumerate(ordered) if is_timestamp(one)]):
        one = ordered[place]
        status = finish(async_validate_pdf_timestamp(one, _context(one.signer_cert, reliance, at), skip_diff=True))
        found[place] = _confirmed(status)
        if found[place].is_sound and found[place].is_trusted:
            at = found[place].at
    return found


def own_timestamps(signature: EmbeddedPdfSignature, reliance: Reliance, at: datetime) -> list[Confirmed]:
    """Check the timestamps that a signature carries; their authorities have to serve at that time."""
    found = []
    for token in extract_tst_data_iter(signature.signer_info, signed=False):
        context = _context(extract_certs_for_validation(token).signer_cert, reliance, at)
        try:
            found.append(_own_timestamp(token, signature, context))
        except Exception:  # The edge of hostile input: what cannot be judged is not trusted.
            nobody = ValidationContext(trust_roots=[], moment=at, allow_fetching=False)
            found.append(_own_timestamp(token, signature, nobody))
    return found


def _own_timestamp(token: cms.SignedData, signature: EmbeddedPdfSignature, context: ValidationContext) -> Confirmed:
    imprint = message_imprint_checker(signature.signer_info)
    return _confirmed(TimestampSignatureStatus(**finish(validate_tst_signed_data(token, context, imprint))))


def _context(authority: Any, reliance: Reliance, at: datetime) -> ValidationContext:
    roots = anchors(authority, [*reliance.timestamp_authorities, *reliance.trusted])
    return ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)


def _confirmed(status: TimestampSignatureStatus) -> Confirmed:
    is_sound = bool(status.intact and status.valid)
    return Confirmed(status.timestamp, is_sound, is_sound and bool(status.trusted))


@dataclass(frozen=True)
class Brought:
    """What a file brings to check its signatures for long; each piece is read once, however many signatures ask."""

    certificates: tuple[bytes, ...]
    """In DER."""
    lists: tuple[crl.CertificateList, ...]
    answers: tuple[ocsp.OCSPResponse, ...]


def brought_by(reader: PdfFileReader) -> Brought | None:
    """Return the certificates, lists of revocations and answers on single certificates in a file, if it has a store.

    Raise ValueError where there are too many, and what reading raises where they are none.
    """
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return None

    def contents(references: Collection[IndirectObject]) -> Iterable[bytes]:
        if len(references) > MAX_BROUGHT:
            raise ValueError("too many certificates or lists")
        return dict.fromkeys(reader.get_object(one.reference).data for one in references)  # type: ignore[no-untyped-call]

    return Brought(
        tuple(contents(store.certs.values())),
        tuple(map(crl.CertificateList.load, contents(store.crls))),
        tuple(map(ocsp.OCSPResponse.load, contents(store.ocsps))))


def level_of(
    signature: EmbeddedPdfSignature, authorities: Sequence[bytes], *, brought: Brought | None, at: datetime,
    is_confirmed: bool, is_archived: bool,
) -> tuple[Level, TrustProblem | None]:
    """Return how long a valid signature can be checked, and REVOKED where the file's own lists say so.

    `authorities` are certificates in DER of which one stands above the signature's own. Of the certificates that the
    file brings only those count that an authority issued: others of its name could stand in the way.
    """
    if brought is None:
        return (Level.TIMESTAMPED if is_confirmed else Level.BASIC), None
    roots = anchors(signature.signer_cert, authorities)
    above = issued_under(tuple(one.dump() for one in roots), brought.certificates)
    context = ValidationContext(
        other_certs=[x509.Certificate.load(one) for one in above], crls=brought.lists, ocsps=brought.answers,
        trust_roots=roots, moment=at, allow_fetching=False,
        revocation_mode="require", retroactive_revinfo=True)
    status = status_of(signature, authorities, at, context=context)
    if status.trust_problem_indic in _REVOKED:
        return Level.BASIC, TrustProblem.REVOKED
    if not is_confirmed:
        return Level.BASIC, None
    if not status.trusted:
        return Level.TIMESTAMPED, None
    return (Level.ARCHIVED if is_archived else Level.LONG_TERM), None
