"""Who issued a certificate: found by arithmetic, not by name, so that no certificate that says so stands above another.

From those that are relied on down, or from one's own up: each certificate of a file is looked at once, however many of
one name and key it carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding


def issuers_in(
    certificates: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]
) -> dict[x509.Certificate, x509.Certificate]:
    """Return who issued each certificate that a trusted authority issued, itself or through others."""
    found: dict[x509.Certificate, x509.Certificate] = {}
    waiting = [one for one in trusted if is_authority(one)]
    while waiting:
        issuer = waiting.pop()
        issued = [one for one in certificates if one not in found and one != issuer and has_issued(issuer, one)]
        found.update((one, issuer) for one in issued)
        waiting += [one for one in issued if is_authority(one)]
    return found


def chain_above(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Return those of the others that issued a certificate, the nearest first."""
    chain: list[x509.Certificate] = []
    below = certificate
    while above := next((one for one in others if one not in chain and one != below and has_issued(one, below)), None):
        chain.append(above)
        below = above
    return tuple(chain)


@lru_cache(maxsize=16)
def issued_under(authorities: tuple[bytes, ...], certificates: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return those of these certificates, in DER, that the authorities issued, themselves or through others."""
    issued = issuers_in(_readable(certificates), _readable(authorities)).keys()
    return tuple(one.public_bytes(Encoding.DER) for one in issued)


def _readable(certificates: Sequence[bytes]) -> list[x509.Certificate]:
    found = []
    for data in certificates:
        try:
            found.append(x509.load_der_x509_certificate(data))
        except ValueError:  # Nobody can have issued, or be issued by, what cannot be read.
            continue
    return found


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate may issue others; what cannot be read may not."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Tell whether a certificate was signed with the issuer's key, and names it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
