"""Is this upload the file that we know with one more signature, in the field and by the certificate expected?

Each rule caught an attack that the others let through: a signature in another's field, junk behind the end of the
file, a shorter file that is valid by itself, text added with the signature.
"""

from __future__ import annotations

import enum
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter

from exports.coverage import covers_every_byte
from exports.credentials import problem_with_certificate
from exports.drawn_fonts import brings_its_fonts
from exports.inspection import DIGESTS, Seal, describe, status_of
from exports.steps import State, first_other_change

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

MAX_ADDED = 2_000_000
"""Bytes that one signature may add: a chain, revocation lists and a picture fit."""
MAX_CERTIFICATES = 6
"""Certificates that a signature, or its timestamp, may bring beside its own: more would have too many paths upwards."""
CLOCK = timedelta(days=1)
"""How far the clock of who signs may be ahead."""


class Unfit(enum.Enum):
    """Why a file is not the known one with the signature expected."""

    OTHER_FILE = "other-file"
    """It does not begin with the bytes that we know: another file, or one saved anew by its program."""
    STALE = "stale"
    """It goes on from an earlier state of the file: somebody has signed since it was downloaded."""
    NOT_SIGNED = "not-signed"
    """It has no new signature."""
    SEVERAL = "several"
    """It has more than one new signature."""
    TOO_LARGE = "too-large"
    """More was added than a signature needs."""
    WRONG_FIELD = "wrong-field"
    """It is signed, but in another's field."""
    WRONG_CERTIFICATE = "wrong-certificate"
    """It is signed with another certificate than the one known for this signatory."""
    UNCOVERED = "uncovered"
    """The signature does not cover the whole file."""
    FORGED = "forged"
    """The signature is not the work of its certificate's key, or is too weak."""
    NOT_SERVING = "not-serving"
    """The certificate does not serve now, or not for signing."""
    CHANGED = "changed"
    """More than a signature was added."""
    BRINGS_VALIDATION = "brings-validation"
    """It brings certificates or lists of revocations for all signatures of the file."""
    WRONG_TIME = "wrong-time"
    """It says that it was made at a time that is still to come."""
    UNREADABLE = "unreadable"
    """It cannot be read."""


class NotTheNext(ValueError):
    """Say why an upload is refused; `reason` is put into words by the page."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Accepted:
    """The new signature, as its certificate says."""

    signature: Seal
    brings_its_fonts: bool = True
    """Whether all fonts of its drawing are in the file; otherwise it is no PDF/A any more."""


def accept_next(
    known: bytes, uploaded: bytes, *, field: str, fingerprint: str | None = None, earlier: tuple[int, ...] = (),
    at: datetime,
) -> Accepted:
    """Check that an upload is the known file and one new signature in this field. Raises NotTheNext.

    `fingerprint` is the SHA-256 of the certificate expected, hexadecimal, or None for any; `earlier` are the sizes of
    the states before the known one. Run it in the guarded worker: the file is a stranger's.
    """
    if not uploaded.startswith(known):
        stale = any(uploaded.startswith(known[:size]) and len(uploaded) > size for size in earlier)
        raise NotTheNext(Unfit.STALE if stale else Unfit.OTHER_FILE)
    if len(uploaded) == len(known):
        raise NotTheNext(Unfit.NOT_SIGNED)
    if len(uploaded) > len(known) + MAX_ADDED:
        raise NotTheNext(Unfit.TOO_LARGE)
    try:
        return _accept(known, uploaded, field, fingerprint, at)
    except NotTheNext:
        raise
    except Exception as error:  # The edge of hostile input: any failure to read is an answer, and the same one.
        raise NotTheNext(Unfit.UNREADABLE) from error


def _accept(known: bytes, uploaded: bytes, field: str, fingerprint: str | None, at: datetime) -> Accepted:
    reader = PdfFileReader(io.BytesIO(uploaded))
    before = PdfFileReader(io.BytesIO(known)).embedded_signatures
    signature = _the_new_one(before, reader.embedded_signatures)
    if signature.field_name != field:
        raise NotTheNext(Unfit.WRONG_FIELD)
    if not covers_every_byte(uploaded, signature):
        raise NotTheNext(Unfit.UNCOVERED)
    said = describe(signature)
    if fingerprint and said.fingerprint != fingerprint:
        raise NotTheNext(Unfit.WRONG_CERTIFICATE)
    _require_modest(reader, signature, at)
    status = status_of(signature, [signature.signer_cert.dump()], at)
    if not (status.intact and status.valid) or status.md_algorithm not in DIGESTS:
        raise NotTheNext(Unfit.FORGED)
    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    if problem_with_certificate(certificate, at=at) is not None or not status.trusted:
        raise NotTheNext(Unfit.NOT_SERVING)
    last = max(before, key=lambda one: one.signed_revision)
    states = [State(known, last.signed_revision, last.field_name), State(uploaded, signature.signed_revision, field)]
    if first_other_change(reader, states) is not None or _forbids_more(signature):
        raise NotTheNext(Unfit.CHANGED)
    return Accepted(said, brings_its_fonts(uploaded, field))


def _require_modest(reader: PdfFileReader, signature: EmbeddedPdfSignature, at: datetime) -> None:
    """Refuse what a signature brings along that other signatures would have to be looked at with."""
    if "/DSS" in reader.root:
        raise NotTheNext(Unfit.BRINGS_VALIDATION)
    stamps = extract_tst_data_iter(signature.signer_info, signed=False)
    bags = [signature.other_embedded_certs, *(extract_certs_for_validation(one).other_certs for one in stamps)]
    if any(len(bag) > MAX_CERTIFICATES for bag in bags):
        raise NotTheNext(Unfit.TOO_LARGE)
    claimed = signature.self_reported_timestamp
    if claimed is not None and claimed > at + CLOCK:
        raise NotTheNext(Unfit.WRONG_TIME)


def _the_new_one(
    before: Sequence[EmbeddedPdfSignature], signatures: Sequence[EmbeddedPdfSignature]
) -> EmbeddedPdfSignature:
    names = {one.field_name for one in before}
    new = [one for one in signatures if one.field_name not in names]
    if len(new) != 1 or len(signatures) != len(before) + 1:
        raise NotTheNext(Unfit.SEVERAL if len(new) > 1 else Unfit.NOT_SIGNED)
    return new[0]


def _forbids_more(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether the signature locks the file or its fields: every signature after it would break it."""
    return signature.docmdp_level is not None or signature.fieldmdp is not None
