"""The words of one paragraph of pandoc's tree as a flat list of runs, each with one look."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, NamedTuple

from drafting.domain import markdown

Inline = dict[str, Any]
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


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
    for _, group in groupby(enumerate(runs), lambda pair: _like(*pair)):
        same = [run for _, run in group]
        if same[0].kind == "text":
            joined.append(replace(same[0], text=_SPACES.sub(" ", "".join(run.text for run in same))))
        else:
            joined += same
    return joined


def _like(place: int, run: Run) -> tuple[object, ...]:
    """Return what neighbours share that become one run; what is not text stays alone."""
    return ("text", run.marks) if run.kind == "text" else (run.kind, place)


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
