"""Proofs: what the public may know of a published file's round and of the audit log, for its bundle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from drafting.domain.errors import NotFound
from drafting.extensions import db
from drafting.models import AuditEntry, Call, File, Round, Validation
from drafting.services import ballots
from exports import proof_bundle
from exports.file_states import newest_state, steps_of
from exports.files import is_public, signers_of
from exports.publications import publication
from exports.seals import demonstration_certificates, time_certificates, trusted_certificates


def bundle_of(code: str) -> tuple[str, bytes]:
    """Return the name and bytes of a published file's proof bundle. Raise NotFound."""
    file = db.session.scalar(select(File).where(File.code == code, is_public()))
    if file is None or file.version is None or file.sealed_at is None:
        raise NotFound
    found = publication(file.contribution.slug, file.version.number)
    steps = steps_of(file)
    name = f"{file.contribution.slug}-v{file.version.number}-preuve"
    return name, proof_bundle.zipped(newest_state(file).read(), proof_bundle.Proven(
        title=file.version.title, number=file.version.number, code=code, language=file.version.language,
        digest=file.version.digest, canonical=file.version.canonical.encode(),
        round=_round(found.adopted, found.holding) if found.adopted else None,
        audit=_audit(file, found.adopted), signers=signers_of(steps), at=steps[-1].at if steps else file.sealed_at,
        authorities=[*trusted_certificates(), *time_certificates(),
                     *(demonstration_certificates() if file.demonstration else [])],
    ), folder=name)


def _round(asked: Round, holding: list[tuple[Call, str, Validation | None]]) -> dict[str, Any]:
    return {
        "version_digest": asked.digest, "rule": asked.rule.value, "quorum": asked.quorum.value,
        "by_mandates": asked.by_mandates, "silence_agrees": asked.silence_agrees,
        "opened_at": _said(asked.opened_at), "closes_at": _said(asked.closes_at), "closed_at": _said(asked.closed_at),
        "outcome": asked.outcome.value if asked.outcome else None, "count": _count(asked),
        "decisions": [
            {"acronym": call.organisation.acronym, "organisation": call.organisation.name, "decision": stance,
             "by_delegation": held is not None and held.delegation_id is not None} for call, stance, held in holding],
    }


def _count(asked: Round) -> dict[str, Any]:
    """Return the sums; names are in the decisions, where they are public."""
    return {name: value for name, value in ballots.count_of(asked).to_json().items()
            if name not in ("tacitly", "against")}


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _audit(file: File, adopted: Round | None) -> dict[str, Any]:
    """Return the log's head, and the links of the chain about this file: their hashes, not what they say.

    A closed round's entry says who decided what, and all else in it is public: only a salt keeps its hash from
    telling whether a guess is right.
    """
    head = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    subjects = [f"file:{file.key}", f"version:{file.version.key}"] if file.version else []
    subjects += [f"round:{adopted.key}"] if adopted else []
    about = db.session.scalars(
        select(AuditEntry).where(or_(*(AuditEntry.subject == one for one in subjects))).order_by(AuditEntry.id))
    return {
        "entries": db.session.scalar(select(func.count()).select_from(AuditEntry)),
        "head": {"number": head.id, "at": head.at.isoformat(), **_hash(head)} if head else None,
        "about_this_document": [
            {"number": one.id, "at": one.at.isoformat(), "act": one.action, **_link(one)} for one in about],
    }


def _link(entry: AuditEntry) -> dict[str, str]:
    """Return an entry's place in the chain, where that gives nothing away."""
    before = db.session.scalar(
        select(AuditEntry).where(AuditEntry.id < entry.id).order_by(AuditEntry.id.desc()).limit(1))
    link = _hash(entry)
    return link | ({"previous_hash": entry.previous_hash} if link and (before is None or before.salt) else {})


def _hash(entry: AuditEntry) -> dict[str, str]:
    """Return an entry's hash, where a salt keeps it from being guessed."""
    return {"hash": entry.hash} if entry.salt else {}
