"""The rendered redline of 100 KB of prose, beside showing both texts plainly in the same run."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from time import process_time

from drafting.domain.markdown import Options, to_html
from drafting.domain.redline import RedlineWords, compare_rendered

GOAL_MS = 150
LENGTH = 100_000
ROUNDS = 7
OPTIONS = Options(heading_shift=2, table_frames=True)
_TEXT = (
    "Les travailleurs·ses de l’industrie demandent une négociation de branche dès le mois de mars « rien sans nous » "
    "dit la confédération européenne des syndicats qui agit pour les salarié·es du service public et leur formation"
)
WORDS = _TEXT.split(" ")


def texts() -> tuple[str, str]:
    """Return 100 KB of sections, lists and a table, and the same after a round of amendments."""
    chance = random.Random(3)
    blocks: list[str] = []
    while sum(map(len, blocks)) < LENGTH:
        sentences = [" ".join(chance.choices(WORDS, k=16)).capitalize() + "." for _ in range(5)]
        kind = len(blocks) % 9
        if kind == 0:
            blocks.append("## " + " ".join(chance.choices(WORDS, k=5)))
        elif kind == 4:
            blocks.append("\n".join(f"- {one}" for one in sentences))
        else:
            sentences[1] = sentences[1].replace("négociation", "**négociation**")
            blocks.append(" ".join(sentences))
    new = [_amended(block, chance) for block in blocks]
    return "\n\n".join(blocks), "\n\n".join(block for block in new if block)


def _amended(block: str, chance: random.Random) -> str:
    dice = chance.random()
    if dice < 0.02:
        return ""
    if dice < 0.04:
        return block + "\n\nUn alinéa ajouté par une fédération, avec ses raisons et l’œuvre qu’il faut citer."
    if dice < 0.3:
        words = block.split(" ")
        at = chance.randrange(2, max(3, len(words) - 3))
        words[at : at + 2] = ["dialogue", "social"]
        return " ".join(words)
    return block


def run(arguments: argparse.Namespace | None = None) -> float:
    """Print the times; return the redline's, in milliseconds."""
    a, b = texts()
    plain = timed(lambda: (to_html(a, language="fr", options=OPTIONS), to_html(b, language="fr", options=OPTIONS)))
    made = timed(lambda: compare_rendered(a, b, language="fr", options=OPTIONS).inline({}, RedlineWords()))
    count = len(compare_rendered(a, b, language="fr", options=OPTIONS).changes)
    verdict = "met" if made <= GOAL_MS else "MISSED"
    print(f"  {len(a):,} characters, {count} changes: {made:.0f} ms (goal {GOAL_MS} ms or less: {verdict})")
    print(f"  both texts shown plainly: {plain:.0f} ms; ratio {made / plain:.2f}")
    return made


def timed(act: Callable[[], object]) -> float:
    """Return the least computing time of several rounds, in milliseconds: others share the machine."""
    times = []
    for _ in range(ROUNDS):
        begun = process_time()
        act()
        times.append((process_time() - begun) * 1_000)
    return min(times)


if __name__ == "__main__":
    run()
