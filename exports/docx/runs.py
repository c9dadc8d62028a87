"""The words of one paragraph of pandoc's tree as a flat list of runs, and those runs as Markdown.

What is written is read again by our own parser: where it would not say the same, it is written with more care, and
at last without emphasis.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from drafting.domain import markdown

Inline = dict[str, Any]
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ANY_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_PIPE = re.compile(r"((?:^|[^\\])(?:\\\\)*)\|")  # One that is not escaped already.
_LINE_START = re.compile(r"^(?:(#{1,6}|[+-]|=+|-+)(?=\s|$)|>|~{3,}|(\d{1,9})[.)](?=\s|$))")


class Marks(NamedTuple):
    """How a run looks."""

    strong: bool = False
    emphasis: bool = False
    href: str = ""


PLAIN = Marks()


@dataclass(frozen=True)
class Run:
    """A stretch of text of one look, or one thing that is not text."""

    kind: str
    """text, code, break, or note (`text` is then its label)."""
    text: str = ""
    marks: Marks = PLAIN


class Seen(NamedTuple):
    """What reading one paragraph reports to whoever writes the section."""

    note: Callable[[list[dict[str, Any]]], str]
    """Takes a note's blocks and returns its label."""
    lost: Callable[[str], None]
    """Takes the name of a `losses.Kind`."""


def runs_of(inlines: list[Inline], seen: Seen, marks: Marks = PLAIN) -> list[Run]:
    """Return the runs of some inlines."""
    runs: list[Run] = []
    for inline in inlines:
        runs += _runs(inline["t"], inline.get("c"), seen, marks)
    return runs


def _runs(kind: str, content: Any, seen: Seen, marks: Marks) -> list[Run]:
    if kind == "Str":
        return [Run("text", _clean(content), marks)]
    if kind in ("Space", "SoftBreak"):
        return [Run("text", " ", marks)]
    if kind == "LineBreak":
        return [Run("break")]
    if kind == "Code":
        return [Run("code", _clean(content[1]), marks)]
    if kind == "Math":
        return [Run("text", _clean(content[1]), marks)]
    if kind == "Note":
        return [Run("note", seen.note(content))]
    if kind == "Link":
        href = str(content[2][0])
        if href.startswith("#") or not markdown.is_safe_link(href) or re.search(r"[\s<>\\]", href):
            if not href.startswith("#"):
                seen.lost("LINK")
            href = marks.href
        return runs_of(content[1], seen, marks._replace(href=href))
    if kind in ("Superscript", "Subscript"):
        return _shifted(kind, runs_of(content, seen, marks), seen)
    if kind == "Quoted":
        around = ("“", "”") if content[0]["t"] == "DoubleQuote" else ("‘", "’")
        return [Run("text", around[0], marks), *runs_of(content[1], seen, marks), Run("text", around[1], marks)]
    if kind in ("Image", "RawInline"):
        return []  # Pictures were counted and taken out before.
    if kind == "Strong":
        marks = marks._replace(strong=True)
    if kind == "Emph":
        marks = marks._replace(emphasis=True)
    inner = content[-1] if kind in ("Span", "Cite") else content
    return runs_of(inner, seen, marks)  # Underline, Strikeout, SmallCaps: counted before; their words stay.


def _shifted(kind: str, runs: list[Run], seen: Seen) -> list[Run]:
    """Write raised and lowered figures with their own signs (m², CO₂); letters stand on the line (1er, XXe)."""
    table = _RAISED if kind == "Superscript" else _LOWERED
    whole = "".join(run.text for run in runs)
    if not whole or any(run.kind != "text" for run in runs):
        return runs
    if all(ord(character) in table for character in whole):
        return [replace(run, text=run.text.translate(table)) for run in runs]
    if not whole.isalpha() or len(whole) > 4:  # Ordinals and abbreviations read the same on the line.
        seen.lost("RAISED")
    return runs


def _clean(text: str) -> str:
    """Return the text as sections keep it: no-break spaces come back when it is shown (domain/typography.py)."""
    return _SPACES.sub(" ", storable(text).replace("\u2011", "-"))


def storable(text: str) -> str:
    """Return the text in NFC, without invisible signs."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


# --- Putting runs in order ---


def tidy(runs: list[Run]) -> list[Run]:
    """Join neighbours of one look; spaces at the edge of a look, and at both ends, are not part of it."""
    runs = _join([run for run in runs if run.text or run.kind == "break"])
    parts: list[Run] = []
    for run in runs:
        if run.kind != "text":
            parts.append(run)
            continue
        bare = run.text.strip()
        before, after = run.text[: len(run.text) - len(run.text.lstrip())], run.text[len(run.text.rstrip()):]
        pieces = [(before, False), (bare, True), (after, False)] if bare else [(run.text, False)]
        parts += [Run("text", text, run.marks if looks else Marks()) for text, looks in pieces if text]
    parts = [_between(parts, at) for at in range(len(parts))]
    return _trim(_join(parts))


def _between(parts: list[Run], at: int) -> Run:
    """Give a space the look that both its neighbours share."""
    run = parts[at]
    if run.kind != "text" or run.text.strip() or not 0 < at < len(parts) - 1:
        return run
    a, b = parts[at - 1].marks, parts[at + 1].marks
    shared = Marks(a.strong and b.strong, a.emphasis and b.emphasis, a.href if a.href == b.href else "")
    return replace(run, marks=shared)


def _join(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and run.kind == "text" == joined[-1].kind and run.marks == joined[-1].marks:
            joined[-1] = replace(run, text=_SPACES.sub(" ", joined[-1].text + run.text))
        else:
            joined.append(run)
    return joined


def _trim(runs: list[Run]) -> list[Run]:
    """Take away spaces and line breaks at both ends, and spaces beside a line break."""
    while runs and (runs[0].kind == "break" or not (runs[0].text or "x").strip()):
        runs = runs[1:]
    while runs and (runs[-1].kind == "break" or not (runs[-1].text or "x").strip()):
        runs = runs[:-1]
    trimmed: list[Run] = []
    for at, run in enumerate(runs):
        text = run.text
        if run.kind == "text":
            if at == 0 or runs[at - 1].kind == "break":
                text = text.lstrip()
            if at == len(runs) - 1 or runs[at + 1].kind == "break":
                text = text.rstrip()
            if not text:
                continue
        trimmed.append(replace(run, text=text))
    return trimmed


# --- Writing ---


def write(runs: list[Run], seen: Seen, *, in_cell: bool = False) -> str:
    """Return tidy runs as Markdown that our parser reads as the same words with the same marks."""
    if in_cell:
        runs = tidy([Run("text", " ", run.marks) if run.kind == "break" else run for run in runs])
    for escape in (_light, _heavy):
        text = _written(runs, escape, in_cell=in_cell)
        if _is_read_as(text, runs):
            return text
    words = _without_edges(runs)  # **« mot »**s is no emphasis in Markdown, « **mot** »s is.
    text = _written(words, _heavy, in_cell=in_cell)
    if _is_read_as(text, words):
        return text
    plain = tidy([replace(run, marks=Marks(href=run.marks.href)) for run in runs])
    text = _written(plain, _heavy, in_cell=in_cell)
    if _is_read_as(text, plain):
        seen.lost("EMPHASIS")
        return text
    seen.lost("EMPHASIS")
    return _written(tidy([replace(run, marks=Marks()) for run in runs]), _heavy, in_cell=in_cell)


def _without_edges(runs: list[Run]) -> list[Run]:
    """Return the runs with the signs at the edges of emphasis outside of it."""
    parts: list[Run] = []
    for run in runs:
        inner = re.search(r"\w(?:.*\w)?", run.text, re.DOTALL) if run.kind == "text" else None
        if inner is None:
            parts.append(replace(run, marks=Marks(href=run.marks.href)) if run.kind == "text" else run)
            continue
        outer = Marks(href=run.marks.href)
        parts += [
            Run("text", run.text[: inner.start()], outer), replace(run, text=inner[0]),
            Run("text", run.text[inner.end() :], outer),
        ]
    return tidy(parts)


def _written(runs: list[Run], escape: Callable[[str, bool], str], *, in_cell: bool) -> str:
    parts: list[str] = []
    opened: list[tuple[str, str]] = []
    for at, run in enumerate(runs):
        _turn(parts, opened, _wanted(run.marks, runs, at))
        if run.kind == "break":
            parts.append("\\\n")
        elif run.kind == "note":
            parts.append(f"[^{run.text}]")
        elif run.kind == "code":
            parts.append(_code(run.text))
        else:
            is_first = at == 0 or runs[at - 1].kind == "break"
            parts.append(escape(run.text, is_first and not opened))
    _turn(parts, opened, [])
    text = "".join(parts)
    return _PIPE.sub(r"\1\\|", text) if in_cell else text


def _wanted(marks: Marks, runs: list[Run], at: int) -> list[tuple[str, str]]:
    """Return the marks that a run needs, the ones that last longest outside."""
    wanted: list[tuple[int, str, str]] = []
    for name, opening in (("href", "["), ("strong", "**"), ("emphasis", "*")):
        value = getattr(marks, name)
        if value:
            last = next((n for n in range(at, len(runs)) if getattr(runs[n].marks, name) != value), len(runs))
            first = next((n for n in range(at, -1, -1) if getattr(runs[n].marks, name) != value), -1)
            order = 0 if name == "href" else 1_000_000 - (last - first)
            wanted.append((order, opening, f"]({value})" if name == "href" else opening))
    return [(opening, closing) for _, opening, closing in sorted(wanted)]


def _turn(parts: list[str], opened: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    """Close what is no longer wanted, and open what is."""
    kept = 0
    while kept < min(len(opened), len(wanted)) and opened[kept] == wanted[kept]:
        kept += 1
    while len(opened) > kept:
        parts.append(opened.pop()[1])
    for mark in wanted[kept:]:
        parts.append(mark[0])
        opened.append(mark)


def _code(text: str) -> str:
    ticks = "`" * (max((len(found) for found in re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _light(text: str, is_first: bool) -> str:
    """Escape what would be read as Markdown at most places."""
    text = re.sub(r"([\\`*<])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    text = re.sub(r"\[(?=\^)|\](?=[(:\[])", r"\\\g<0>", text)
    text = _ENTITY.sub(r"\\&", text)
    return _at_start(text) if is_first else text


def _heavy(text: str, is_first: bool) -> str:
    """Escape every sign that could be read as Markdown."""
    escaped = _ANY_SIGN.sub(lambda m: m[1] if m[1] in "',.:;?%/()\"" else "\\" + m[1], text)
    return _at_start(escaped) if is_first else escaped


def _at_start(text: str) -> str:
    match = _LINE_START.match(text)
    if match is None:
        return text
    at = match.end(2) if match[2] else 0
    return f"{text[:at]}\\{text[at:]}"


# --- Reading again ---


def _is_read_as(text: str, runs: list[Run]) -> bool:
    """Tell whether our parser reads this Markdown as these runs."""
    said = "".join(f"[^{run.text}]" for run in runs if run.kind == "note")
    definitions = "".join(f"\n\n[^{run.text}]: é" for run in runs if run.kind == "note") if said else ""
    try:
        tokens = markdown.parse(text.replace("\\|", "|") + definitions)
    except markdown.TooComplex:
        return False
    if not tokens or tokens[0].type != "paragraph_open" or (not definitions and len(tokens) != 3):
        return not runs and not tokens
    return _flat(_read(tokens[1].children or [])) == _flat(runs)


def _read(children: list[Any]) -> list[Run]:
    runs: list[Run] = []
    marks = Marks()
    for token in children:
        kind = token.type
        if kind in ("strong_open", "strong_close"):
            marks = marks._replace(strong=kind == "strong_open")
        elif kind in ("em_open", "em_close"):
            marks = marks._replace(emphasis=kind == "em_open")
        elif kind in ("link_open", "link_close"):
            marks = marks._replace(href="x" if kind == "link_open" else "")
        elif kind == "footnote_ref":
            runs.append(Run("note"))
        elif kind == "hardbreak":
            runs.append(Run("break"))
        elif kind == "code_inline":
            runs.append(Run("code", token.content))
        elif kind == "softbreak":
            runs.append(Run("text", " ", marks))
        else:
            runs.append(Run("text", token.content, marks))
    return runs


def _flat(runs: list[Run]) -> list[tuple[object, ...]]:
    """Return runs as one entry for each character, so that two ways to cut them are equal."""
    flat: list[tuple[object, ...]] = []
    for run in runs:
        marks = (run.marks.strong, run.marks.emphasis, bool(run.marks.href)) if run.kind == "text" else ()
        if run.kind in ("text", "code"):
            flat += [(run.kind, character, *marks) for character in run.text]
        else:
            flat.append((run.kind,))
    return flat
