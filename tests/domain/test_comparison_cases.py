"""Comparisons as a reader reads them: each case of comparison_cases.md, in one direction and rebuilt in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drafting.domain import token_runs
from drafting.domain.diff import Piece, compare, new_text, old_text
from drafting.domain.pieces import Break, Kind

CASES = re.findall(
    r"^## ([^\n]+)\n\n```old\n(.*?)\n```\n\n```new\n(.*?)\n```\n\n```shown\n(.*?)\n```$",
    Path(__file__).with_name("comparison_cases.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE,
)
BREAKS = {None: "", Break.SPLIT: "÷", Break.JOINED: "∪"}


def shown(pieces: list[Piece]) -> str:
    """Write a comparison as the cases do."""
    out = ""
    for piece in pieces:
        text = f"{piece.move}:" if piece.move else ""
        text += BREAKS[piece.breaks] + piece.text
        out += {Kind.SAME: text, Kind.DELETED: f"[-{text}-]", Kind.INSERTED: f"{{+{text}+}}"}[piece.kind]
    return out


def test_all_cases_are_read() -> None:
    text = Path(__file__).with_name("comparison_cases.md").read_text(encoding="utf-8")

    assert len(CASES) == text.count("```shown") >= 25


@pytest.mark.parametrize(("old", "new", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("is_fast", [True, False], ids=["fast", "reference"])
def test_a_comparison_reads_well(
    old: str, new: str, expected: str, is_fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert token_runs.fast_diff_match_patch is not None
    if not is_fast:
        monkeypatch.setattr(token_runs, "fast_diff_match_patch", None)

    pieces = compare(old, new)

    assert shown(pieces) == expected
    assert (old_text(pieces), new_text(pieces)) == (old, new)
    back = compare(new, old)
    assert (old_text(back), new_text(back)) == (new, old)
