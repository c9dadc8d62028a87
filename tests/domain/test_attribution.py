"""Attribution: who made each change between two revisions, held against a second account of every unit."""

from __future__ import annotations

import time

import pytest

from drafting.domain.attribution import Attribution, Maker, Party, Stretch, attribute, written
from drafting.domain.changes import ChangeSet, text_of, units
from drafting.domain.rows import Row
from drafting.domain.tracking import SectionState, base_view, fold
from tests.domain.histories import TEXT, History
from tests.domain.sections import LEAD, OTHER, THIRD, WRITER, Section
from tests.domain.units_model import Model

LEADS = Party(LEAD.author, LEAD.organisation)
WRITES = Party(WRITER.author, WRITER.organisation)
PROPOSES = Party(OTHER.author, OTHER.organisation)
PROPOSES_TOO = Party(THIRD.author, THIRD.organisation)


def between(section: Section, a: int = 0, b: int | None = None) -> Attribution:
    b = section.state.revision if b is None else b
    return attribute(section.states[a], section.rows[a:b], section.states[b])


def told(section: Section, a: int = 0, b: int | None = None) -> list[tuple[str, str, Maker]]:
    """Return every attributed stretch with its words: "+" in the new base text, "-" in the old one."""
    found = between(section, a, b)
    old, new = base_view(section.states[a]), base_view(section.states[-1 if b is None else b])
    return [("+", new[one.start : one.end], one.maker) for one in found.inserted] + [
        ("-", old[one.start : one.end], one.maker) for one in found.deleted]


def test_what_is_typed_and_what_is_deleted_is_its_authors() -> None:
    section = Section("L’œuvre 👍 commune.")
    section.insert(WRITER, "L’œuvre 👍", " très")
    section.edit(LEAD, " commune", "")

    assert told(section) == [("+", " très", Maker(WRITES, 1)), ("-", " commune", Maker(LEADS, 2))]


def test_places_are_counted_in_characters_whatever_stands_before() -> None:
    section = Section("👍👍 L’œuvre.")
    section.insert(OTHER, "👍", "pas encore", suggestion="s1")
    section.edit(WRITER, "œuvre", "été")

    found = between(section)

    assert found.inserted == (Stretch(5, 8, Maker(WRITES, 2)),)
    assert found.deleted == (Stretch(5, 10, Maker(WRITES, 2)),)


def test_an_accepted_insertion_names_who_proposed_and_who_accepted_it() -> None:
    section = Section("Un été.")
    section.insert(OTHER, "été", " indien", suggestion="s1")
    section.decide(LEAD, "accept", "s1")

    assert told(section) == [("+", " indien", Maker(PROPOSES, 2, "s1", LEADS))]
    assert told(section, 1) == told(section)
    assert told(section, 0, 1) == []


def test_an_accepted_deletion_names_everybody_who_proposed_it_and_who_accepted_it() -> None:
    section = Section("Un été très indien.")
    section.strike(OTHER, "très ", "s1")
    section.strike(THIRD, "été très", "s2")
    section.decide(LEAD, "accept", "s1", "s2")

    assert told(section) == [
        ("-", "été ", Maker(PROPOSES_TOO, 3, "s2", LEADS)),
        ("-", "très", Maker(PROPOSES, 3, "s1", LEADS)), ("-", "très", Maker(PROPOSES_TOO, 3, "s2", LEADS)),
        ("-", " ", Maker(PROPOSES, 3, "s1", LEADS)),
    ]
    makers = between(section).makers([(3, 12)], [])
    assert [maker.party for maker in makers] == [PROPOSES_TOO, PROPOSES]


def test_what_is_given_back_has_not_changed() -> None:
    section = Section("Un été très indien.")
    section.strike(OTHER, "très ", "s1")
    accepted = section.decide(LEAD, "accept", "s1")
    section.insert(WRITER, "été ", "« enfin » ")
    section.undo(LEAD, accepted)

    assert told(section) == [("+", "« enfin » ", Maker(WRITES, 3))]


def test_what_was_deleted_before_is_its_authors_when_it_comes_back() -> None:
    section = Section("Un été très indien.")
    section.strike(OTHER, "très ", "s1")
    accepted = section.decide(LEAD, "accept", "s1")
    section.undo(LEAD, accepted)

    assert told(section, 2) == [("+", "très ", Maker(LEADS, 3))]


def test_an_undone_acceptance_takes_the_text_out_of_the_base() -> None:
    section = Section("Un été.")
    section.insert(OTHER, "été", " indien", suggestion="s1")
    accepted = section.decide(LEAD, "accept", "s1")
    section.undo(LEAD, accepted)

    assert told(section, 2) == [("-", " indien", Maker(LEADS, 3, "s1"))]
    section.decide(LEAD, "reject", "s1")
    assert told(section, 2) == [("-", " indien", Maker(LEADS, 4))]
    assert told(section) == []


def test_text_typed_letter_by_letter_is_one_stretch_with_its_last_revision() -> None:
    section = Section("")
    for letter in "œuvre 👍":
        section.insert(WRITER, text_of(section.state.text), letter)

    assert told(section) == [("+", "œuvre 👍", Maker(WRITES, 7))]


def test_a_change_that_is_nobodys_by_itself_is_its_neighbours() -> None:
    section = Section("Avant. Après. Tout le reste du paragraphe, que personne n’a touché. Fin.")
    section.edit(WRITER, "Avant. ", "")
    section.insert(WRITER, "Après. ", "Avant. ")

    found = between(section)

    # A comparison may show « Après. » as what moved.
    assert [maker.party for maker in found.makers([(7, 14)], [(0, 7)])] == [WRITES]
    assert found.makers([(60, 70)], []) == ()


def test_where_rows_are_too_many_the_runs_still_name_authors() -> None:
    section = Section("Un 👍 été.")
    section.insert(OTHER, "été", " indien", suggestion="s1")
    section.insert(WRITER, "Un 👍", " bel")

    assert written(section.state).inserted == (
        Stretch(0, 4, Maker(LEADS)), Stretch(4, 8, Maker(WRITES)), Stretch(8, 13, Maker(LEADS)))


class Account:
    """What the model of single units says of the change between two revisions."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        model = Model(units(TEXT), 1, 10)
        self.model = model
        self.base = [list(model.units)]
        self.out: dict[int, list[tuple[int, frozenset[str]]]] = {}
        """By unit: the rows that took it out, and who had struck it."""
        self.there = [model.names()]
        for row in rows:
            struck = {id(unit): frozenset(unit.strikes) for unit in model.units}
            model.take(row)
            for unit in model.removed.get(row.revision, ()):
                self.out.setdefault(id(unit), []).append((row.revision, struck[id(unit)]))
            self.base.append([unit for unit in model.units if not model._is_open(unit.origin)])
            self.there.append(model.names())

    def hold(self, found: Attribution, a: int, b: int) -> None:
        old, new = (characters(self.base[revision]) for revision in (a, b))
        had, has = ({id(unit) for unit in self.base[revision]} for revision in (a, b))
        told = spread(found.inserted)
        for at, unit in enumerate(new):
            if id(unit) in had:
                assert at not in told
            else:
                [maker] = told[at]
                assert maker.party == (unit.author, unit.organisation)
                assert maker.suggestion in (unit.origin, None)
                assert a < maker.revision <= b
                assert maker.decider is None or self.rows[maker.revision - 1].author == maker.decider.person
                if unit.origin is not None and maker.suggestion is not None and unit.author == self.owner(unit.origin):
                    accepts = [row for row in self.rows[a:b] if row.decide == "accept" and unit.origin in row.ids]
                    assert not accepts or accepts[-1].revision == maker.revision
        told = spread(found.deleted)
        for at, unit in enumerate(old):
            if id(unit) in has:
                assert at not in told
            else:
                assert {(maker.party, maker.decider) for maker in told[at]} == self.takers(unit, a, b)

    def owner(self, suggestion: str) -> int:
        return next(row.author for row in self.rows if row.suggestion == suggestion)

    def takers(self, unit, a: int, b: int) -> set[tuple[Party, Party | None]]:
        if id(unit) in self.there[b]:
            row = [row for row in self.rows[a:b] if row.decide == "undo" and unit.origin in row.ids][-1]
            return {(Party(row.author, row.organisation), None)}
        revision, struck = [out for out in self.out[id(unit)] if a < out[0] <= b][-1]
        row = self.rows[revision - 1]
        taker = Party(row.author, row.organisation)
        if row.decide != "accept":
            return {(taker, None)}
        owners = [next(one for one in self.rows if one.suggestion == id) for id in struck & set(row.ids)]
        proposers = {Party(one.author, one.organisation) for one in owners}
        return {(one, taker if one != taker else None) for one in proposers}


def characters(there: list) -> list:
    """Leave out the second halves of pairs: one unit for each character."""
    return [unit for unit in there if not "\udc00" <= unit.letter <= "\udfff"]


def spread(stretches: tuple[Stretch, ...]) -> dict[int, list[Maker]]:
    out: dict[int, list[Maker]] = {}
    for start, end, maker in stretches:
        for at in range(start, end):
            out.setdefault(at, []).append(maker)
    return out


@pytest.mark.parametrize("seed", range(60))
def test_every_character_of_random_histories_is_its_real_authors(seed: int) -> None:
    history = History(seed, restores=seed % 3)
    history.run(60)
    section = history.section
    head = section.state.revision
    account = Account(section.rows)

    for _ in range(12):
        a, b = sorted(history.chance.choices(range(head + 1), k=2))
        account.hold(between(section, a, b), a, b)


def test_twenty_thousand_rows_are_followed_quickly() -> None:
    rows, length = [], 0
    for n in range(20_000):
        at = (n * 7_919) % (length + 1)
        word = units(f"œuvre{n} ")
        rows.append(Row(n + 1, 1 + n % 7, 10 + n % 3, ChangeSet.replace(length, [(at, at, word)])))
        length += len(word)
    after = SectionState()
    for row in rows[:5_000]:
        after = fold(after, row)

    begun = time.perf_counter()
    found = attribute(SectionState(), rows[:5_000], after)

    assert time.perf_counter() - begun < 2
    assert sum(one.end - one.start for one in found.inserted) == len(after.text)
