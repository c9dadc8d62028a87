"""Computing time and bytes of a signature, and of verifying a file with 41 of them and a seal.

The file is a real one, with its tables of decisions and signatories. A signature is made, and what it makes of the file
is looked at as `exports.verifiable` does before it is kept. Verifying is measured with what was proven of the
state before, as when the newest signature comes in, and with nothing, as for a stranger's file; and once archived.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from exports.archiving import archive
from exports.credentials import der
from exports.findings import Level
from exports.inspection import inspect
from exports.proof import Proof
from exports.revocation_lists import revocation_list
from exports.signing import sign
from tests.exports import signed
from tests.exports.seals import NOW
from tests.exports.time_authority import LATER, local, root_of_time

SIGNATORIES = 41
REVOKED = 8_000
SIGNATURE_GOAL_S, SIGNATURE_GOAL_KB, VERIFYING_GOAL_S = 0.3, 25, 3.0
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work gives, and the seconds of computing it took."""
    started = time.process_time()
    made = work()
    return made, time.process_time() - started


def run(arguments: argparse.Namespace | None = None) -> float:
    """Print the figures; return the seconds of verifying with what was proven before."""
    for number in range(1, SIGNATORIES + 1):
        signed.federation(number)  # Drawing keys is not measured.
    states = signed.states(SIGNATORIES)
    options: dict[str, Any] = {"trusted": [der(signed.root().certificate)], "demonstration": [], "at": NOW}
    each = [made_and_looked_at(number, states[number - 1], options) for number in range(1, SIGNATORIES + 1)]
    mean, size = sum(each) / SIGNATORIES, (len(states[-1]) - len(states[0])) / SIGNATORIES / 1000
    stranger, whole = timed(lambda: inspect(states[-1], **options))
    proof = inspect(states[-2], **options).proof
    found, proven = timed(lambda: inspect(states[-1], proof=proof, **options))
    assert found == stranger
    assert len(found.signatures) == SIGNATORIES
    assert found.trusted
    _print(f"a signature, {SIGNATORIES} in a file of {len(states[0]) // 1000} KB: {mean:.2f} s, "
           f"the last one {each[-1]:.2f} s", SIGNATURE_GOAL_S, max(mean, each[-1]))
    _print(f"a signature: {size:.1f} KB", SIGNATURE_GOAL_KB, size)
    _print(f"verifying {SIGNATORIES}, proven but for the last: {proven:.2f} s", VERIFYING_GOAL_S, proven)
    print(f"  verifying {SIGNATORIES}, nothing proven: {whole:.2f} s")
    archived, size = archived_with_list(states[-1])
    own = Proof({hashlib.sha256(archived).hexdigest(): len(archived)})
    options |= {"at": LATER, "timestamp_authorities": [der(root_of_time().certificate)], "proof": own}
    found, seconds = timed(lambda: inspect(archived, **options))
    assert {one.level for one in found.signatures} == {Level.ARCHIVED}
    _print(f"verifying {SIGNATORIES} archived with a list of {REVOKED} revocations ({size // 1000} KB), proven: "
           f"{seconds:.2f} s", VERIFYING_GOAL_S, seconds)
    return proven


def made_and_looked_at(number: int, before: bytes, options: dict[str, Any]) -> float:
    """Sign in a place, see whether the file can be verified then, and return the seconds of computing it took."""
    def work() -> None:
        pdf = sign(before, signed.federation(number), field=f"signature-{number}", at=NOW, reason=signed.REASON,
                   shown=signed.lines(number))
        own = Proof({hashlib.sha256(pdf).hexdigest(): len(pdf)})
        assert inspect(pdf, proof=own, foresees_trust=True, **options).valid

    return timed(work)[1]


def archived_with_list(pdf: bytes) -> tuple[bytes, int]:
    """Return the file with its archive timestamp and a long list of its authority's, and the list's bytes."""
    serials = random.Random(1)
    revoked = [(serials.getrandbits(120) | 1 << 119, NOW) for _ in range(REVOKED)]
    listed = revocation_list(signed.root(), revoked, at=NOW)
    authorities = [der(signed.root().certificate), der(root_of_time().certificate)]
    return archive(pdf, timestamper=local(), certificates=authorities, crls=[listed]), len(listed)


def _print(figure: str, goal: float, measured: float) -> None:
    print(f"  {figure} (goal {goal} or less: {'met' if measured <= goal else 'MISSED'})")


if __name__ == "__main__":
    run()
