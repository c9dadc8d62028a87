"""The story is consistent: everything gets written, by people who may, one thing at a time."""

from collections import defaultdict

from drafting.demonstration import story, texts, writing
from drafting.domain.palette import PALETTE
from drafting.domain.permissions import ParticipationRole

LEADS = {chapter.key: chapter.lead for chapter in texts.chapters(story.LIVE)}
ROLES = {body.acronym: body.role for body in story.BODIES}
WRITERS = {writer.name: writer for writer in story.WRITERS}


def _moment(day, time, seconds=0.0):
    hours, minutes = time.split(":")
    return -day * 24 * 3600 + int(hours) * 3600 + int(minutes) * 60 + seconds


def _plays():
    """Yield (session, edits, seconds) as they will be played, polishes left out."""
    done = defaultdict(set)
    for session in story.SESSIONS:
        key = session.section, session.state
        slots = writing.align(texts.before(*key), texts.text_of(*key))
        chosen = writing.choose(slots, done[key], session.changes)
        found = [edit for a, b in writing.pieces(slots, done[key], chosen) for edit in writing.edits(a, b)]
        done[key] |= chosen
        yield session, found, sum(map(writing.seconds_for, found))


def test_every_block_of_every_state_is_written_by_somebody():
    done = defaultdict(set)
    for session in story.SESSIONS:
        key = session.section, session.state
        slots = writing.align(texts.before(*key), texts.text_of(*key))
        done[key] |= writing.choose(slots, done[key], session.changes)

    for state in story.STATES:
        for chapter in texts.chapters(state):
            slots = writing.align(texts.before(chapter.key, state), texts.text_of(chapter.key, state))
            assert done[chapter.key, state] == {n for n, slot in enumerate(slots) if slot.is_changed}


def test_people_write_only_where_their_organisation_leads_or_coordinates():
    def may_write(name, section):
        acronym = WRITERS[name].member_of[0]
        return acronym == LEADS[section] or ROLES[acronym] == ParticipationRole.COORDINATOR

    assert all(may_write(session.writer, session.section) for session in story.SESSIONS)
    for polish in story.POLISHES:
        assert may_write(polish.writer, polish.section) is (polish.accepted_by is None)
        assert polish.accepted_by is None or may_write(polish.accepted_by, polish.section)
    assert all(ROLES[WRITERS[event.writer].member_of[0]] == "coordinator" for event in story.EVENTS)


def test_every_sitting_writes_something_without_a_break_of_five_minutes():
    for _, found, _ in _plays():
        assert found
        assert max(map(writing.seconds_for, found)) < 300


def test_nobody_writes_in_two_places_at_once_and_the_story_goes_forward():
    busy_until: dict[str, float] = {}
    last = float("-inf")
    for session, _, seconds in _plays():
        start = _moment(session.day, session.time)
        assert start >= last
        assert start > busy_until.get(session.writer, start - 1)
        busy_until[session.writer] = start + seconds
        last = start


def test_words_polished_later_are_found_once():
    for polish in story.POLISHES:
        assert texts.text_of(polish.section, story.FIRST).count(polish.then) == 1
        assert polish.first != polish.then


def test_the_organisations_are_recognisable_as_examples_and_have_colours_of_their_own():
    assert all("exemple" in body.name for body in story.BODIES)
    colours = [body.colour for body in story.BODIES]
    assert len(set(colours)) == len(colours)
    assert set(colours) <= set(PALETTE)
    assert all(len(body.acronym) <= 16 for body in story.BODIES)


def test_people_are_roles_with_addresses_that_nobody_can_own():
    assert all(writer.email.endswith(".example") for writer in story.WRITERS)
    assert all(writer.name.startswith(("Secrétariat ", "Rédaction ")) for writer in story.WRITERS)
    for body in story.BODIES:
        assert any(w.secretary and w.member_of[0] == body.acronym for w in story.WRITERS)


def test_nobody_writes_in_a_section_that_is_no_longer_open():
    closed = {event.values["section"]: event for event in story.EVENTS if event.kind == "stage"}

    for session in story.SESSIONS:
        event = closed.get(session.section)
        assert event is None or _moment(session.day, session.time) < _moment(event.day, event.time)
    assert {event.values["stage"] for event in closed.values()} == {"under_review", "agreed"}
