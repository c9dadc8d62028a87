"""The words for what a file is found to be: refusals, trust, levels, and what each signature says."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from exports.proof import Proof


class Refusal(enum.Enum):
    """Why a file is not an intact, validly sealed PDF."""

    TOO_LARGE = "too-large"
    """Larger than any file this instance makes; not read."""
    TOO_LONG = "too-long"
    """Reading it took more time or memory than any honest file needs."""
    NOT_A_PDF = "not-a-pdf"
    """It does not begin as a PDF does."""
    UNREADABLE = "unreadable"
    """It is damaged, encrypted, or of a form that cannot be checked safely."""
    UNSEALED = "unsealed"
    """It carries no seal and no signature."""
    SEVERAL_SIGNATURES = "several-signatures"
    """It carries more signatures than any file of ours, or some that do not follow one another."""
    NOT_A_SEAL = "not-a-seal"
    """Its signature does not certify the document, so it is not a seal."""
    CHANGED_AFTER_SEALING = "changed-after-sealing"
    """The seal does not cover every byte: something was added or cut after sealing."""
    ALTERED = "altered"
    """The sealed content is not what was sealed."""
    FORGED = "forged"
    """The signature is not the work of the certificate's key, or its arithmetic is too weak to tell."""


class TrustProblem(enum.Enum):
    """Why a valid seal is not trusted."""

    UNKNOWN = "unknown"
    """No certificate of the administrator's list stands above it: anybody can make such a seal."""
    DEMONSTRATION = "demonstration"
    """It was made by this instance's demonstration authority."""
    EXPIRED = "expired"
    """The certificate did not serve at that time."""
    NOT_FOR_SIGNING = "not-for-signing"
    """The certificate is not meant for signing documents."""
    REVOKED = "revoked"
    """The certificate had been revoked by then."""


class Level(enum.Enum):
    """How long a signature can be checked (PAdES, ETSI EN 319 142-1)."""

    BASIC = "B-B"
    """Its time is only claimed."""
    TIMESTAMPED = "B-T"
    """A time-stamping authority confirms when it was made, or that it was there by then."""
    LONG_TERM = "B-LT"
    """The file also holds every certificate above it, and lists that say that none was revoked."""
    ARCHIVED = "B-LTA"
    """A later timestamp over the whole file seals all that for as long as that timestamp can be checked."""


@dataclass(frozen=True)
class Seal:
    """What a seal and its certificate say. Worth what the four answers say they are worth."""

    name: str
    """The certificate's common name: who sealed, as they call themselves."""
    organisation: str
    """The organisation in the certificate; may be empty."""
    issuer: str
    """Who issued the certificate, as it says."""
    fingerprint: str
    """SHA-256 of the certificate, in hexadecimal."""
    claimed_at: datetime | None
    """When the seal says it was made; no authority confirms it."""
    reason: str
    """Why, in the sealer's words; may be empty."""
    valid_from: datetime
    """When the certificate began to serve."""
    valid_until: datetime
    """When the certificate ends to serve."""


@dataclass(frozen=True)
class Signed:
    """One signature after the seal: what it says, and what that is worth."""

    field: str
    """The field that it fills: signature-1, signature-2..."""
    by: Seal
    """What it and its certificate say."""
    intact: bool = False
    """The bytes that it covers are those that were signed."""
    valid: bool = False
    """It was really made with the key of the certificate it carries."""
    covers: int = 0
    """How many bytes of the file it covers, from the beginning, but for its own place."""
    changes_allowed: bool = False
    """After it nothing was added but further signatures and timestamps."""
    trusted: bool = False
    """It is intact and valid, and its certificate, or one above it, is on the administrator's list."""
    demonstration: bool = False
    """Its certificate was issued by this instance's demonstration authority."""
    trust_problem: TrustProblem | None = None
    """Why it is not trusted; None when it is, or when it is not valid at all."""
    level: Level = Level.BASIC
    """How long it can be checked."""
    timestamped_at: datetime | None = None
    """By when an authority of the administrator's list confirms that it was there."""
    timestamp_problem: TrustProblem | None = None
    """Why its own timestamp confirms nothing; None when it does, or when it has none."""


@dataclass(frozen=True)
class Inspection:
    """The answers that need nothing but the file and the list of trusted certificates."""

    refusal: Refusal | None = None
    """The first rule that the file breaks, or None."""
    intact: bool = False
    """The seal and the signatures after it cover every byte of the file, and they are the bytes that were signed."""
    valid: bool = False
    """The seal and all signatures were really made with the keys of the certificates they carry."""
    trusted: bool = False
    """The seal's certificate, or one above it, is on the administrator's list, and served at that time."""
    demonstration: bool = False
    """The seal's certificate was issued by this instance's demonstration authority."""
    trust_problem: TrustProblem | None = None
    """Why the seal is not trusted; None when it is, or when there is no valid seal to speak of."""
    seal: Seal | None = None
    """What the seal says; None when there is none that can be read."""
    level: Level = Level.BASIC
    """How long the seal can be checked."""
    timestamped_at: datetime | None = None
    """By when an authority of the administrator's list confirms that the seal was there."""
    signatures: tuple[Signed, ...] = ()
    """The signatures after it, in the order in which they were made: also where the file is refused, if they can be
    read; then each tells what it is worth by itself."""
    archived_at: datetime | None = None
    """When an authority of the administrator's list put its last timestamp over the whole file."""
    uncovered: int = 0
    """How many bytes at the end of the file no signature covers."""
    proof: Proof = field(default_factory=Proof)
    """What was proven of the file's states, to be given when a later state of it is inspected."""
