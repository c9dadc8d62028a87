"""Lists of revoked certificates (CRL, RFC 5280), as an authority of this installation issues them.

Put into a file with its last timestamp, such a list shows for long that a signatory's certificate was not revoked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from exports.credentials import Credentials

SERVES_FOR = timedelta(days=30)


def revocation_list(authority: Credentials, revoked: Iterable[tuple[int, datetime]], *, at: datetime) -> bytes:
    """Return an authority's list in DER, as it is at that time: serial numbers, and when each was revoked.

    Its number is the time in seconds, so that a later list has a higher one.
    """
    at = at.astimezone(UTC).replace(microsecond=0)
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(at).next_update(at + SERVES_FOR)
    for serial, since in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial)
        builder = builder.add_revoked_certificate(entry.revocation_date(since.astimezone(UTC)).build())
    builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.certificate.public_key())  # type: ignore[arg-type]
    made = builder.add_extension(key, critical=False).sign(authority.private_key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)
