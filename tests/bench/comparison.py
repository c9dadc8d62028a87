"""Comparing real revisions: how they read, and how long it takes beside diff-match-patch, its C++ port and git.

The pairs are those of tests/data. Peers get the same two texts in the same run: `diff-match-patch` in Python on
characters (stopped after PATIENCE_S), `fast-diff-match-patch` on words (a character for each, whole texts, semantic
cleanup) and `git diff --word-diff=porcelain --histogram`.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import subprocess
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import fast_diff_match_patch
from diff_match_patch import diff_match_patch

from drafting.domain.diff import compare, new_text, old_text
from drafting.domain.pieces import Kind, Piece, changes

DATA = Path(__file__).parent.parent / "data" / "revisions.json.xz"
ISLAND = 3
ISLANDS_A_PAIR = 0.05
ANY_INPUT_S = 1.5
PATIENCE_S = 20.0
RUNS = 5
_WORD = re.compile(r"\w+|\W", re.UNICODE)


def run(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    del arguments
    data = json.loads(lzma.decompress(DATA.read_bytes()))
    _readability([(one["old"], one["new"]) for one in data["pairs"]])
    for one in data["whole"]:
        _speed(one["old"], one["new"])
    _hostile()


def _readability(pairs: list[tuple[str, str]]) -> None:
    compared = [compare(a, b) for a, b in pairs]
    assert all((old_text(one), new_text(one)) == pair for one, pair in zip(compared, pairs, strict=True))
    chunks = sum(len(list(changes(one))) for one in compared)
    islands = sum(_islands(one) for one in compared)
    cut = sum(_cut(one, other) for one in compared for other in (Kind.INSERTED, Kind.DELETED))
    count = len(pairs)
    _say("changes a pair", f"{chunks / count:.1f}")
    _say("words cut", str(cut), is_met=cut == 0, goal="0")
    _say(f"islands of {ISLAND} characters or less a pair", f"{islands / count:.3f}",
         is_met=islands / count <= ISLANDS_A_PAIR, goal=f"at most {ISLANDS_A_PAIR}")


def _islands(pieces: list[Piece]) -> int:
    """Count what stayed the same between two changes and is hardly a word; the end of a paragraph is none."""
    return sum(
        piece.kind is Kind.SAME and len(piece.text) <= ISLAND and not piece.text.isspace()
        and 0 < place < len(pieces) - 1
        for place, piece in enumerate(pieces)
    )


def _cut(pieces: list[Piece], other: Kind) -> int:
    texts = [piece.old if other is Kind.INSERTED and piece.old is not None else piece.text
             for piece in pieces if piece.kind is not other]  # fmt: skip
    return sum(a[-1].isalnum() and b[0].isalnum() for a, b in pairwise(texts))


def _speed(a: str, b: str) -> None:
    ours = _best(lambda: compare(a, b))
    words = _best(lambda: _fast_on_words(a, b), runs=1)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("a.md", "b.md")]
        for file, text in zip(files, (a, b), strict=True):
            file.write_text(text, encoding="utf-8")
        git = _best(lambda: _git(files))
    python = _best(lambda: _python(a, b), runs=1)
    stopped = " (stopped)" if python >= PATIENCE_S * 0.9 else ""
    _say(f"{len(a) // 1000} kB", f"{ours * 1000:.0f} ms; git {git * 1000:.0f} ms, {git / ours:.1f} times ours; "
         f"fast-diff-match-patch on words {words * 1000:.0f} ms, {words / ours:.1f} times; "
         f"diff-match-patch {python:.1f} s{stopped}, {python / ours:.0f} times",
         is_met=ours <= git, goal="not slower than git")


def _best(act: Callable[[], Any], *, runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        start = perf_counter()
        act()
        times.append(perf_counter() - start)
    return min(times)


def _fast_on_words(a: str, b: str) -> None:
    codes: dict[str, str] = {}
    coded = []
    for text in (a, b):
        numbers = [codes.setdefault(word, chr(len(codes) + (1 if len(codes) < 0xD7FF else 0x801)))
                   for word in _WORD.findall(text)]  # fmt: skip
        coded.append("".join(numbers))
    fast_diff_match_patch.diff(*coded, timelimit=PATIENCE_S, checklines=False, cleanup="Semantic", counts_only=True)


def _git(files: list[Path]) -> None:
    command = ["git", "diff", "--no-index", "--word-diff=porcelain", "--histogram", *map(str, files)]
    subprocess.run(command, capture_output=True, check=False)


def _python(a: str, b: str) -> None:
    engine = diff_match_patch()
    engine.Diff_Timeout = PATIENCE_S
    engine.diff_cleanupSemantic(engine.diff_main(a, b))


def _hostile() -> None:
    chance = random.Random(4)
    letters = "abcdefghij é’.\n"
    cases = {
        "unrelated characters": tuple("".join(chance.choices(letters, k=600_000)) for _ in "ab"),
        "one word, no space": ("a" * 600_000, "a" * 300_000 + "b" + "a" * 299_999),
        "one paragraph of words": tuple(
            " ".join(chance.choices(["la", "paix", "été", "œuvre"], k=120_000)) for _ in "ab"),
        "the same block again and again": ("- oui.\n" * 80_000, "- oui.\n" * 40_000 + "- non.\n" + "- oui.\n" * 40_000),
        "all blocks in another order": tuple(
            "\n\n".join(chance.sample([f"Paragraphe {n} de la paix." for n in range(20_000)], 20_000)) for _ in "ab"),
        "all words different": (" ".join(f"a{n}" for n in range(90_000)), " ".join(f"b{n}" for n in range(90_000))),
    }
    for name, (a, b) in cases.items():
        seconds = _best(lambda a=a, b=b: compare(a, b), runs=1)  # type: ignore[misc]
        _say(name, f"{seconds:.2f} s", is_met=seconds <= ANY_INPUT_S, goal=f"any input within {ANY_INPUT_S} s")


def _say(what: str, figure: str, *, is_met: bool = True, goal: str = "") -> None:
    verdict = "" if not goal else f"  (goal: {goal}, {'met' if is_met else 'MISSED'})"
    print(f"  {what}: {figure}{verdict}", flush=True)
