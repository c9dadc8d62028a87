"""JavaScript received before the first key: a real server, a real Chromium, encoded bytes as they came over the wire.

What counts are the bodies of all scripts as they were transferred, compressed, in kilobytes of 1,000 bytes; a section
without suggestions, and the page's own scripts too. The heads of the answers are no JavaScript, and over HTTP/2 hardly
any bytes; they are printed beside it, as plain HTTP/1.1 writes them out.

Somebody opens a contribution's page for the first time, opens a section as soon as it lets itself be opened, and types
as soon as the caret is there. All scripts asked for until then are counted, also those that the letter did not need;
what the page fetches later, when it is calm, is not: here it never is. Then the same with 50 ms more for
every answer: how long until that letter.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from drafting.extensions import db
from drafting.models import Section
from tests.bench.instances import instance
from tests.e2e.conftest import ARGUMENTS, chromium_path
from tests.e2e.live_world import TEXT
from tests.server import Server
from tests.signing_in import browser_cookie
from tests.writing import write

GOAL_KB = 150
KB = 1000
LATENCY_MS = 50
ROUNDS = 3
KEY = "œ"

# Opens the section as soon as its button shows, and notes when the caret is there and when the letter is.
HURRY = """
(() => {
  window.requestIdleCallback = () => 0;
  document.addEventListener('focusin', ({ target }) => {
    if (target.matches('.cm-content')) window.ready ??= performance.now();
  });
  const look = () => {
    const write = document.querySelector('.live-write');
    if (write && !write.hidden && !window.asked) { window.asked = performance.now(); write.click(); }
    const text = document.querySelector('.cm-content');
    if (text?.textContent.includes('KEY')) window.shown ??= performance.now();
    if (!window.shown) requestAnimationFrame(look);
  };
  look();
})();
""".replace("KEY", KEY)


@dataclass(frozen=True)
class First:
    """The way to the first key."""

    scripts: dict[str, tuple[int, int]]
    """Path of each script asked for by then: its encoded body, and the whole answer with its head, in bytes."""
    ready_ms: float
    """When one could type."""
    shown_ms: float
    """When the letter was on screen."""

    @property
    def body_kb(self) -> float:
        """The scripts themselves, as encoded."""
        return sum(body for body, _ in self.scripts.values()) / KB

    @property
    def all_kb(self) -> float:
        """The scripts and the heads of their answers."""
        return sum(answer for _, answer in self.scripts.values()) / KB


@dataclass
class House:
    """A server with one contribution, and who writes it."""

    address: str
    page: str
    cookie: dict[str, str]


@contextmanager
def house() -> Iterator[House]:
    """Serve a contribution whose only section the coordinator writes."""
    with instance() as made:
        section = db.session.get(Section, made.sections[0][0])
        assert section is not None
        write(section, made.actors[0], TEXT)
        with Server(made.settings) as server:
            cookie = browser_cookie(made.actors[0], server.address)
            yield House(server.address, f"{server.address}/contributions/{section.contribution.key}", cookie)


def first_key(browser: Browser, at: House, *, latency_ms: float = 0) -> First:
    """Go that way once, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr")
    context.add_cookies([at.cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.add_init_script(HURRY)
    wire = context.new_cdp_session(page)
    bodies: dict[str, tuple[str, int]] = {}
    answers: dict[str, int] = {}

    def headed(event: dict[str, Any]) -> None:
        response = event["response"]
        if "javascript" in response["mimeType"]:
            sizes = [value for name, value in response["headers"].items() if name.lower() == "content-length"]
            bodies[event["requestId"]] = response["url"], int(sizes[0])

    wire.on("Network.responseReceived", headed)
    wire.on("Network.loadingFinished", lambda event: answers.update({event["requestId"]: event["encodedDataLength"]}))
    wire.send("Network.enable")
    if latency_ms:
        wire.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": latency_ms, "downloadThroughput": -1, "uploadThroughput": -1})
    page.goto(at.page, wait_until="commit")
    page.wait_for_function("() => window.ready")
    page.keyboard.insert_text(KEY)
    page.wait_for_function("() => window.shown")
    ready, shown, asked_for = page.evaluate(
        "[ready, shown, performance.getEntriesByType('resource')"
        ".filter(({startTime}) => startTime <= ready).map(({name}) => name)]")
    context.close()
    return First(
        {re.sub(r"^.*?/static/(v/\w+/)?", "", url): (body, answers[request])
         for request, (url, body) in bodies.items() if url in asked_for}, ready, shown)


def run(arguments: argparse.Namespace | None = None) -> float:
    """Print the kilobytes and the times; return the kilobytes of script before the first key."""
    with house() as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        first_key(browser, at)  # The server's first answers are its slowest.
        near = first_key(browser, at)
        far = [first_key(browser, at, latency_ms=LATENCY_MS) for _ in range(ROUNDS)]
        browser.close()
    for path, (body, _) in sorted(near.scripts.items(), key=lambda one: -one[1][0])[:5]:
        print(f"  {body / KB:6.1f} KB {path}")
    verdict = "met" if near.body_kb <= GOAL_KB else "MISSED"
    print(f"  JavaScript before the first key: {near.body_kb:.1f} KB gzipped in {len(near.scripts)} modules "
          f"(goal {GOAL_KB} or less: {verdict}), {near.all_kb:.1f} KB with the heads of the answers")
    print(f"  ready for the first key after {near.ready_ms:.0f} ms; with {LATENCY_MS} ms latency "
          f"{statistics.median(one.ready_ms for one in far):.0f} ms (median of {ROUNDS})")
    return near.body_kb


if __name__ == "__main__":
    run()
