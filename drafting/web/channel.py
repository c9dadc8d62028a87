"""A WebSocket on a thread of gunicorn: bounded both ways, never compressed, and nobody waits for a slow reader.

The request's own thread reads, so a browser that sends too fast waits in TCP. Frames go out from whatever
thread has one, at once and without blocking; what the connection does not take now is kept, up to a bound, and
sent by one thread that serves all such connections. (simple-websocket keeps an unbounded input queue, offers
compression always, and may send part of a frame only; hence wsproto, which it stands on, directly.)
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, Pong, Request, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

logger = logging.getLogger(__name__)

MAX_WAITING_BYTES = 8 * 1024 * 1024
MAX_STALL_S = 20.0
PING_AFTER_S = 20.0
GIVE_UP_AFTER_S = 50.0
LINGER_S = 2.0
CLOSE_CODES = {1000, 1001, 1002, 1003, 1007, 1008, 1009}
RATE = 30.0
BURST = 100.0


class TooFast(Exception):
    """The browser sends more frames than it may."""


class TooLarge(Exception):
    """A message is longer than it may be."""


def text_frame(payload: bytes) -> bytes:
    """Return a text message as an unmasked frame (RFC 6455, 5.2): the same bytes for every receiver."""
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload


class Drain:
    """The thread that sends what connections did not take at once."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._new: deque[Channel] = deque()
        self._wake_r, self._wake_w = socket.socketpair()
        self._wake_r.setblocking(False)
        self._selector.register(self._wake_r, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, channel: Channel) -> None:
        """Take over what a channel has waiting."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="drain", daemon=True)
                self._thread.start()
        self._new.append(channel)
        self._wake_w.send(b"x")

    def _work(self) -> None:
        while True:
            for key, _ in self._selector.select(timeout=1.0):
                if key.fileobj is self._wake_r:
                    with contextlib.suppress(BlockingIOError):
                        self._wake_r.recv(4096)
                elif key.data.send_waiting():
                    self._selector.unregister(key.fileobj)
            while self._new:
                self._register(self._new.popleft())
            for key in list(self._selector.get_map().values()):
                if key.data is not None and key.data.is_stalled():
                    self._selector.unregister(key.fileobj)


    def _register(self, channel: Channel) -> None:
        """Watch a channel, also where its number was that of one closed a moment ago."""
        with contextlib.suppress(ValueError, OSError):  # Closed meanwhile.
            old = self._selector.get_map().get(channel.sock.fileno())
            if old is not None and old.data is not channel:
                self._selector.unregister(old.fileobj)
                old = None
            if old is None:
                self._selector.register(channel.sock, selectors.EVENT_WRITE, channel)


_drain = Drain()


class Channel:
    """One accepted WebSocket."""

    def __init__(self, sock: socket.socket, request: bytes, *, max_bytes: int) -> None:
        self.sock = sock
        self._max_bytes = max_bytes
        self._ws = WSConnection(ConnectionType.SERVER)
        self._lock = threading.Lock()
        self._waiting: deque[memoryview] = deque()
        self._waiting_bytes = 0
        self._waiting_since = 0.0
        self._ending = False
        self._closed = False
        self._tokens = BURST
        self._tokens_at = monotonic()
        self._ws.receive_data(request)
        for event in self._ws.events():
            if isinstance(event, Request):
                self._write(self._ws.send(AcceptConnection()))  # No extensions: no compression.

    # --- Out: from any thread ---

    def send(self, frame: bytes) -> None:
        """Send a frame, or keep it for a moment; a connection that does not read is cut."""
        with self._lock:
            if self._ending or self._closed:
                return
            self._write_locked(frame)

    def end(self, code: int = 1000) -> None:
        """Close after what was sent so far; the reading thread notices."""
        with self._lock:
            if self._ending or self._closed:
                return
            self._write_locked(b"\x88\x02" + code.to_bytes(2, "big"))
            self._ending = True
            if not self._waiting:
                self._shut()

    def send_waiting(self) -> bool:
        """Send what the connection takes now; return whether nothing is left to do."""
        with self._lock:
            while self._waiting and not self._closed:
                piece = self._waiting[0]
                sent = self._send_now(piece)
                self._waiting_bytes -= sent
                if sent:
                    self._waiting_since = monotonic()
                if sent < len(piece):
                    self._waiting[0] = piece[sent:]
                    return self._closed
                self._waiting.popleft()
            if self._ending and not self._closed:
                self._shut()
            return True

    def is_stalled(self) -> bool:
        """Cut a connection that has not taken anything for long; return whether it was cut."""
        with self._lock:
            if self._waiting and monotonic() - self._waiting_since > MAX_STALL_S:
                self._cut("took nothing for too long")
            return self._closed

    def _write(self, data: bytes) -> None:
        with self._lock:
            self._write_locked(data)

    def _write_locked(self, data: bytes) -> None:
        if self._closed:
            return
        view = memoryview(data)
        if not self._waiting:
            sent = self._send_now(view)
            if sent == len(data):
                return
            view = view[sent:]
            self._waiting_since = monotonic()
        self._waiting.append(view)
        self._waiting_bytes += len(view)
        if self._waiting_bytes > MAX_WAITING_BYTES:
            self._cut("does not read")
        elif len(self._waiting) == 1:
            _drain.add(self)

    def _send_now(self, view: memoryview) -> int:
        try:
            return self.sock.send(view, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._closed = True
            self._shut()
            return 0

    def _cut(self, why: str) -> None:
        logger.warning("A connection is cut: it %s", why)
        self._closed = True
        self._waiting.clear()
        self._shut()

    def _shut(self) -> None:
        """Stop sending, so that the browser closes; or, where it was cut, everything: that wakes the reader."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR if self._closed else socket.SHUT_WR)

    # --- In: the request's own thread ---

    def read(self, receive: Callable[[str | bytes], None]) -> None:
        """Read until the connection ends. Raises TooFast and TooLarge."""
        self._patience(PING_AFTER_S)
        silent_s = 0.0
        parts: list[str | bytes | bytearray] = []
        size = 0
        while not self._ending and not self._closed:
            try:
                data = self.sock.recv(16_384)
            except BlockingIOError:
                silent_s += PING_AFTER_S
                if silent_s >= GIVE_UP_AFTER_S:
                    return
                self.send(b"\x89\x00")
                continue
            except OSError:
                return
            if not data:
                return
            silent_s = 0.0
            try:
                self._ws.receive_data(data)
                for event in self._ws.events():
                    if isinstance(event, TextMessage | BytesMessage):
                        size += len(event.data.encode() if isinstance(event, TextMessage) else event.data)
                        if size > self._max_bytes:
                            raise TooLarge
                        parts.append(event.data)
                        if event.message_finished:
                            self._count()
                            receive(_joined(parts))
                            parts, size = [], 0
                    elif isinstance(event, Ping):
                        self._count()
                        self.send(self._ws.send(event.response()))
                    elif isinstance(event, Pong):
                        self._count()
                    elif isinstance(event, CloseConnection):
                        self.end(event.code if event.code in CLOSE_CODES else 1000)
                        return
            except (RemoteProtocolError, LocalProtocolError):
                self.end(1002)
                return

    def finish(self) -> None:
        """End, and read on for a moment: closing with something unread would destroy the last frames sent."""
        self.end()
        until = monotonic() + LINGER_S
        with contextlib.suppress(OSError):
            self._patience(LINGER_S)
            while monotonic() < until and not self._closed:
                if not self.sock.recv(65_536):
                    break
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._shut()

    def _patience(self, seconds: float) -> None:
        """Let reading end with BlockingIOError after so long.

        Not `settimeout`: with it Python waits before sending too, whatever the flags say, and the thread that
        sends to everybody would stand still for one who does not read.
        """
        self.sock.setblocking(True)
        whole = int(seconds)
        value = struct.pack("ll", whole, int((seconds - whole) * 1_000_000))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)

    def _count(self) -> None:
        """Take one frame from the allowance."""
        moment = monotonic()
        self._tokens = min(BURST, self._tokens + (moment - self._tokens_at) * RATE)
        self._tokens_at = moment
        if self._tokens < 1:
            raise TooFast
        self._tokens -= 1


def _joined(parts: list[str | bytes | bytearray]) -> str | bytes:
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if not isinstance(part, str))
