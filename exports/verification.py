"""The verdict on a PDF that somebody hands in: four separate answers, and who, when, which version.

"Intact", "valid", "trusted" and "is the published file" are four answers: never show one for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from exports.inspection import Inspection, Level, Refusal, Seal, Signed, TrustProblem, inspect
from exports.proof import Proof

MAX_PDF_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Signer:
    """Who was to sign in a place of the file, as the coordination planned and printed it."""

    name: str
    """May be empty: then it is the capacity that signs."""
    capacity: str
    organisation: str
    sections: tuple[str, ...] = ()
    """Number and title of each section that is signed; empty for the whole text."""


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
    state: int = 0
    """Which state of the file this is: 0 as sealed, then one more for each signature."""
    newest_state: int = 0
    """The newest one: this is an earlier state of the published file where they differ."""
    times: Mapping[str, datetime] = field(default_factory=dict)
    """When this instance took each signature, by the field that it fills."""
    slug: str = ""
    """Of the contribution: with the version's number, the address of the page that everybody reads."""
    signers: Mapping[str, Signer] = field(default_factory=dict)
    """Who signs there, by the field of the file."""
    withdrawn_at: datetime | None = None
    """Since when it is said not to stand any more."""
    withdrawal_reason: str = ""
    """Why, in the words of those who withdrew it."""
    superseded_at: datetime | None = None
    """When another file of the same version took its place."""
    successor_code: str | None = None
    """The code of that file, if it is published."""

    @property
    def is_newest(self) -> bool:
        """No signature came after this state."""
        return self.state == self.newest_state


class Published(Protocol):
    """What verifying may ask about published files. Unpublished ones do not exist here."""

    def by_digest(self, sha256: str) -> PublishedFile | None:
        """The published file with exactly these bytes, in any of its states."""

    def sizes(self) -> Sequence[int]:
        """The sizes of all published files, smallest first, each once."""

    def among(self, digests: Sequence[str]) -> Set[str]:
        """Those of these digests by which `by_digest` finds a file."""


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
    signatures: tuple[Signed, ...] = ()
    """Who signed after that, each with what their certificate is worth."""
    level: Level = Level.BASIC
    """How long the seal can be checked."""
    timestamped_at: datetime | None = None
    """By when a time-stamping authority confirms that the seal was there."""
    archived_at: datetime | None = None
    """When a time-stamping authority put its last timestamp over the whole file."""
    uncovered: int = 0
    """How many bytes at the end of the file no signature covers."""

    @property
    def is_authentic(self) -> bool:
        """True for a published file, in any of its states, intact, with valid signatures.

        Whether the certificates are trusted, and whether it is the newest state, are other answers.
        """
        return self.published is not None and self.intact and self.valid

    def signer_of(self, signed: Signed) -> Signer | None:
        """Return for whom a signature was planned in its place; None for a file that is not published as it is."""
        return self.published.signers.get(signed.field) if self.published else None

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
            "signatures": [{**_signed_json(one), "signatory": signer_json(self.signer_of(one))}
                           for one in self.signatures],
            "level": self.level.value,
            "timestamped_at": _time_json(self.timestamped_at),
            "archived_at": _time_json(self.archived_at),
            "uncovered_bytes": self.uncovered,
        }


Inspect = Callable[..., Inspection]


def verify(
    pdf: bytes,
    *,
    published: Published,
    trusted: Sequence[bytes],
    demonstration: Sequence[bytes] = (),
    timestamp_authorities: Sequence[bytes] = (),
    at: datetime,
    revoked: Mapping[str, datetime] | None = None,
    inspect: Inspect = inspect,
) -> Verdict:
    """Judge a file; never raises on what the file contains.

    `trusted`, `demonstration` and `timestamp_authorities` are certificates in DER; `inspect` reads the file, and
    whoever serves strangers gives one that runs in the guarded worker. A published file's certificate is judged at
    the time when this instance sealed it, any other at `at`: a time that only the file claims is not believed. Nor is
    any other file compared with this instance's demonstration authority: a draft sealed here, and not published, is
    to be judged as if it came from anywhere. What each step of a published state changed was looked at when it was
    made or accepted here: of a file that begins with those very bytes, only what follows is.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > MAX_PDF_BYTES:
        return _verdict(sha256, None, None, Inspection(Refusal.TOO_LARGE))
    known = published.by_digest(sha256)
    begins_as = None if known else _prefix(pdf, published)
    same = known or begins_as
    found = inspect(
        pdf, trusted=trusted, demonstration=demonstration if known else (), at=known.sealed_at if known else at,
        times=known.times if known else {}, revoked=revoked or {}, timestamp_authorities=timestamp_authorities,
        proof=Proof({same.sha256: same.size}) if same else Proof(),
    )
    if begins_as and found.refusal is Refusal.UNREADABLE:
        found = Inspection(Refusal.CHANGED_AFTER_SEALING)
    return _verdict(sha256, known, begins_as, found)


def _prefix(pdf: bytes, published: Published) -> PublishedFile | None:
    """The longest published file that these bytes begin with: one pass, whatever the number of sizes."""
    digest, position, beginnings = hashlib.sha256(), 0, []
    for size in published.sizes():
        if size >= len(pdf):
            break
        digest.update(memoryview(pdf)[position:size])
        position = size
        beginnings.append(digest.hexdigest())
    known = published.among(beginnings)
    longest = next((one for one in reversed(beginnings) if one in known), None)
    return published.by_digest(longest) if longest else None


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
        signatures=found.signatures,
        level=found.level,
        timestamped_at=found.timestamped_at,
        archived_at=found.archived_at,
        uncovered=found.uncovered,
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
        "state": file.state,
        "newest_state": file.newest_state,
        "withdrawn_at": file.withdrawn_at.isoformat() if file.withdrawn_at else None,
        "withdrawal_reason": file.withdrawal_reason,
        "superseded_at": file.superseded_at.isoformat() if file.superseded_at else None,
        "successor_code": file.successor_code,
        "signatories": {name: signer_json(one) for name, one in file.signers.items()},
        "page": f"/published/{file.slug}/{file.version}" if file.slug else None,
    }


def _time_json(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _signed_json(one: Signed) -> dict[str, Any]:
    return {
        "field": one.field, "intact": one.intact, "valid": one.valid, "covered_bytes": one.covers,
        "changes_allowed": one.changes_allowed, "trusted": one.trusted, "demonstration": one.demonstration,
        "trust_problem": one.trust_problem.value if one.trust_problem else None, "level": one.level.value,
        "timestamped_at": _time_json(one.timestamped_at), **_seal_json(one.by),
    }


def signer_json(signer: Signer | None) -> dict[str, Any] | None:
    """Who was to sign, for machines."""
    return None if signer is None else {
        "name": signer.name, "capacity": signer.capacity, "organisation": signer.organisation,
        "sections": list(signer.sections)}


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
