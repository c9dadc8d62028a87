"""What outside authorities say of revocations: single answers (OCSP, RFC 6960) and lists (CRL, RFC 5280), fetched.

Where to ask stands in the certificates. It is believed only in those that an authority on the administrator's list
has issued, itself or through others; the answers are signed by the authorities.
"""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from exports.asking import Question, ask
from exports.coroutines import finish
from exports.issuing import issuers_in
from exports.signing import asn1

ALL_WITHIN_S = 10.0
"""For all that a file needs: somebody may be waiting."""
MAX_ANSWER_BYTES = 100_000
MAX_LIST_BYTES = 600_000
ALL_LISTS_BYTES = 1_000_000
"""For all lists of a file: each of its signatures is looked for in them whenever it is verified."""
E = TypeVar("E", bound=x509.ExtensionType)

logger = logging.getLogger(__name__)


@dataclass
class Material:
    """What was said, in DER."""

    lists: dict[str, bytes] = field(default_factory=dict)
    """By the address that they come from: many certificates share one."""
    answers: list[bytes] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Names of certificates of which their authority says where to ask, and nobody answered."""

    def room(self) -> int:
        """Return how many bytes one more list may have."""
        return min(MAX_LIST_BYTES, ALL_LISTS_BYTES - sum(map(len, self.lists.values())))


def collect(certificates: Sequence[x509.Certificate], *, trusted: Sequence[x509.Certificate],
            covered: Callable[[x509.Certificate], bool], at: datetime) -> Material:
    """Ask, at that time, about those of these certificates that a trusted authority issued and that are not covered."""
    found, asking = Material(), _Asking(time.monotonic() + ALL_WITHIN_S, at)
    for certificate, issuer in issuers_in(certificates, trusted).items():
        if certificate in trusted or covered(certificate):
            continue
        if not (_answers_at(certificate) or _lists_at(certificate)):
            continue
        if not (_ask_answer(certificate, issuer, asking, found) or _ask_list(certificate, issuer, asking, found)):
            found.missing.append(certificate.subject.rfc4514_string())
    return found


# --- Asking ---


def _answers_at(certificate: x509.Certificate) -> list[str]:
    known = _extension(certificate, x509.AuthorityInformationAccess)
    return _by_http(one.access_location for one in known or ()
                    if one.access_method == AuthorityInformationAccessOID.OCSP)  # fmt: skip


def _lists_at(certificate: x509.Certificate) -> list[str]:
    known = _extension(certificate, x509.CRLDistributionPoints)
    return _by_http(name for point in known or () for name in point.full_name or ())


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _by_http(names: Iterable[x509.GeneralName]) -> list[str]:
    return [one.value for one in names
            if isinstance(one, x509.UniformResourceIdentifier) and one.value.startswith("http://")]  # fmt: skip


def _ask_answer(certificate: x509.Certificate, issuer: x509.Certificate, asking: _Asking, found: Material) -> bool:
    # The hash names the issuer, nothing more; authorities know it by SHA-1 (RFC 6960, 4.3; RFC 5019, 2.1.1).
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build()  # noqa: S303
    for url in _answers_at(certificate):
        content = asking.answer(Question(
            url, ("application/ocsp-response",), MAX_ANSWER_BYTES, asked.public_bytes(Encoding.DER),
            "application/ocsp-request", public_only=True))
        if content and not asking.is_over and _settles(certificate, issuer, asking.at, ocsps=[content]):
            found.answers.append(content)
            return True
    return False


def _ask_list(certificate: x509.Certificate, issuer: x509.Certificate, asking: _Asking, found: Material) -> bool:
    for url in _lists_at(certificate):
        content = found.lists.get(url) or asking.answer(Question(url, (), found.room(), public_only=True))
        if content and not asking.is_over and _settles(certificate, issuer, asking.at, crls=[content]):
            found.lists[url] = content
            return True
    return False


@dataclass(frozen=True)
class _Asking:
    """How long all of it may take, and when the answers have to serve."""

    end: float
    at: datetime

    @property
    def is_over(self) -> bool:
        """No time is left, to ask or to read what was said: long lists take seconds for each certificate."""
        return time.monotonic() >= self.end

    def answer(self, question: Question) -> bytes:
        """Return what is said; nothing where nobody answers in time."""
        left = self.end - time.monotonic()
        try:
            return ask(question, within_s=left) if left > 0 else b""
        except (OSError, http.client.HTTPException, ValueError) as error:
            logger.info("No answer about a certificate from %s: %s", question.url, error)
            return b""


def _settles(
    certificate: x509.Certificate, issuer: x509.Certificate, at: datetime,
    *, crls: Sequence[bytes] = (), ocsps: Sequence[bytes] = (),
) -> bool:
    """Tell whether this says, of that very certificate and in the authority's name, if it is revoked.

    It comes over plain HTTP: what is forged, outdated or by somebody else says nothing.
    """
    try:
        context = ValidationContext(
            trust_roots=[asn1(issuer)], moment=at, allow_fetching=False, revocation_mode="require",
            retroactive_revinfo=True, crls=crls, ocsps=ocsps)
        finish(CertificateValidator(asn1(certificate), validation_context=context).async_validate_path())
    except RevokedError:
        return True
    except Exception:  # The edge of hostile input: any failure to read is an answer, and the same one.
        return False
    return True
