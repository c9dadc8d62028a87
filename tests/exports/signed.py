"""Files sealed by a confederation and signed by federations, made once for the whole run: every state of each."""

from __future__ import annotations

from functools import cache

from exports.credentials import Credentials
from exports.signing import seal, sign
from tests.exports import seals
from tests.exports.seals import NOW
from tests.exports.validated import printed

REASON = "Version 3 · abab"


@cache
def root() -> Credentials:
    """The authority that everybody's certificate is from."""
    return seals.authority()


@cache
def confederation() -> Credentials:
    """The confederation's seal."""
    return seals.make_credentials("Confédération exemple", issuer=root())


@cache
def federation(number: int) -> Credentials:
    """What the signatory of this number signs with: each its own key, the odd ones RSA, the others on a curve."""
    key = seals.rsa_key(f"signatory {number}") if number % 2 else seals.ec_key(f"signatory {number}")
    return seals.make_credentials(f"Signataire {number}", issuer=root(), key=key)


def lines(number: int) -> tuple[str, ...]:
    """What is seen in the field of this number."""
    return (f"Signataire {number} · l’œuvre", "Signé le 10 février 2025, 9 h 30")


@cache
def states(signatories: int) -> tuple[bytes, ...]:
    """Return the sealed file, and the file after each signature."""
    pdf = seal(printed(signatories), confederation(), at=NOW, reason=REASON, shown=("Cachet", "Confédération exemple"))
    made = [pdf]
    for number in range(1, signatories + 1):
        pdf = sign(pdf, federation(number), field=f"signature-{number}", at=NOW, reason=REASON, shown=lines(number))
        made.append(pdf)
    return tuple(made)
