"""A section as the authority knows it, and as it will be when the transaction under way is committed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, fold
from drafting.live import log
from drafting.live.log import LogRow, Reader

TAIL = 2_000
"""Rows kept in memory for each section, so that a batch is rarely mapped over rows read from the database."""


@dataclass(slots=True)
class Known:
    """What this process knows of a section: committed things only. Only a cache; the log is the truth."""

    state: SectionState
    tail: deque[LogRow] = field(default_factory=lambda: deque(maxlen=TAIL))
    """The last rows, up to `state.revision`, without gaps."""
    snapshot: int = 0
    """The last revision of which this process knows that a snapshot exists."""

    def rows_since(self, revision: int) -> list[LogRow] | None:
        """Return the rows after a revision, or None if they reach further back than the tail."""
        count = self.state.revision - revision
        if count <= 0:
            return []
        if count > len(self.tail):
            return None
        return list(islice(self.tail, len(self.tail) - count, None))

    def take(self, rows: list[LogRow], state: SectionState) -> None:
        """Go on to a later state, once its rows are committed."""
        self.tail.extend(rows)
        self.state = state


class Draft:
    """A section inside one transaction: its head there, and what the transaction adds."""

    def __init__(self, reader: Reader, section_id: int, known: Known | None, head: int) -> None:
        self.section_id = section_id
        self._reader = reader
        if known is None or known.state.revision > head:
            known = Known(log.state_at(reader, section_id, head))
        self.known = known
        self.caught_up: list[LogRow] = []
        """Rows of other processes that this one had not known yet."""
        self.state = known.state
        if head > known.state.revision:
            self.caught_up = log.rows_between(reader, section_id, known.state.revision, head)
            for one in self.caught_up:
                self.state = fold(self.state, one.row)
        self.head = head
        self.new: list[LogRow] = []
        self.owners: dict[str, int] = {}
        """Whose the client ids are that this transaction uses first."""

    def append(self, rows: list[LogRow], state: SectionState) -> None:
        """Add rows on top."""
        self.new += rows
        self.state = state

    def rows(self, after: int, upto: int) -> list[Row]:
        """Return rows with after < revision <= upto, those of this transaction included."""
        if after >= upto:
            return []
        known = self.known.rows_since(after)
        if known is None:
            found = log.rows_between(self._reader, self.section_id, after, min(upto, self.head))
        else:
            found = known + self.caught_up
        return [one.row for one in found + self.new if after < one.row.revision <= upto]

    def length_at(self, revision: int) -> int:
        """Return how long the text was at a revision."""
        if revision == self.state.revision:
            return len(self.state.text)
        return self.rows(revision, revision + 1)[0].changes.length_before

    def committed(self) -> Known:
        """Return what is known now that the transaction is committed."""
        self.known.take(self.caught_up + self.new, self.state)
        return self.known
