from __future__ import annotations

import json

import pytest

from drafting.live import protocol
from drafting.live.parsing import Malformed, parse
from drafting.live.protocol import Close, Decide, Flushed, Hello, Open, Ping, Presence, Updates

GOOD = [
    ({"type": "hello", "protocol": 1}, Hello(1)),
    ({"type": "hello", "protocol": 2, "news": "é"}, Hello(2)),
    ({"type": "open", "section": "abc", "revision": None}, Open("abc", None)),
    ({"type": "open", "section": "abc", "revision": 0}, Open("abc", 0)),
    ({"type": "close", "section": "abc"}, Close("abc")),
    (
        {"type": "updates", "section": "abc", "base": 3, "client": "Zk3-_678", "n": 1, "updates": [{"changes": []}]},
        Updates("abc", 3, "Zk3-_678", 1, ({"changes": []},)),
    ),
    (
        {"type": "decide", "section": "abc", "client": "12345678", "n": 2, "decide": "accept", "ids": ["s1"],
         "seen": {"s1": "4.aa"}, "reason": "« d’accord » 👍"},
        Decide("abc", "12345678", 2, "accept", ("s1",), {"s1": "4.aa"}, None, "« d’accord » 👍"),
    ),
    (
        {"type": "decide", "section": "abc", "client": "12345678", "n": 2, "decide": "undo", "of": 9},
        Decide("abc", "12345678", 2, "undo", (), {}, 9, None),
    ),
    ({"type": "presence", "section": "abc", "revision": 4, "anchor": 1, "head": 2}, Presence("abc", 4, 1, 2)),
    ({"type": "presence", "section": "abc", "revision": 4, "anchor": None, "head": None},
     Presence("abc", 4, None, None)),
    ({"type": "flushed", "section": "abc", "ask": "q7"}, Flushed("abc", "q7")),
    ({"type": "ping"}, Ping()),
]

UPDATES = {"type": "updates", "section": "abc", "base": 3, "client": "12345678", "n": 1, "updates": [{}]}
DECIDE = {"type": "decide", "section": "abc", "client": "12345678", "n": 2, "decide": "accept", "ids": ["s1"]}

BAD = [
    "", "null", "[]", "1", '"hello"', "{}", '{"type":1}', '{"type":"œuvre"}', '{"type":"ping","x":1}', "{" * 5000,
    "[" * 60_000, '{"type":"hello","protocol":NaN}', '{"type":"hello","protocol":true}', '{"type":"hello"}',
    b"\x00\x01",
    *(json.dumps({**UPDATES, **change}) for change in (
        {"section": "../etc"}, {"section": 4}, {"base": -1}, {"base": 1.5}, {"base": True}, {"base": 2**31},
        {"client": "short"}, {"client": "é" * 10}, {"client": "x" * 25}, {"n": 0}, {"n": "1"}, {"updates": []},
        {"updates": {}}, {"author": 1}, {"organisation": 1}, {"at": "2025-01-01"}, {"given": []},
    )),
    *(json.dumps({**DECIDE, **change}) for change in (
        {"decide": "approve"}, {"decide": ["accept"]}, {"ids": []}, {"ids": ["s1", "s1"]}, {"ids": ["«"]},
        {"ids": "s1"}, {"of": 3}, {"seen": []}, {"seen": {"s1": 1}}, {"reason": "a\x00b"}, {"reason": "x" * 2001},
        {"reason": "\ud800"}, {"decide": "undo"},
    )),
    json.dumps({"type": "presence", "section": "abc", "revision": 1, "anchor": -1, "head": 1}),
    json.dumps({"type": "presence", "section": "abc", "revision": 1, "anchor": 1, "head": 1, "name": "Nadia"}),
]


@pytest.mark.parametrize(("frame", "message"), GOOD, ids=lambda value: str(value)[:40])
def test_a_frame_is_read(frame, message):
    assert parse(json.dumps(frame)) == message


@pytest.mark.parametrize("frame", BAD, ids=lambda frame: str(frame)[:60])
def test_anything_else_is_malformed(frame):
    with pytest.raises(Malformed):
        parse(frame)


def test_too_much_is_called_too_large():
    with pytest.raises(Malformed) as many:
        parse(json.dumps({**UPDATES, "updates": [{}] * 201}))
    with pytest.raises(Malformed) as long:
        parse(json.dumps({**UPDATES, "updates": ["é" * 65_000]}, ensure_ascii=False))

    assert many.value.why == long.value.why == "too_large"


def test_a_malformed_batch_with_a_number_can_be_refused_by_it():
    with pytest.raises(Malformed) as error:
        parse(json.dumps({**UPDATES, "author": 1}))

    assert error.value.is_answerable
    assert (error.value.section, error.value.client, error.value.n) == ("abc", "12345678", 1)


def test_a_frame_keeps_the_letters_as_they_are():
    assert protocol.compact({"text": "œuvre 👍"}) == '{"text":"œuvre 👍"}'
