"""The verdict on a PDF that somebody hands in: four separate answers, and who, when, which version.

"Intact", "valid", "trusted" and "is the published file" are four answers: never show one for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from exports.inspection import Inspection, Refusal, Seal, TrustProblem, inspect

MAX_PDF_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class PublishedFile:
    """A file that the coordinator made public, as this instance recorded it."""

    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal: its identity."""
    size: int
    """Its number of bytes."""
    code: str
    """The code printed on its cover, part of its public address."""
    contribution: str
    """The title of the contribution."""
    organisation: str
    """The organisation whose seal it carries."""
    version: int
    """The number of the version."""
    label: str
    """The version's label; may be empty."""
    version_digest: str
    """The digest of the frozen text that it binds."""
    sealed_at: datetime
    """When this instance sealed it."""
    published_at: datetime
    """When the coordinator published it."""
    newer_version: int | None = None
    """The number of the newest published version of the same contribution, if that is newer than this."""
    newer_code: str | None = None
    """The code of that newer version's file."""


class Published(Protocol):
    """What verifying may ask about published files. Unpublished ones do not exist here."""

    def by_digest(self, sha256: str) -> PublishedFile | None:
        """The published file with exactly these bytes."""

    def sizes(self) -> Sequence[int]:
        """The sizes of all published files, smallest first, each once."""


@dataclass(frozen=True)
class Verdict:
    """What can be said of one file. Only `is_authentic` may be shown as a plain yes."""

    sha256: str
    """SHA-256 of the bytes handed in, in hexadecimal."""
    published: PublishedFile | None
    """The published file that it is, to the last byte; None when it is not one."""
    begins_as: PublishedFile | None
    """The published file that it begins with, when something was added after it."""
    intact: bool
    """Every byte is covered by the seal and is what was sealed."""
    valid: bool
    """The seal was really made with its certificate's key."""
    trusted: bool
    """The certificate stands on the administrator's list or under it, and served at sealing time."""
    demonstration: bool
    """It is published under this instance's demonstration seal, which proves nothing about who sealed."""
    refusal: Refusal | None
    """Why the file is not an intact, valid sealed file."""
    trust_problem: TrustProblem | None
    """Why a valid seal is not trusted."""
    seal: Seal | None
    """Who sealed and when, as the file itself says; worth what the answers above say."""

    @property
    def is_authentic(self) -> bool:
        """True for a published file, intact, with a valid seal. Whether the seal is trusted is another answer."""
        return self.published is not None and self.intact and self.valid

    def to_json(self) -> dict[str, Any]:
        """Plain values, for machines."""
        return {
            "authentic": self.is_authentic,
            "published": self.published is not None,
            "intact": self.intact,
            "valid": self.valid,
            "trusted": self.trusted,
            "demonstration": self.demonstration,
            "refusal": self.refusal.value if self.refusal else None,
            "trust_problem": self.trust_problem.value if self.trust_problem else None,
            "sha256": self.sha256,
            "changed_copy_of": self.begins_as.code if self.begins_as else None,
            "file": published_json(self.published) if self.published else None,
            "seal": _seal_json(self.seal) if self.seal else None,
        }


Inspect = Callable[..., Inspection]


def verify(
    pdf: bytes,
    *,
    published: Published,
    trusted: Sequence[bytes],
    demonstration: Sequence[bytes] = (),
    at: datetime,
    inspect: Inspect = inspect,
) -> Verdict:
    """Judge a file; never raises on what the file contains.

    `trusted` and `demonstration` are certificates in DER; `inspect` reads the file, and whoever serves
    strangers gives one that runs in the guarded worker. A published file's certificate is judged at the time
    when this instance sealed it, any other at `at`: a time that only the file claims is not believed. Nor is
    any other file compared with this instance's demonstration authority: a draft sealed here, and not
    published, is to be judged as if it came from anywhere.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > MAX_PDF_BYTES:
        return _verdict(sha256, None, None, Inspection(Refusal.TOO_LARGE))
    known = published.by_digest(sha256)
    begins_as = None if known else _prefix(pdf, published)
    found = inspect(
        pdf, trusted=trusted, demonstration=demonstration if known else (), at=known.sealed_at if known else at
    )
    if begins_as and found.refusal is Refusal.UNREADABLE:
        found = Inspection(Refusal.CHANGED_AFTER_SEALING)
    return _verdict(sha256, known, begins_as, found)


def _prefix(pdf: bytes, published: Published) -> PublishedFile | None:
    """The longest published file that these bytes begin with: one pass, whatever the number of sizes."""
    digest = hashlib.sha256()
    longest, position = None, 0
    for size in published.sizes():
        if size >= len(pdf):
            break
        digest.update(memoryview(pdf)[position:size])
        position = size
        longest = published.by_digest(digest.hexdigest()) or longest
    return longest


def _verdict(
    sha256: str, published: PublishedFile | None, begins_as: PublishedFile | None, found: Inspection
) -> Verdict:
    return Verdict(
        sha256=sha256,
        published=published,
        begins_as=begins_as,
        intact=found.intact,
        valid=found.valid,
        trusted=found.trusted,
        demonstration=found.demonstration,
        refusal=found.refusal,
        trust_problem=found.trust_problem,
        seal=found.seal,
    )


def published_json(file: PublishedFile) -> dict[str, Any]:
    """A published file's public record, for machines."""
    return {
        "code": file.code,
        "sha256": file.sha256,
        "contribution": file.contribution,
        "organisation": file.organisation,
        "version": file.version,
        "label": file.label,
        "version_digest": file.version_digest,
        "sealed_at": file.sealed_at.isoformat(),
        "published_at": file.published_at.isoformat(),
        "newer_version": file.newer_version,
        "newer_code": file.newer_code,
    }


def _seal_json(seal: Seal) -> dict[str, Any]:
    return {
        "name": seal.name,
        "organisation": seal.organisation,
        "issuer": seal.issuer,
        "fingerprint": seal.fingerprint,
        "claimed_at": seal.claimed_at.isoformat() if seal.claimed_at else None,
        "reason": seal.reason,
        "valid_from": seal.valid_from.isoformat(),
        "valid_until": seal.valid_until.isoformat(),
    }
