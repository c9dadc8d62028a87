"""Words as they are compared: tokens kept whole, apostrophes and spaces folded; and runs of them compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.domain.edges import tidied
from drafting.domain.token_runs import Budget, Run, compare_runs

# Letters and digits, with the combining marks that have no composed character.
_COMBINING = "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0951-\u0957]"
_WORD = rf"[^\W_]+(?:{_COMBINING}+[^\W_]*)*"

# What stands between letters inside one word: travailleurs·ses, salarié.e.s, États-Unis, R&D, aujourd’hui, U.S.A,
# a@b; between digits also 12,5 and 12:30 and 2024/1689.
_INSIDE = "(?:[·•‧⋅.&@_\u00ad\u2010\u2011’'-]|(?<=\\d)[,:/](?=\\d))"

TOKEN = re.compile(
    # Elisions stand alone: l’ in l’accord, but not the o’ of O’Brien nor the it’ of it’s.
    r"(?:[ldjmtsnc]|(?:lors|puis|jus|quoi)?qu)[’'](?=\w)"
    # An address, without the mark that ends the sentence around it.
    r"|(?:https?://|www\.)[^\s<>]*[^\s<>.,;:!?»”\"’')\]*_]"
    # Thousands: 10 000, 1 234 567,89.
    r"|\d{1,3}(?:[ \u202f\u00a0]\d{3})+(?:,\d+)?(?![^\W_])"
    # Words; with a short ending in brackets: salarié(e)s.
    rf"|{_WORD}(?:{_INSIDE}{_WORD})*(?:\([^\W\d_]{{1,5}}\)(?:{_WORD})?)?"
    # Paragraph breaks with their blank lines; line breaks, a single space before belongs to them; spaces.
    r"|[^\S\n]*\n(?:[^\S\n]*\n)+|[^\S\n]?\n|[^\S\n]+"
    # Marks of Markdown that go together: calls of footnotes, bold, headings, rules.
    r"|\[\^[^\]\s]{1,60}\]|\*+|_+|`+|~+|\#+|=+|-+"
    # Any other mark, flags and emoji whole.
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|[^\\w\\s][\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]*(?:\u200d[^\\w\\s][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*)*",
    re.UNICODE | re.IGNORECASE,
)

_FOLDS = {"'": "’", "ʼ": "’", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2011": "-"}


def tokens(text: str) -> list[str]:
    """Return the tokens of a text; joined they are the text."""
    found = TOKEN.findall(text)
    # A character that no pattern covers (there is none known): one token is always right.
    return found if sum(map(len, found)) == len(text) else [text]


def folded(word: str) -> str:
    """Return what a token counts as: typographic apostrophes and no-break spaces are not changes."""
    if word.isalnum():
        return word
    if word.isspace():
        return "\n\n" if word.count("\n") > 1 else "\n" if "\n" in word else " "
    return fold_text(word) if len(word) > 1 else _FOLDS.get(word, word)


def folded_tokens(words: Sequence[str]) -> list[str]:
    """Return what each token counts as."""
    forms = {word: form for word in set(words) if (form := folded(word)) != word}
    return [forms.get(word, word) for word in words] if forms else list(words)


def fold_text(text: str) -> str:
    """Return a text with its apostrophes and spaces as they count, one for one, so that places stay."""
    for character, counts_as in _FOLDS.items():
        text = text.replace(character, counts_as)
    return text


def compare_tokens(a: Sequence[str], b: Sequence[str], budget: Budget | None = None) -> list[Run]:
    """Return (sign, count) runs that lead from a to b: -1 deleted from a, 1 inserted in b, 0 the same in both.

    Tokens are compared as they come: fold them first. Any strings may be tokens. Between two runs that are the same
    stands one deletion at most, then one insertion at most; what is only deleted or only inserted begins and ends
    where a sentence does, if it can. The work is bounded whatever
    comes (by `budget`, where comparisons share one): beyond, more counts as changed than must.
    """
    return tidied(a, b, compare_runs(a, b, budget or Budget()))
