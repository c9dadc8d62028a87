"""What a PDF's seal and signatures say by themselves: read, checked, and compared with trusted certificates.

The files are a stranger's: call `inspect` in the guarded worker. It takes and returns plain values only.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature, read_certification_data

from exports.confirmed import Confirmed, archive_timestamps, brought_by, is_timestamp, level_of, own_timestamps
from exports.coverage import covered_to
from exports.findings import Inspection, Level, Refusal, Seal, Signed, TrustProblem
from exports.proof import Proof, proof_of
from exports.steps import State, first_other_change
from exports.trust import Reliance, status_of, trust_in

__all__ = [
    "Inspection", "Level", "Refusal", "Reliance", "Seal", "Signed", "TrustProblem", "describe", "inspect", "status_of",
    "words",
]

# pyHanko logs the trace of each refused file; the verdict says what there is to say.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

T = TypeVar("T")
DIGESTS = ("sha256", "sha384", "sha512")
_UNKNOWN: dict[str, Any] = {"trust_problem": TrustProblem.UNKNOWN}
MAX_WORDS = 300
MAX_SIGNATURES = 250
"""More than a file can have: signings.SIGNATORIES_MAX, the seal and the timestamps over the whole file."""


def inspect(
    pdf: bytes, *, trusted: Sequence[bytes], demonstration: Sequence[bytes], at: datetime,
    times: Mapping[str, datetime] | None = None, revoked: Mapping[str, datetime] | None = None,
    timestamp_authorities: Sequence[bytes] = (), proof: Proof | None = None, foresees_trust: bool = False,
) -> Inspection:
    """Check a file's seal and signatures against certificates in DER; never raises on what the file contains.

    A certificate has to serve when its field was signed, if `times` says it or a timestamp confirms it, else at `at`.
    `proof` is what an inspection gave of a state of the file, or says which states were made or accepted here: only
    the steps since are looked at. It is asked for bytes by their digest: of other files it says nothing.
    With `foresees_trust` what would be done for signatures that are trusted is done for all: they may be one day.
    """
    if not pdf.startswith(b"%PDF-"):
        return Inspection(Refusal.NOT_A_PDF)
    reliance = Reliance(trusted, demonstration, at, times or {}, revoked or {}, timestamp_authorities)
    try:
        return _inspect(pdf, reliance, proof or Proof(), foresees_trust)
    except Exception:  # The edge of hostile input: any failure to read is an answer, and the same one.
        return Inspection(Refusal.UNREADABLE)


def _inspect(pdf: bytes, reliance: Reliance, proof: Proof, foresees_trust: bool) -> Inspection:
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        return Inspection(Refusal.UNREADABLE)
    ordered = sorted(reader.embedded_signatures, key=lambda one: one.signed_revision)
    if not ordered or len(ordered) > MAX_SIGNATURES:
        return Inspection(Refusal.SEVERAL_SIGNATURES if ordered else Refusal.UNSEALED)
    found = Inspection(seal=describe(ordered[0]))
    if not _certifies(reader, ordered[0]):
        return replace(found, refusal=Refusal.NOT_A_SEAL)
    maybe_ends = [covered_to(pdf, one) for one in ordered]
    ends = [end for end in maybe_ends if end is not None]
    if len(ends) < len(ordered) or max(ends) != len(pdf):
        uncovered = len(pdf) - max(ends, default=0)
        return replace(found, refusal=Refusal.CHANGED_AFTER_SEALING, uncovered=uncovered)
    if len(set(ends)) != len(ends) or ends != sorted(ends):
        return replace(found, refusal=Refusal.SEVERAL_SIGNATURES)
    proven = max(proof.reach(pdf, ends), 1)
    states = [
        State(memoryview(pdf)[:end], one.signed_revision, one.field_name, is_timestamp(one))
        for end, one in zip(ends[proven - 1 :], ordered[proven - 1 :], strict=True)
    ]
    changed_after = first_other_change(reader, states)
    sound_from = 0 if changed_after is None else proven + changed_after
    found = _Judging(reader, ordered, ends, reliance, sound_from, foresees_trust).complete(found)
    return found if found.refusal else replace(found, proof=proof_of(pdf, ends))


class _Judging:
    """Gives the answers about a certification signature and those after it, which together cover the whole file."""

    def __init__(
        self, reader: PdfFileReader, ordered: Sequence[EmbeddedPdfSignature], ends: Sequence[int], reliance: Reliance,
        sound_from: int, foresees_trust: bool,
    ) -> None:
        """Judge these; after those from `sound_from` on nothing but signatures was added."""
        self.ordered, self.ends, self.reliance, self.sound_from = ordered, ends, reliance, sound_from
        self.foresees_trust = foresees_trust
        self.archived = archive_timestamps(ordered, reliance)
        self.brought = brought_by(reader)

    def complete(self, found: Inspection) -> Inspection:
        """Return what was found, with the answers."""
        made = [(place, self._signed(place, one)) for place, one in enumerate(self.ordered) if not is_timestamp(one)]
        (_place, seal), later = made[0], tuple(signed for _place, signed in made[1:])
        found = replace(found, signatures=later)
        if self.sound_from:
            return replace(found, refusal=Refusal.CHANGED_AFTER_SEALING)
        all_signed = [seal, *later]
        stamps = list(self.archived.values())
        if not all(one.intact for one in all_signed) or not all(one.is_sound for one in stamps):
            return replace(found, refusal=Refusal.ALTERED)
        if not all(one.valid for one in all_signed):
            return replace(found, refusal=Refusal.FORGED, intact=True)
        return replace(
            found, intact=True, valid=True, trusted=seal.trusted, demonstration=seal.demonstration,
            trust_problem=seal.trust_problem, level=seal.level, timestamped_at=seal.timestamped_at,
            archived_at=max((one.at for one in stamps if one.is_trusted), default=None),
        )

    def _signed(self, place: int, one: EmbeddedPdfSignature) -> Signed:
        archive = self._archive_after(place)
        own = own_timestamps(one, self.reliance, archive.at if archive else self.reliance.at)
        confirming = [stamp.at for stamp in own if stamp.is_trusted] or ([archive.at] if archive else [])
        confirmed_at = min(confirming, default=None)
        at = self.reliance.times.get(one.field_name) or confirmed_at or self.reliance.at
        status = self._judged(lambda: status_of(one, self.reliance.trusted, at), lambda: status_of(one, (), at))
        is_valid = bool(
            status.intact and status.valid and status.md_algorithm in DIGESTS and all(stamp.is_sound for stamp in own))
        signed = Signed(
            str(one.field_name), describe(one), intact=bool(status.intact), valid=is_valid, covers=self.ends[place],
            changes_allowed=place >= self.sound_from, timestamped_at=confirmed_at,
            timestamp_problem=TrustProblem.UNKNOWN if own and not any(stamp.is_trusted for stamp in own) else None,
        )
        if not is_valid:
            return signed
        trust = self._judged(lambda: trust_in(one, status, self.reliance, at), lambda: _UNKNOWN)
        signed = replace(signed, **trust)
        relied_on = signed.trusted or signed.demonstration
        if not relied_on and self.foresees_trust:
            level_of(one, [one.signer_cert.dump()], brought=self.brought, at=at, is_confirmed=True, is_archived=False)
        if not relied_on:
            return signed
        level = self._judged(lambda: self._level(one, signed, at, archive), lambda: {})
        return replace(signed, **level)

    def _judged(self, judge: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """Return what is found of a signature's trust; where its certificates cannot be judged, that it has none.

        What one signature brings makes no other's unreadable. Who foresees what will be found wants to know of it.
        """
        try:
            return judge()
        except Exception:  # The edge of hostile input: no common base class.
            if self.foresees_trust:
                raise
            return otherwise()

    def _archive_after(self, place: int) -> Confirmed | None:
        """Return the first timestamp over the whole file after a signature that can be relied on."""
        later = (self.archived[at] for at in sorted(self.archived) if at > place)
        return next((one for one in later if one.is_trusted), None)

    def _level(
        self, one: EmbeddedPdfSignature, signed: Signed, at: datetime, archive: Confirmed | None
    ) -> dict[str, Any]:
        authorities = self.reliance.demonstration if signed.demonstration else self.reliance.trusted
        level, problem = level_of(
            one, authorities, brought=self.brought, at=at, is_confirmed=signed.timestamped_at is not None,
            is_archived=archive is not None)
        if problem is not None:
            return {"trusted": False, "demonstration": False, "trust_problem": problem}
        return {"level": level}


def _certifies(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    """True when this signature is the document's certification, and forbids all but filling fields."""
    certification = read_certification_data(reader)
    if certification is None or certification.author_sig.get_object() is not signature.sig_object:
        return False
    return certification.permission in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS)


def describe(signature: EmbeddedPdfSignature) -> Seal:
    """Return what a signature and its certificate say."""
    certificate = signature.signer_cert
    subject = certificate.subject.native
    name = words(subject.get("common_name") or subject.get("organization_name"))
    return Seal(
        name=name or words(certificate.subject.human_friendly),
        organisation=words(subject.get("organization_name")),
        issuer=words(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly),
        fingerprint=certificate.sha256.hex(),
        claimed_at=signature.self_reported_timestamp,
        reason=words(signature.sig_object.get("/Reason")),
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
    )


def words(value: object) -> str:
    """A stranger's words, fit to be shown: one line, of bounded length, without control or bidi characters."""
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    text = "" if value is None else str(value)
    shown = "".join(character if character.isprintable() else " " for character in text[:MAX_WORDS])
    return " ".join(shown.split())
