"""Comparisons of a contribution between two moments, on both databases: sections paired, changes and their makers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from drafting.domain.deadline import zone_of
from drafting.domain.errors import DomainError, InvalidInput, NotFound
from drafting.domain.permissions import MembershipRole
from drafting.domain.plan import PlanChange
from drafting.domain.point import NOW, Point
from drafting.extensions import db
from drafting.models import Organisation
from drafting.models.columns import now, recorded_at
from drafting.services import amendments, comparisons, sections, suggestions, versions
from drafting.services.comparisons import Comparison, Part
from drafting.services.makings import Making
from tests import factories
from tests.live.conftest import Paper, make_paper
from tests.suggesting import insert, seen, send, state, strike, write

TEXT = "L’œuvre des salariés compte 👍.\n\nLe reste aussi, « bien sûr »."


@pytest.fixture
def paper(app: Flask) -> Paper:
    paper = make_paper()
    write(paper, TEXT)
    return paper


def compare(paper: Paper, a: str, b: str = "now", **options) -> Comparison:
    db.session.rollback()
    return comparisons.compare(paper.observer, paper.contribution.key, Point.parse(a), Point.parse(b), **options)


def of_section(paper: Paper, a: str, b: str = "now") -> Part:
    [part] = compare(paper, a, b, section_key=paper.section_key).parts
    return part


def edit(paper: Paper, actor, old: str, new: str) -> None:
    text = state(paper).text
    at = text.index(old)
    parts = [at, [len(old), *new.split("\n")] if new else [len(old)], len(text) - at - len(old)]
    send(paper, actor, {"changes": [part for part in parts if part]})


def freeze(paper: Paper) -> None:
    versions.freeze(paper.coordinator, paper.contribution.key, label="")


def makers(part: Part) -> set[Making]:
    return {making for makings in part.makings.values() for making in makings}


def told(part: Part) -> set[tuple[str, str | None, bool]]:
    return {(one.by.person, one.decided_by.person if one.decided_by else None, one.at is not None)
            for one in makers(part)}


def test_a_change_names_who_made_it(paper: Paper) -> None:
    edit(paper, paper.coordinator, "compte", "comptent")

    part = of_section(paper, "r1")

    assert (part.a_text, part.b_text) == (TEXT, TEXT.replace("compte", "comptent"))
    assert told(part) == {(paper.coordinator.name, None, True)}
    assert part.count == len(part.redline.changes) >= 1


def test_an_accepted_suggestion_names_both_and_its_amendment(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")
    strike(paper, paper.contributor, ", « bien sûr »", "s2")
    secretary = factories.member(
        db.session.get_one(Organisation, paper.author.organisation_id), MembershipRole.SECRETARY)
    amendments.file(secretary, paper.section_key, ["s1"], "Juste · é")
    suggestions.decide(paper.lead, paper.section_key, "accept", ["s1", "s2"], seen(paper, "s1", "s2"))

    part = of_section(paper, "r1")

    assert told(part) == {
        (paper.author.name, paper.lead.name, True), (paper.contributor.name, paper.lead.name, True)}
    assert {(one.by.person, one.amendment.number if one.amendment else None) for one in makers(part)} == {
        (paper.author.name, "1-1-1"), (paper.contributor.name, None)}
    assert all(one.is_proposed for one in makers(part))


def test_what_is_only_suggested_is_no_change(paper: Paper) -> None:
    insert(paper, paper.author, "L’œuvre", " commune", "s1")

    assert not of_section(paper, "r1").is_changed


def test_sections_added_renamed_moved_retired_and_restored_are_told_with_who_did_it(paper: Paper) -> None:
    others = {title: sections.add(paper.coordinator, paper.contribution.key, title).key
              for title in ("Deux", "Trois", "Quatre")}
    sections.retire(paper.coordinator, others["Quatre"])
    freeze(paper)
    sections.rename(paper.coordinator, paper.section_key, "Un · œuvre", question="", text_limit=None)
    sections.retire(paper.coordinator, others["Deux"])
    sections.add(paper.coordinator, paper.contribution.key, "Cinq")
    sections.restore(paper.coordinator, others["Quatre"])
    sections.move(paper.coordinator, others["Quatre"], -9)

    found = compare(paper, "v1")

    def what(part: Part) -> set[str]:
        names = ("is_new", "is_restored", "is_removed", "is_renamed", "is_moved")
        return {name for name in names if getattr(part, name)}

    assert [(part.title, what(part)) for part in found.parts] == [
        ("Quatre", {"is_new", "is_restored"}), ("Un · œuvre", {"is_renamed"}), ("Deux", {"is_removed"}),
        ("Trois", set()), ("Cinq", {"is_new"}),
    ]
    by_title = {part.title: part for part in found.parts}
    assert [event.change for event in by_title["Quatre"].events] == [PlanChange.RESTORED, PlanChange.MOVED]
    [renamed] = by_title["Un · œuvre"].events
    assert renamed.by is not None
    assert (renamed.was, renamed.title, renamed.by.person) == (
        by_title["Un · œuvre"].old_title, "Un · œuvre", paper.coordinator.name)
    assert [part.title for part in found.unchanged] == ["Trois"]
    assert found.acronyms == [paper.coordinator.acronym]


def test_a_section_that_changed_its_place_is_moved(paper: Paper) -> None:
    last = [sections.add(paper.coordinator, paper.contribution.key, title) for title in ("Deux", "Trois")][-1].key
    freeze(paper)
    sections.move(paper.coordinator, last, -2)

    [part] = compare(paper, "v1").changed

    assert (part.title, part.is_moved, part.old_number, part.number) == ("Trois", True, 3, 1)


def test_a_retired_section_is_gone_by_the_one_who_retired_it(paper: Paper) -> None:
    sections.add(paper.coordinator, paper.contribution.key, "Deux")
    freeze(paper)
    sections.retire(paper.coordinator, paper.section_key)

    [part] = compare(paper, "v1").changed

    assert part.is_removed
    assert (part.a_text, part.b_text) == (TEXT, "")
    assert told(part) == {(paper.coordinator.name, None, True)}


def test_all_of_a_new_section_is_its_authors(paper: Paper) -> None:
    began = str(Point.exact(paper.contribution.created_at))

    [part] = compare(paper, began).changed

    assert part.is_new or part.a_revision == 0
    assert told(part) == {(paper.lead.name, None, True)}


def test_points_in_the_wrong_order_are_put_right(paper: Paper) -> None:
    freeze(paper)
    edit(paper, paper.lead, "compte", "comptait")

    found = compare(paper, "now", "v1")

    assert found.was_reversed
    assert (str(found.a.point), str(found.b.point)) == ("v1", "now")
    assert found.changed[0].b_text == TEXT.replace("compte", "comptait")
    assert not compare(paper, "r2", "r1", section_key=paper.section_key).changed[0].a_text.count("comptait")


def test_versions_are_compared_as_they_were_frozen(paper: Paper) -> None:
    freeze(paper)
    edit(paper, paper.lead, "compte", "comptait")
    freeze(paper)
    edit(paper, paper.lead, "L’œuvre", "Le travail")

    [part] = compare(paper, "v1", "v2").changed

    assert (part.a_text, part.b_text) == (TEXT, TEXT.replace("compte", "comptait"))
    assert compare(paper, "v2", "v2").changed == []


def test_e_accent_typed_as_two_characters_is_no_change_and_moves_nobodys_words(paper: Paper) -> None:
    edit(paper, paper.lead, "Le reste", "E\u0301te\u0301 le reste")
    freeze(paper)
    edit(paper, paper.lead, "E\u0301te\u0301", "Été")
    edit(paper, paper.coordinator, "bien", "tre\u0300s bien")

    [part] = compare(paper, "v1").changed

    assert "Été le reste" in part.a_text
    assert (paper.coordinator.name, None, True) in told(part)


def test_today_begins_nothing(paper: Paper) -> None:
    today = now().astimezone(zone_of(paper.contribution.deadline_zone)).date()

    with pytest.raises(InvalidInput, match="pas finie") as refused:
        compare(paper, f"d{today}")

    assert set(refused.value.fields) == {"from"}


@pytest.mark.parametrize(("a", "b", "section", "kind", "fields"), [
    ("v9", "now", "", NotFound, set()),
    ("v1", "d2999-01-01", "", InvalidInput, {"to"}),
    ("d2150-01-01", "now", "", InvalidInput, {"from"}),
    ("r1", "now", "", InvalidInput, {"from"}),
    ("v1", "now", "inconnue", NotFound, set()),
])
def test_what_cannot_be_compared_names_the_field(
    paper: Paper, a: str, b: str, section: str, kind: type[DomainError], fields: set[str]
) -> None:
    freeze(paper)

    with pytest.raises(kind) as refused:
        compare(paper, a, b, section_key=section)

    assert set(getattr(refused.value, "fields", {})) == fields
    assert str(refused.value)


def test_who_may_not_read_may_not_compare(paper: Paper) -> None:
    with pytest.raises(NotFound):
        comparisons.compare(paper.stranger, paper.contribution.key, Point.exact(paper.contribution.created_at), NOW)


def test_a_section_of_another_contribution_is_not_found(paper: Paper) -> None:
    other = make_paper()

    with pytest.raises(NotFound):
        compare(paper, "now", section_key=other.section_key)


def test_a_text_too_complex_to_be_shown_is_compared_as_it_is_typed(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drafting.domain.markdown.MAX_SOURCE", 20)
    edit(paper, paper.lead, "compte", "comptait")

    part = of_section(paper, "r1")

    assert part.redline is None
    assert {piece.text for piece in part.pieces if piece.kind != "same"} == {"compte", "comptait"}
    assert part.is_changed


def test_over_a_long_distance_the_authors_of_the_words_are_still_named(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drafting.services.makings.ROWS_MAX", 1)
    edit(paper, paper.coordinator, "compte", "comptait")
    edit(paper, paper.lead, "aussi", "encore")

    part = of_section(paper, "r1")

    assert (paper.coordinator.name, None, False) in told(part)
    assert all(one.at is None for one in makers(part))


def test_the_same_for_ever_whatever_comes_after(paper: Paper) -> None:
    with recorded_at(now() + timedelta(hours=1)):
        edit(paper, paper.coordinator, "compte", "comptait")
    with recorded_at(now() + timedelta(hours=2)):
        found = compare(paper, "r1", "now", section_key=paper.section_key)
    with recorded_at(now() + timedelta(hours=3)):
        edit(paper, paper.coordinator, "aussi", "enfin")
    with recorded_at(now() + timedelta(hours=4)):
        again = compare(paper, str(found.a.fixed), str(found.b.fixed), section_key=paper.section_key)

    assert again.parts[0].b_text == found.parts[0].b_text == TEXT.replace("compte", "comptait")
