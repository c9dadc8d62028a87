"""The runs of one paragraph as Markdown.

What is written is read again by our own parser: where it would not say the same, it is written with more care, and
at last without emphasis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from drafting.domain import markdown
from exports.docx.runs import Marks, Run, Seen, tidy

_ANY_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_PIPE = re.compile(r"((?:^|[^\\])(?:\\\\)*)\|")  # One that is not escaped already.
_LINE_START = re.compile(r"^(?:(#{1,6}|[+-]|=+|-+)(?=\s|$)|>|~{3,}|(\d{1,9})[.)](?=\s|$))")


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
    lengths = _lengths(runs)
    for at, run in enumerate(runs):
        _turn(parts, opened, _wanted(run.marks, lengths, at))
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


def _wanted(marks: Marks, lengths: Mapping[str, Sequence[int]], at: int) -> list[tuple[str, str]]:
    """Return the marks that a run needs, the ones that last longest outside."""
    wanted: list[tuple[int, str, str]] = []
    for name, opening in (("href", "["), ("strong", "**"), ("emphasis", "*")):
        value = getattr(marks, name)
        if value:
            order = -len(lengths["href"]) - 1 if name == "href" else -lengths[name][at]
            wanted.append((order, opening, f"]({value})" if name == "href" else opening))
    return [(opening, closing) for _, opening, closing in sorted(wanted)]


def _lengths(runs: list[Run]) -> dict[str, list[int]]:
    """Return for each mark, at each run, over how many neighbouring runs it is the same."""
    found: dict[str, list[int]] = {}
    for name in Marks._fields:
        found[name] = []
        for _, group in groupby(getattr(run.marks, name) for run in runs):
            length = len(list(group))
            found[name] += [length] * length
    return found


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
