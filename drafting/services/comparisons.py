"""Compare a contribution, or one of its sections, between any two points in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import gettext as _

from drafting.domain.actor import Actor
from drafting.domain.canonical import clean
from drafting.domain.diff import Piece
from drafting.domain.diff import compare as compare_typed
from drafting.domain.errors import InvalidInput, NotFound
from drafting.domain.markdown import Options, TooComplex
from drafting.domain.numbering import margins, number_blocks
from drafting.domain.plan import PlanAct, PlanChange, moved
from drafting.domain.point import Point
from drafting.domain.redline import Redline, compare_rendered
from drafting.domain.tracking import SectionState, base_view
from drafting.extensions import db
from drafting.live import log
from drafting.models import Contribution, Section
from drafting.services.access import find_contribution
from drafting.services.makings import Distance, Making, makings_of
from drafting.services.points import Moment, Points, SectionThen
from drafting.services.reading import SHIFT
from drafting.services.version_texts import numbers_of
from drafting.services.voices import Voice, Voices


@dataclass(frozen=True)
class PlanEvent:
    """Something that was done to a section's place in the contribution between the two points."""

    change: PlanChange
    by: Voice | None
    """None for what the installation itself did."""
    at: datetime
    title: str = ""
    was: str = ""


@dataclass(frozen=True)
class Part:
    """What became of one section."""

    section: Section
    number: int
    """Its place at b; for one that is gone, its place at a."""
    title: str
    old_title: str
    """The same as `title` where it was not renamed."""
    old_number: int
    """Its place at a; 0 for a new one."""
    is_new: bool
    """It was not there at a, and is at b."""
    is_removed: bool
    """It was there at a and is not at b: retired since."""
    is_moved: bool
    events: tuple[PlanEvent, ...]
    """Who added, renamed, moved, retired or restored it between a and b, in the order of time."""
    a_revision: int
    b_revision: int
    a_text: str = ""
    b_text: str = ""
    """Markdown; empty where it was not there, and where the text is the same (then it is not read)."""
    redline: Redline | None = None
    """From a_text to b_text; None where the text is the same, and where it is too complex to be shown as it reads."""
    pieces: tuple[Piece, ...] = ()
    """For a text that is too complex: as it is typed, compared by words."""
    makings: Mapping[int, tuple[Making, ...]] = field(default_factory=dict)
    """Who made each change of the redline, by its number; nothing for those of which nobody is known."""

    @property
    def is_renamed(self) -> bool:
        """It had another title."""
        return self.title != self.old_title

    @property
    def is_restored(self) -> bool:
        """It is back: it had been there before a."""
        return self.is_new and any(event.change is PlanChange.RESTORED for event in self.events) and not any(
            event.change is PlanChange.ADDED for event in self.events)

    @property
    def is_same_text(self) -> bool:
        """Nothing that is read in its text differs."""
        return (self.redline is None or self.redline.is_same) and not self.pieces

    @property
    def is_changed(self) -> bool:
        """Something at all differs: its text, its title, its place, or that it is there."""
        return self.is_new or self.is_removed or self.is_renamed or self.is_moved or not self.is_same_text

    @property
    def count(self) -> int:
        """How many changes its text has."""
        return len(self.redline.changes) if self.redline else 0


@dataclass(frozen=True)
class Comparison:
    """What changed from a to b."""

    contribution: Contribution
    a: Moment
    b: Moment
    section: Section | None
    """The one section compared; None for the whole contribution."""
    parts: tuple[Part, ...]
    """All sections of b in its order, the unchanged too; those that are gone stand where they stood."""
    was_reversed: bool = False
    """The points were asked for in the other order."""

    @property
    def changed(self) -> list[Part]:
        """The sections in which something differs."""
        return [part for part in self.parts if part.is_changed]

    @property
    def unchanged(self) -> list[Part]:
        """The others."""
        return [part for part in self.parts if not part.is_changed]

    @property
    def count(self) -> int:
        """How many changes the texts have."""
        return sum(part.count for part in self.parts)

    @property
    def acronyms(self) -> list[str]:
        """The organisations that changed something, by acronym: who did more is nobody's business."""
        voices = [making.by for part in self.parts for makings in part.makings.values() for making in makings]
        voices += [event.by for part in self.changed for event in part.events if event.by]
        return sorted({voice.organisation.acronym for voice in voices})


def compare(
    actor: Actor, key: str, a: Point, b: Point, *, section_key: str = "", has_numbers: bool = False
) -> Comparison:
    """Compare a contribution, or one of its sections, from a to b; the older point first, however they are given.

    With `has_numbers` the redlines hold the numbers of b's paragraphs, and of its lines where b is a version.
    Raise NotFound for a contribution, section, version or revision that does not exist for the actor, InvalidInput
    for points that cannot be compared, with the field ("from" or "to") that is to be corrected.
    """
    contribution = find_contribution(actor, key)
    section = _section_of(contribution, section_key)
    points = Points(actor, contribution, section)
    old, new = _find(points, a, "from"), _find(points, b, "to")
    was_reversed = (old.at, old.point.number or 0) > (new.at, new.point.number or 0)
    if was_reversed:
        old, new = new, old
    if old.is_today and not new.is_today:
        message = _("La journée n’est pas finie : pour voir ce qui a changé aujourd’hui, choisissez la date d’hier.")
        raise InvalidInput(message, {"to" if was_reversed else "from": message})
    parts = tuple(_Comparer(contribution, points.acts, old, new, section, has_numbers=has_numbers).parts())
    return Comparison(contribution, old, new, section, parts, was_reversed)


def _section_of(contribution: Contribution, section_key: str) -> Section | None:
    if not section_key:
        return None
    section = next((one for one in contribution.sections if one.key == section_key), None)
    if section is None:
        message = _("Cette section n’existe pas dans cette contribution : choisissez-en une dans la liste.")
        raise NotFound(message)
    return section


def _find(points: Points, point: Point, field_name: str) -> Moment:
    try:
        return points.find(point)
    except InvalidInput as refused:
        raise InvalidInput(refused.message, {field_name: refused.message}) from refused


class _Comparer:
    """Pairs the sections of two moments and compares each pair."""

    def __init__(
        self, contribution: Contribution, acts: Iterable[PlanAct], a: Moment, b: Moment, section: Section | None,
        *, has_numbers: bool = False,
    ) -> None:
        self._contribution = contribution
        self._a = a
        self._b = b
        self._section = section
        self._moved = moved(list(a.sections), list(b.sections))
        self._has_numbers = has_numbers
        self._in_version = numbers_of(b.version) if has_numbers and b.version is not None else {}
        self._acts = [act for act in acts if a.at < act.at <= b.at]
        self._voices = Voices(
            [act.person for act in self._acts if act.person],
            [act.organisation for act in self._acts if act.organisation])

    def parts(self) -> list[Part]:
        """Return what became of each section."""
        found = [self._part(self._a.sections.get(id), self._b.sections.get(id)) for id in self._order()]
        makings = makings_of([distance for _part, distance in found])
        return [replace(part, makings=by or self._by_plan(part)) for (part, _d), by in zip(found, makings, strict=True)]

    def _order(self) -> list[int]:
        """Return the sections of b in its order; those that are gone behind the one that stood before them."""
        order = list(self._b.sections)
        place = 0
        for id in self._a.sections:
            if id in self._b.sections:
                place = order.index(id) + 1
            else:
                order.insert(place, id)
                place += 1
        return [id for id in order if self._section is None or id == self._section.id]

    def _part(self, old: SectionThen | None, new: SectionThen | None) -> tuple[Part, Distance]:
        there = new or old
        assert there is not None  # noqa: S101 - each section of the order is at one of the moments
        section = there.section
        part = Part(
            section, there.number, there.title, (old or there).title, old.number if old else 0,
            is_new=old is None, is_removed=new is None, is_moved=section.id in self._moved,
            events=tuple(self._events(section)), a_revision=old.revision if old else 0,
            b_revision=new.revision if new else 0,
        )
        if old and new and old.revision == new.revision:
            return part, Distance(section.id, SectionState(), SectionState(), ())
        states = log.states_at(db.session(), section.id, {one.revision for one in (old, new) if one})
        part = self._compared(part, _text(old, states), _text(new, states))
        changes = part.redline.changes if part.redline and new else ()
        before = states[old.revision] if old else SectionState()
        return part, Distance(section.id, before, states[new.revision] if new else before, changes)

    def _compared(self, part: Part, a: str, b: str) -> Part:
        if a == b:
            return part
        try:
            redline = compare_rendered(
                a, b, language=self._contribution.language, options=Options(
                    prefix=f"c{part.section.id}", heading_shift=SHIFT + 1, table_frames=True),
                margins=self._margins(part, b))
        except TooComplex:
            return replace(part, a_text=a, b_text=b, pieces=tuple(compare_typed(a, b)))
        return replace(part, a_text=a, b_text=b, redline=redline)

    def _margins(self, part: Part, text: str) -> Mapping[int, str]:
        """Return the numbers beside the blocks of a section's new text. Raise TooComplex."""
        if not self._has_numbers or part.is_removed:
            return {}
        numbered = self._in_version.get(part.section.id) or number_blocks(
            text, language=self._contribution.language, section=part.number)
        return margins(part.number, numbered, has_lines=bool(self._in_version))

    def _events(self, section: Section) -> Iterator[PlanEvent]:
        """Yield what was done to a section's place, but for titles that stayed as they were."""
        for act in self._acts:
            if act.section == section.id and not (act.change is PlanChange.RENAMED and act.was == act.title):
                by = self._voices.of(act.person, act.organisation) if act.person and act.organisation else None
                yield PlanEvent(act.change, by, act.at, act.title, act.was or "")

    def _by_plan(self, part: Part) -> Mapping[int, tuple[Making, ...]]:
        """Return who made the one change of a section that is gone: who took it out."""
        retired = [event for event in part.events if event.change is PlanChange.RETIRED and event.by]
        if not part.is_removed or not retired or part.redline is None:
            return part.makings
        assert retired[-1].by is not None  # noqa: S101 - chosen just now
        making = Making(retired[-1].by, retired[-1].at)
        return {change.number: (making,) for change in part.redline.changes}


def _text(then: SectionThen | None, states: Mapping[int, SectionState]) -> str:
    """Return a section's text at a moment, in the one form in which texts are compared and frozen."""
    if then is None:
        return ""
    return clean(base_view(states[then.revision])) if then.frozen is None else then.frozen
