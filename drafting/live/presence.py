"""Who is here and where: positions at a revision, kept in memory only and told a few times a second."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from drafting.live.frames import Frame, Names


@dataclass(frozen=True, slots=True)
class Place:
    """Where one open page is in a section. Identity comes from the server."""

    session: str
    person: int
    organisation: int | None
    revision: int
    anchor: int | None = None
    head: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the form that browsers receive."""
        return {
            "session": self.session,
            "person": self.person,
            "organisation": self.organisation,
            "revision": self.revision,
            "anchor": self.anchor,
            "head": self.head,
        }


class Presence:
    """The places of all pages that have a section open, this process's and, where there are several, others'."""

    def __init__(self, read_names: Callable[[Iterable[int], Iterable[int]], Names]) -> None:
        self._read_names = read_names
        self._lock = threading.Lock()
        self._places: dict[int, dict[str, Place]] = {}
        self._keys: dict[int, str] = {}
        self._changed: dict[int, set[str]] = {}
        self._came: dict[int, set[str]] = {}

    def put(self, section_id: int, key: str, place: Place) -> None:
        """Somebody came or moved."""
        with self._lock:
            self._keys[section_id] = key
            places = self._places.setdefault(section_id, {})
            if places.get(place.session) == place:
                return
            if place.session not in places:
                self._came.setdefault(section_id, set()).add(place.session)
            places[place.session] = place
            self._changed.setdefault(section_id, set()).add(place.session)

    def take_away(self, section_id: int, session: str) -> None:
        """Somebody left."""
        with self._lock:
            places = self._places.get(section_id, {})
            if places.pop(session, None) is not None:
                self._changed.setdefault(section_id, set()).add(session)

    def frame_for(self, section_id: int, session: str) -> Frame | None:
        """Return where everybody else is, for somebody who comes."""
        with self._lock:
            places = [one for one in self._places.get(section_id, {}).values() if one.session != session]
            key = self._keys.get(section_id, "")
        return self._frame(key, places, [], places) if places else None

    def changes(self) -> list[tuple[int, Frame]]:
        """Return what changed since this was last asked: one frame for each section."""
        with self._lock:
            changed, self._changed = self._changed, {}
            came, self._came = self._came, {}
            found = []
            for section_id, sessions in changed.items():
                places = self._places.get(section_id, {})
                here = [places[session] for session in sorted(sessions) if session in places]
                left = sorted(sessions - places.keys())
                new = [one for one in here if one.session in came.get(section_id, ())]
                found.append((section_id, self._keys[section_id], here, left, new))
                if not places:
                    self._places.pop(section_id, None)
        return [(section_id, self._frame(key, here, left, new)) for section_id, key, here, left, new in found]

    def places_of(self, section_id: int) -> list[Place]:
        """Return everybody's place in a section."""
        with self._lock:
            return list(self._places.get(section_id, {}).values())

    def _frame(self, key: str, here: list[Place], left: list[str], new: list[Place]) -> Frame:
        message: dict[str, Any] = {
            "type": "presence",
            "section": key,
            "here": [one.to_json() for one in here],
            "left": left,
        }
        if new:
            bodies = {one.organisation for one in new if one.organisation is not None}
            message.update(self._read_names({one.person for one in new}, bodies))
        return Frame(message)
