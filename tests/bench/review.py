"""Deciding on many: a section of 50 KB with 1,000 open suggestions by 12 organisations, accepted in one command.

Server time alone, on SQLite with every commit on disk: as a page of the editor asks for it (the authority), and as a
page without scripts does (the service, which also checks rights and reads the row back). Accepted and undone by turns.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import perf_counter

from drafting.domain.actor import Actor
from drafting.domain.changes import units
from drafting.domain.permissions import ParticipationRole
from drafting.domain.tracking import SectionState, seen_of
from drafting.extensions import db
from drafting.live import log
from drafting.live.commands import Applied, Batch, Decision
from drafting.live.house import house_of
from drafting.models import Section
from drafting.services import suggestion_lists, suggestions
from drafting.services.suggestion_reader import Filters
from tests import factories
from tests.bench.instances import Instance, instance

GOAL_MS = 300
SUGGESTIONS = 1_000
ORGANISATIONS = 12
ROUNDS = 5
PARAGRAPH = "L’œuvre des salariés·es demande « une négociation loyale » sur le numérique et les droits 👍.\n\n"
LENGTH = 50_000


def run(arguments: argparse.Namespace | None = None) -> float:
    """Print the times; return the median of accepting all, in milliseconds."""
    with instance() as made:
        fill(made)
        section = made.sections[0]
        state = read(section[0])
        ids = [id for id, one in state.suggestions.items() if one.is_open]
        seen = seen_of(state, ids)
        live = timed(lambda n: accept_live(made, ids, seen, n), lambda: undo(made))
        seen = seen_of(read(section[0]), ids)
        page = timed(lambda n: accept_on_page(made, ids, seen), lambda: undo(made))
        begun = perf_counter()
        review(made)
        listed = (perf_counter() - begun) * 1_000
    print(f"  {len(ids):,} suggestions by {ORGANISATIONS} organisations in {len(state.text):,} units")
    for name, time in (("one command", live), ("a page's form", page)):
        verdict = "met" if time <= GOAL_MS else "MISSED"
        print(f"  accepted by {name} in {time:.0f} ms (goal {GOAL_MS} ms or less: {verdict})")
    print(f"  the list of them made in {listed:.0f} ms")
    return max(live, page)


def fill(made: Instance) -> None:
    """Write the text, and let everybody suggest: insertions, deletions and replacements by turns."""
    section = db.session.get(Section, made.sections[0][0])
    assert section is not None
    text = (PARAGRAPH * (LENGTH // len(PARAGRAPH) + 1))[:LENGTH]
    do(made, Batch(made.actors[0], section.id, "bench-text", 1, 0, ({"changes": [[0, *text.split("\n")]]},)))
    for number in range(ORGANISATIONS):
        body = factories.organisation()
        factories.participation(section.contribution, body, ParticipationRole.CONTRIBUTOR)
        suggest(made, factories.member(body), range(number, SUGGESTIONS, ORGANISATIONS))


def suggest(made: Instance, actor: Actor, numbers: range) -> None:
    """Make these suggestions, each at its own place."""
    state = read(made.sections[0][0])
    text, made_updates = state.text, []
    for number in numbers:
        at = text.index(" ", number * len(text) // SUGGESTIONS - 100 if number else 0)
        end = text.index(" ", at + 1)
        word = units(" œuvré" if number % 3 else "")
        changes = [end, [0, word], len(text) - end] if word else [len(text)]
        update: dict[str, object] = {"changes": changes, "suggestion": f"s{number}"}
        if number % 3 != 1:
            update["strike"] = [[at, end]]
        text = text[:end] + word + text[end:]
        made_updates.append(update)
    do(made, Batch(actor, made.sections[0][0], f"bench-{actor.person_id:04}", 1, state.revision, tuple(made_updates)))


def do(made: Instance, command: Batch | Decision) -> None:
    """Let the authority take a command."""
    [outcome] = house_of(db.engine).authority.run([command])
    db.session.rollback()
    if not isinstance(outcome, Applied):
        raise RuntimeError(f"refused: {outcome}")


def read(section_id: int) -> SectionState:
    """Return the section as it stands."""
    db.session.rollback()
    return log.state_at(db.session(), section_id)


def timed(act: Callable[[int], None], back: Callable[[], None]) -> float:
    """Return the median time of something that is taken back each time, in milliseconds."""
    times = []
    for n in range(ROUNDS):
        begun = perf_counter()
        act(n)
        times.append((perf_counter() - begun) * 1_000)
        back()
    return median(times)


def accept_live(made: Instance, ids: list[str], seen: dict[str, str], n: int) -> None:
    """Accept all as the editor's page asks for it."""
    actor, (section_id, _) = made.actors[0], made.sections[0]
    do(made, Decision(actor, section_id, "bench-decides", n + 1, "accept", tuple(ids), seen))


def accept_on_page(made: Instance, ids: list[str], seen: dict[str, str]) -> None:
    """Accept all as a form does."""
    suggestions.decide(made.actors[0], made.sections[0][1], "accept", ids, seen, "D’accord 👍")


def undo(made: Instance) -> None:
    """Undo the last decision."""
    suggestions.undo(made.actors[0], made.sections[0][1], read(made.sections[0][0]).revision)


def review(made: Instance) -> None:
    """Make the list of suggestions."""
    section = db.session.get(Section, made.sections[0][0])
    assert section is not None
    suggestion_lists.review(made.actors[0], section.contribution.key, Filters())


if __name__ == "__main__":
    run()
