"""The past of a long history: any revision rebuilt exactly, in a time that does not grow with what came before.

`--trace` gives a recording (see `trace`); without one a history is made up: people who type, correct and rework a
text in turns. A state is read from the last snapshot before it, so what counts is the worst place, just before the
next snapshot: the times are those of revisions spread between two snapshots, the worst one always among them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import func, select

from drafting.domain.changes import units
from drafting.extensions import db
from drafting.live import log
from drafting.live.authority import Authority
from drafting.models import Snapshot
from drafting.services import histories, revisions, traces
from drafting.services.histories import Filters
from tests.bench.instances import Instance, instance
from tests.bench.trace import Patch, in_units, read, replay

EARLY = 1_000
SAMPLES = 25
AT_MOST = 5
"""Times that a late revision may take as long as an early one."""
PEOPLE = 4
KEYS_MADE_UP = 40_000
WORDS = (
    "la", "négociation", "collective", "protège", "les", "travailleurs·ses", ";", "l’œuvre", "commune", "«", "sociale",
    "»", "évolue", "👍", ":",
)


def made_up(count: int, seed: int = 4) -> Iterator[Patch]:
    """Yield keystrokes: new words, letters taken back, words removed here and there; in ordinary characters."""
    chance = random.Random(seed)
    length = at = 0
    waiting = ""
    for number in range(count):
        if number % chance.randint(40, 160) == 0:
            at = chance.randint(0, length)
        if not waiting:
            waiting = chance.choice(WORDS) + chance.choice([" ", " ", " ", " ", ".\n\n"])
        if at and chance.random() < 0.12:
            gone = min(at, chance.choice([1, 1, 1, 8]))
            yield at - gone, gone, ""
            length, at = length - gone, at - gone
        else:
            yield at, 0, waiting[0]
            waiting = waiting[1:]
            length, at = length + 1, at + 1


def texts_after(patches: list[Patch], wanted: set[int]) -> dict[int, str]:
    """Return the texts after so many patches, made in memory without anything of ours but UTF-16 offsets."""
    text, found = "", {}
    for number, (at, gone, new) in enumerate(in_units(patches), start=1):
        text = text[:at] + new + text[at + gone :]
        if number in wanted:
            found[number] = text
    return found


def spread(first: int, head: int) -> list[int]:
    """Return revisions between two snapshots, the last one before the second included."""
    first -= first % log.SNAPSHOT_EVERY
    last = min(first + log.SNAPSHOT_EVERY - 1, head)
    return sorted({first + (last - first) * each // (SAMPLES - 1) for each in range(SAMPLES)})


def seconds(act: Callable[[], object]) -> float:
    """Return how long an act takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        begun = perf_counter()
        act()
        best = min(best, perf_counter() - begun)
    return best


def run(arguments: argparse.Namespace) -> None:
    """Write the history, read its past, and print."""
    patches = read(Path(arguments.trace))[0] if arguments.trace else list(made_up(KEYS_MADE_UP))
    with instance(people=PEOPLE) as made:
        replay(Authority(db.engine), made.actors, made.sections[0][0], patches)
        _rebuild(made, patches)
        _open_pages(made, len(patches))


def _rebuild(made: Instance, patches: list[Patch]) -> None:
    section_id, head = made.sections[0][0], len(patches)
    late = min(250_000, head - log.SNAPSHOT_EVERY)
    places = {"early": spread(EARLY, head), "late": spread(late, head)}
    sample = set(random.Random(4).sample(range(1, head + 1), 200)) | set(places["early"]) | set(places["late"])
    truth = texts_after(patches, sample)
    with db.engine.connect() as connection:
        wrong = [one for one in sample if log.state_at(connection, section_id, one).text != truth[one]]
        took = {
            name: [seconds(lambda one=one: log.state_at(connection, section_id, one)) for one in revisions]
            for name, revisions in places.items()
        }
        kept, size = connection.execute(
            select(func.count(), func.sum(func.length(Snapshot.state))).where(Snapshot.section_id == section_id)
        ).one()
    ratio = max(took["late"]) / max(took["early"])
    print(f"  {head:,} revisions; {len(sample)} of them rebuilt, {len(wrong)} of which differ from the replay")
    for name, times in took.items():
        print(f"  {name}, revisions {places[name][0]:,} to {places[name][-1]:,}: median {median(times) * 1000:.1f} ms, "
              f"worst {max(times) * 1000:.1f} ms")
    print(f"  worst late / worst early: {ratio:.1f} (goal: at most {AT_MOST})")
    print(f"  what that costs: {kept} snapshots, {size / 1e6:.1f} million characters together; "
          f"the text itself has {len(units(truth[max(sample)])):,}")
    exactly = {revision: _read_time(section_id, revision) for revision in (EARLY, late)}
    print("  " + ", ".join(f"revision {revision:,}: {took_s * 1000:.2f} ms" for revision, took_s in exactly.items())
          + " (both are snapshots: here the size of the text alone counts)")
    if wrong or ratio > AT_MOST:
        raise SystemExit("A revision is wrong, or the past gets slower as the history grows.")


def _read_time(section_id: int, revision: int) -> float:
    """Return the seconds in which a page has a section's text at a revision."""
    with db.engine.connect() as connection:
        return seconds(lambda: (log.head_of(connection, section_id), log.text_at(connection, section_id, revision)))


def _open_pages(made: Instance, head: int) -> None:
    """Time what the pages of the past ask for."""
    db.session.rollback()  # What is read next is what was written.
    actor, key = made.actors[0], made.sections[0][1]
    pages: dict[str, Callable[[], object]] = {
        "the newest page of the time line": lambda: histories.of_section(actor, key, Filters()),
        "the text at a late revision, with who wrote what": lambda: revisions.at(actor, key, head - 8),
        "the trace of the last rows": lambda: traces.traced(actor, key),
    }
    for name, page in pages.items():
        print(f"  {name}: {seconds(page):.2f} s")
