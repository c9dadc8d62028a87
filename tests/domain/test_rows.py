"""Updates as browsers send them, and rows as the log keeps them."""

import json

import pytest

from drafting.domain.changes import ChangeSet, InvalidChange
from drafting.domain.rows import MAX_RANGES, Mark, Removed, Row, Update
from drafting.domain.runs import Run

KEEP = [40]
REFUSED = [
    ("not an object", [KEEP]),
    ("nothing", None),
    ("no changes", {"suggestion": "x"}),
    ("changes of another text", {"changes": [39]}),
    ("an author of its own", {"changes": KEEP, "author": 1}),
    ("runs of its own", {"changes": KEEP, "given": [[1, 1, 1]]}),
    ("a decision", {"changes": KEEP, "decide": "accept"}),
    ("a suggestion that is a number", {"changes": KEEP, "suggestion": 7}),
    ("an empty name", {"changes": KEEP, "suggestion": ""}),
    ("a name that is not plain letters", {"changes": KEEP, "suggestion": "é"}),
    ("a name with a line break", {"changes": KEEP, "suggestion": "x\n"}),
    ("an endless name", {"changes": KEEP, "suggestion": "x" * 25}),
    ("a row that is true", {"changes": KEEP, "of": True}),
    ("a row that is zero", {"changes": KEEP, "of": 0}),
    ("a row beyond all numbers", {"changes": KEEP, "of": 2**31}),
    ("a range that is not a list", {"changes": KEEP, "strike": {"0": [1, 2]}}),
    ("a range of one number", {"changes": KEEP, "strike": [[1]]}),
    ("a range of three numbers", {"changes": KEEP, "strike": [[1, 2, 3]]}),
    ("a range of truth values", {"changes": KEEP, "strike": [[False, True]]}),
    ("a range of fractions", {"changes": KEEP, "strike": [[1.0, 2.0]]}),
    ("an empty range", {"changes": KEEP, "strike": [[2, 2]]}),
    ("a range from right to left", {"changes": KEEP, "restore": [[3, 2]]}),
    ("a negative range", {"changes": KEEP, "restore": [[-1, 2]]}),
    ("a range outside the text", {"changes": KEEP, "strike": [[0, 41]]}),
    ("ranges that overlap", {"changes": KEEP, "strike": [[0, 3], [2, 5]]}),
    ("ranges out of order", {"changes": KEEP, "restore": [[5, 6], [2, 3]]}),
    ("endless ranges", {"changes": KEEP, "strike": [[0, 1]] * (MAX_RANGES + 1)}),
]


@pytest.mark.parametrize(("what", "value"), REFUSED, ids=[what for what, _ in REFUSED])
def test_a_malformed_update_is_refused(what: str, value: object) -> None:
    with pytest.raises(InvalidChange):
        Update.parse(value, 40)


def test_an_update_reads_back_as_it_was_sent() -> None:
    value = {
        "changes": [40, [0, "« é »"]],
        "suggestion": "x-1_Z",
        "of": 3,
        "strike": [[0, 2], [2, 45]],
        "restore": [[1, 2]],
    }

    assert Update.parse(value, 40).to_json() == value
    assert Update.parse({"changes": [40], "suggestion": None, "strike": None}, 40).to_json() == {"changes": [40]}


def test_a_row_comes_back_from_the_log_as_it_was() -> None:
    changes = ChangeSet.replace(8, [(0, 2, ""), (4, 4, "œ\ud83d\ude00’")])
    row = Row(
        7, 1, 2, changes, "x", ((0, 1),), ((2, 3),), "undo", ("x", "y"), 4,
        Removed("\ud83d\ude00", (Run(2, 1, 1, "x", frozenset({"y"})),)), (Run(4, 5, 6),), (Mark(0, 1, "+", "x"),),
    )  # fmt: skip

    kept = json.loads(json.dumps(row.to_json()))

    assert Row.from_json(kept, 8) == row
    assert kept["removed"] == ["😀", [[2, 1, 1, "x", ["y"]]]]
