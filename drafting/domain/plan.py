"""The plan of a contribution: its sections in their order, with their titles, now and at any past instant.

A section's text is in its log; that sections were added, renamed, moved, retired and restored is in the acts that
this module replays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PlanChange(StrEnum):
    """What is done to the plan."""

    ADDED = "added"
    RENAMED = "renamed"
    MOVED = "moved"
    RETIRED = "retired"
    RESTORED = "restored"


@dataclass(frozen=True)
class PlanAct:
    """One change of the plan: who made it, for whom, and when."""

    section: int
    change: PlanChange
    at: datetime
    person: int | None
    organisation: int | None
    title: str = ""
    """The title that it got, where it was added or renamed."""
    was: str | None = None
    """The title that it had before it was renamed; None where that was not kept."""
    position: int = 0
    """The place to which it was moved, from 1 among the sections in use."""


@dataclass(frozen=True)
class Entry:
    """A section in the plan."""

    section: int
    title: str


def plan_at(sections: Sequence[Entry], present: Sequence[int], acts: Iterable[PlanAct], at: datetime) -> list[Entry]:
    """Return the plan at an instant, what was done at that very instant included.

    `sections` are all that ever were, oldest first, with their present titles; `present` are those in use now, in
    their order; `acts` are all acts in the order of time. Where the acts do not lead to the present plan (what was
    brought in otherwise has no acts), the sections are those in use then, in their present order.
    """
    ever = {entry.section for entry in sections}
    known = [one for one in acts if one.section in ever]
    added = {one.section for one in known if one.change is PlanChange.ADDED}
    used = [entry.section for entry in sections if entry.section not in added]
    then: list[int] | None = None
    for act in known:
        if then is None and act.at > at:
            then = list(used)
        _replay(used, act)
    then = list(used) if then is None else then
    if used != list(present):
        places = {section: place for place, section in enumerate(present)}
        then.sort(key=lambda section: (section not in places, places.get(section, 0)))
    titles = {entry.section: entry.title for entry in sections}
    return [Entry(section, _title_at(titles[section], section, known, at)) for section in then]


def _replay(used: list[int], act: PlanAct) -> None:
    """Follow an act in the order of the sections in use."""
    if act.change in (PlanChange.ADDED, PlanChange.RESTORED):
        if act.section not in used:
            used.append(act.section)
    elif act.section in used:
        if act.change is PlanChange.RETIRED:
            used.remove(act.section)
        elif act.change is PlanChange.MOVED:
            used.remove(act.section)
            used.insert(act.position - 1, act.section)


def _title_at(present: str, section: int, acts: Iterable[PlanAct], at: datetime) -> str:
    """Return the title a section had: the last that it was given until then, or what the next renaming replaced."""
    title: str | None = None
    for act in acts:
        if act.section != section or act.change not in (PlanChange.ADDED, PlanChange.RENAMED):
            continue
        if act.at <= at:
            title = act.title
        else:
            return title or act.was or act.title
    return present if title is None else title


def moved(a: Sequence[int], b: Sequence[int]) -> set[int]:
    """Return which of the sections that are in both orders were moved: as few as explain the difference.

    1 2 3 4 -> 1 4 2 3 moves section 4 alone. What was added or retired moves nothing.
    """
    places = {section: place for place, section in enumerate(b)}
    kept = [section for section in a if section in places]
    # The longest run of sections that keep their order stays; quadratic, for some tens of sections.
    best: list[list[int]] = []
    for index, section in enumerate(kept):
        before = [best[i] for i in range(index) if places[kept[i]] < places[section]]
        best.append([*_longest(before), section])
    return set(kept) - set(_longest(best))


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=len) if runs else []
