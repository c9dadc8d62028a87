"""Words as they are compared: French tokens kept whole, apostrophes and spaces folded; and runs of them compared.

The comparison is diff-match-patch's on one character for each token, with its semantic cleanup on these codes
(cleanup after decoding would cut words). Its C++ port does the work; the Python package takes its place where no
wheel exists, and is what tests compare with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from diff_match_patch import diff_match_patch

try:
    import fast_diff_match_patch
except ImportError:  # No wheel for this platform: the Python package gives the same results, slower.
    fast_diff_match_patch = None

TIME_LIMIT_S = 1.0

# Words with their inner marks (travailleurs·ses, États-Unis, R&D), elisions (l’), numbers with decimals,
# addresses; then single marks, line breaks and runs of spaces.
TOKEN = re.compile(
    r"https?://\S+"
    r"|\w+(?:[·&\-]\w+)*[’']"
    r"|\d{1,3}(?:[ \u202f\u00a0]\d{3})+(?:,\d+)?(?!\w)|\d+(?:[.,]\d+)*(?!\w)"
    r"|\w+(?:[·&\-]\w+)*"
    r"|\n|[^\S\n]+|[^\w\s]",
    re.UNICODE,
)

_FOLDED = str.maketrans({"'": "’", "\u00a0": " ", "\u202f": " "})


def tokens(text: str) -> list[str]:
    """Return the tokens of a text; joined they are the text."""
    found = TOKEN.findall(text)
    # A character that no pattern covers (there is none known): one token is always right.
    return found if "".join(found) == text else [text]


def folded(word: str) -> str:
    """Return what a token counts as: typographic apostrophes and no-break spaces are not changes."""
    return " " if word.isspace() and word != "\n" else word.translate(_FOLDED)


def compare_tokens(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return (sign, count) runs that lead from a to b: -1 deleted from a, 1 inserted in b, 0 the same in both.

    Tokens are compared as they come: fold them first. Any strings may be tokens.
    """
    codes: dict[str, str] = {}
    coded = ["".join([codes.setdefault(token, _code(len(codes))) for token in one]) for one in (a, b)]
    return [(sign, len(run)) for sign, run in _compare_codes(*coded)]


def _code(number: int) -> str:
    """Return the character that stands for a token; surrogates are no characters."""
    return chr(number + 1 if number + 1 < 0xD800 else number + 1 + 0x800)


def _compare_codes(a: str, b: str) -> list[tuple[int, str]]:
    if fast_diff_match_patch is not None:
        signs = {"-": -1, "+": 1, "=": 0}
        answer = fast_diff_match_patch.diff(
            a, b, timelimit=TIME_LIMIT_S, checklines=False, cleanup="Semantic", counts_only=False
        )
        return [(signs[sign], run) for sign, run in answer]
    engine = diff_match_patch()
    engine.Diff_Timeout = TIME_LIMIT_S
    diffs: list[tuple[int, str]] = engine.diff_main(a, b, False)
    engine.diff_cleanupSemantic(diffs)
    return diffs
