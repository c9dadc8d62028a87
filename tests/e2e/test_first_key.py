"""How much JavaScript a first visitor waits for before the first key can be typed."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser

from tests.bench.size import House, first_key
from tests.e2e.live_world import make_world
from tests.server import Server
from tests.signing_in import browser_cookie

# The goal (tests/bench/size.py).
MOST_KB = 150


def test_no_more_script_than_now_comes_before_the_first_key(
    app: Flask, chromium: Browser, server: Server
) -> None:
    world = make_world()
    page = f"{server.address}/contributions/{world.contribution.key}"

    first = first_key(chromium, House(server.address, page, browser_cookie(world.coordinator, server.address)))

    largest = sorted(((body, path) for path, (body, _) in first.scripts.items()), reverse=True)
    assert "vendor/codemirror.js" in first.scripts
    assert "js/live/page.js" in first.scripts
    assert first.body_kb <= MOST_KB, f"fetch something later, when the page is calm: {largest}"
