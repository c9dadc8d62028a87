"""Markdown as somebody would read it aloud: for the cards, lists and amendments that quote a piece of a text.

Rough by intention, and without a parser: pieces of a suggestion are seldom whole Markdown. Every rule reads a text
from left to right once, however strange it is. static/js/live/wording.js does the same in the browser.
"""

from __future__ import annotations

import re

ITEM = r"(?:[-*+]|[0-9]{1,9}[.)])"
"""What begins a list item."""

_DELIMITER = re.compile(r"[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*(?:\|[ \t]*)?")
_NOTE = re.compile(r"\[\^[^\[\] \t\n]{1,200}\](?!:)")
_DEFINITION = re.compile(r"^\[\^[^\[\] \t\n]{1,200}\]:[ \t]*")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*){0,3}\)")
_LINE_PREFIX = re.compile(rf"^(?:[ \t]*(?:#{{1,6}}[ \t]|{ITEM}[ \t]|>))+[ \t]*")
_STYLE = re.compile(r"(?<!\\)(?:\*\*|__|\*|`|(?<!\w)_|_(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"[ \t]+")


def plain(text: str) -> str:
    """Return Markdown without marks, on one line; lines are joined by " ¶ ", no-break spaces are kept."""
    return " ¶ ".join(filter(None, map(_plain_line, text.split("\n"))))


def _plain_line(line: str) -> str:
    """Return one line without marks."""
    if _DELIMITER.fullmatch(line):
        return ""
    line = _DEFINITION.sub("[note] ", _NOTE.sub("[note]", line.removesuffix("\\")))
    line = _LINE_PREFIX.sub("", _LINK.sub(r"\1", line))
    line = _ESCAPE.sub(r"\1", _STYLE.sub("", line))
    return _SPACES.sub(" ", line.replace("|", " | ")).strip(" |")
