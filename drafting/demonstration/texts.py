"""The texts of the demonstration, by section and state, read from `texts/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from drafting.demonstration.story import ADDED, CHAPTERS, FIRST, STATES, Chapter

FOLDER = Path(__file__).parent / "texts"


@cache
def text_of(section: str, state: str) -> str:
    """Return what a section says in a state, without the line break at the file's end; empty before it exists."""
    for earlier in reversed(STATES[: STATES.index(state) + 1]):
        path = FOLDER / f"{section}.{earlier}.md"
        if path.exists():
            return path.read_text(encoding="utf-8").rstrip("\n")
    return ""


def before(section: str, state: str) -> str:
    """Return what a section said in the state before this one."""
    place = STATES.index(state)
    return text_of(section, STATES[place - 1]) if place else ""


def chapters(state: str) -> tuple[Chapter, ...]:
    """Return the sections of a state in order."""
    ordered = list(CHAPTERS)
    if state != FIRST:
        for added in ADDED:
            place = [chapter.key for chapter in ordered].index(added.after or "")
            ordered.insert(place + 1, added)
    return tuple(ordered)
