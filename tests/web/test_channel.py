from __future__ import annotations

import socket
import threading
import time

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, Pong, Request, TextMessage

from drafting.web import channel as module
from drafting.web.channel import BURST, Channel, TooFast, TooLarge, text_frame

HEAD = (
    b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Pair:
    """A channel, and a browser's end of it."""

    def __init__(self) -> None:
        self.ours, self.sock = socket.socketpair()
        self.sock.settimeout(10)
        self.ws = WSConnection(ConnectionType.CLIENT)
        request = self.ws.send(Request(host="x", target="/live"))
        self.channel = Channel(self.ours, request, max_bytes=1_000)
        self.received: list[str | bytes] = []
        self.problem: BaseException | None = None
        self.events = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.listen(AcceptConnection)

    def _read(self) -> None:
        try:
            self.channel.read(self.received.append)
        except (TooFast, TooLarge) as problem:
            self.problem = problem
        self.channel.finish()

    def listen(self, kind: type) -> object:
        """Read until an event of a kind comes."""
        while True:
            for event in self.ws.events():
                self.events.append(event)
            for event in self.events:
                if isinstance(event, kind):
                    self.events.remove(event)
                    return event
            data = self.sock.recv(65_536)
            assert data, "the connection ended"
            self.ws.receive_data(data)

    def say(self, event) -> None:
        """Send an event."""
        self.sock.sendall(self.ws.send(event))

    def wait(self) -> None:
        """Wait until the channel's reader is done; then the server closes the connection."""
        self.thread.join(10)
        assert not self.thread.is_alive()
        self.ours.close()


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.sock.close()
    pair.wait()


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_of_any_length_is_one_message(pair, length):
    pair.channel.send(text_frame(b"a" * length))

    text = ""
    while True:
        event = pair.listen(TextMessage)
        text += event.data
        if event.message_finished:
            break
    assert text == "a" * length


def test_messages_arrive_whole_whatever_their_pieces(pair):
    pair.say(Message(data="« L’œu", message_finished=False))
    pair.say(Message(data="vre » 👍"))
    for byte in pair.ws.send(Message(data="été")):
        pair.sock.sendall(bytes([byte]))
    pair.say(CloseConnection(code=1000))

    assert pair.listen(CloseConnection).code == 1000
    pair.wait()
    assert pair.received == ["« L’œuvre » 👍", "été"]


def test_a_message_too_large_in_one_piece_or_in_many_is_refused():
    for pieces in ([2_000], [300] * 10):
        pair = Pair()
        for number, size in enumerate(pieces):
            pair.say(Message(data="é" * (size // 2), message_finished=number == len(pieces) - 1))
        pair.wait()
        pair.sock.close()
        assert isinstance(pair.problem, TooLarge)
        assert pair.received == []


def test_too_many_frames_are_refused(pair):
    for _ in range(int(BURST) + 20):
        pair.say(Message(data="a"))
    pair.wait()

    assert isinstance(pair.problem, TooFast)
    assert BURST <= len(pair.received) <= BURST + 10


def test_pings_are_answered_and_count(pair):
    pair.say(Ping(payload=b"abc"))
    assert pair.listen(Pong).payload == b"abc"

    for _ in range(int(BURST) + 20):
        pair.say(Ping())
    pair.wait()
    assert isinstance(pair.problem, TooFast)


def test_a_silent_browser_is_asked_and_then_given_up(monkeypatch):
    monkeypatch.setattr(module, "PING_AFTER_S", 0.2)
    monkeypatch.setattr(module, "GIVE_UP_AFTER_S", 0.5)
    pair = Pair()

    pair.listen(Ping)
    begun = time.monotonic()
    pair.listen(CloseConnection)
    assert time.monotonic() - begun < 3
    pair.sock.close()
    pair.wait()


def test_who_does_not_read_is_never_waited_for_and_cut(monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING_BYTES", 1_000_000)
    pair = Pair()
    frame = text_frame(b"a" * 60_000)

    begun = time.monotonic()
    for _ in range(100):
        pair.channel.send(frame)
    assert time.monotonic() - begun < 1
    pair.wait()
    pair.sock.close()
    assert pair.channel._closed


def test_who_takes_nothing_for_too_long_is_cut(monkeypatch):
    monkeypatch.setattr(module, "MAX_STALL_S", 0.5)
    pair = Pair()
    for _ in range(20):
        pair.channel.send(text_frame(b"a" * 60_000))

    pair.wait()
    pair.sock.close()
    assert pair.channel._closed


def test_a_number_used_again_is_watched_again(monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING_BYTES", 500_000)
    for _ in range(5):
        cut = Pair()
        number = cut.ours.fileno()
        for _ in range(20):
            cut.channel.send(text_frame(b"a" * 60_000))
        cut.wait()
        cut.sock.close()
        pair = Pair()
        assert number in (pair.ours.fileno(), pair.sock.fileno())
        for _ in range(5):
            pair.channel.send(text_frame(b"b" * 60_000))
        total = 0
        while total < 300_000:
            total += len(pair.listen(TextMessage).data)
        pair.sock.close()
        pair.wait()


def test_who_reads_slowly_gets_everything_in_order(pair):
    sent = [str(number) * 30_000 for number in range(40)]
    for text in sent:
        pair.channel.send(text_frame(text.encode()))

    received, text = [], ""
    while len(received) < len(sent):
        event = pair.listen(TextMessage)
        text += event.data
        if event.message_finished:
            received.append(text)
            text = ""
            time.sleep(0.002)
    assert received == sent


def test_the_last_words_arrive_even_if_the_browser_is_still_talking(pair):
    pair.sock.sendall(pair.ws.send(Message(data="a")) * 20)
    pair.channel.send(text_frame(b"goodbye"))
    pair.channel.end(1001)
    pair.sock.sendall(pair.ws.send(Message(data="a")) * 20)

    assert pair.listen(TextMessage).data == "goodbye"
    assert pair.listen(CloseConnection).code == 1001


def test_a_broken_frame_ends_the_connection_in_order(pair):
    pair.sock.sendall(b"\x01\x02\x03 this is no masked frame")

    assert pair.listen(CloseConnection).code == 1002
    pair.wait()
