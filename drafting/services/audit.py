"""The audit log: write an entry, and verify the chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from sqlalchemy import select, text

from drafting.domain.actor import Actor
from drafting.extensions import db
from drafting.models import AuditEntry
from drafting.models.columns import now

FIRST = "0" * 64
LOCK = 0x41554449  # Any number that nothing else locks: "AUDI".


def take_turn() -> None:
    """Let the caller's transaction wait for all others that will write an entry: each follows the one before.

    Called early where what is read must still hold when the entry is written (SQLite's writers take turns anyway).
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def record(actor: Actor | None, action: str, subject: str, **detail: Any) -> AuditEntry:
    """Append an entry in the caller's transaction; `subject` is kind:key, `detail` plain JSON values."""
    take_turn()
    last = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=now(),
        person_id=actor.person_id if actor else None,
        organisation_id=actor.organisation_id if actor else None,
        action=action,
        subject=subject,
        detail=detail,
        salt=secrets.token_hex(16),
        previous_hash=last.hash if last else FIRST,
    )
    entry.hash = hash_of(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def hash_of(entry: AuditEntry) -> str:
    """Return the SHA-256 over the entry's canonical JSON, the hash before it and its salt, if any, included."""
    detail = entry.detail if entry.salt is None else {**entry.detail, "salt": entry.salt}
    values = [
        entry.previous_hash, entry.at.isoformat(), entry.person_id, entry.organisation_id,
        entry.action, entry.subject, detail,
    ]
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_bad_entry() -> int | None:
    """Return the id of the first entry whose hash or chain is wrong, or None if all is well."""
    previous = FIRST
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.previous_hash != previous or hash_of(entry) != entry.hash:
            return entry.id
        previous = entry.hash
    return None
