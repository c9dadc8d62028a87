from __future__ import annotations

import socket
import threading
import time

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, Pong, Request, TextMessage

from drafting.web import channel as module
from drafting.web import reader as reader_module
from drafting.web.channel import BURST, Channel, text_frame
from drafting.web.drain import Drain
from drafting.web.reader import Reader

HEAD = (
    b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Pair:
    """A channel that a reader reads, and a browser's end of it. It is the ears of the channel, too."""

    def __init__(self, reader: Reader | None = None) -> None:
        ours, self.sock = socket.socketpair()
        self.number = ours.fileno()
        self.sock.settimeout(10)
        self.ws = WSConnection(ConnectionType.CLIENT)
        request = self.ws.send(Request(host="x", target="/live"))
        self.channel = Channel(ours, request, max_bytes=1_000)
        self.received: list[str | bytes] = []
        self.slow: list[str | bytes] = []
        self.problem = ""
        self.is_gone = threading.Event()
        self.events = []
        self.reader = reader or Reader()
        self.reader.add(self.channel, self)
        self.listen(AcceptConnection)

    def receive_now(self, text: str | bytes) -> bool:
        if text in self.slow:
            return False
        self.received.append(text)
        return True

    def receive(self, text: str | bytes) -> None:
        if text == "broken":
            raise ValueError("a fault of ours")
        if text in self.slow:
            time.sleep(0.3)
        self.received.append(text)

    def too_fast(self) -> None:
        self.problem = "too fast"

    def too_large(self) -> None:
        self.problem = "too large"

    def gone(self) -> None:
        assert not self.is_gone.is_set()
        self.is_gone.set()

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
        """Wait until nothing more is taken from the browser."""
        assert self.is_gone.wait(10)


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.sock.close()
    pair.wait()
    pair.reader.wait_until_done(5.0)
    assert pair.channel.sock.fileno() == -1


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    monkeypatch.setattr(reader_module, "LOOK_EVERY_S", 0.05)


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
        assert pair.problem == "too large"
        assert pair.received == []


def test_too_many_frames_are_refused(pair):
    for _ in range(int(BURST) + 20):
        pair.say(Message(data="a"))
    pair.wait()

    assert pair.problem == "too fast"
    assert BURST <= len(pair.received) <= BURST + 10


def test_an_endless_message_of_empty_frames_is_refused(pair):
    for _ in range(int(BURST) + 50):
        pair.say(Message(data="", message_finished=False))

    assert pair.listen(CloseConnection)
    pair.wait()
    assert pair.problem == "too fast"


def test_pings_are_answered_and_count(pair):
    pair.say(Ping(payload=b"abc"))
    assert pair.listen(Pong).payload == b"abc"

    for _ in range(int(BURST) + 20):
        pair.say(Ping())
    pair.wait()
    assert pair.problem == "too fast"


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
    reader = Reader()
    Pair(reader).sock.close()
    reader.wait_until_done(5.0)
    for _ in range(5):
        cut = Pair(reader)
        number = cut.number
        for _ in range(20):
            cut.channel.send(text_frame(b"a" * 60_000))
        cut.wait()
        cut.sock.close()
        cut.reader.wait_until_done(5.0)
        pair = Pair(reader)
        assert number in (pair.number, pair.sock.fileno())
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


def test_a_message_that_takes_long_keeps_its_place_and_others_waiting_for_nothing(pair):
    other = Pair(pair.reader)
    pair.slow = ["slow"]

    for text in ("un", "slow", "deux", "trois"):
        pair.say(Message(data=text))
    begun = time.monotonic()
    other.say(Message(data="œuvre"))
    while not other.received:
        time.sleep(0.005)

    assert time.monotonic() - begun < 0.2
    while len(pair.received) < 4:
        time.sleep(0.01)
    assert pair.received == ["un", "slow", "deux", "trois"]
    other.sock.close()
    other.wait()


@pytest.mark.parametrize("is_slow", [False, True])
def test_a_fault_of_ours_ends_one_connection_only(pair, is_slow, caplog):
    broken = Pair(pair.reader)
    broken.slow = ["broken"]
    if not is_slow:
        broken.receive_now = broken.receive

    broken.say(Message(data="broken"))
    assert broken.listen(CloseConnection).code == 1011
    pair.say(Message(data="é"))
    while not pair.received:
        time.sleep(0.01)

    assert "A message could not be taken" in caplog.text
    broken.sock.close()
    broken.wait()


def test_a_fault_while_reading_ends_one_connection_only(pair, caplog):
    broken = Pair(pair.reader)

    def fail() -> None:
        raise ValueError("a fault of ours")

    broken.too_fast = fail
    broken.sock.sendall(broken.ws.send(Message(data="a")) * (int(BURST) + 20))
    broken.wait()
    pair.say(Message(data="é"))
    while not pair.received:
        time.sleep(0.01)

    assert "A connection could not be read" in caplog.text
    broken.sock.close()


def test_a_drain_that_has_no_time_yet_is_woken_by_any_number_of_connections():
    drain = Drain()
    drain._thread = threading.current_thread()  # Which has other things to do.

    for _ in range(100_000):
        drain.add(object())

    assert len(drain._new) == 100_000
    for one in (drain._selector, drain._wake_r, drain._wake_w):
        one.close()
