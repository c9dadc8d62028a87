"""A second, independent account of tracked changes, to hold the real one against.

Here every unit of text is a thing of its own for ever, with its author and the suggestion that brought it;
what is pending and what is struck is worked out from which suggestions are open *now*. So nothing has to be
given back at an undo: if the real runs ever differ, a mark or an author was lost or made up on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drafting.domain.rows import Row
from drafting.domain.runs import Run, joined


@dataclass
class Unit:
    letter: str
    author: int
    organisation: int
    origin: str | None
    strikes: set[str] = field(default_factory=set)


class Model:
    def __init__(self, text: str, author: int, organisation: int) -> None:
        self.units = [Unit(letter, author, organisation, None) for letter in text]
        self.removed: dict[int, list[Unit]] = {}
        self.decided: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """Follow a row. A decision must delete exactly what the rule says, nothing else and nothing less."""
        if row.decide in ("accept", "reject", "withdraw"):
            fated = [unit for unit in self.units if self._goes(unit, row)]
        gone = self._replace(row)
        if gone:
            self.removed[row.revision] = gone
        if row.decide in ("accept", "reject", "withdraw"):
            assert list(map(id, gone)) == list(map(id, fated)), "a decision deleted something else than it should"
            self.decided.update(dict.fromkeys(row.ids, row.decide))
        elif row.decide == "undo":
            for one in row.ids:
                del self.decided[one]
        elif row.suggestion:
            assert row.suggestion not in self.decided, "a closed suggestion was continued"
            for start, end in row.strike:
                for unit in self.units[start:end]:
                    unit.strikes.add(row.suggestion)
            for start, end in row.restore:
                for unit in self.units[start:end]:
                    unit.strikes.discard(row.suggestion)

    def _goes(self, unit: Unit, row: Row) -> bool:
        if row.decide == "accept":
            return bool(unit.strikes & set(row.ids))
        return unit.origin in row.ids

    def _replace(self, row: Row) -> list[Unit]:
        back = list(self.removed[row.of]) if row.of is not None and row.of in self.removed else []
        written = [run for run in row.given for _ in range(run.length)] if row.of is None else []
        gone: list[Unit] = []
        out: list[Unit] = []
        at = 0
        for start, end, _, text in row.changes.changes():
            out += self.units[at:start]
            gone += self.units[start:end]
            for letter in text:
                if row.of:
                    unit = back.pop(0)
                elif written:
                    unit = Unit(letter, written[0].author, written[0].organisation, row.suggestion)
                    del written[0]
                else:
                    unit = Unit(letter, row.author, row.organisation, row.suggestion)
                assert unit.letter == letter, "something else came back than was removed"
                out.append(unit)
            at = end
        assert not back, "not all of it came back"
        assert not written, "more authors than text"
        self.units = out + self.units[at:]
        return gone

    def text(self) -> str:
        return "".join([unit.letter for unit in self.units])

    def names(self) -> frozenset[int]:
        """Which units there are."""
        return frozenset(map(id, self.units))

    def base(self) -> str:
        """The text without pending insertions."""
        return "".join([unit.letter for unit in self.units if not self._is_open(unit.origin)])

    def _is_open(self, id: str | None) -> bool:
        return id is not None and id not in self.decided

    def runs(self) -> list[Run]:
        """What the runs must be."""
        return joined(
            Run(
                1,
                unit.author,
                unit.organisation,
                unit.origin if self._is_open(unit.origin) else None,
                frozenset(filter(self._is_open, unit.strikes)),
            )
            for unit in self.units
        )
