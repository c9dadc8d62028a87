"""Replay of a recorded document through the authority: is the final text exact, and how many updates a second?

A recording is JSON (gzipped or not): `{"startContent", "endContent", "txns": [{"patches": [[at, deleted,
inserted], ...]}, ...]}`, with offsets in characters, as in automerge/automerge-perf. Every patch is one update;
fifty wait together, as they would in a busy section. pycrdt is given the same patches, one transaction each.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from pycrdt import Doc, Text

from drafting.domain.actor import Actor
from drafting.domain.changes import ChangeSet, units
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.live.commands import Applied, Batch
from tests.bench.instances import instance

AT_ONCE = 50
UPDATES_A_TURN = 250
Patch = tuple[int, int, str]


def read(path: Path) -> tuple[list[Patch], str]:
    """Return a recording's patches and its final text. The start must be empty: so is a new section."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        recording = json.load(file)
    if recording["startContent"]:
        raise ValueError("a recording starts with an empty text")
    return [(at, gone, new) for one in recording["txns"] for at, gone, new in one["patches"]], recording["endContent"]


def in_units(patches: list[Patch]) -> Iterator[Patch]:
    """Yield patches with offsets in UTF-16 units. Most recordings have no astral characters at all."""
    if all(max(new, default="") <= "\uffff" for _, _, new in patches):
        yield from patches
        return
    text = ""
    for at, gone, new in patches:
        yield len(units(text[:at])), len(units(text[at : at + gone])), units(new)
        text = text[:at] + new + text[at + gone :]


def replay(authority: Authority, actors: Sequence[Actor], section_id: int, patches: list[Patch]) -> None:
    """Write a recording in an empty section; of several actors each writes a turn of some hundred updates."""
    length = revision = n = 0
    updates: list[object] = []
    for at, gone, new in in_units(patches):
        changes = ChangeSet.replace(length, [(at, at + gone, new)])
        length += len(new) - gone
        updates.append({"changes": changes.to_json()})
        if len(updates) == AT_ONCE:
            n += 1
            actor = actors[revision // UPDATES_A_TURN % len(actors)]
            _apply(authority, Batch(actor, section_id, f"recording-{actor.person_id}", n, revision, tuple(updates)))
            revision += len(updates)
            updates = []
    if updates:
        actor = actors[revision // UPDATES_A_TURN % len(actors)]
        _apply(authority, Batch(actor, section_id, f"recording-{actor.person_id}", n + 1, revision, tuple(updates)))


def _apply(authority: Authority, batch: Batch) -> None:
    (outcome,) = authority.run([batch])
    if not isinstance(outcome, Applied):
        raise RuntimeError(f"The recording was refused: {outcome}")


def with_pycrdt(patches: list[Patch]) -> tuple[float, str]:
    """Return the seconds that pycrdt takes for the same patches, and its final text."""
    document = Doc({"text": Text()})
    text = document["text"]
    begun = perf_counter()
    for at, gone, new in patches:
        with document.transaction():
            if gone:
                del text[at : at + gone]
            if new:
                text.insert(at, new)
    return perf_counter() - begun, str(text)


def run(arguments: argparse.Namespace) -> None:
    """Replay the recording, and print."""
    if not arguments.trace:
        print("  no recording given: TRACE=file")
        return
    patches, final = read(Path(arguments.trace))
    with instance() as made:
        authority = Authority(db.engine)
        section_id = made.sections[0][0]
        begun = perf_counter()
        replay(authority, made.actors, section_id, patches)
        ours_s = perf_counter() - begun
        begun = perf_counter()
        with db.engine.connect() as connection:
            state = log.state_at(connection, section_id)
            head_s = perf_counter() - begun
            text = log.text_at(connection, section_id)
            middle = len(patches) // 2 + 999
            begun = perf_counter()
            log.text_at(connection, section_id, min(middle, state.revision))
            middle_s = perf_counter() - begun
    theirs_s, _ = with_pycrdt(patches)
    print(f"  {len(patches):,} updates; the final text is {'exactly' if text == final else 'NOT'} the recording's")
    print(f"  through the authority, committed: {len(patches) / ours_s:,.0f} updates/s")
    print(f"  pycrdt, in memory:                {len(patches) / theirs_s:,.0f} updates/s")
    print(f"  ratio (pycrdt / ours):            {ours_s / theirs_s:.1f}")
    print(f"  read at head {head_s * 1000:.0f} ms, at an older revision {middle_s * 1000:.0f} ms")
    if text != final:
        raise SystemExit("The replayed text differs from the recording.")
