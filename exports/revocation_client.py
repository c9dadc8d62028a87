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

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from exports.asking import Question, ask

ALL_WITHIN_S = 10.0
"""For all that a file needs: somebody may be waiting."""
MAX_ANSWER_BYTES = 100_000
MAX_LIST_BYTES = 2_000_000
ALL_LISTS_BYTES = 8_000_000
"""For all lists of a file: it has to stay one that can be sent and verified (verification.MAX_PDF_BYTES)."""
_NOTHING = (OSError, http.client.HTTPException, ValueError, InvalidSignature, UnsupportedAlgorithm)

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
            covered: Callable[[x509.Certificate], bool]) -> Material:
    """Ask about those of these certificates that a trusted authority issued, and that are not covered already."""
    found = Material()
    end = time.monotonic() + ALL_WITHIN_S
    for certificate, issuer in _issuers(certificates, trusted).items():
        if certificate in trusted or covered(certificate):
            continue
        if not (_answers_at(certificate) or _lists_at(certificate)):
            continue
        if not (_ask_answer(certificate, issuer, end, found) or _ask_list(certificate, issuer, end, found)):
            found.missing.append(certificate.subject.rfc4514_string())
    return found


def _issuers(
    certificates: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]
) -> dict[x509.Certificate, x509.Certificate]:
    """Return who issued each certificate that a trusted authority issued, itself or through others.

    From the trusted ones down: however many certificates of one name and key a file carries, each is looked at once.
    """
    found: dict[x509.Certificate, x509.Certificate] = {}
    waiting = [one for one in trusted if _is_authority(one)]
    while waiting:
        issuer = waiting.pop()
        issued = [one for one in certificates if one not in found and one != issuer and _has_issued(issuer, one)]
        found.update((one, issuer) for one in issued)
        waiting += [one for one in issued if _is_authority(one)]
    return found


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound):
        return False


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


# --- A single answer ---


def _answers_at(certificate: x509.Certificate) -> list[str]:
    try:
        known = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    assert isinstance(known, x509.AuthorityInformationAccess)  # noqa: S101 - that extension's only class
    return _by_http(one.access_location for one in known
                    if one.access_method == AuthorityInformationAccessOID.OCSP)  # fmt: skip


def _ask_answer(certificate: x509.Certificate, issuer: x509.Certificate, end: float, found: Material) -> bool:
    for url in _answers_at(certificate):
        # The hash names the issuer, nothing more; authorities know it by SHA-1 (RFC 6960, 4.3; RFC 5019, 2.1.1).
        asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build()  # noqa: S303
        question = Question(url, ("application/ocsp-response",), MAX_ANSWER_BYTES, asked.public_bytes(Encoding.DER),
                            "application/ocsp-request", public_only=True)  # fmt: skip
        try:
            content = _ask(question, end)
            answer = ocsp.load_der_ocsp_response(content)
            said = answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
            if said and answer.serial_number == certificate.serial_number:
                found.answers.append(content)
                return True
        except _NOTHING as error:
            logger.info("No answer about a certificate from %s: %s", url, error)
    return False


# --- A list ---


def _lists_at(certificate: x509.Certificate) -> list[str]:
    try:
        known = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return _by_http(name for point in known for name in point.full_name or ())


def _ask_list(certificate: x509.Certificate, issuer: x509.Certificate, end: float, found: Material) -> bool:
    for url in _lists_at(certificate):
        try:
            content = found.lists.get(url) or _ask(Question(url, (), found.room(), public_only=True), end)
            listed = x509.load_der_x509_crl(content)
            if listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                found.lists[url] = content
                return True
        except _NOTHING as error:
            logger.info("No list of revocations from %s: %s", url, error)
    return False


def _by_http(names: Iterable[x509.GeneralName]) -> list[str]:
    return [one.value for one in names
            if isinstance(one, x509.UniformResourceIdentifier) and one.value.startswith("http://")]  # fmt: skip


def _ask(question: Question, end: float) -> bytes:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("there is no time left to ask")
    return ask(question, within_s=left)
