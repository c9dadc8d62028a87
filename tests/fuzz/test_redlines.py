"""Random pairs of structured texts: valid HTML, and each side of the redline is that side's own text."""

import os

from tests.domain.redline_documents import Author
from tests.domain.test_redline_sides import hold


def test_random_redlines_are_valid_and_have_both_sides() -> None:
    rounds = 3_000 if os.environ.get("FUZZ") == "long" else 150
    seed = os.environ.get("FUZZ_SEED", "20250303")
    for number in range(rounds):
        a, b = Author(f"{seed}-{number}").pair()
        try:
            hold(a, b)
        except Exception:
            print(f"seed {seed}-{number}:", repr(a), repr(b), sep="\n")
            raise
