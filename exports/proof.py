"""What is already proven of a file's earlier states, so that only its newest step is looked at again.

A state is named by the SHA-256 of its bytes: the digest of a state speaks of every byte up to there, and so of every
step before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Proof:
    """States that begin with a seal and to which nothing was added since but signatures, each in its own field.

    It speaks of what was added, not of arithmetic and trust: those are checked each time.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    """Sizes in bytes, by the SHA-256 of the state in hexadecimal."""

    def reach(self, pdf: bytes, ends: Sequence[int]) -> int:
        """Return how many of a file's states, which end there, are proven: the first, the second and so on."""
        wanted = set(self.states.values())
        proven = 0
        for number, (end, digest) in enumerate(_digests(pdf, ends), start=1):
            if end in wanted and self.states.get(digest) == end:
                proven = number  # It proves those before it, too.
        return proven

    def only_of(self, pdf: bytes) -> Proof:
        """Return what it says of these bytes, and nothing else: for a proof from a process that may lie."""
        sizes = sorted({size for size in self.states.values() if 0 < size <= len(pdf)})
        kept = {digest: end for end, digest in _digests(pdf, sizes)}
        return Proof({digest: size for digest, size in kept.items() if self.states.get(digest) == size})

    def to_json(self) -> dict[str, int]:
        """Return plain values, to keep it."""
        return dict(self.states)

    @classmethod
    def from_json(cls, values: Any) -> Proof:
        """Return what `to_json` gave. Raise ValueError."""
        if not isinstance(values, dict) or not all(
            isinstance(digest, str) and len(digest) == 64 and type(size) is int for digest, size in values.items()
        ):
            raise ValueError("not a proof")
        return cls(values)


def proof_of(pdf: bytes, ends: Sequence[int]) -> Proof:
    """Return a proof of the states of a file, which end there, once each step has been looked at."""
    return Proof({digest: end for end, digest in _digests(pdf, ends)})


def _digests(pdf: bytes, ends: Sequence[int]) -> list[tuple[int, str]]:
    """Return the SHA-256 of each beginning of a file, in one pass; `ends` ascend."""
    running, at, found = hashlib.sha256(), 0, []
    for end in ends:
        running.update(memoryview(pdf)[at:end])
        at = end
        found.append((end, running.hexdigest()))
    return found
