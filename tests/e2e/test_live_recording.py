"""Two people write for a while, with all that happens meanwhile: what their browsers sent can be kept and replayed.

`RECORDING=file.json.gz` in the environment writes what tests/live/test_recording.py replays through the authority.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import WebSocket

from drafting.extensions import db
from drafting.live import log
from tests.e2e.conftest import Visit
from tests.e2e.live_world import World, Writer, logged, make_world, text_in, wait_even


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


class Recorder:
    """Keeps the batches that one person's browser sends."""

    def __init__(self, writer: Writer, author: int) -> None:
        self.batches: dict[tuple[str, int], dict[str, Any]] = {}
        self.author = author
        self.section = writer.key
        writer.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._take(json.loads(payload)))

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "updates" and message["section"] == self.section:
            name = (message["client"], message["n"])
            batch = {"author": self.author, **{part: message[part] for part in ("client", "n", "base", "updates")}}
            # A copy is exactly what was sent first.
            assert self.batches.setdefault(name, batch) == batch


def test_what_two_browsers_send_while_they_write_makes_the_log(world: World, visit: Visit, app: Flask) -> None:
    a, b = Writer(visit(world.coordinator), world), Writer(visit(world.author), world)
    recorders = [Recorder(a, 0), Recorder(b, 1)]
    for writer in (a, b):
        writer.page.on("dialog", lambda dialog: dialog.accept())
        writer.open()

    write_together(a, b)

    wait_even(app, world.section, a, b)
    state = logged(app, world.section)
    assert a.text == b.text == text_in(app, world.section)
    rows = log.rows_between(db.session(), world.section.id, 0, state.revision)
    sent = recorders[0].batches | recorders[1].batches
    order = list(dict.fromkeys((row.client, row.n) for row in rows[1:]))
    assert set(order) == set(sent), "every batch was taken, and nobody else wrote"
    people = [world.coordinator.person_id, world.author.person_id]
    recording = {
        "text": text_in(app, world.section), "rows": len(rows) - 1,
        "runs": [[run.length, people.index(run.author)] for run in state.runs],
        "start": rows[0].row.changes.to_json(), "batches": [sent[name] for name in order],
    }
    if "RECORDING" in os.environ:
        data = json.dumps(recording, ensure_ascii=False, separators=(",", ":")).encode()
        Path(os.environ["RECORDING"]).write_bytes(gzip.compress(data, 9, mtime=0))


def write_together(a: Writer, b: Writer) -> None:
    """Type at once, correct, undo, compose, lose the connection, reload."""
    a.caret_to_end().type("L’intelligence artificielle change le travail ; ")
    b.text_box.click()
    b.page.keyboard.press("Control+Home")
    for word in ["nous", "voulons", "négocier", "avant", "tout", "déploiement", "·", ""]:
        b.type(word + " ")
        a.type("œuvre « 😀 » ")
    b.page.keyboard.press("Control+Shift+ArrowRight")
    b.page.keyboard.press("Control+Shift+ArrowRight")
    b.page.keyboard.press("Delete")
    b.wait_saved()
    a.page.keyboard.press("Enter")
    a.type("été ")
    b.page.keyboard.press("Control+z")
    keyboard = a.page.context.new_cdp_session(a.page)
    for accented in "éêç":
        keyboard.send("Input.imeSetComposition", {"text": "^", "selectionStart": 1, "selectionEnd": 1})
        b.type("x")
        keyboard.send("Input.insertText", {"text": accented})
    a.wait_saved().cut()
    a.type("hors connexion, ")
    b.type("pendant ce temps, ").wait_saved()
    a.page.keyboard.press("Backspace")
    a.wait_state("offline")
    a.come_back().wait_saved()
    b.cut().type("tapé puis rechargé. ")
    b.wait_state("offline")
    # The page that goes sends nothing more: what a browser sends while it leaves is told to nobody here.
    b.page.evaluate("WebSocket.prototype.send = () => {}")
    b.come_back().page.reload()
    # The text may be saved already, or taken up at any moment, and that opens the section too.
    b.wait_for("section.may === 'write' && (section.opening.write(), true)")
    b.wait_text("tapé puis rechargé.").wait_saved()
    a.page.keyboard.press("Control+z")
    a.page.keyboard.press("Control+y")
