"""What is asked over HTTP: bounded in time whatever is slow, and led nowhere else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from exports import asking
from exports.asking import Question, ask
from tests.exports.http_here import Quiet, listening

SOON_S = 0.3


class Hello(Quiet):
    """Answers at once."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")


class Trickle(Quiet):
    """Begins an answer whose head never ends, a few bytes at a time."""

    def do_GET(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                self.wfile.write(b"y")
                time.sleep(SOON_S / 10)
        except OSError:
            ENDED.set()


ENDED = threading.Event()


def asks(url: str, *, public_only: bool = False, within_s: float = 5) -> bytes:
    return ask(Question(url, (), 100, public_only=public_only), within_s=within_s)


def names(monkeypatch: pytest.MonkeyPatch, look_up: Callable[[], list[str]]) -> None:
    """Let the name autorite.example lead to these addresses."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *options: Any, **more: Any) -> list[Any]:
        if host != "autorite.example":
            return real(host, port, *options, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in look_up()]

    monkeypatch.setattr(asking.socket, "getaddrinfo", getaddrinfo)


def test_an_answer_is_read() -> None:
    with listening(Hello) as address:
        assert asks(address) == b"hello"


def test_a_head_that_never_ends_is_left_and_its_connection_ended() -> None:
    ENDED.clear()

    with listening(Trickle) as address:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            asks(address, within_s=SOON_S)
        assert time.monotonic() - began < 10 * SOON_S
        assert ENDED.wait(5)


def test_a_name_that_nobody_looks_up_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = threading.Event()

    def look_up() -> list[str]:
        looked_up.wait(30)
        return []

    names(monkeypatch, look_up)

    began = time.monotonic()
    with pytest.raises(TimeoutError):
        asks("http://autorite.example/", public_only=True, within_s=SOON_S)

    assert time.monotonic() - began < 10 * SOON_S
    looked_up.set()


def test_who_connects_too_late_asks_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    ENDED.clear()
    monkeypatch.setattr(asking, "is_public", lambda _address: True)
    looked_up = threading.Event()

    def look_up() -> list[str]:
        looked_up.wait(30)
        return ["127.0.0.1"]

    names(monkeypatch, look_up)
    with listening(Trickle) as address:
        with pytest.raises(TimeoutError):
            asks(address.replace("127.0.0.1", "autorite.example"), public_only=True, within_s=SOON_S)
        looked_up.set()
        for _time in range(100):
            if not [one for one in threading.enumerate() if "_fetch" in one.name]:
                break
            time.sleep(0.05)

    assert [one for one in threading.enumerate() if "_fetch" in one.name] == []
    assert not ENDED.is_set(), "nothing was asked"


def test_of_several_addresses_one_that_answers_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "is_public", lambda _address: True)
    names(monkeypatch, lambda: ["127.0.0.2", "127.0.0.1"])

    with listening(Hello) as address:
        assert asks(address.replace("127.0.0.1", "autorite.example"), public_only=True) == b"hello"


def test_an_address_of_our_own_network_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "is_public", lambda address: address == "127.0.0.2")
    names(monkeypatch, lambda: ["127.0.0.1", "127.0.0.2"])

    with listening(Hello) as address, pytest.raises(ConnectionRefusedError):
        asks(address.replace("127.0.0.1", "autorite.example"), public_only=True)
