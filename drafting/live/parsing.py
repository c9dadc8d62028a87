"""Reading what browsers send: strict, bounded, and believing nothing (drafting/live/protocol.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from drafting.live.protocol import (
    MAX_FRAME_BYTES,
    MAX_IDS,
    MAX_NUMBER,
    MAX_REASON,
    MAX_UPDATES,
    Close,
    Decide,
    Flushed,
    Hello,
    Message,
    Open,
    Ping,
    Presence,
    Updates,
)

_KEY = re.compile(r"[a-z0-9]{1,16}")
_CLIENT = re.compile(r"[A-Za-z0-9_-]{8,24}")
_SUGGESTION = re.compile(r"[A-Za-z0-9_-]{1,24}")
_ASK = re.compile(r"[A-Za-z0-9]{1,16}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
DECISIONS = ("accept", "reject", "withdraw", "undo")


class Malformed(Exception):
    """The frame is not one of this protocol. `why` is `malformed` or `too_large`; the rest is for the log.

    `section`, `client` and `n` are known where the frame was at least so far understood that it can be
    refused by its number.
    """

    def __init__(self, detail: str, *, why: str = "malformed", frame: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.why = why
        frame = frame or {}
        self.section = _or_none(frame.get("section"), _KEY)
        self.client = _or_none(frame.get("client"), _CLIENT)
        n = frame.get("n")
        self.n = n if type(n) is int and 0 < n <= MAX_NUMBER else None

    @property
    def is_answerable(self) -> bool:
        """Whether a refusal can name the batch."""
        return self.section is not None and self.client is not None and self.n is not None


def parse(frame: str | bytes) -> Message:
    """Read a frame from a browser. Raises Malformed for anything else, whatever it is."""
    if not isinstance(frame, str):
        raise Malformed("binary frames are not used")
    if len(frame) > MAX_FRAME_BYTES or (not frame.isascii() and len(frame.encode(errors="replace")) > MAX_FRAME_BYTES):
        raise Malformed("the frame is too large", why="too_large")
    try:
        value = json.loads(frame, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from None
    if type(value) is not dict or type(value.get("type")) is not str:
        raise Malformed("a frame is an object with a type")
    reader = _READERS.get(value["type"])
    if reader is None:
        raise Malformed(f"unknown type {value['type'][:40]!r}")
    try:
        return reader(_Fields(value))
    except _Wrong as error:
        raise Malformed(str(error), why=error.why, frame=value) from None


class _Wrong(Exception):
    def __init__(self, detail: str, why: str = "malformed") -> None:
        super().__init__(detail)
        self.why = why


class _Fields:
    """A frame's fields, taken one by one; what is left over at the end is wrong."""

    def __init__(self, value: dict[str, Any]) -> None:
        self._value = value
        self._left = set(value) - {"type"}

    def take(self, name: str) -> Any:
        self._left.discard(name)
        return self._value.get(name)

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.take(name)
        if type(value) is not str or not pattern.fullmatch(value):
            raise _Wrong(f"{name} is not well formed")
        return value

    def number(self, name: str, least: int = 0) -> int:
        value = self.take(name)
        if type(value) is not int or not least <= value <= MAX_NUMBER:
            raise _Wrong(f"{name} is not a number from {least} on")
        return value

    def number_or_none(self, name: str, least: int = 0) -> int | None:
        return None if self._value.get(name) is None and self.take(name) is None else self.number(name, least)

    def items(self, name: str, most: int) -> list[Any]:
        value = self.take(name)
        if type(value) is not list or not value:
            raise _Wrong(f"{name} is not a list with something in it")
        if len(value) > most:
            raise _Wrong(f"{name} has more than {most} items", why="too_large")
        return value

    def end(self) -> None:
        if self._left:
            raise _Wrong(f"unknown field {sorted(self._left)[0][:40]!r}")


def _hello(fields: _Fields) -> Hello:
    return Hello(fields.number("protocol"))  # Another version may have other fields: it is told to load the page again.


def _open(fields: _Fields) -> Open:
    message = Open(fields.text("section", _KEY), fields.number_or_none("revision"))
    fields.end()
    return message


def _close(fields: _Fields) -> Close:
    message = Close(fields.text("section", _KEY))
    fields.end()
    return message


def _updates(fields: _Fields) -> Updates:
    message = Updates(
        fields.text("section", _KEY),
        fields.number("base"),
        fields.text("client", _CLIENT),
        fields.number("n", 1),
        tuple(fields.items("updates", MAX_UPDATES)),
    )
    fields.end()
    return message


def _decide(fields: _Fields) -> Decide:
    decide = fields.take("decide")
    if decide not in DECISIONS:
        raise _Wrong("decide is accept, reject, withdraw or undo")
    section, client, n = fields.text("section", _KEY), fields.text("client", _CLIENT), fields.number("n", 1)
    reason = fields.take("reason")
    if reason is not None and (type(reason) is not str or len(reason) > MAX_REASON or not _is_storable(reason)):
        raise _Wrong("reason is not a text, or too long")
    if decide == "undo":
        message = Decide(section, client, n, decide, (), {}, fields.number("of", 1), reason)
    else:
        ids = tuple(fields.items("ids", MAX_IDS))
        if not all(type(one) is str and _SUGGESTION.fullmatch(one) for one in ids) or len(set(ids)) != len(ids):
            raise _Wrong("ids are names of suggestions, each once")
        message = Decide(section, client, n, decide, ids, _seen(fields), None, reason)
    fields.end()
    return message


def _seen(fields: _Fields) -> dict[str, str]:
    seen = fields.take("seen")
    if seen is None:
        return {}
    if type(seen) is not dict or len(seen) > MAX_IDS:
        raise _Wrong("seen is an object")
    if not all(_SUGGESTION.fullmatch(key) and type(one) is str and len(one) <= 64 for key, one in seen.items()):
        raise _Wrong("seen holds a digest for each suggestion")
    return seen


def _presence(fields: _Fields) -> Presence:
    message = Presence(
        fields.text("section", _KEY),
        fields.number("revision"),
        fields.number_or_none("anchor"),
        fields.number_or_none("head"),
    )
    fields.end()
    return message


def _flushed(fields: _Fields) -> Flushed:
    message = Flushed(fields.text("section", _KEY), fields.text("ask", _ASK))
    fields.end()
    return message


def _ping(fields: _Fields) -> Ping:
    fields.end()
    return Ping()


_READERS: dict[str, Callable[[_Fields], Message]] = {
    "hello": _hello,
    "open": _open,
    "close": _close,
    "updates": _updates,
    "decide": _decide,
    "presence": _presence,
    "flushed": _flushed,
    "ping": _ping,
}


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def _or_none(value: object, pattern: re.Pattern[str]) -> str | None:
    return value if type(value) is str and pattern.fullmatch(value) else None
