"""The trace of a section with names and times: who wrote, proposed, decided and deleted each passage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drafting.domain.actor import Actor
from drafting.domain.rows import UNDO
from drafting.domain.trace import Trace, Verdict, trace
from drafting.domain.traced import BEFORE, TracedPassage
from drafting.domain.tracking import SectionState
from drafting.extensions import db
from drafting.live import log
from drafting.live.log import LogRow
from drafting.models import Section
from drafting.services.access import find_section
from drafting.services.texts import head_of, state_of
from drafting.services.voices import Voice, Voices

PASSAGES_A_PAGE = 150
ROWS_AT_ONCE = 15_000
"""Rows of the log that one trace tells, read and followed in about a second. Few sections ever have as many."""
TOGETHER = timedelta(minutes=5)
"""Between two touches of one person that are told as one: what they typed, or did to a passage."""


@dataclass(frozen=True)
class TraceEvent:
    """Something that befell a passage: `kind` is a verdict (accept, reject, withdraw, undo), the same on its deletion
    (strike_accept...), strike, lift, delete, restore or propose_restore."""

    kind: str
    by: Voice
    at: datetime | None
    """None for before what the page tells."""
    reason: str = ""


@dataclass(frozen=True)
class TraceLine:
    """A passage and its history, in the order of time."""

    text: str
    """As typed, Markdown and all."""
    by: Voice
    at: datetime | None
    """When it was written (its last letter); None for before what the page tells."""
    is_proposed: bool
    """It came as a suggestion."""
    is_pending: bool
    """That suggestion is open."""
    is_there: bool
    is_correction: bool
    """Its author deleted it soon after writing it."""
    events: tuple[TraceEvent, ...]


@dataclass(frozen=True)
class TraceView:
    """A page of a section's trace."""

    section: Section
    head: int
    lines: tuple[TraceLine, ...]
    corrections: int
    """How many passages were deleted by their own authors as they wrote, shown or not."""
    page: int
    pages: int
    after: int
    """What was done up to this revision is not told; 0 where everything is."""
    until: int
    """The last revision that is told."""
    since: datetime | None
    """When the revision `after` was made; None where everything is told."""

    @property
    def later(self) -> int | None:
        """Until when the next trace tells; None where this one reaches the present."""
        return min(self.head, self.until + ROWS_AT_ONCE) if self.until < self.head else None


def traced(
    actor: Actor, key: str, *, page: int = 1, with_corrections: bool = False, until: int | None = None
) -> TraceView:
    """Return a page of the section's trace, of a long log of what led to the revision `until`. Raise NotFound."""
    section = find_section(actor, key)
    head = head_of(section)
    until = head if until is None else min(max(until, 0), head)
    after = max(0, until - ROWS_AT_ONCE)
    before = state_of(section, after)
    rows = log.rows_between(db.session(), section.id, after, until)

    def are_near(a: int, b: int) -> bool:
        return a > after and rows[b - 1 - after].at - rows[a - 1 - after].at <= TOGETHER

    followed = trace([one.row for one in rows], before=before if after else None, are_near=are_near)
    lines = list(_Teller(before, rows).lines(followed))
    corrections = sum(line.is_correction for line in lines)
    shown = _joined(line for line in lines if with_corrections or not line.is_correction)
    pages = max(1, -(-len(shown) // PASSAGES_A_PAGE))
    page = min(max(1, page), pages)
    here = shown[(page - 1) * PASSAGES_A_PAGE : page * PASSAGES_A_PAGE]
    since = log.rows_between(db.session(), section.id, after - 1, after)[0].at if after else None
    return TraceView(section, head, tuple(here), corrections, page, pages, after, until, since)


class _Teller:
    """Puts names and times to what rows did."""

    def __init__(self, before: SectionState, rows: Sequence[LogRow]) -> None:
        self._before = before
        self._rows = rows
        # Given back text may have been written before by somebody who is nowhere else.
        runs = [*before.runs, *(run for one in rows for run in one.row.given)]
        known = before.suggestions.values()
        self._voices = Voices(
            [*(one.row.author for one in rows), *(run.author for run in runs), *(one.author for one in known)],
            [*(one.row.organisation for one in rows), *(run.organisation for run in runs),
             *(one.organisation for one in known)],
        )

    def lines(self, found: Trace) -> Iterator[TraceLine]:
        """Yield the passages with their histories."""
        for passage in found.passages:
            events = self._events(passage, found)
            verdicts = found.verdicts.get(passage.suggestion or "", ())
            brought_back = self._row(passage.restored[-1]).row if passage.restored else None
            # Brought back without asking, it waits for nobody, whatever became of the suggestion that it once was in.
            may_wait = brought_back is None or brought_back.suggestion is not None
            is_own = brought_back is None or brought_back.suggestion is None
            yield TraceLine(
                passage.text, self._voices.of(passage.author, passage.organisation), self._at(passage.last),
                passage.suggestion is not None and is_own,
                passage.suggestion is not None and may_wait and (not verdicts or verdicts[-1].outcome == UNDO),
                passage.is_there, self._is_correction(passage), events,
            )

    def _row(self, revision: int) -> LogRow:
        return self._rows[revision - 1 - self._before.revision]

    def _at(self, revision: int) -> datetime | None:
        return None if revision == BEFORE else self._row(revision).at

    def _events(self, passage: TracedPassage, found: Trace) -> tuple[TraceEvent, ...]:
        told: list[tuple[int, str]] = []
        told += self._verdicts(passage, found.verdicts.get(passage.suggestion or "", ()), "", passage.first)
        proposed: list[TraceEvent] = []
        for strike in passage.strikes:
            if strike.revision == BEFORE:
                one = self._before.suggestions[strike.suggestion]
                proposed.append(TraceEvent("strike", self._voices.of(one.author, one.organisation), None))
            else:
                told.append((strike.revision, "strike"))
            if strike.lifted is not None:
                told.append((strike.lifted, "lift"))
            else:
                verdicts = found.verdicts.get(strike.suggestion, ())
                told += self._verdicts(passage, verdicts, "strike_", strike.revision)
        told += [
            (revision, "restore" if self._row(revision).row.suggestion is None else "propose_restore")
            for revision in passage.restored
        ]
        for removal in passage.removals:
            # A decision that deletes or gives back is told as a decision.
            if self._row(removal.revision).row.decide is None:
                told.append((removal.revision, "delete"))
            if removal.returned is not None and self._row(removal.returned).row.decide is None:
                told.append((removal.returned, "restore"))
        return (*proposed, *(self._event(revision, kind) for revision, kind in dict.fromkeys(sorted(told))))

    @staticmethod
    def _verdicts(
        passage: TracedPassage, verdicts: Iterable[Verdict], prefix: str, since: int
    ) -> Iterator[tuple[int, str]]:
        """Yield the decisions on one suggestion while the passage stood in the text."""
        for verdict in verdicts:
            was_out = any(
                one.revision < verdict.revision < (one.returned or verdict.revision + 1) for one in passage.removals
            )
            if verdict.revision > since and not was_out:
                yield verdict.revision, prefix + verdict.outcome

    def _event(self, revision: int, kind: str) -> TraceEvent:
        one = self._row(revision)
        return TraceEvent(kind, self._voices.of(one.row.author, one.row.organisation), one.at, one.reason or "")

    def _is_correction(self, passage: TracedPassage) -> bool:
        if passage.is_there or len(passage.removals) > 1 or passage.strikes or passage.last == BEFORE:
            return False
        gone = self._row(passage.removals[0].revision)
        return (
            gone.row.decide is None and gone.row.author == passage.author
            and gone.at - self._row(passage.last).at <= TOGETHER
        )


def _joined(lines: Iterable[TraceLine]) -> list[TraceLine]:
    """Return the lines with neighbours of one history as one, however many touches it took."""
    out: list[TraceLine] = []
    for line in lines:
        if out and _are_alike(out[-1], line):
            out[-1] = replace(line, text=out[-1].text + line.text, at=_later(out[-1].at, line.at))
        else:
            out.append(line)
    return out


def _are_alike(a: TraceLine, b: TraceLine) -> bool:
    same = (a.by, a.is_proposed, a.is_pending, a.is_there, a.is_correction, len(a.events)) == (
        b.by, b.is_proposed, b.is_pending, b.is_there, b.is_correction, len(b.events))
    return same and _are_near(a.at, b.at) and all(
        (x.kind, x.by, x.reason) == (y.kind, y.by, y.reason) and _are_near(x.at, y.at)
        for x, y in zip(a.events, b.events, strict=True)
    )


def _are_near(a: datetime | None, b: datetime | None) -> bool:
    return a == b if a is None or b is None else abs(a - b) <= TOGETHER


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    return max(a, b) if a and b else a or b
