"""A WebSocket taken over from gunicorn: bounded both ways, never compressed, and nobody waits for a slow reader.

One thread reads all channels (`reader.py`), so a browser that sends too fast waits in TCP. Frames go out from
whatever thread has one, at once and without blocking; what the connection does not take now is kept, up to a
bound, and sent by one thread that serves all such connections (`drain.py`). (simple-websocket keeps an unbounded
input queue, offers compression always, and may send part of a frame only; hence wsproto, which it stands on,
directly.)
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections import deque
from time import monotonic
from typing import Protocol

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, Pong, Request, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from drafting.web.drain import drain

logger = logging.getLogger(__name__)

MAX_WAITING_BYTES = 8 * 1024 * 1024
MAX_STALL_S = 20.0
PING_AFTER_S = 20.0
GIVE_UP_AFTER_S = 50.0
LINGER_S = 2.0
CLOSE_CODES = {1000, 1001, 1002, 1003, 1007, 1008, 1009}
RATE = 30.0
BURST = 100.0


class Ears(Protocol):
    """Who listens to a channel."""

    def receive_now(self, text: str | bytes) -> bool:
        """Take a message if that needs no waiting; return whether it was taken."""

    def receive(self, text: str | bytes) -> None:
        """Take a message, however long that takes."""

    def too_fast(self) -> None:
        """The browser sends more frames than it may; the channel ends after what is said now."""

    def too_large(self) -> None:
        """A message is longer than it may be; the channel ends after what is said now."""

    def gone(self) -> None:
        """Nothing comes any more. Called once."""


class _TooFast(Exception):
    """The browser sends more frames than it may."""


class _TooLarge(Exception):
    """A message is longer than it may be."""


def text_frame(payload: bytes) -> bytes:
    """Return a text message as an unmasked frame (RFC 6455, 5.2): the same bytes for every receiver."""
    length = len(payload)
    if length < 126:
        return bytes((0x81, length)) + payload
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + payload
    return b"\x81\x7f" + length.to_bytes(8, "big") + payload


class Channel:
    """One accepted WebSocket."""

    def __init__(self, sock: socket.socket, request: bytes, *, max_bytes: int) -> None:
        sock.setblocking(False)
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
        self._tokens_at = self._heard_at = self._asked_at = monotonic()
        self._lingers_until: float | None = None
        self._parts: list[str | bytes | bytearray] = []
        self._size = 0
        self.inbox: deque[str | bytes] = deque()
        """Messages that wait to be taken. Nobody reads the connection meanwhile."""
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
            drain.add(self)

    def _send_now(self, view: memoryview) -> int:
        try:
            return self.sock.send(view)
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

    # --- In: from the reader's thread ---

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be taken from this connection."""
        return self._lingers_until is not None

    def read(self, ears: Ears) -> None:
        """Take what has come into `inbox`; afterwards `is_over` tells whether it was the last."""
        try:
            data = self.sock.recv(16_384)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data or self._ending or self._closed:
            self._linger()
            return
        self._heard_at = self._asked_at = monotonic()
        try:
            self._take(data)
        except _TooFast:
            ears.too_fast()
            self._linger()
        except _TooLarge:
            ears.too_large()
            self._linger()
        except (RemoteProtocolError, LocalProtocolError):
            self.end(1002)
            self._linger()

    def _take(self, data: bytes) -> None:
        self._ws.receive_data(data)
        for event in self._ws.events():
            if isinstance(event, TextMessage | BytesMessage):
                self._size += len(event.data.encode() if isinstance(event, TextMessage) else event.data)
                if self._size > self._max_bytes:
                    raise _TooLarge
                self._parts.append(event.data)
                if event.frame_finished:  # Those of an endless message of empty ones, too.
                    self._count()
                if event.message_finished:
                    self.inbox.append(_joined(self._parts))
                    self._parts, self._size = [], 0
            elif isinstance(event, Ping):
                self._count()
                self.send(self._ws.send(event.response()))
            elif isinstance(event, Pong):
                self._count()
            elif isinstance(event, CloseConnection):
                self.end(event.code if event.code in CLOSE_CODES else 1000)
                self._linger()
                return

    def look_after(self) -> None:
        """Ask a silent browser whether it is there, and give up one that does not answer."""
        moment = monotonic()
        if self._ending or self._closed or moment - self._heard_at >= GIVE_UP_AFTER_S:
            self._linger()
        elif moment - self._asked_at >= PING_AFTER_S:
            self._asked_at = moment
            self.send(b"\x89\x00")

    def _linger(self) -> None:
        """End, and read on for a moment: closing with something unread would destroy the last frames sent."""
        self.end()
        if self._lingers_until is None:
            self._lingers_until = monotonic() + LINGER_S

    def may_close(self) -> bool:
        """Throw away what still comes; return whether the other end is gone, or had time enough."""
        if self._closed or (self._lingers_until or 0.0) <= monotonic():
            return True
        try:
            return not self.sock.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Give the connection back to the system."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._shut()
            self.sock.close()

    def _count(self) -> None:
        """Take one frame from the allowance."""
        moment = monotonic()
        self._tokens = min(BURST, self._tokens + (moment - self._tokens_at) * RATE)
        self._tokens_at = moment
        if self._tokens < 1:
            raise _TooFast
        self._tokens -= 1


def _joined(parts: list[str | bytes | bytearray]) -> str | bytes:
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    return b"".join(part for part in parts if not isinstance(part, str))
