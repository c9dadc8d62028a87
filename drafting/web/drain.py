"""The thread that sends what connections did not take at once."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drafting.web.channel import Channel


class Drain:
    """Watches the connections that have something waiting, until they have taken it or are stalled."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._new: deque[Channel] = deque()
        self._wake_r, self._wake_w = socket.socketpair()
        self._wake_r.setblocking(False)
        self._wake_w.setblocking(False)
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
        with contextlib.suppress(BlockingIOError):  # It has been woken often enough.
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


drain = Drain()
"""The one of this process."""
