"""French (and the little English needs) typography, applied to prose when it is shown, never to the source.

Every rule is an edit of a space or of one sign, at a place found by a regular expression. Places inside URLs,
addresses and times are protected; code and links never reach these functions as text (they come in as `ATOM`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

NARROW = "\u202f"  # no-break, thin: before ; ! ? and in thousands
WIDE = "\u00a0"  # no-break: before :, inside « », after n°, before % and units
ATOM = "\ufffc"  # stands for something that is not prose (code, a link, a note call)

_SPACE = "[ \u00a0\u202f\u2009]"
_LETTER = r"[^\W\d_]"


class Edit(NamedTuple):
    """Replace `text[start:end]` by `put`."""

    start: int
    end: int
    put: str


# Nothing is edited inside these: http://x.org?a=b ; secretariat@exemple.org ; 12:30 ; 3:1.
_PROTECTED = re.compile(
    r"(?:(?:https?|ftp)://|www\.|(?:mailto|tel):)[^\s«»<>]*[^\s«»<>.,;:!?)\]]"
    r"|[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|\d+:\d+"
)

_BEFORE_NUMBER = (
    "n°", "nº", "N°", "Nº", "nos", "§", "art.", "Art.", "arts.", "al.", "p.", "pp.", "chap.", "fig.", "vol.",
    "article", "articles", "page", "pages", "annexe", "alinéa", "Article", "Articles", "Page", "Annexe",
)  # fmt: skip
_BEFORE_NAME = ("M.", "MM.", "Mme", "Mmes", "Mlle", "Dr", "Pr", "Me")
_UNITS = (
    "€", "$", "£", "%", "‰", "k€", "K€", "M€", "Md€", "Mds€", "Md", "Mds", "km", "m", "cm", "mm", "kg", "g", "t",
    "km²", "m²", "m³", "ha", "h", "min", "s", "ms", "l", "W", "kW", "MW", "GW", "TW", "kWh", "MWh", "GWh", "TWh",
    "o", "ko", "Ko", "Mo", "Go", "To", "Po", "Hz", "kHz", "MHz", "GHz", "°C", "°",
    "milliers", "million", "millions", "milliard", "milliards",
)  # fmt: skip
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip


def _after(words: tuple[str, ...]) -> str:
    # A lookbehind must have one width, so each word has its own.
    return "(?:" + "|".join(rf"(?<=(?<!\w){re.escape(w)})" for w in words) + ")"


def _one_of(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


# What may stand before a sign that takes a space: the end of a word, of a quotation, of a bracket, or an atom.
_WORD_END = rf"[\w»)\]”’%€°·.…*{ATOM}]"
_CLOSING = r"(?=$|[\s»)\]”’\"';:,.!?…])"

# (pattern of the space to replace, what replaces it). An empty match is an insertion.
_FRENCH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?<=«){_SPACE}+"), WIDE),
    (re.compile(r"(?<=«)(?=[^\s])"), WIDE),
    (re.compile(rf"{_SPACE}+(?=[;!?])"), NARROW),
    (re.compile(rf"(?<={_WORD_END})(?=[;!?]+{_CLOSING})"), NARROW),
    (re.compile(rf"{_SPACE}+(?=:(?!:))"), WIDE),
    (re.compile(rf"(?<=[^\W\d_]|[»)\]{ATOM}])(?=:(?:\s|$|»))"), WIDE),
    (re.compile(rf"{_SPACE}+(?=»)"), WIDE),
    (re.compile(r"(?<=[^\s«])(?=»)"), WIDE),
    (re.compile(rf"{_after(_BEFORE_NUMBER)}{_SPACE}+(?=[\dIVXLC])"), WIDE),
    (re.compile(rf"(?<=§){_SPACE}*(?=\d)"), WIDE),
    (re.compile(rf"{_after(_BEFORE_NAME)}{_SPACE}+(?=[A-ZÀ-ÝŒ])"), WIDE),
    (re.compile(rf"(?<=\d){_SPACE}+(?={_one_of(_UNITS)}(?![\w'’]))"), WIDE),
    (re.compile(r"(?<=\d)(?=[%‰€])"), WIDE),
    (re.compile(rf"(?<=\d{_SPACE}h){_SPACE}(?=\d)"), WIDE),
    (re.compile(rf"(?:(?<=\d)|(?<=\b1er)){_SPACE}+(?={_one_of(_MONTHS)}\b)"), WIDE),
    (re.compile(rf"(?<=[IVX]e){_SPACE}+(?=siècles?\b)"), WIDE),
)
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_after(('No.', 'no.', 'Nos.', 'p.', 'pp.', 'Art.', 'art.', '§'))}{_SPACE}+(?=\d)"), WIDE),
    (re.compile(rf"{_after(('Mr', 'Mrs', 'Ms', 'Dr', 'Mr.', 'Mrs.', 'Ms.', 'Dr.'))}{_SPACE}+(?=[A-Z])"), WIDE),
)
_APOSTROPHE = re.compile(rf"(?<={_LETTER})'(?=[{ATOM}\w«])")
# 109 000, 1 234 567,50 but not a telephone number, nor "en 2024 350 personnes".
_THOUSANDS = re.compile(rf"(?<![\d,.\w])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?!\d|{_SPACE}\d)")
_THOUSANDS_SPACE = re.compile(_SPACE)

# travailleurs·ses, représentant•es, salarié.e.s, ouvrier(ère)s: one word, never cut at a line's end.
_WHOLE = re.compile(
    rf"{_LETTER}+(?:[·•‧∙⋅]{_LETTER}+)+"
    rf"|{_LETTER}{{3,}}\.(?:e|es|ne|nes|se|ses|trice|trices|euse|euses|ère|ères|ve|ves|le|les|te|tes)(?:\.s)?(?![\w.])"
    rf"|{_LETTER}{{3,}}\((?:e|ne|se|trice|euse|ère|ve|s|es)\){_LETTER}*"
)


def edits(text: str, *, language: str) -> list[Edit]:
    """Return the edits, in order and disjoint, that set `text` in the typography of `language`."""
    french = language.lower().startswith("fr")
    protected = [m.span() for m in _PROTECTED.finditer(text)]
    found: dict[int, Edit] = {}
    for m in _THOUSANDS.finditer(text) if french else ():
        for s in _THOUSANDS_SPACE.finditer(text, m.start(), m.end()):
            found[s.start()] = Edit(s.start(), s.end(), NARROW)
    for pattern, put in _FRENCH if french else _ENGLISH:
        for m in pattern.finditer(text):
            # The first rule that speaks of a place decides: one space before "?!" and before ";" after "»".
            found.setdefault(m.start(), Edit(m.start(), m.end(), put))
    for m in _APOSTROPHE.finditer(text):
        found[m.start()] = Edit(m.start(), m.end(), "’")
    return list(_disjoint(sorted(found.values()), protected))


def _disjoint(ordered: list[Edit], protected: list[tuple[int, int]]) -> Iterator[Edit]:
    reached = 0
    for edit in ordered:
        # An edit at the very end of a protected stretch is outside it: "voir https://oit.org ;".
        inside = any(start < edit.end and edit.start < end for start, end in protected) or any(
            start < edit.start < end for start, end in protected
        )
        if edit.start >= reached and not inside:
            yield edit
            reached = max(edit.end, edit.start)


def typeset(text: str, *, language: str) -> str:
    """Return `text` as it is shown: no-break spaces where the language wants them. Idempotent."""
    parts, reached = [], 0
    for edit in edits(text, language=language):
        parts += [text[reached : edit.start], edit.put]
        reached = edit.end
    return "".join([*parts, text[reached:]])


def typeset_runs(runs: list[str | None], *, language: str) -> list[str]:
    """Typeset the runs of one paragraph together, so that « *mot* » keeps its spaces; None stands for an atom."""
    whole = "".join(ATOM if run is None else run for run in runs)
    done = edits(whole, language=language)
    out, start, at = [], 0, 0
    for run in runs:
        end = start + (1 if run is None else len(run))
        parts, reached = [], start
        while at < len(done) and done[at].start < end:
            edit = done[at]
            parts += [whole[reached : edit.start], edit.put]
            reached = edit.end
            at += 1
        out.append("" if run is None else "".join([*parts, whole[reached:end]]))
        start = end
    return out


def whole_words(text: str) -> list[tuple[int, int]]:
    """Return where the inclusive forms are (travailleurs·ses), which no line may cut."""
    return [m.span() for m in _WHOLE.finditer(text)]
