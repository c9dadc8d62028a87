"""Recompute the digest of a version, from the database or from a file, as anybody can (docs/canonical.md)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from drafting.domain.canonical import canonical_bytes, digest, frozen_of
from drafting.domain.errors import InvalidInput, NotFound
from drafting.extensions import db
from drafting.models import Version
from drafting.services.versions import frozen_contribution, is_intact


@dataclass(frozen=True)
class DigestCheck:
    """A digest recomputed, and what this instance knows of it."""

    digest: str
    version: Version | None
    """The version it is about; None where this instance has none with that digest."""
    is_stored: bool
    """Whether it is the digest that was stored when the version was frozen."""
    is_canonical: bool = True
    """Whether a file's bytes are the canonical ones, and not the same value in another layout."""


def check_version(key: str) -> DigestCheck:
    """Recompute the digest of a version in the database, from what is stored of it. Raise NotFound."""
    version = db.session.scalar(select(Version).where(Version.key == key))
    if version is None:
        raise NotFound(_("Il n’y a ni fichier ni version « %(key)s ».", key=key))
    return DigestCheck(digest(canonical_bytes(frozen_contribution(version))), version, is_intact(version))


def check_file(data: bytes) -> DigestCheck:
    """Recompute the digest from a canonical text, or from the same value in any layout. Raise InvalidInput."""
    try:
        canonical = canonical_bytes(frozen_of(data))
    except ValueError as wrong:
        raise InvalidInput(_("Ce fichier n’est pas le texte canonique d’une version.")) from wrong
    found = digest(canonical)
    version = db.session.scalar(select(Version).where(Version.digest == found).limit(1))
    return DigestCheck(found, version, version is not None, data == canonical)
