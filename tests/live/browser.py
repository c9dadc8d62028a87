"""What a browser does with the protocol, in Python: the model client of the live tests.

`Page` is pure: it takes frames and says what it would send. `Browser` puts it on a real WebSocket.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

import simple_websocket

from drafting.domain.changes import ChangeSet, text_of, units
from drafting.domain.checks import map_update
from drafting.domain.rows import Row, Update
from drafting.domain.tracking import SectionState, digest_of, fold


class Page:
    """One section on one page: confirmed state, unconfirmed updates, one batch in flight."""

    def __init__(self, section: str, *, client: str | None = None) -> None:
        self.section = section
        self.client = client or secrets.token_hex(8)
        self.state: SectionState | None = None
        self.queue: list[Update] = []
        """Unconfirmed updates; the first `in_flight` of them are sent."""
        self.in_flight = 0
        self.sent: dict[str, Any] | None = None
        """The batch in flight, as it was sent first."""
        self.n = 0
        self.is_open = False
        self.may = "none"
        self.refusals: list[dict[str, Any]] = []
        self.acknowledged: list[int] = []
        """Numbers of the batches that came back as rows."""
        self.digests_seen = 0

    @property
    def text(self) -> str:
        """The text on screen, in units."""
        assert self.state is not None
        text = self.state.text
        for update in self.queue:
            text = update.changes.apply(text)
        return text

    @property
    def is_idle(self) -> bool:
        """Whether nothing is unconfirmed."""
        return not self.queue

    def edit(self, start: int, end: int, text: str) -> None:
        """Type or delete on screen, as a plain edit."""
        change = ChangeSet.replace(len(self.text), [(start, end, units(text))])
        if not change.is_empty:
            self.queue.append(Update(change))

    def add(self, update: Update) -> None:
        """Do any update on screen."""
        self.queue.append(update)

    def open_message(self) -> dict[str, Any]:
        """Return what opens the section, now or again."""
        self.is_open = False
        return {"type": "open", "section": self.section, "revision": self.state.revision if self.state else None}

    def to_send(self) -> dict[str, Any] | None:
        """Return the next batch to send, if one can be sent."""
        if not self.is_open or self.in_flight or not self.queue or self.state is None:
            return None
        self.n += 1
        self.in_flight = min(len(self.queue), 50)
        self.sent = {
            "type": "updates", "section": self.section, "base": self.state.revision, "client": self.client,
            "n": self.n, "updates": [update.to_json() for update in self.queue[: self.in_flight]],
        }  # fmt: skip
        return self.sent

    def take(self, message: dict[str, Any]) -> None:
        """Take a frame from the server."""
        kind = message["type"]
        if message.get("section") != self.section:
            return
        if kind == "state":
            self.state = SectionState.from_json(message)
            self.queue, self.in_flight, self.sent = [], 0, None
            self._opened(message)
        elif kind == "rows":
            for row in message["rows"]:
                self._row(row)
            assert self.state is not None
            assert self.state.revision == message["head"]
            if "digest" in message:
                self.digests_seen += 1
                assert digest_of(self.state) == message["digest"]
        elif kind == "opened":
            assert self.state is not None
            assert self.state.revision == message["revision"]
            assert digest_of(self.state) == message["digest"]
            self._opened(message)
        elif kind == "may":
            self.may = message["may"]
        elif kind == "applied" and (message["client"], message["n"]) == (self.client, self.n) and self.in_flight:
            raise AssertionError("applied before its rows")
        elif kind == "refused":
            self._refused(message)
        elif kind == "closed":
            self.is_open = False
            self.may = "none"

    def again(self) -> dict[str, Any] | None:
        """Return the batch that was in flight when the connection was lost, as it was."""
        return self.sent if self.in_flight else None

    def _opened(self, message: dict[str, Any]) -> None:
        self.is_open = True
        self.may = message["may"]

    def _row(self, value: dict[str, Any]) -> None:
        assert self.state is not None
        row = Row.from_json(value, len(self.state.text))
        self.state = fold(self.state, row)
        if value["client"] == self.client:
            assert self.queue, "a row of one's own that nobody sent"
            assert self.queue[0].changes == row.changes
            self.queue.pop(0)
            self.in_flight -= 1
            if not self.in_flight:
                self.acknowledged.append(value["n"])
                self.sent = None
            return
        over = row.changes
        for i, update in enumerate(self.queue):
            self.queue[i], over = map_update(update, over)

    def _refused(self, message: dict[str, Any]) -> None:
        if message["client"] != self.client:
            return
        self.refusals.append(message)
        if self.in_flight and message["refused"] == self.n:
            # A real page repairs; the model gives up what was refused, and what stood on it.
            self.queue, self.in_flight, self.sent = [], 0, None


class Browser:
    """A page on a real WebSocket."""

    def __init__(self, url: str, cookie: str, origin: str, *sections: str) -> None:
        self.url, self.cookie, self.origin = url, cookie, origin
        self.pages = {section: Page(section) for section in sections}
        self.messages: deque[dict[str, Any]] = deque(maxlen=2_000)
        self.goodbye: str | None = None
        self.lock = threading.RLock()
        self.ws: simple_websocket.Client | None = None
        self._thread: threading.Thread | None = None

    @property
    def page(self) -> Page:
        """The first section's page."""
        return next(iter(self.pages.values()))

    def connect(self) -> Browser:
        """Connect, say hello, open the sections, and read from now on."""
        headers = {"Cookie": self.cookie, "Origin": self.origin}
        ws = simple_websocket.Client.connect(self.url, headers=headers)
        self.goodbye = None
        self.ws = ws
        self.send({"type": "hello", "protocol": 1})
        with self.lock:
            for page in self.pages.values():
                self.send(page.open_message())
        self._thread = threading.Thread(target=self._read, args=(ws,), daemon=True)
        self._thread.start()
        return self

    def send(self, message: dict[str, Any] | str) -> None:
        """Send a message, or a raw frame."""
        assert self.ws is not None
        self.ws.send(message if isinstance(message, str) else json.dumps(message, ensure_ascii=False))

    def drop(self) -> None:
        """Lose the connection without a word."""
        if self.ws is not None:
            self.ws.connected = False
            self.ws.sock.close()
            self.ws = None

    def close(self) -> None:
        """Close as a browser does."""
        ws, self.ws = self.ws, None
        if ws is not None and ws.connected:
            ws.close()

    def type(self, text: str, at: int | None = None, page: Page | None = None) -> None:
        """Type a text and send it."""
        with self.lock:
            page = page or self.page
            place = len(page.text) if at is None else at
            page.edit(place, place, text)
            self.push()

    def push(self) -> None:
        """Send what can be sent."""
        with self.lock:
            for page in self.pages.values():
                message = page.to_send()
                if message is not None and self.ws is not None:
                    try:
                        self.send(message)
                    except (simple_websocket.ConnectionClosed, OSError):
                        self.ws = None

    def wait(self, condition: Any, *, timeout_s: float = 15.0) -> None:
        """Wait until something is so."""
        until = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > until:
                raise AssertionError(f"Waited in vain; last frames: {list(self.messages)[-5:]}")
            time.sleep(0.005)

    def wait_open(self) -> Browser:
        """Wait until every section is open."""
        self.wait(lambda: all(page.is_open for page in self.pages.values()))
        return self

    def wait_idle(self) -> Browser:
        """Wait until nothing is unconfirmed."""
        self.wait(lambda: all(page.is_idle for page in self.pages.values()))
        return self

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Return the frames of a type that came."""
        return [one for one in list(self.messages) if one["type"] == kind]

    def _read(self, ws: simple_websocket.Client) -> None:
        while True:
            try:
                text = ws.receive()
            except (simple_websocket.ConnectionClosed, OSError):
                return
            if text is None or ws is not self.ws:
                return
            message = json.loads(text)
            with self.lock:
                self.messages.append(message)
                if message["type"] == "goodbye":
                    self.goodbye = message["why"]
                for page in self.pages.values():
                    page.take(message)
                    if message["type"] in ("opened", "state") and message["section"] == page.section:
                        again = page.again()
                        if again is not None:
                            self.send(again)
                    if message["type"] == "flush" and message["section"] == page.section and page.is_idle:
                        self.send({"type": "flushed", "section": page.section, "ask": message["ask"]})
                self.push()


def text_on(browsers: Iterable[Browser]) -> set[str]:
    """Return the texts on the first pages of some browsers."""
    return {text_of(one.page.text) for one in browsers}
