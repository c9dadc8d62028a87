"""Browser modules on their way to the browser: without comments and indentation, and announced before asked for.

The source is what is served; there is no build step. Comments that stand alone on their lines stay at home (with
types in them they are a quarter of all bytes), and the empty lines that they leave.
"""

from __future__ import annotations

import re
from pathlib import Path

# What fills its lines, and types beside code. Other comments beside code are left: a string could hold such signs.
BLOCK = re.compile(r"^[ \t]*/\*(?:[^*]|\*(?!/))*\*/[ \t]*$", re.MULTILINE)
TYPE = re.compile(r"/\*\* @(?:[^*]|\*(?!/))*\*/ ?")
LINE = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
IMPORT = re.compile(r"""^(?:import|export)\b(?:[^;"']*?\bfrom)?\s*["'](\.[^"']+)["'];""", re.MULTILINE)
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
BESIDE = re.compile(r"(?<=[;{,]) // .*$", re.MULTILINE)
EMPTY = re.compile(r"\n[ \t\n]*\n")


def as_sent(source: str) -> str:
    """Return a module without comments, indentation and empty lines; a test parses all of ours before and after."""
    return EMPTY.sub("\n", INDENT.sub("", BESIDE.sub("", without_comments(source))))


def without_comments(source: str) -> str:
    """Return a module without the comments that fill whole lines, nor types; what is left keeps its line number.

    Text in a template literal is taken for code: none of ours may look like such a comment (a test parses them all).
    """
    return LINE.sub("", TYPE.sub(_only_lines, BLOCK.sub(_only_lines, source)))


def _only_lines(comment: re.Match[str]) -> str:
    return "\n" * comment[0].count("\n")


def needed(entry: Path) -> list[Path]:
    """Return a module and all that it needs before it runs, nearest first; what it fetches later is left out."""
    found: dict[Path, None] = {entry.resolve(): None}
    for module in (waiting := list(found)):
        for name in IMPORT.findall(without_comments(module.read_text(encoding="utf-8"))):
            other = (module.parent / name).resolve()
            if other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)
