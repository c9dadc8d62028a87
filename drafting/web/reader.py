"""The thread that reads all WebSockets of this process, and the few that do what takes long.

A thread for each connection would stand in line for the interpreter's lock whenever something came: with a hundred
people writing that line is what they would wait for. Here one thread takes what has come, hands over what needs no
waiting at once (an edit is only queued), and lets a pool do the rest: a connection is not read while one of its
messages is there, so its messages stay in order and what it sends meanwhile waits in TCP.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from time import monotonic

from drafting.web.channel import Channel, Ears

logger = logging.getLogger(__name__)

WORKERS = 16
LOOK_EVERY_S = 0.5
"""How often silent and ending connections are looked after; tests make it shorter."""


class Reader:
    """Reads every channel that it is given, until it is over."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake_r, self._wake_w = socket.socketpair()
        self._wake_r.setblocking(False)
        self._wake_w.setblocking(False)
        self._selector.register(self._wake_r, selectors.EVENT_READ)
        self._ears: dict[Channel, Ears] = {}
        """Of the channels that are read; the others are busy in the pool, or lingering."""
        self._back: deque[tuple[Channel, Ears]] = deque()
        self._lingering: list[Channel] = []
        self._long: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._started = False
        self._count = 0
        self._look_at = 0.0

    def add(self, channel: Channel, ears: Ears) -> None:
        """Read a channel from now on."""
        with self._lock:
            self._count += 1
            if not self._started:
                self._started = True
                threading.Thread(target=self._work, name="reader", daemon=True).start()
                for number in range(WORKERS):  # Not concurrent.futures: that gives up before the last goodbyes.
                    threading.Thread(target=self._work_long, name=f"conversation-{number}", daemon=True).start()
        self._give_back(channel, ears)

    def wait_until_done(self, timeout_s: float) -> None:
        """Wait until every channel has ended: the process is about to go."""
        until = monotonic() + timeout_s
        pause = threading.Event()
        while self._count and monotonic() < until:
            pause.wait(0.02)

    def _give_back(self, channel: Channel, ears: Ears) -> None:
        self._back.append((channel, ears))
        with contextlib.suppress(BlockingIOError):
            self._wake_w.send(b"x")

    def _work(self) -> None:
        while True:
            for key, _ in self._selector.select(timeout=LOOK_EVERY_S):
                if key.fileobj is self._wake_r:
                    with contextlib.suppress(BlockingIOError):
                        self._wake_r.recv(4096)
                else:
                    self._read(key.data)
            while self._back:
                self._watch(*self._back.popleft())
            if monotonic() >= self._look_at:
                self._look_at = monotonic() + LOOK_EVERY_S
                self._look_after()

    def _work_long(self) -> None:
        while True:
            self._long.get()()

    def _watch(self, channel: Channel, ears: Ears) -> None:
        """Read a channel again; what came with its last message first."""
        self._ears[channel] = ears
        self._selector.register(channel.sock, selectors.EVENT_READ, channel)
        self._hand_over(channel, ears)

    def _read(self, channel: Channel) -> None:
        ears = self._ears[channel]
        try:
            channel.read(ears)
        except Exception:  # The edge of the thread: the others must go on being read.
            logger.exception("A connection could not be read")
            channel.end(1011)
        self._hand_over(channel, ears)

    def _hand_over(self, channel: Channel, ears: Ears) -> None:
        """Hand over what has come whole; the rest of it to the pool as soon as something needs waiting."""
        try:
            while channel.inbox:
                if not ears.receive_now(channel.inbox[0]):
                    self._forget(channel)
                    self._long.put(partial(self._take_long, channel, ears))
                    return
                channel.inbox.popleft()
        except Exception:  # The edge of the thread: the others must go on being read.
            logger.exception("A message could not be taken")
            channel.inbox.clear()
            channel.end(1011)
        if channel.is_over:
            self._forget(channel)
            self._long.put(partial(self._say_gone, channel, ears))

    def _take_long(self, channel: Channel, ears: Ears) -> None:
        """In the pool: take everything that waits, in order."""
        try:
            while channel.inbox:
                ears.receive(channel.inbox[0])
                channel.inbox.popleft()
        except Exception:
            logger.exception("A message could not be taken")
            channel.inbox.clear()
            channel.end(1011)
        self._give_back(channel, ears)

    def _say_gone(self, channel: Channel, ears: Ears) -> None:
        """In the pool: tell the listener, then let the connection linger."""
        try:
            ears.gone()
        except Exception:
            logger.exception("A conversation could not be ended")
        self._lingering.append(channel)

    def _forget(self, channel: Channel) -> None:
        self._ears.pop(channel, None)
        with contextlib.suppress(KeyError, ValueError, OSError):
            self._selector.unregister(channel.sock)

    def _look_after(self) -> None:
        for channel, ears in list(self._ears.items()):
            channel.look_after()
            self._hand_over(channel, ears)
        for channel in list(self._lingering):
            if channel.may_close():
                self._lingering.remove(channel)
                channel.close()
                with self._lock:
                    self._count -= 1


reader = Reader()
"""The one of this process."""
