"""Who is here and where: positions at a revision, kept in memory only and told a few times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

from drafting.live.frames import Frame, Names

FORGET_AFTER_S = 30.0
"""What another process said holds so long; it says it again every ten seconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one open page is in a section. Identity comes from the server."""

    session: str
    person: int
    organisation: int | None
    revision: int
    anchor: int | None = None
    head: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed in a section since it was last asked."""

    section_id: int
    key: str
    here: Sequence[Place]
    left: Sequence[str]
    frame: Frame
    own_here: Sequence[Place]
    """Those of them whose page is open in this process: the ones to tell other processes of."""
    own_left: Sequence[str]


class _Section:
    def __init__(self, key: str) -> None:
        self.key = key
        self.places: dict[str, Place] = {}
        self.elsewhere: dict[str, float] = {}
        """Sessions of other processes, and when these last spoke of them."""
        self.changed: set[str] = set()
        self.new: set[str] = set()
        self.own_gone: set[str] = set()


class Presence:
    """The places of all pages that have a section open, in this process and in others."""

    def __init__(self, read_names: Callable[[Iterable[int], Iterable[int]], Names]) -> None:
        self._read_names = read_names
        self._lock = threading.Lock()
        self._sections: dict[int, _Section] = {}

    def put(self, section_id: int, key: str, place: Place, *, elsewhere: bool = False) -> None:
        """Somebody came or moved; `elsewhere` where another process says so."""
        with self._lock:
            section = self._sections.setdefault(section_id, _Section(key))
            if elsewhere:
                section.elsewhere[place.session] = monotonic()
            if section.places.get(place.session) == place:
                return
            if place.session not in section.places:
                section.new.add(place.session)
            section.places[place.session] = place
            section.changed.add(place.session)

    def take_away(self, section_id: int, session: str) -> None:
        """Somebody left."""
        with self._lock:
            section = self._sections.get(section_id)
            if section is not None:
                self._remove(section, session)

    def forget_silent(self) -> None:
        """Take away what other processes have not spoken of for long: they may have died."""
        until = monotonic() - FORGET_AFTER_S
        with self._lock:
            for section in self._sections.values():
                for session in [one for one, at in section.elsewhere.items() if at < until]:
                    self._remove(section, session)

    def frame_for(self, section_id: int, session: str) -> Frame | None:
        """Return where everybody else is, for somebody who comes."""
        with self._lock:
            section = self._sections.get(section_id)
            places = [one for one in section.places.values() if one.session != session] if section else []
        return self._frame(section.key, places, [], places) if section and places else None

    def own_places(self) -> list[tuple[int, str, list[Place]]]:
        """Return this process's pages in each section."""
        with self._lock:
            found = [
                (id, one.key, [place for session, place in one.places.items() if session not in one.elsewhere])
                for id, one in self._sections.items()
            ]
        return [each for each in found if each[2]]

    def changes(self) -> list[Moved]:
        """Return what changed since this was last asked."""
        found = []
        with self._lock:
            for section_id, section in list(self._sections.items()):
                if not section.changed:
                    continue
                here = [section.places[one] for one in sorted(section.changed) if one in section.places]
                left = sorted(section.changed - section.places.keys())
                new = [one for one in here if one.session in section.new]
                own_here = [one for one in here if one.session not in section.elsewhere]
                found.append((section_id, section.key, here, left, new, own_here, sorted(section.own_gone)))
                section.changed, section.new, section.own_gone = set(), set(), set()
                if not section.places:
                    del self._sections[section_id]
        return [
            Moved(id, key, here, left, self._frame(key, here, left, new), own_here, own_left)
            for id, key, here, left, new, own_here, own_left in found
        ]

    @staticmethod
    def _remove(section: _Section, session: str) -> None:
        if section.places.pop(session, None) is not None:
            section.changed.add(session)
            if section.elsewhere.pop(session, None) is None:
                section.own_gone.add(session)

    def _frame(self, key: str, here: Sequence[Place], left: Sequence[str], new: Sequence[Place]) -> Frame:
        message: dict[str, Any] = {
            "type": "presence",
            "section": key,
            "here": [asdict(one) for one in here],
            "left": list(left),
        }
        if new:
            bodies = {one.organisation for one in new if one.organisation is not None}
            message.update(self._read_names({one.person for one in new}, bodies))
        return Frame(message)
