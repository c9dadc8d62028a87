"""A page with nothing but the editor, served under the product's own content policy, in a real Chromium."""

from __future__ import annotations

import json
import mimetypes
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, ViewportSize

ROOT = Path(__file__).parents[3]
NONCE = "e2e-nonce"
POLICY = (
    f"default-src 'none'; script-src 'self' 'nonce-{NONCE}'; style-src 'self' 'nonce-{NONCE}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SCREEN: ViewportSize = {"width": 1180, "height": 900}
PAGE = f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Essai de l’éditeur</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/fonts.css"><link rel="stylesheet" href="/static/css/app.css">
<link rel="stylesheet" href="/static/css/editor.css"></head>
<body><main id="main" class="page"><h1>Essai</h1><div id="bar"></div><h2>Introduction</h2>
<div class="sheet" id="sheet"></div></main>
<script type="module" nonce="{NONCE}">
import * as editor from "/static/js/editor/index.js";
import {{ countMarkdown }} from "/static/js/editor/count.js";
import * as codemirror from "/static/vendor/codemirror.js";
Object.assign(window, {{ editor, codemirror, countMarkdown, messages: [] }});
window.mount = (options) => {{
  document.documentElement.lang = options.language;
  const toolbar = editor.mountToolbar({{ parent: document.getElementById("bar"), language: options.language }});
  const parent = document.getElementById("sheet");
  window.view = editor.mountEditor({{ parent, toolbar, label: "Introduction",
    onMessage: (text) => window.messages.push(text), ...options }});
  window.toolbar = toolbar;
}};
window.unmount = () => {{
  window.view?.destroy();
  window.messages.length = 0;
  for (const id of ["bar", "sheet"]) document.getElementById(id).replaceChildren();
}};
// What the editor fetches when the page is calm is here before a test begins.
await Promise.all(["fr", "en"].map(editor.loadWords));
const later = await import("/static/js/editor/later.js");
window.parts = Object.values(later).filter((one) => one.load);
await Promise.all(window.parts.map((one) => one.load()));
window.ready = true;
</script></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """Serves the harness page and static/."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/":
            self.answer(PAGE.encode(), "text/html; charset=utf-8")
            return
        file = (ROOT / path.lstrip("/")).resolve()
        if not file.is_relative_to(ROOT / "static") or not file.is_file():
            self.send_error(404)
            return
        self.answer(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


class Editor:
    """The editor as a person at the keyboard has it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self.on_console)
        page.on("pageerror", self.on_error)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def on_error(self, error: Exception) -> None:
        self.problems.append(str(error))

    def close(self) -> None:
        """Leave the page as it was found."""
        self.page.evaluate("unmount()")
        self.page.set_viewport_size(SCREEN)
        self.page.emulate_media(color_scheme="light")
        self.page.remove_listener("console", self.on_console)
        self.page.remove_listener("pageerror", self.on_error)

    def open(self, doc: str = "", language: str = "fr", **options: Any) -> Editor:
        """Mount a section; a `¦` in the text says where the caret stands; two bound a selection."""
        at = [index for index, sign in enumerate(doc) if sign == "¦"]
        self.page.evaluate("options => mount(options)", {"doc": doc.replace("¦", ""), "language": language, **options})
        self.page.evaluate("view.focus()")
        if at:
            text = doc.replace("¦", "")
            units = [len(text[: index - order].encode("utf-16-le")) // 2 for order, index in enumerate(at)]
            self.select(units[0], units[-1])
        return self

    def select(self, anchor: int, head: int | None = None) -> None:
        self.page.evaluate(
            "([anchor, head]) => view.dispatch({selection: {anchor, head}})",
            [anchor, anchor if head is None else head],
        )

    @property
    def text(self) -> str:
        """The Markdown."""
        return self.page.evaluate("view.state.doc.toString()")

    @property
    def marked(self) -> str:
        """The Markdown with `¦` at the caret, or at both ends of the selection."""
        return self.page.evaluate(
            """() => { const {from, to} = view.state.selection.main, text = view.state.doc.toString();
            return from === to ? text.slice(0, from) + '¦' + text.slice(from)
              : text.slice(0, from) + '¦' + text.slice(from, to) + '¦' + text.slice(to); }"""
        )

    @property
    def seen(self) -> str:
        """What a reader sees, as the browser lays it out."""
        return self.page.locator(".cm-content").inner_text()

    @property
    def messages(self) -> list[str]:
        return self.page.evaluate("messages")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tool(self, name: str) -> None:
        self.page.locator(f"[data-tool={name}]").click()

    def paste(self, **formats: str) -> None:
        """Paste these formats, such as text_html=..., as another program's clipboard would."""
        data = {kind.replace("_", "/"): value for kind, value in formats.items()}
        before = self.text
        self.page.evaluate(
            """data => { const transfer = new DataTransfer();
            for (const [kind, value] of Object.entries(data)) transfer.setData(kind, value);
            view.contentDOM.dispatchEvent(new ClipboardEvent('paste',
              {clipboardData: transfer, bubbles: true, cancelable: true})); }""",
            data,
        )
        self.wait(lambda: self.text != before or self.messages)

    def wait(self, holds: Callable[[], object], timeout_s: float = 5) -> None:
        """Wait until something holds. (The page's policy forbids Playwright's own way, which evaluates text.)"""
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain: {self.marked!r}"
            self.page.wait_for_timeout(20)

    def cdp(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)


@pytest.fixture(scope="session")
def editor_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def editor_page(chromium: Browser, editor_site: str) -> Iterator[Page]:
    """One page for all tests of a process; each test mounts an editor of its own in it."""
    context = chromium.new_context(viewport=SCREEN, locale="fr-FR")
    page = context.new_page()
    page.goto(editor_site)
    yield page
    context.close()


@pytest.fixture
def editor(editor_page: Page) -> Iterator[Editor]:
    """An empty harness page; the test mounts what it needs. Any error in the console fails the test."""
    editor = Editor(editor_page)
    editor.wait(lambda: editor_page.evaluate("window.ready"))
    yield editor
    editor.close()
    assert editor.problems == [], json.dumps(editor.problems)
