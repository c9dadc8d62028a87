"""Who made each change of a comparison, when, and which amendment it came from: with names, from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from drafting.domain.attribution import Attribution, Maker, Stretch, attribute, written
from drafting.domain.canonical import clean
from drafting.domain.redline import Change
from drafting.domain.tracking import SectionState, base_view
from drafting.extensions import db
from drafting.live import log
from drafting.models import Amendment, AmendmentSuggestion, Update
from drafting.services.voices import Voice, Voices

ROWS_MAX = 20_000
"""Rows that one comparison reads, a second's work. Of sections that are further apart only the authors of the present
words are named, which their runs know."""
AT_ONCE = 500


@dataclass(frozen=True)
class Making:
    """One of those who made a change."""

    by: Voice
    """Who wrote the new words; or who deleted the old ones, or proposed to."""
    at: datetime | None = None
    """When it became so (the last of it). None where that was not looked for."""
    amendment: Amendment | None = None
    decided_by: Voice | None = None
    """Who accepted what `by` proposed; or who brought back what `by` had written."""
    is_proposed: bool = False
    """It came as a suggestion."""


@dataclass(frozen=True)
class Distance:
    """A section's two states, and the changes between their base texts of which the makers are asked for."""

    section_id: int
    a: SectionState
    b: SectionState
    changes: Sequence[Change]

    @property
    def rows(self) -> int:
        """How many rows lie between."""
        return self.b.revision - self.a.revision


Makings = Mapping[int, tuple[Making, ...]]
"""Who made each change, by its number."""


def makings_of(distances: Sequence[Distance]) -> list[Makings]:
    """Return who made the changes of each distance. The shortest distances are read first, up to ROWS_MAX rows."""
    left = ROWS_MAX
    found: dict[int, dict[int, tuple[Maker, ...]]] = {}
    for place in sorted(range(len(distances)), key=lambda place: distances[place].rows):
        one = distances[place]
        attribution = _attribution(one, is_near=one.rows <= left)
        left -= one.rows
        found[place] = {change.number: attribution.makers(change.old, change.new) for change in one.changes}
    voices = _voices(maker for each in found.values() for makers in each.values() for maker in makers)
    return [_told(one, found[place], voices) for place, one in enumerate(distances)]


def _attribution(one: Distance, *, is_near: bool) -> Attribution:
    if not one.changes:
        return Attribution()
    if is_near and one.rows >= 0:
        read = log.rows_in_batches(db.session(), one.section_id, one.a.revision, one.b.revision)
        found = attribute(one.a, (each.row for each in read), one.b)
    else:
        found = written(one.b)
    return Attribution(_cleaned(found.inserted, base_view(one.b)), _cleaned(found.deleted, base_view(one.a)))


def _cleaned(stretches: tuple[Stretch, ...], text: str) -> tuple[Stretch, ...]:
    """Return where the stretches lie in the text as it is compared, in NFC: é may have been typed as two characters."""
    if clean(text) == text:
        return stretches
    places = {place: len(clean(text[:place])) for one in stretches for place in (one.start, one.end)}
    return tuple([Stretch(places[one.start], places[one.end], one.maker) for one in stretches])


def _voices(makers: Iterable[Maker]) -> Voices:
    parties = {party for maker in makers for party in (maker.party, maker.decider) if party is not None}
    return Voices([one.person for one in parties], [one.organisation for one in parties])


def _told(one: Distance, found: Mapping[int, tuple[Maker, ...]], voices: Voices) -> Makings:
    makers = [maker for each in found.values() for maker in each]
    times = _times(one.section_id, {maker.revision for maker in makers if maker.revision})
    amendments = _amendments(one.section_id, {maker.suggestion for maker in makers if maker.suggestion})
    return {
        number: tuple([
            Making(
                voices.of(*maker.party), times.get(maker.revision or 0), amendments.get(maker.suggestion or ""),
                voices.of(*maker.decider) if maker.decider else None, maker.suggestion is not None,
            )
            for maker in each
        ])
        for number, each in found.items() if each
    }


def _times(section_id: int, revisions: set[int]) -> dict[int, datetime]:
    wanted, times = sorted(revisions), {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        read = select(Update.revision, Update.at).where(Update.section_id == section_id, Update.revision.in_(some))
        times.update({revision: at for revision, at in db.session.execute(read)})  # noqa: C416 - a result is no mapping
    return times


def _amendments(section_id: int, suggestions: set[str]) -> dict[str, Amendment]:
    """Return the amendment that each suggestion is in; of several, the one that still holds it, or the last."""
    if not suggestions:
        return {}
    held = select(AmendmentSuggestion).where(AmendmentSuggestion.section_id == section_id)
    found = [one for one in db.session.scalars(held) if one.suggestion in suggestions]
    found.sort(key=lambda one: (not one.released, one.amendment_id))
    return {one.suggestion: one.amendment for one in found}
