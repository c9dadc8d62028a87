"""The text of sections for reading: now, or at any revision, derived from the log."""

from __future__ import annotations

from flask_babel import gettext as _

from drafting.domain.errors import NotFound
from drafting.domain.tracking import SectionState, base_view
from drafting.extensions import db
from drafting.live import log
from drafting.models import Section


def head_of(section: Section) -> int:
    """Return the section's revision."""
    return log.head_of(db.session(), section.id)


def state_of(section: Section, revision: int | None = None) -> SectionState:
    """Return the section's state at a revision, or now. Raise NotFound for one that it has not reached."""
    head = head_of(section)
    if revision is not None and not 0 <= revision <= head:
        raise NotFound(_("Cette section n’a pas de révision %(revision)d.", revision=revision))
    return log.state_at(db.session(), section.id, head if revision is None else revision)


def text_of(section: Section, revision: int | None = None) -> str:
    """Return the base text (pending insertions left out, struck text kept) at a revision, or now."""
    return base_view(state_of(section, revision))
