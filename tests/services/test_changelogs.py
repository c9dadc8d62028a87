"""What changed between versions: sections, decisions, amendments; each in the version whose text has it."""

from __future__ import annotations

import pytest
from flask import Flask

from drafting.domain.amendment import AmendmentState
from drafting.domain.errors import NotFound
from drafting.domain.permissions import ParticipationRole
from drafting.services import amendments, changelogs, contributions, sections, versions
from drafting.services.changelogs import Changelog
from drafting.web.changelogs import facts_of
from tests import amending, factories
from tests.amending import Paper


@pytest.fixture
def paper(app: Flask) -> Paper:
    return amending.paper()


def frozen(paper: Paper) -> str:
    return versions.freeze(paper.coordinator, paper.contribution.key, label="").key


def read(paper: Paper, key: str, since: int | None = None) -> Changelog:
    return changelogs.changelog(paper.observer, key, since)


def counts(changes: Changelog) -> list[tuple[str, int, int, int]]:
    return [(one.section.title, one.accepted, one.rejected, one.withdrawn) for one in changes.changed]


TITLE = "Droits & « libertés »"


def test_decisions_count_in_the_version_whose_text_has_them(paper: Paper) -> None:
    for n, word in enumerate(("été|", "salariés|", "compte|", "commune|", "durée|")):
        paper.replace(paper.member, word, f" {n}", f"s{n}")
    paper.decide(paper.lead, "accept", "s0")
    first = frozen(paper)
    paper.decide(paper.lead, "accept", "s1", "s2")
    paper.decide(paper.lead, "reject", "s3", reason="Non · œuvre")
    paper.decide(paper.member, "withdraw", "s4")
    second = frozen(paper)

    assert counts(read(paper, first)) == [(TITLE, 1, 0, 0)]
    assert counts(read(paper, second)) == [(TITLE, 2, 1, 1)]
    assert read(paper, second).changed[0].is_rewritten


def test_a_decision_that_was_undone_does_not_count_and_one_taken_anew_does(paper: Paper) -> None:
    for n, word in enumerate(("été|", "salariés|", "compte|")):
        paper.replace(paper.member, word, f" {n}", f"s{n}")
    kept = paper.decide(paper.lead, "accept", "s2")
    first = frozen(paper)
    undone = paper.decide(paper.lead, "accept", "s0")
    paper.undo(paper.lead, undone)
    turned = paper.decide(paper.lead, "accept", "s1")
    paper.undo(paper.lead, turned)
    paper.decide(paper.lead, "reject", "s1", reason="Non")
    paper.undo(paper.lead, kept)
    paper.decide(paper.lead, "reject", "s2", reason="Non plus")
    second = frozen(paper)

    assert counts(read(paper, first)) == [(TITLE, 1, 0, 0)]
    assert counts(read(paper, second)) == [(TITLE, 0, 2, 0)]


def test_sections_that_come_go_move_and_change_their_name_or_lead(paper: Paper) -> None:
    key = paper.contribution.key
    for title in ("Troisième · é", "Quatrième", "Cinquième"):
        factories.section(paper.contribution, title=title, lead_id=None)
    first = frozen(paper)
    five = {one.title: one.key for one in paper.section.contribution.sections}
    sections.rename(paper.coordinator, five["Quatrième"], "Nos suites 🙂", question="", text_limit=None)
    sections.move(paper.coordinator, five["Cinquième"], -1)
    sections.retire(paper.coordinator, five["Troisième · é"])
    sections.add(paper.coordinator, key, "Annexe")
    second = frozen(paper)

    changes = read(paper, second)
    assert [
        (one.section.title, one.is_new, one.is_removed, one.is_moved, one.old_title) for one in changes.changed
    ] == [
        ("Cinquième", False, False, True, ""), ("Nos suites 🙂", False, False, False, "Quatrième"),
        ("Annexe", True, False, False, ""), ("Troisième · é", False, True, False, ""),
    ]
    assert [one.section.title for one in changes.unchanged] == ["Préambule · é", TITLE]
    assert read(paper, first).changed == []


def test_a_section_that_comes_back_is_no_new_one(paper: Paper) -> None:
    key = sections.add(paper.coordinator, paper.contribution.key, "Annexe").key
    sections.retire(paper.coordinator, key)
    frozen(paper)
    sections.restore(paper.coordinator, key)
    sections.add(paper.coordinator, paper.contribution.key, "Lexique")

    changes = read(paper, frozen(paper))

    assert [(one.section.title, list(facts_of(one))) for one in changes.changed] == [
        ("Annexe", ["section rétablie"]), ("Lexique", ["nouvelle section"])]


def test_amendments_are_told_with_their_last_state_and_its_reason(paper: Paper) -> None:
    keys = [paper.file(paper.replace(paper.member, word, f" {n}", f"s{n}"))
            for n, word in enumerate(("été|", "salariés|", "négocier|", "commune|"))]
    first = frozen(paper)
    paper.decide(paper.lead, "accept", "s0")
    amendments.decide(paper.lead, keys[1], AmendmentState.PUT_TO_DEBATE, reason="À débattre")
    amendments.decide(paper.lead, keys[1], AmendmentState.REJECTED, "« Trop » tôt 🙂", seen=paper.seen(["s1"]))
    second = frozen(paper)
    amendments.decide(paper.lead, keys[2], AmendmentState.REMITTED, reason="Au congrès")
    third = frozen(paper)

    def told(key: str, since: int | None = None) -> list[tuple[str, str, str, str]]:
        return [(one.amendment.number, one.organisation.acronym, one.state.value, one.reason)
                for one in read(paper, key, since).amendments]

    assert told(first) == [(number, "FED", "proposed", "") for number in ("2-2-1", "2-2-2", "2-2-3", "2-3-1")]
    assert told(second) == [("2-2-1", "FED", "integrated", ""), ("2-2-2", "FED", "rejected", "« Trop » tôt 🙂")]
    assert told(third) == [("2-3-1", "FED", "remitted", "Au congrès")]
    assert [one[0] for one in told(third, 1)] == ["2-2-1", "2-2-2", "2-3-1"]


def test_organisations_that_come_and_go(paper: Paper) -> None:
    frozen(paper)
    new = factories.organisation(acronym="NEU", name="Fédération « neuve »")
    contributions.take_in(paper.coordinator, paper.contribution.key, new.key, ParticipationRole.AUTHOR)
    leaving = next(one for one in paper.section.contribution.participations if one.organisation.acronym == "OBS")
    contributions.leave_out(paper.coordinator, paper.contribution.key, leaving.key)
    second = frozen(paper)

    changes = changelogs.changelog(paper.coordinator, second)

    assert (changes.joined, changes.left) == (["Fédération « neuve »"], ["Fédération « OBS » de l’œuvre"])


def test_since_when_is_a_version_before(paper: Paper) -> None:
    first, second = frozen(paper), frozen(paper)

    assert [read(paper, second).before.number, read(paper, second, 1).before.number] == [1, 1]
    assert read(paper, first).before is None
    for key, since in ((first, 1), (second, 2), (second, 0), (second, 10**9)):
        with pytest.raises(NotFound):
            read(paper, key, since)
    with pytest.raises(NotFound):
        changelogs.changelog(paper.stranger, second)
