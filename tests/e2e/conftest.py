"""Real browsers on a real server. One Chromium a test process; each visitor has a context of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from drafting.config import Settings
from drafting.domain.actor import Actor
from tests.server import Server
from tests.signing_in import browser_cookie
from tools.machine import BROWSERS

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # What passes is not described, element by element: that took three quarters of the time.
    "resultTypes": ["violations"],
}
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-gpu", "--disable-quic",
]  # fmt: skip

def chromium_path() -> str | None:
    """Return the machine's own Chromium, or None for the one that Playwright has installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright itself: there can be only one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """The browser."""
    browser = playwright_driver.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Server]:
    """A real server of this test's instance. The test itself works on the same database through `app`."""
    server = Server(settings).start()
    yield server
    server.kill()  # Stopping in order takes seconds while pages are open: a test of its own does.


@dataclass
class Visitor:
    """Somebody in front of a browser; `problems` gathers what went wrong in its console."""

    context: BrowserContext
    page: Page
    address: str
    problems: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a path of the server."""
        self.page.goto(self.address + path)
        return self.page

    def check_screen(self, name: str) -> None:
        """Fail on accessibility violations, on text wider than the screen, and on console errors.

        With SCREENSHOTS=folder in the environment, also save what the screen looks like.
        """
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        assert violations(self.page) == []
        assert not self.page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} is too wide"
        assert self.problems == []


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page: rule, impact and the elements concerned."""
    # Evaluated by the debugger, so that the page's content policy stays as it is for users.
    assert AXE.exists(), "axe-core is missing: make test installs it (npm ci)"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
    return [
        f"{each['id']} ({each['impact']}): " + ", ".join(str(node["target"]) for node in each["nodes"][:5])
        for each in found["violations"]
    ]


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Visit]:
    """Open a browser for an actor (or for nobody): `visit(actor, width=375, language="en", dark=True)`."""
    contexts: list[BrowserContext] = []

    def open_browser(
        actor: Actor | None = None, *, width: int = 1280, height: int = 900, language: str = "fr", dark: bool = False
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if actor is not None:
            context.add_cookies([browser_cookie(actor, server.address)])  # type: ignore[list-item]
        page = context.new_page()
        visitor = Visitor(context, page, server.address)
        page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        page.on(
            "console",
            lambda message: visitor.problems.append(message.text) if message.type == "error" else None,
        )
        return visitor

    yield open_browser
    for context in contexts:
        context.close()


# Every screen is looked at like this: a laptop in French by day, a phone in English by night.
SCREENS = [("fr", 1280, False), ("en", 375, True)]
