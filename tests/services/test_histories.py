"""The time line: what happened, by whom and why, page by page, and for whom it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from drafting.domain.comment import Visibility
from drafting.domain.errors import NotFound
from drafting.domain.permissions import MembershipRole
from drafting.domain.time_line import HappeningKind
from drafting.domain.tracking import seen_of
from drafting.extensions import db, transaction
from drafting.live import log
from drafting.models import Membership, Section, Update
from drafting.models.columns import recorded_at
from drafting.services import amendments, histories, sections, suggestions, threads, versions
from drafting.services.histories import Filters, HistoryPage
from tests.services.discussions import Table, table
from tests.writing import propose, write

START = datetime(2026, 3, 3, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def told(page: HistoryPage) -> list[str]:
    return [f"{one.by.organisation.acronym} {one.happening.what}" for day in page.days for one in day.lines]


@pytest.fixture
def world(app: Flask) -> Table:
    with recorded_at(at(-60)):
        return table(text="")


def test_everything_that_happened_is_told_newest_first(world: Table) -> None:
    section, people = world.section, world.people
    write(section, people["LEA"], "L’œuvre des salarié·es 👍.", at=at(0))
    write(section, people["LEA"], "L’œuvre des salarié·es 👍. Elle dure.", at=at(2))
    with recorded_at(at(10)):
        propose(section, people["AUT"], "s1", "Elle dure")
    with recorded_at(at(11)):
        thread = world.begin("CON")
    with recorded_at(at(12)):
        threads.resolve(people["LEA"], thread.key)
    with recorded_at(at(13)):
        suggestions.decide(people["LEA"], section.key, "reject", ["s1"], seen(section, "s1"), "Elle dure · é")
    with recorded_at(at(14)):
        sections.rename(people["CEX"], section.key, "Dès l’automne", question="", text_limit=None)
    with recorded_at(at(15)):
        versions.freeze(people["CEX"], world.contribution.key, label="Projet")

    page = histories.show(people["OBS"], world.contribution.key, Filters())

    assert told(page) == ["CEX version", "CEX rename_section", "LEA decision", "LEA resolved", "CON opened", "AUT work",
                          "LEA work"]
    lines = page.days[0].lines
    assert [(one.outcome, one.organisation.acronym, one.count, one.reason) for one in lines[2].outcomes] == [
        ("reject", "AUT", 1, "Elle dure · é")]
    assert lines[1].happening.detail == {"title": "Dès l’automne", "was": "Dès l’été"}
    session = lines[-1].happening.session
    assert (session.first_revision, session.last_revision, session.began_at) == (1, 2, at(0))
    assert page.older is None


def seen(section: Section, *ids: str) -> dict[str, str]:
    db.session.rollback()
    return seen_of(log.state_at(db.session(), section.id), ids)


def test_days_are_those_of_the_contributions_time_zone(world: Table) -> None:
    with transaction():
        world.contribution.deadline_zone = "Asia/Tokyo"
    write(world.section, world.people["LEA"], "é", at=datetime(2026, 3, 3, 14, 59, tzinfo=UTC))
    write(world.section, world.people["LEA"], "éœ", at=datetime(2026, 3, 3, 15, 5, tzinfo=UTC))

    page = histories.of_section(world.people["LEA"], world.section.key, Filters())

    assert [str(day.day) for day in page.days] == ["2026-03-04", "2026-03-03"]


def test_a_thread_is_told_to_those_for_whom_it_is_alone(world: Table) -> None:
    with recorded_at(at(1)):
        world.begin("AUT", visibility=Visibility.ORGANISATION)
    with recorded_at(at(2)):
        threads.resolve(world.people["AUT"], world.begin("AUT", visibility=Visibility.AUTHOR).key)

    def read(who: str) -> list[str]:
        return told(histories.show(world.people[who], world.contribution.key, Filters(kind=HappeningKind.COMMENT)))

    assert sorted(read("AUT")) == ["AUT opened", "AUT opened", "AUT resolved"]
    assert read("AUT2") == ["AUT opened"]
    assert read("CEX") == read("LEA") == read("OBS") == []


def test_who_may_not_read_the_contribution_reads_no_history(world: Table) -> None:
    with pytest.raises(NotFound):
        histories.show(world.people["OUT"], world.contribution.key, Filters())
    with pytest.raises(NotFound):
        histories.of_section(world.people["OUT"], world.section.key, Filters())


def test_filters_leave_out_what_is_not_asked_for(world: Table) -> None:
    key, section, people = world.contribution.key, world.section, world.people
    write(section, people["LEA"], "L’œuvre.", at=at(0))
    write(section, people["CEX"], "L’œuvre 👍.", at=at(20))
    with recorded_at(at(30)):
        other = sections.add(people["CEX"], key, "« Demandes »")
    with recorded_at(at(31)):
        versions.freeze(people["CEX"], key, label="")

    def read(**filters) -> list[str]:
        return told(histories.show(people["AUT"], key, Filters(**filters)))

    assert read(organisation=world.organisations["LEA"].key) == ["LEA work"]
    assert read(organisation="inconnue") == []
    assert read(kind=HappeningKind.VERSION) == ["CEX version"]
    assert read(kind=HappeningKind.WORK) == ["CEX work", "LEA work"]
    assert read(section=other.key, kind=HappeningKind.PLAN) == ["CEX add_section"]
    assert read(section=other.key, kind=HappeningKind.WORK) == []


def test_an_amendment_is_told_when_filed_and_with_the_decision_that_settles_it(world: Table) -> None:
    section, people = world.section, world.people
    with transaction():
        for one in db.session.query(Membership).filter_by(person_id=people["AUT"].person_id):
            one.role = MembershipRole.SECRETARY
    write(section, people["LEA"], "L’œuvre des salarié·es 👍. Elle dure.", at=at(0))
    with recorded_at(at(10)):
        propose(section, people["AUT"], "s1", "Elle dure")
    with recorded_at(at(11)):
        made = amendments.file(people["AUT"], section.key, ["s1"], "Justifié · é")
    with recorded_at(at(12)):
        suggestions.decide(people["LEA"], section.key, "accept", ["s1"], seen(section, "s1"))

    page = histories.show(people["OBS"], world.contribution.key, Filters())

    assert told(page) == ["LEA decision", "AUT filed", "AUT work", "LEA work"]
    outcome = page.days[0].lines[0].outcomes[0]
    assert [one.key for one in outcome.amendments] == [made.key]
    only = histories.show(people["OBS"], world.contribution.key, Filters(kind=HappeningKind.AMENDMENT))
    assert told(only) == ["LEA step", "AUT filed"]


def test_pages_go_on_without_a_gap_or_a_repetition(world: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "LINES_A_PAGE", 4)
    monkeypatch.setattr(histories, "ROWS_A_PAGE", 5)
    people = [world.people[name] for name in ("LEA", "CEX")]
    for number in range(1, 40):
        # Three rows of one person, then three of the other; a pause in the middle of some.
        write(world.section, people[number // 3 % 2], "é" * number, at=at(number / 10 + number // 5 * 6))
    with recorded_at(at(20)):
        versions.freeze(world.people["CEX"], world.contribution.key, label="")
    key, actor = world.contribution.key, world.people["OBS"]

    read, before = [], None
    while True:
        page = histories.show(actor, key, Filters(), before)
        read += [one.happening for day in page.days for one in day.lines]
        before = page.older
        if before is None:
            break

    worked = [(one.session.first_revision, one.session.last_revision) for one in read if one.session]
    assert sorted(revision for first, last in worked for revision in range(first, last + 1)) == list(range(1, 40))
    assert sum(one.what == "version" for one in read) == 1


def test_a_session_that_goes_on_over_the_edge_of_a_page_is_told_once(
    world: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "LINES_A_PAGE", 1)
    write(world.section, world.people["LEA"], "é", at=at(0))
    with recorded_at(at(1)):
        world.begin("AUT")
    write(world.section, world.people["LEA"], "éœ", at=at(2))

    first = histories.show(world.people["LEA"], world.contribution.key, Filters())
    second = histories.show(world.people["LEA"], world.contribution.key, Filters(), first.older)
    third = histories.show(world.people["LEA"], world.contribution.key, Filters(), second.older)

    assert [told(first), told(second), told(third)] == [["LEA work"], ["AUT opened"], []]


def test_a_restoration_says_what_it_brought_back(world: Table) -> None:
    write(world.section, world.people["LEA"], "é", at=at(0))
    write(world.section, world.people["LEA"], "œ", at=at(10))
    write(world.section, world.people["LEA"], "é", at=at(20))
    with transaction() as session:
        session.get(Update, (world.section.id, 3)).restored = 1

    page = histories.of_section(world.people["LEA"], world.section.key, Filters())

    assert page.days[0].lines[0].happening.session.restored == ((1, False),)
