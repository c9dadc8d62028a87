"""Working sessions: read backwards, and no further than is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from drafting.domain.working_session import CUT_EVERY, Step, WorkingSession, sessions_backwards

START = datetime(2026, 3, 3, 10, tzinfo=UTC)


def step(revision: int, author: int, minutes: float, **more) -> Step:
    return Step(revision, author, 1, START + timedelta(minutes=minutes), **more)


def sessions(steps: list[Step], splits: frozenset[int] = frozenset()) -> list[WorkingSession]:
    found = sessions_backwards(reversed(steps), splits)
    return [each for each in found if isinstance(each, WorkingSession)][::-1]


def test_sessions_end_with_another_person_or_five_quiet_minutes_or_a_version() -> None:
    steps = [step(1, 7, 0), step(2, 7, 4), step(3, 7, 9.1), step(4, 8, 9.2), step(5, 8, 9.3), step(6, 8, 9.4)]

    found = sessions(steps, frozenset({5}))

    assert [(s.first_revision, s.last_revision, s.author_id) for s in found] == [
        (1, 2, 7), (3, 3, 7), (4, 5, 8), (6, 6, 8),
    ]
    assert (found[0].began_at, found[0].ended_at) == (steps[0].at, steps[1].at)


def test_writing_and_deciding_are_sessions_of_their_own() -> None:
    accepted, refused = step(2, 7, 1, decide="accept", ids=("s1",)), step(3, 7, 2, decide="reject", reason="Trop · é")

    found = sessions([step(1, 7, 0), accepted, refused, step(4, 7, 3)])

    assert [(s.first_revision, s.last_revision) for s in found] == [(1, 1), (2, 3), (4, 4)]
    assert found[1].decisions == (refused, accepted)
    assert not found[1].wrote


def test_a_session_says_what_it_did() -> None:
    proposing = sessions([step(1, 7, 0, is_proposal=True)])[0]
    moving = sessions([step(1, 7, 0, changes_text=False)])[0]
    restoring = sessions([step(1, 7, 0, restored=12), step(2, 7, 1, restored=12),
                          step(3, 7, 2, restored=9, is_proposal=True)])[0]

    assert (proposing.wrote, proposing.proposed) == (False, True)
    assert (moving.wrote, moving.proposed) == (False, False)
    assert restoring.restored == ((9, True), (12, False))


def test_an_endless_session_is_cut_where_anybody_would_cut_it() -> None:
    steps = [step(revision, 7, revision / 100) for revision in range(CUT_EVERY - 2, CUT_EVERY + 3)]

    assert [(s.first_revision, s.last_revision) for s in sessions(steps)] == [
        (CUT_EVERY - 2, CUT_EVERY), (CUT_EVERY + 1, CUT_EVERY + 2),
    ]


def test_nothing_is_read_of_a_session_before_it_is_asked_for() -> None:
    read: list[int] = []

    def log() -> Iterator[Step]:
        for each in (step(3, 8, 2), step(2, 7, 1), step(1, 7, 0)):
            read.append(each.revision)
            yield each

    found = sessions_backwards(log())

    assert next(found) == step(3, 8, 2)
    assert read == [3]
    assert isinstance(next(found), WorkingSession)
    assert read == [3, 2]
