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

_ADDRESS_SIGNS = frozenset(":@")  # http://, 12:30, a@b.c; www. is asked for apart

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


class _Rule(NamedTuple):
    """Where a space is put, or another one in its place.

    Every pattern begins with a sign or a space, which the engine finds at once; what stands before is looked back
    at from there. (Beginning with the look back tried every letter of the text: three times as slow.)
    """

    signs: str
    """The rule is about these; without one of them in the text it is passed over."""
    pattern: re.Pattern[str]
    """Its group is the place, or, without one, all of it; with `is_before`, the place before its first sign."""
    put: str
    after: re.Pattern[str] | None = None
    """What must stand before the place."""
    is_before: bool = False


_DIGITS = "0123456789"
_FRENCH = (
    _Rule("«", re.compile(rf"«({_SPACE}+)"), WIDE),
    _Rule("«", re.compile(r"«()(?=[^\s])"), WIDE),
    _Rule(";!?", re.compile(rf"{_SPACE}+(?=[;!?])"), NARROW),
    _Rule(";!?", re.compile(rf"[;!?](?<={_WORD_END}[;!?])(?=[;!?]*{_CLOSING})"), NARROW, is_before=True),
    _Rule(":", re.compile(rf"{_SPACE}+(?=:(?!:))"), WIDE),
    _Rule(":", re.compile(rf":(?<=[^\W\d_]:|[»)\]{ATOM}]:)(?=\s|$|»)"), WIDE, is_before=True),
    _Rule("»", re.compile(rf"{_SPACE}+(?=»)"), WIDE),
    _Rule("»", re.compile(r"»(?<=[^\s«]»)"), WIDE, is_before=True),
    _Rule("", re.compile(rf"{_SPACE}+(?=[\dIVXLC])"), WIDE, re.compile(_after(_BEFORE_NUMBER))),
    _Rule("§", re.compile(rf"§({_SPACE}*)(?=\d)"), WIDE),
    _Rule("", re.compile(rf"{_SPACE}+(?=[A-ZÀ-ÝŒ])"), WIDE, re.compile(_after(_BEFORE_NAME))),
    _Rule("", re.compile(rf"\d({_SPACE}+)(?={_one_of(_UNITS)}(?![\w'’]))"), WIDE),
    _Rule("%‰€", re.compile(r"[%‰€](?<=\d[%‰€])"), WIDE, is_before=True),
    _Rule("h", re.compile(rf"\d{_SPACE}h({_SPACE})(?=\d)"), WIDE),
    _Rule("", re.compile(rf"{_SPACE}+(?={_one_of(_MONTHS)}\b)"), WIDE, re.compile(r"(?<=\d)|(?<=\b1er)")),
    _Rule("è", re.compile(rf"[IVX]e({_SPACE}+)(?=siècles?\b)"), WIDE),
)
_ENGLISH = (
    _Rule("", re.compile(rf"{_SPACE}+(?=\d)"), WIDE,
          re.compile(_after(("No.", "no.", "Nos.", "p.", "pp.", "Art.", "art.", "§")))),
    _Rule("", re.compile(rf"{_SPACE}+(?=[A-Z])"), WIDE,
          re.compile(_after(("Mr", "Mrs", "Ms", "Dr", "Mr.", "Mrs.", "Ms.", "Dr.")))),
)  # fmt: skip
_APOSTROPHE = re.compile(rf"'(?<={_LETTER}')(?=[{ATOM}\w«])")
# 109 000, 1 234 567,50 but not a telephone number, nor "en 2024 350 personnes".
_THOUSANDS = re.compile(rf"\d(?<![\d,.\w]\d)\d{{0,2}}(?:{_SPACE}\d{{3}})+(?!\d|{_SPACE}\d)")
_THOUSANDS_SPACE = re.compile(_SPACE)

# travailleurs·ses, représentant•es, salarié.e.s, ouvrier(ère)s: one word, never cut at a line's end.
_WHOLE = re.compile(
    rf"(?<!{_LETTER})(?:{_LETTER}+(?:[·•‧∙⋅]{_LETTER}+)+"
    rf"|{_LETTER}{{3,}}\.(?:e|es|ne|nes|se|ses|trice|trices|euse|euses|ère|ères|ve|ves|le|les|te|tes)(?:\.s)?(?![\w.])"
    rf"|{_LETTER}{{3,}}\((?:e|ne|se|trice|euse|ère|ve|s|es)\){_LETTER}*)"
)


def edits(text: str, *, language: str) -> list[Edit]:
    """Return the edits, in order and disjoint, that set `text` in the typography of `language`."""
    french = language.lower().startswith("fr")
    present = frozenset(text)
    protected = [m.span() for m in _PROTECTED.finditer(text)] if present & _ADDRESS_SIGNS or "www." in text else []
    found: dict[int, Edit] = {}
    for m in _THOUSANDS.finditer(text) if french else ():
        for s in _THOUSANDS_SPACE.finditer(text, m.start(), m.end()):
            found[s.start()] = Edit(s.start(), s.end(), NARROW)
    for rule in _FRENCH if french else _ENGLISH:
        if rule.signs and present.isdisjoint(rule.signs):
            continue
        for m in rule.pattern.finditer(text):
            start, end = (m.start(), m.start()) if rule.is_before else m.span(rule.pattern.groups)
            # The first rule that speaks of a place decides: one space before "?!" and before ";" after "»".
            if rule.after is None or rule.after.match(text, start):
                found.setdefault(start, Edit(start, end, rule.put))
    for m in _APOSTROPHE.finditer(text):
        found[m.start()] = Edit(m.start(), m.end(), "’")
    return list(_disjoint(sorted(found.values()), protected))


def _disjoint(ordered: list[Edit], protected: list[tuple[int, int]]) -> Iterator[Edit]:
    reached = 0
    for edit in ordered:
        # An edit at the very end of a protected stretch is outside it: "voir https://oit.org ;".
        inside = bool(protected) and (
            any(start < edit.end and edit.start < end for start, end in protected)
            or any(start < edit.start < end for start, end in protected)
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
