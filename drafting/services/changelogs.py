"""What changed from one version to the next: sections, decisions on suggestions, amendments; nobody is ranked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from drafting.domain.actor import Actor
from drafting.domain.amendment import AmendmentState, number_key
from drafting.domain.errors import NotFound
from drafting.domain.plan import moved
from drafting.domain.rows import ACCEPT, REJECT, WITHDRAW
from drafting.extensions import db
from drafting.live import log
from drafting.models import Amendment, AmendmentStep, Organisation, Section, Version, VersionSection
from drafting.services.access import find_version
from drafting.services.versions import versions_of


@dataclass(frozen=True)
class SectionChange:
    """What became of one section."""

    before: VersionSection | None
    """As it was; None for a new one."""
    after: VersionSection | None
    """As it is; None for one that is gone."""
    is_moved: bool
    is_restored: bool
    """It is back: it had been there before the version before was frozen, and was retired then."""
    accepted: int
    rejected: int
    withdrawn: int
    """Suggestions decided in between, as the last decision on each has it."""

    @property
    def section(self) -> VersionSection:
        """The newest form of it."""
        section = self.after or self.before
        assert section is not None  # noqa: S101 - it was in one of the two versions
        return section

    @property
    def is_new(self) -> bool:
        """It was not in the version before."""
        return self.before is None

    @property
    def is_removed(self) -> bool:
        """It is not in this version any more."""
        return self.after is None

    @property
    def old_title(self) -> str:
        """What it was called, where that was something else."""
        if self.before is None or self.after is None or self.before.title == self.after.title:
            return ""
        return self.before.title

    @property
    def is_rewritten(self) -> bool:
        """Its text is another."""
        return self.before is not None and self.after is not None and self.before.text != self.after.text

    @property
    def has_other_lead(self) -> bool:
        """Another organisation leads it."""
        return self.before is not None and self.after is not None and self.before.lead != self.after.lead

    @property
    def is_changed(self) -> bool:
        """There is something to say of it."""
        return bool(
            self.before is None or self.after is None or self.is_moved or self.old_title or self.is_rewritten
            or self.has_other_lead or self.accepted or self.rejected or self.withdrawn
        )


@dataclass(frozen=True)
class AmendmentChange:
    """What became of one amendment: the last that was done to it in between."""

    amendment: Amendment
    organisation: Organisation
    state: AmendmentState
    reason: str


@dataclass(frozen=True)
class Changelog:
    """What changed until a version was frozen."""

    version: Version
    before: Version | None
    """The version since which; None for since the beginning."""
    earlier: list[Version]
    """All versions before it, newest first."""
    sections: list[SectionChange]
    amendments: list[AmendmentChange]
    joined: list[str]
    left: list[str]
    """Names of organisations that take part, or do not any more."""

    @property
    def changed(self) -> list[SectionChange]:
        """Sections of which there is something to say, in the order of the text; those that are gone last."""
        return [one for one in self.sections if one.is_changed]

    @property
    def unchanged(self) -> list[SectionChange]:
        """The others."""
        return [one for one in self.sections if not one.is_changed]

    def with_state(self, state: AmendmentState) -> list[AmendmentChange]:
        """Return the amendments that came into this state."""
        return [one for one in self.amendments if one.state is state]


def changelog(actor: Actor, key: str, since: int | None = None) -> Changelog:
    """Return what changed since the version before, or since the one numbered `since`. Raise NotFound."""
    version = find_version(actor, key)
    earlier = [one for one in versions_of(version.contribution) if one.number < version.number]
    before = earlier[0] if earlier else None
    if since is not None:
        before = next((one for one in earlier if one.number == since), None)
        if before is None:
            raise NotFound(_("Cette contribution n’a pas de version %(number)d avant celle-ci.", number=since))
    joined, left = _organisations(before, version)
    return Changelog(
        version, before, earlier, list(_sections(before, version)), _amendments(before, version), joined, left
    )


def _sections(a: Version | None, b: Version) -> Iterator[SectionChange]:
    old = {one.section_id: one for one in a.sections} if a else {}
    new = {one.section_id: one for one in b.sections}
    elsewhere, back = moved(list(old), list(new)), _back(a, new.keys() - old.keys()) if a else set()
    for id, after in new.items():
        # Nothing was before the first version: then no section is new, it is there.
        before = old.get(id) if a else after
        counts = _decided(id, old[id].revision if id in old else 0, after.revision)
        yield SectionChange(
            before, after, id in elsewhere, id in back, counts[ACCEPT], counts[REJECT], counts[WITHDRAW])
    for id, gone in old.items():
        if id not in new:
            yield SectionChange(gone, None, False, False, 0, 0, 0)


def _back(a: Version, ids: Set[int]) -> set[int]:
    """Return which of these sections, that a version has not, were there before it was frozen."""
    return set(db.session.scalars(select(Section.id).where(Section.id.in_(ids), Section.created_at <= a.frozen_at)))


def _decided(section_id: int, a: int, b: int) -> Counter[str]:
    """Return how many suggestions were decided how between two revisions; what was undone is not counted."""
    if a == b:
        return Counter()
    states = log.states_at(db.session(), section_id, [a, b])
    before, after = states[a].suggestions, states[b].suggestions
    return Counter(
        one.outcome for id, one in after.items()
        if one.outcome is not None and one.decided is not None
        and (one.decided > a or id not in before)
    )


def _amendments(a: Version | None, b: Version) -> list[AmendmentChange]:
    old = {one.section_id: one.revision for one in a.sections} if a else {}
    new = {one.section_id: one.revision for one in b.sections}
    found = db.session.scalars(
        select(Amendment)
        .where(Amendment.contribution_id == b.contribution_id)
        .options(joinedload(Amendment.organisation), selectinload(Amendment.steps))
    )
    changes = []
    for amendment in sorted(found, key=lambda one: number_key(one.number)):
        steps = [one for one in amendment.steps if _is_between(one, amendment.section_id, a, b, old, new)]
        if steps:
            last = steps[-1]
            changes.append(AmendmentChange(amendment, amendment.organisation, last.state, last.reason))
    return changes


def _is_between(
    step: AmendmentStep, section_id: int, a: Version | None, b: Version, old: Mapping[int, int], new: Mapping[int, int]
) -> bool:
    """Tell whether an amendment's state changed after a was frozen and before b was.

    A decision that is in a section's log belongs to the version whose text has it, whatever the clocks say.
    """
    if step.revision is not None and section_id in new:
        return old.get(section_id, 0) < step.revision <= new[section_id]
    return (a is None or a.frozen_at < step.at) and step.at <= b.frozen_at


def _organisations(a: Version | None, b: Version) -> tuple[list[str], list[str]]:
    """Return the names of those that joined and of those that left."""
    if a is None:
        return [], []
    old, new = ({acronym: name for acronym, name, _role in json.loads(one.organisations)} for one in (a, b))
    return [new[one] for one in new if one not in old], [old[one] for one in old if one not in new]
