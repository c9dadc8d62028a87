"""Change sets: what is refused, and the laws that mapping, composing and inverting keep."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafting.domain import changes
from drafting.domain.changes import ChangeSet, InvalidChange, text_of, units

TEXT = "Les travailleurs·ses de l’œuvre sociale 😀 « demandent »\nla négociation."

REFUSED = [
    ("not a list", {"0": 5}),
    ("a text", "5"),
    ("nothing", None),
    ("too short a whole", [4]),
    ("too long a whole", [6]),
    ("a negative length", [-1, 6]),
    ("a fraction", [5.0]),
    ("a truth value for a length", [True, 4]),
    ("a truth value in a part", [[True, "a"], 4]),
    ("a number beyond all texts", [10**30]),
    ("not a number", [float("nan")]),
    ("an empty part", [[], 5]),
    ("a part without a length", [["a"], 5]),
    ("a nested part", [[0, ["a"]], 5]),
    ("a number as text", [[0, 7], 5]),
    ("a missing line", [[0, None], 5]),
    ("a line break within a line", [[0, "a\nb"], 5]),
    ("a carriage return", [[0, "a\r"], 5]),
    ("a control character", [[0, "a\x00"], 5]),
    ("a non-character", [[0, "a\uffff"], 5]),
    ("the first half of a pair", [[0, "a\ud83d"], 5]),
    ("the second half of a pair", [[0, "\ude00"], 5]),
    ("the halves in two parts", [[0, "\ud83d"], 3, [0, "\ude00"], 2]),
    ("a part that keeps nothing", [0, 5]),
    ("a part that does nothing", [[0], 5]),
    ("a part that inserts nothing", [[0, ""], 5]),
    ("two neighbours that keep", [2, 3]),
    ("two neighbours that delete", [[2], [3]]),
    ("two neighbours that insert", [[0, "a"], [0, "b"], 5]),
]


@pytest.mark.parametrize(("what", "value"), REFUSED, ids=[what for what, _ in REFUSED])
def test_a_malformed_change_is_refused(what: str, value: object) -> None:
    with pytest.raises(InvalidChange):
        ChangeSet.parse(value, 5)


TAKEN = [[5], [[5]], [[5, "é", ""]], [2, [0, "😀"], 3], [[1], [0, "a"], 4], [[2, "a"], [3, "b"]]]


@pytest.mark.parametrize("value", TAKEN)
def test_a_change_reads_back_as_it_was_sent(value: list) -> None:
    assert ChangeSet.parse(value, 5).to_json() == value


def test_an_endless_list_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidChange, match="endless"):
        ChangeSet.parse([1] * (changes.MAX_PARTS + 1), 5)


def test_an_edit_that_brings_too_much_text_is_refused() -> None:
    half = "é" * (changes.MAX_INSERTED // 2)

    ChangeSet.parse([[0, half], 5, [0, half]], 5)
    with pytest.raises(InvalidChange, match="too much"):
        ChangeSet.parse([[0, half], 5, [0, half + "œ"]], 5)


def test_a_text_cannot_grow_beyond_its_limit_but_a_longer_one_can_shrink() -> None:
    with pytest.raises(InvalidChange, match="too long"):
        ChangeSet.parse([changes.MAX_LENGTH, [0, "a"]], changes.MAX_LENGTH)

    assert ChangeSet.parse([[1], changes.MAX_LENGTH], changes.MAX_LENGTH + 1).length_after == changes.MAX_LENGTH


def test_a_change_that_would_cut_a_character_in_two_is_refused() -> None:
    text = units("a😀b")

    for value in ([2, [0, "x"], 2], [2, [1], 1], [1, [1], 2], [[2], 2]):
        with pytest.raises(InvalidChange, match="in two"):
            ChangeSet.parse(value, 4).check_against(text)
    ChangeSet.parse([1, [2, "😎"], 1], 4).check_against(text)


def test_a_change_for_a_text_of_another_length_is_never_applied() -> None:
    change = ChangeSet.parse([3, [0, "é"]], 3)

    for use in (change.apply, change.invert, change.check_against):
        with pytest.raises(InvalidChange):
            use("abcd")
    with pytest.raises(InvalidChange):
        change.map(ChangeSet.parse([4, [0, "a"]], 4))
    with pytest.raises(InvalidChange):
        change.map(ChangeSet.parse([[2]], 2))
    with pytest.raises(InvalidChange):
        change.compose(ChangeSet.parse([3, [0, "a"]], 3))
    for position in (-1, 4):
        with pytest.raises(InvalidChange):
            change.map_position(position)


def test_of_two_insertions_at_one_place_the_others_comes_first_unless_before_is_asked() -> None:
    mine, other = ChangeSet.parse([1, [0, "é"], 1], 2), ChangeSet.parse([1, [0, "œ"], 1], 2)

    assert mine.map(other).apply(other.apply("ab")) == "aœéb"
    assert mine.map(other, before=True).apply(other.apply("ab")) == "aéœb"


def test_a_position_at_an_insertion_stays_before_or_goes_behind() -> None:
    change = ChangeSet.parse([2, [0, "éé"], [1], 2], 5)

    assert [change.map_position(at, -1) for at in range(6)] == [0, 1, 2, 4, 5, 6]
    assert [change.map_position(at, 1) for at in range(6)] == [0, 1, 4, 4, 5, 6]


@settings(deadline=None)
@given(st.text())
def test_units_have_one_index_for_each_utf16_unit_and_come_back(text: str) -> None:
    assert len(units(text)) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert text_of(units(text)) == text


def test_half_a_pair_has_no_ordinary_text() -> None:
    with pytest.raises(InvalidChange):
        text_of("a\ud83d")


@st.composite
def edits(draw: st.DrawFn, text: str) -> ChangeSet:
    """Draw a change of `text` that cuts no character in two."""
    places = [at for at in range(len(text) + 1) if not changes.splits_pair(text, at)]
    ends = sorted(draw(st.lists(st.sampled_from(places), min_size=2, max_size=6).filter(lambda x: len(x) % 2 == 0)))
    words = st.sampled_from(["", "é", "« œ »", "😀", "\n", "’·"])
    ranges = zip(ends[::2], ends[1::2], strict=True)
    return ChangeSet.replace(len(text), [(start, end, units(draw(words))) for start, end in ranges])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_two_concurrent_edits_lead_to_one_text_whoever_comes_first(data: st.DataObject) -> None:
    text = units(TEXT)
    a, b = data.draw(edits(text)), data.draw(edits(text))

    b_after_a, a_after_b = b.map(a), a.map(b, before=True)

    assert b_after_a.apply(a.apply(text)) == a_after_b.apply(b.apply(text))
    assert a.compose(b_after_a).apply(text) == b_after_a.apply(a.apply(text))
    b_after_a.check_against(a.apply(text))
    text_of(a.compose(b_after_a).apply(text))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_inverted_edit_gives_the_former_text_back(data: st.DataObject) -> None:
    text = units(TEXT)
    change = data.draw(edits(text))

    assert change.invert(text).apply(change.apply(text)) == text
    assert ChangeSet.parse(change.to_json(), len(text)) == change
    assert (change.length_before, change.length_after) == (len(text), len(change.apply(text)))


def test_replacing_ranges_that_overlap_or_lie_outside_is_refused() -> None:
    for ranges in ([(0, 2, "é"), (1, 3, "")], [(0, 9, "")], [(3, 2, "é")], [(-1, 2, "é")]):
        with pytest.raises(InvalidChange):
            ChangeSet.replace(5, ranges)
