"""Real browsers on a real server. One Chromium a test process; each visitor has a context of their own."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from drafting.config import Settings
from drafting.domain.actor import Actor
from tests.server import Server, free_port
from tests.signing_in import browser_cookie

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-gpu", "--disable-quic",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Return the machine's own Chromium, or None for the one that Playwright has installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


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


@pytest.fixture(scope="session")
def port() -> int:
    """The port of all servers of this process, one after the other: what a browser has read of static/ it keeps."""
    return free_port()


@pytest.fixture
def server(app: Flask, settings: Settings, port: int) -> Iterator[Server]:
    """A real server of this test's instance. The test itself works on the same database through `app`."""
    server = Server(settings, port=port).start()
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
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{each['id']} ({each['impact']}): " + ", ".join(str(node["target"]) for node in each["nodes"][:5])
        for each in found["violations"]
    ]


@dataclass(frozen=True)
class Device:
    """What somebody sits before."""

    width: int = 1280
    height: int = 900
    language: str = "fr"
    dark: bool = False


class Shelf:
    """Browsers that others have used, emptied of all but what they keep of static/, as a person's own browser does."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.left: dict[Device, list[BrowserContext]] = defaultdict(list)

    def take(self, device: Device, address: str) -> tuple[BrowserContext, Page]:
        """Return a browser without cookies and without anything stored, and a page in it."""
        if not self.left[device]:
            context = self.chromium.new_context(
                viewport={"width": device.width, "height": device.height}, locale=device.language,
                color_scheme="dark" if device.dark else "light", reduced_motion="reduce",
            )  # fmt: skip
            return context, context.new_page()
        context = self.left[device].pop()
        page = context.new_page()
        # What a page wrote while it was closed is gone too.
        context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin",
            {"origin": address, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers,websql"})
        return context, page

    def put_back(self, device: Device, context: BrowserContext) -> None:
        """Leave a browser to the next one."""
        for page in context.pages:
            page.close()
        context.unroute_all()
        context.set_offline(False)
        context.clear_cookies()
        self.left[device].append(context)


@pytest.fixture(scope="session")
def shelf(chromium: Browser) -> Shelf:
    """The browsers of this process."""
    return Shelf(chromium)


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(shelf: Shelf, server: Server) -> Iterator[Visit]:
    """Open a browser for an actor (or for nobody): `visit(actor, width=375, language="en", dark=True)`."""
    taken: list[tuple[Device, BrowserContext]] = []

    def open_browser(actor: Actor | None = None, **device: Any) -> Visitor:
        chosen = Device(**device)
        context, page = shelf.take(chosen, server.address)
        taken.append((chosen, context))
        if actor is not None:
            context.add_cookies([browser_cookie(actor, server.address)])  # type: ignore[list-item]
        visitor = Visitor(context, page, server.address)
        page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        page.on(
            "console",
            lambda message: visitor.problems.append(message.text) if message.type == "error" else None,
        )
        return visitor

    yield open_browser
    for device, context in taken:
        shelf.put_back(device, context)


# Every screen is looked at like this: a laptop in French by day, a phone in English by night.
SCREENS = [("fr", 1280, False), ("en", 375, True)]
