"""What was done to a contribution's plan: sections added, renamed, moved, retired and restored, from the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from drafting.domain.plan import Entry, PlanAct, PlanChange, plan_at
from drafting.extensions import db
from drafting.models import AuditEntry, Contribution

CHANGES = {
    "add_section": PlanChange.ADDED,
    "rename_section": PlanChange.RENAMED,
    "move_section": PlanChange.MOVED,
    "retire_section": PlanChange.RETIRED,
    "restore_section": PlanChange.RESTORED,
}


def acts_of(contribution: Contribution) -> list[PlanAct]:
    """Return what was done to the contribution's plan, in the order of time."""
    sections = {f"section:{section.key}": section.id for section in contribution.sections}
    found = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject.in_(sections), AuditEntry.action.in_(CHANGES))
        .order_by(AuditEntry.id)
    )
    return [
        PlanAct(
            sections[one.subject], CHANGES[one.action], one.at, one.person_id, one.organisation_id,
            title=one.detail.get("title", ""), was=one.detail.get("was"), position=one.detail.get("position", 0),
        )
        for one in found
    ]


def plan_of(contribution: Contribution, acts: list[PlanAct], at: datetime) -> list[Entry]:
    """Return the contribution's sections as they were at an instant, in their order."""
    ever = [Entry(section.id, section.title) for section in sorted(contribution.sections, key=lambda one: one.id)]
    return plan_at(ever, [one.id for one in contribution.sections if one.retired_at is None], acts, at)
